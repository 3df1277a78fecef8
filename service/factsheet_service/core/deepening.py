"""Deep extraction: which open cells are asked again, of which windows.

One question per (window, row) for all its open fields, naming the row, in window order.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from factsheet_schemas import ExtractOptions, FieldSpec, Schema, Settings

from .document import Window
from .lines import fold
from .planning import Plan, Step, lender_name, rereadable
from .questions import Kind, Question
from .reconcile.assemble import Sheet, open_cells
from .reconcile.cells import DEAL
from .reconcile.events import definition_of
from .reconcile.names import Facility
from .retrieval import WindowIndex, field_query

WINDOWS_PER_FIELD = 2
MAX_POINTING = 4  # lines that a question quotes per field
MAX_FIELDS = 8  # per question
_TARGET = re.compile(
    r"(?:schedule|exhibit|annex|appendix|section|clause|article|part)\s+[\w.]+", re.IGNORECASE
)
_NEXT = re.compile(r"[\"“][^\"”“]{2,80}[\"”]\s*(?:\([^)]*\)\s*)?(?:shall\s+)?(?:means?|be)\b")
_TERM = re.compile(r"[A-Z][\w/&-]*(?:\s+(?:of\s+|and\s+)?[A-Z][\w/&-]*)*")


@dataclass(frozen=True, slots=True)
class OpenCell:
    """A cell to ask again, with the lines that point to where the answer may stand."""

    facility: Facility | None
    spec: FieldSpec
    target: str | None
    pointing: tuple[str, ...]


def plan_deep(sheet: Sheet, schema: Schema, plan: Plan, options: ExtractOptions) -> list[Step]:
    """The deep questions of a run, by window in document order; empty where the cap is 0.

    Only fields that the sweep's ``plan`` asks for are asked again; at `balanced` they are asked of
    what it left out as well.
    """
    windows = plan.deep_windows
    settings, lender = options.effective(), lender_name(options)
    cells = [c for c in _open(sheet, schema, settings) if c.spec.key in plan.windows_due]
    cells = _capped(cells, settings.deep_cap)
    if not cells:  # an index over all windows is not for nothing
        return []
    index = WindowIndex(windows)
    by_window: dict[int, list[OpenCell]] = defaultdict(list)
    for cell in cells:
        for number in _windows_for(cell, index, windows):
            by_window[number].append(cell)
    allowed = _by_use(by_window)[: rereadable(plan, settings)]
    return [Step(windows[n], _questions(by_window[n], lender)) for n in sorted(allowed)]


def _open(sheet: Sheet, schema: Schema, settings: Settings) -> list[OpenCell]:
    found = open_cells(sheet, settings.deep_missing)
    return [_open_cell(sheet, facility, schema.by_key[key]) for facility, key in found]


def _open_cell(sheet: Sheet, facility: Facility | None, spec: FieldSpec) -> OpenCell:
    choice = sheet.choices.get((facility.id if facility else DEAL, spec.key))
    readings = (choice.chosen, *choice.lost) if choice else ()
    pointing = [one for r in readings for one in r.candidates if one.pointer]
    target = pointing[0].pointer if pointing else None
    lines = dict.fromkeys(line for one in pointing for line in one.pointing())
    return OpenCell(facility, spec, target, tuple(lines)[:MAX_POINTING])


def _capped(cells: Sequence[OpenCell], cap: int | None) -> list[OpenCell]:
    """At most ``cap`` fields per row of the fact sheet; the deal counts as one."""
    if cap is None:
        return list(cells)
    taken: Counter[str] = Counter()
    kept = []
    for cell in cells:
        row = cell.facility.id if cell.facility else DEAL
        if taken[row] < cap:
            taken[row] += 1
            kept.append(cell)
    return kept


def _windows_for(cell: OpenCell, index: WindowIndex, windows: Sequence[Window]) -> list[int]:
    if cell.target and (pointed := _pointed(cell.target, windows)):
        return pointed[:WINDOWS_PER_FIELD]
    name = cell.facility.called if cell.facility else ""
    return index.ranked(f"{field_query(cell.spec)} {name}")[:WINDOWS_PER_FIELD]


def _pointed(target: str, windows: Sequence[Window]) -> list[int]:
    """Windows with a heading of the place that is pointed to, or that define the term."""
    named = _TARGET.search(target)
    wanted = fold(named.group() if named else target).casefold().rstrip(".")
    whole = re.compile(rf"(?<!\w){re.escape(wanted)}(?!\.?\w)")  # Schedule 2 is not Schedule 20
    headed = [
        number
        for number, window in enumerate(windows)
        if any(line.is_heading and whole.search(line.text.casefold()) for line in window.lines)
    ]
    defined = (found for term in _terms(target) if (found := _defining(term, windows)))
    return (named and headed) or next(defined, headed)


def _terms(target: str) -> Iterator[str]:
    """What may be defined: the target as a whole, then the capitalised terms in it, in order, each
    also without its first words ("Consolidated Debt Service")."""
    yield target
    for found in _TERM.finditer(target):
        words = found.group().split()
        yield from (" ".join(words[start:]) for start in range(max(1, len(words) - 1)))


def _defining(term: str, windows: Sequence[Window]) -> list[int]:
    """Windows that a term's definition stands in, or else that have it in quotation marks."""
    texts = [window.text for window in windows]
    found = [(n, span) for n, text in enumerate(texts) if (span := definition_of(term, text))]
    touched = [[n, n + 1] if _runs_on(texts[n], span[1]) else [n] for n, span in found]
    defining = dict.fromkeys(n for numbers in touched for n in numbers if n < len(texts))
    words = r"\s+".join(map(re.escape, term.split()))
    quoted = re.compile(rf"[\"“”]{words}[\"“”]", re.IGNORECASE)
    return list(defining) or [n for n, text in enumerate(texts) if quoted.search(text)]


def _runs_on(text: str, end: int) -> bool:
    """Whether a definition may go on behind a window's text: no other one begins in it."""
    return _NEXT.search(text, end) is None


def _by_use(by_window: dict[int, list[OpenCell]]) -> list[int]:
    """The windows in the order of what reading them again is worth: those that most cells point
    to, then those with most open cells."""
    return sorted(by_window, key=lambda number: (*_use(by_window[number]), number))


def _use(cells: Sequence[OpenCell]) -> tuple[int, int]:
    pointed = sum(cell.target is not None for cell in cells)
    return -pointed, -len(cells)


def _questions(cells: Sequence[OpenCell], lender: str | None) -> tuple[Question, ...]:
    by_row: dict[str | None, list[OpenCell]] = defaultdict(list)
    for cell in cells:
        by_row[cell.facility.called if cell.facility else None].append(cell)
    return tuple(
        _question(name, group[i : i + MAX_FIELDS], lender)
        for name, group in by_row.items()
        for i in range(0, len(group), MAX_FIELDS)
    )


def _question(name: str | None, cells: Sequence[OpenCell], lender: str | None) -> Question:
    fields = tuple(dict.fromkeys(cell.spec.key for cell in cells))
    specs = {cell.spec.key: cell.spec for cell in cells}
    pointers = tuple(dict.fromkeys(line for cell in cells for line in cell.pointing))
    key = f"deep:{name}" if name else "deep"
    return Question(
        Kind.DEEP,
        key,
        tuple(specs[f] for f in fields),
        facility=name,
        pointers=pointers,
        lender_of_interest=lender,
    )
