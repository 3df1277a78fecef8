"""What an arm cost, counted from its recorded calls, and the tables of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.recorded import Sent, rows_in


@dataclass(frozen=True, slots=True)
class Measured:
    """One arm. Times are seconds; tokens are the server's count."""

    arm: str
    wall_s: float
    calls: int
    failures: int  # calls without a whole answer
    prompt_tokens: int
    uncached_tokens: int
    output_tokens: int
    swept_uncached_tokens: int = 0  # of detection and groups alone, where the arm has them
    values: int = 0  # distinct (field, facilities, value) of answers in our form
    rows: int = 0
    empty: int = 0  # answers without a row
    empty_output_tokens: int = 0
    calls_of_all: int | None = None  # where only a part was run: how many there would be
    peak_mb: float | None = None  # of the orchestrator's process
    cpu_s: float | None = None  # of the orchestrator's process
    found: tuple[tuple[str, str], ...] = ()  # field and value
    gpu_s: float | None = None  # predicted for the slice
    note: str = ""

    @property
    def cached_share(self) -> float:
        """Of the prompt tokens."""
        return 1 - self.uncached_tokens / max(self.prompt_tokens, 1)

    @property
    def share_run(self) -> float:
        """How much of the arm was run."""
        return self.calls / self.calls_of_all if self.calls_of_all else 1.0

    @property
    def wall_of_all_s(self) -> float:
        """Extrapolated by the number of calls, where only a part was run."""
        return self.wall_s / self.share_run

    def save(self, path: Path) -> None:
        """Keep it as JSON."""
        path.write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1))


def load_measured(path: Path) -> Measured:
    """An arm's result as it was saved."""
    kept = json.loads(path.read_text())
    return Measured(**{**kept, "found": tuple(map(tuple, kept["found"]))})


def measured(arm: str, sent: Sequence[Sent], **told: object) -> Measured:
    """The account of an arm's calls; ``told`` are what calls do not tell."""
    rows = [(one, list(rows_in(one.content))) for one in sent if one.is_whole and _form_of(one)]
    stated = [row for one, found in rows if not is_check(one) for row in found]
    values = {json.dumps(row[:3]) for row in stated}
    empty = [one for one, found in rows if not found]
    return Measured(
        arm=arm,
        wall_s=max((one.ended_s for one in sent), default=0.0),
        calls=len(sent),
        failures=sum(not one.is_whole for one in sent),
        prompt_tokens=sum(one.prompt_tokens for one in sent),
        uncached_tokens=sum(one.uncached_tokens for one in sent),
        output_tokens=sum(one.output_tokens for one in sent),
        swept_uncached_tokens=sum(one.uncached_tokens for one in sent if is_sweep(one)),
        values=len(values),
        rows=len(stated),
        empty=len(empty),
        empty_output_tokens=sum(one.output_tokens for one in empty),
        **{"found": _pairs(stated), **told},  # type: ignore[arg-type]
    )


def _pairs(rows: Sequence[Sequence[object]]) -> tuple[tuple[str, str], ...]:
    return tuple(dict.fromkeys((str(row[0]), str(row[2])) for row in rows))


def is_check(one: Sent) -> bool:
    """Whether a call verifies what another found."""
    return _form_of(one) == "verify"


def is_sweep(one: Sent) -> bool:
    """Whether a call is a detection or a group's."""
    return _form_of(one) in ("detect", "group")


def _form_of(one: Sent) -> str | None:
    """Our questions name their kind in the form that they ask for."""
    form = one.body.get("response_format") or {}
    return (form.get("json_schema") or {}).get("name")


HEAD = (
    "arm", "calls", "failed", "wall s", "all calls s", "uncached / document", "cached", "output",
    "a value", "a row", "an empty answer", "peak MB", "CPU ms / call",
    "GPU min, predicted", "note",
)  # fmt: skip


def table(arms: Sequence[Measured], document_tokens: int) -> str:
    """A line per arm."""
    rule = "|" + "---|" * len(HEAD)
    return "\n".join([_row(HEAD), rule, *(_row(_cells(one, document_tokens)) for one in arms)])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cells(one: Measured, document_tokens: int) -> list[str]:
    full = one.output_tokens - one.empty_output_tokens
    is_part = one.calls_of_all is not None
    return [
        one.arm,
        f"{one.calls} of {one.calls_of_all}" if is_part else str(one.calls),
        str(one.failures),
        f"{one.wall_s:.1f}",
        f"{one.wall_of_all_s:.0f}",
        f"{one.uncached_tokens / one.share_run / document_tokens:.2f}",
        f"{one.cached_share:.0%}",
        f"{one.output_tokens / one.share_run:,.0f}",
        f"{one.output_tokens / one.values:.1f}" if one.values else "",
        f"{full / one.rows:.1f}" if one.rows else "",
        f"{one.empty_output_tokens / one.empty:.1f}" if one.empty else "",
        f"{one.peak_mb:.0f}" if one.peak_mb else "",
        f"{1000 * one.cpu_s / one.calls:.1f}" if one.cpu_s else "",
        f"{one.gpu_s / one.share_run / 60:.1f}" if one.gpu_s else "",
        one.note,
    ]
