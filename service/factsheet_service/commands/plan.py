"""Say what a run would cost before it is run, per preset, on a named GPU."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer
from factsheet_schemas import ExtractOptions, Preset, Schema
from factsheet_schemas.options import Coverage
from rich.table import Table
from rich.text import Text

from factsheet_service.composition import build_operations
from factsheet_service.core.cost import (
    DEFAULT_PROFILE,
    PROFILES,
    GpuProfile,
    gpu_profile,
    original_calls,
    original_section_passes,
    predict,
)
from factsheet_service.core.workload import Workload
from factsheet_service.pipeline.operations import Operations

from .exits import ending
from .outputs import stderr_console, stdout_console
from .parameters import Company, LenderName, SchemaName, Work, options_of, settings_at
from .progress import shown_on
from .subjects import subjects_of

NUM_FACILITIES = 2  # assumed, as in the original's example, until detection has run
NUM_MISSING = 40  # fields per facility that the original asked again one by one
NOTES = (
    "Tokens are estimates; deep extraction is counted at its cap. Uncached tokens and times are "
    "simulated with rates calibrated on published A100 runs, not measured.",
    f"The original asks every facility by itself: {NUM_FACILITIES} facilities and {NUM_MISSING} "
    "missing fields are assumed.",
)


def command(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="files or folders")],
    gpu: Annotated[str, typer.Option(help=", ".join(PROFILES))] = DEFAULT_PROFILE,
    company: Company = None,
    schema: SchemaName = "credit_facility",
    lender: LenderName = None,
    window_tokens: Annotated[int | None, typer.Option(help="default: the engine's best")] = None,
    work: Work = None,
) -> None:
    """Say what a run would cost before it is run, per preset, on a named GPU.

    The documents are read into the working folder first; a run reads them from there.
    """
    with ending("files that were read are kept"):
        options = options_of(
            schema=schema, lender=lender, settings={"window_tokens": window_tokens}
        )
        operations = build_operations(settings_at(work))
        options = options.model_copy(update={"schema_name": operations.schemas.adopt(schema)})
        run(operations, paths, company, options, gpu_profile(gpu))


def run(
    operations: Operations,
    paths: Sequence[Path],
    company: str | None,
    options: ExtractOptions,
    profile: GpuProfile,
) -> None:
    """Ingest, then print the plan of each preset. Raises FactsheetError, SchemaError."""
    schema, console = operations.schemas.find(options.schema_name), stdout_console()
    for subject in subjects_of(paths, company, schema).given:
        with shown_on(stderr_console()) as progress:
            asyncio.run(operations.ingest(subject.name, subject.paths, progress))
        plans = {
            preset: operations.plan(subject.name, options.model_copy(update={"preset": preset}))
            for preset in Preset
        }
        console.print(plan_table(subject.name, plans, schema, profile))
    console.print(Text("\n".join(NOTES), style="dim"))


def plan_table(
    name: str, plans: Mapping[Preset, Workload], schema: Schema, profile: GpuProfile
) -> Table:
    """One row per preset."""
    table = Table(
        title=Text(f"{name} on {profile.gpu.name}, {profile.model.name}"), title_justify="left"
    )
    table.add_column("Preset")
    for label in ("Windows", "Calls", "Prompt", "Uncached", "Output", "Time", "Original's calls"):
        table.add_column(label, justify="right")
    for preset, plan in plans.items():
        table.add_row(preset.value, *_cells(preset, plan, schema, profile))
    return table


def _cells(preset: Preset, plan: Workload, schema: Schema, profile: GpuProfile) -> Iterator[str]:
    yield f"{plan.windows_asked:,} of {plan.windows:,}"
    cost = predict(profile, plan.visits)
    for number in (cost.calls, cost.prompt_tokens, cost.uncached_tokens, cost.output_tokens):
        yield f"{number:,}"
    yield duration(cost.seconds)
    yield f"{calls_of_original(preset, plan.document_tokens, len(schema.groups)):,}"


def calls_of_original(preset: Preset, document_tokens: int, num_groups: int) -> int:
    """What the original way of asking would take for the same thoroughness."""
    settings = ExtractOptions(preset=preset).effective()
    is_capped = settings.coverage is Coverage.BM25
    passes = settings.section_passes if is_capped else original_section_passes(document_tokens)
    deep = NUM_MISSING if settings.deep_cap is None else settings.deep_cap
    verified = 0 if settings.skip_verification else 1
    return original_calls(NUM_FACILITIES, num_groups, passes, verified, deep)


def duration(seconds: float) -> str:
    """Seconds as people say them: ``45 s``, ``4 min 10 s``, ``2 h 05 min``."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02} min"
