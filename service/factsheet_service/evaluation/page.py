"""A report as one HTML page that needs nothing else: no script, no font, no picture from outside.

All text is escaped by the template engine; charts are inline SVG.
"""

from __future__ import annotations

from pathlib import Path

from factsheet_schemas import Schema
from factsheet_schemas.record import JsonValue
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from factsheet_service.core.normalise import render

from . import charts
from .counts import Counts, count
from .report import Reader, Report

TEMPLATES = Path(__file__).with_name("templates")


def html_page(report: Report, schema: Schema) -> str:
    """The page: headline, calibration, groups, fields, companies, errors with quotes, cost."""
    readers = (report.reader, *report.baselines)
    found = report.reader.calibration
    return (
        _environment()
        .get_template("evaluation.html.j2")
        .render(
            report=report,
            schema=schema,
            readers=readers,
            means=[_means(one) for one in readers],
            calibration=found,
            plot=charts.PLOT,
            dots=charts.dots(found.bins),
            chart=charts.bar_chart(
                {group.key: group.title for group in schema.groups},
                [one.by_group(schema) for one in readers],
            ),
            labels_width=charts.LABELS,
            bar_height=charts.BAR,
            bar_length=charts.LENGTH,
            fields=[one.by_field() for one in readers],
            nothing=Counts(),
            shown=lambda key, value: _shown(schema, key, value),
        )
    )


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["share"] = lambda ratio: "–" if ratio is None else f"{ratio:.3f}"
    environment.filters["thousands"] = lambda number: f"{number:,}"
    return environment


def _means(reader: Reader) -> list[tuple[str, object, Counts]]:
    """Which cells, the mean over companies, and the counts of all cells pooled."""
    core = frozenset(key for one in reader.scores for key in one.core_keys)
    of_core = count(verdict for verdict in reader.verdicts if verdict.field in core)
    return [
        ("all", reader.headline, count(reader.verdicts)),
        ("core terms", reader.core_headline, of_core),
    ]


def _shown(schema: Schema, key: str, value: JsonValue) -> str:
    return render(schema.by_key[key], value)
