"""Rows of figures as tables print them, and what stands above each of their columns."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from .flat import FlatText, Span
from .quantities import Found

GAP = re.compile(r"[\s|]{0,6}(?:per annum)?[\s|]{0,4}")
LABEL = 140  # how far before its figures a row's label may begin
HEAD_LINES = 12  # how many lines above the first row may hold heads
WIDE = re.compile(r"\S(?: {3,}|\t|\|)\S|^\S{1,6}$")
HEAD_END = re.compile(r"[.:;]\s*$")
SEGMENT = re.compile(r"\S+(?: \S+)*")
BAR = re.compile(r"\s*[|\t]\s*")
RULE = re.compile(r"[\s|=_.-]*")
BASIS_POINTS = re.compile(r"(?:\bin )?basis points|\bbps\b|\bb\.p\.", re.IGNORECASE)
PERCENT_SAID = re.compile(r"%|per ?cent", re.IGNORECASE)
BARE = r"(?<![\w.,:/$+-])\d{1,3}(?:\.\d{1,4})?(?![\w.,:/%])"
BARE_RUN = re.compile(
    rf"(?:{BARE})(?:[\s|]+{BARE})+(?=[\s|]*$)|(?:\d{{1,3}}\.\d{{1,4}})(?=[\s|]*$)"
)
BARE_CELL = re.compile(BARE)
ALIGNED = 5.0  # how far the middles of a column's figures may lie apart


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row: where its label may begin, and its figures from left to right."""

    label_start: int
    cells: tuple[Found, ...]

    @property
    def span(self) -> Span:
        """The figures together."""
        return self.cells[0].start, self.cells[-1].end

    def label(self, text: str) -> str:
        """What stands before the figures."""
        return text[self.label_start : self.cells[0].start]


def rows_of(flat: FlatText, found: Sequence[Found], region: Span) -> list[TableRow]:
    """Rows of signed figures of one width; else of bare ones where the region names their unit."""
    rows = _widest(_runs(flat, found), region)
    if rows:
        return rows
    bare = _widest(list(_bare_runs(flat, region)), region)
    return bare or _column_rows(flat, found, region)


def _runs(flat: FlatText, found: Sequence[Found]) -> list[list[Found]]:
    runs: list[list[Found]] = []
    for value in found:
        gap = flat.text[runs[-1][-1].end : value.start] if runs else None
        if gap is not None and GAP.fullmatch(gap):
            runs[-1].append(value)
        else:
            runs.append([value])
    return runs


def _widest(runs: list[list[Found]], region: Span) -> list[TableRow]:
    """The rows of the greatest width over one that stands at least twice."""
    counts = Counter(len(run) for run in runs)
    width = max((width for width, count in counts.items() if width > 1 and count > 1), default=0)
    return _labelled(runs, region, lambda run: len(run) == width) if width else []


def _labelled(
    runs: list[list[Found]], region: Span, is_row: Callable[[list[Found]], bool]
) -> list[TableRow]:
    rows, last = [], region[0]
    for run in runs:
        if is_row(run):
            rows.append(TableRow(max(last, run[0].start - LABEL), tuple(run)))
        last = run[-1].end
    return rows


def _column_rows(flat: FlatText, found: Sequence[Found], region: Span) -> list[TableRow]:
    """Rows of one figure each that ends its line; at least two."""
    runs = [[value] for value in found if _ends_line(flat, value.end)]
    rows = _labelled(runs, region, lambda run: True)
    return rows if len(rows) > 1 else []


def _ends_line(flat: FlatText, offset: int) -> bool:
    rest = flat.text[offset : flat.line(offset)[1]]
    return bool(re.fullmatch(r"[\s|]*(?:per annum)?[\s|]*", rest))


def _bare_runs(flat: FlatText, region: Span) -> Iterator[list[Found]]:
    """Figures without a sign at the ends of lines, in the unit that the region names."""
    text = flat.text[slice(*region)]
    scale = 0.01 if BASIS_POINTS.search(text) else 1.0 if PERCENT_SAID.search(text) else None
    for start, end in flat.lines_in(region) if scale else ():
        run = BARE_RUN.search(flat.text, max(start, region[0]), end)
        if run and scale:
            cells = BARE_CELL.finditer(flat.text, *run.span())
            yield [_scaled(cell, scale) for cell in cells]


def _scaled(cell: re.Match[str], scale: float) -> Found:
    number = round(float(cell.group()) * scale, 6)
    return Found(*cell.span(), f"{number:g}%", number)


def header_of(flat: FlatText, rows: Sequence[TableRow], region: Span) -> Span:
    """The lines above the first row, up to the sentence that leads to the table."""
    first = rows[0].cells[0].start
    start = flat.line(first)[0]
    for _ in range(HEAD_LINES):
        if start <= region[0]:
            break
        above = flat.line(start - 1)
        if _leads_on(flat, above):
            break
        start = above[0]
    return max(start, region[0]), first


def _leads_on(flat: FlatText, line: Span) -> bool:
    """Whether a line ends a sentence rather than holds heads ("Be:")."""
    is_open = HEAD_END.search(flat.text[slice(*line)]) is None
    return not is_open and not WIDE.search(flat.raw_line(line).strip())


def column_heads(flat: FlatText, rows: Sequence[TableRow], header: Span) -> list[str] | None:
    """The words above each column where the layout shows them; else None."""
    width = len(rows[0].cells)
    own = [flat.raw_line(flat.line(row.cells[0].start)) for row in rows if _on_one_line(flat, row)]
    all_above = [
        flat.raw_line(span) for span in flat.lines_in((header[0], flat.line(header[1])[0]))
    ]
    above = [line for line in all_above if not RULE.fullmatch(line)]
    if len(own) * 2 < len(rows) or not own:
        return None
    if BAR.search(own[0]):
        heads = _by_bars(above, own, width)
    elif _is_loose(own, width):
        heads = _by_count(above, own, width)
    else:
        heads = _by_place(all_above, own, width)
    return heads if heads and any(heads) else None


def _on_one_line(flat: FlatText, row: TableRow) -> bool:
    return row.cells[-1].end <= flat.line(row.cells[0].start)[1]


def _by_bars(above: list[str], own: list[str], width: int) -> list[str] | None:
    """Heads and figures that bars or tabs part, as many in a line above as in a row."""
    count = Counter(len(BAR.split(line)) for line in own).most_common(1)[0][0]
    full = [parts for line in above if len(parts := BAR.split(line)) == count]
    heads = [" ".join(words).strip() for words in zip(*full, strict=True)]
    return heads[count - width :] if count >= width else None


def _by_count(above: list[str], own: list[str], width: int) -> list[str] | None:
    """One line that has as many parts as the rows have."""
    counts = Counter(len(SEGMENT.findall(line)) for line in own)
    full = [parts for line in above if len(parts := SEGMENT.findall(line)) in counts]
    return full[0][-width:] if len(full) == 1 == len(above) and len(full[0]) > width > 1 else None


def _is_loose(own: list[str], width: int) -> bool:
    """Whether the columns do not line up."""
    places = _places(own, width)
    return not places or any(max(at) - min(at) > ALIGNED for at in zip(*places, strict=True))


def _places(own: list[str], width: int) -> list[list[float]]:
    """The middles of the figures of each line that has them all."""
    rows = [list(SEGMENT.finditer(line)) for line in own]
    return [[_middle(part) for part in row[-width:]] for row in rows if len(row) >= width]


def _middle(part: re.Match[str]) -> float:
    return (part.start() + part.end()) / 2


def _by_place(above: list[str], own: list[str], width: int) -> list[str] | None:
    """Each head to the column above which it stands, in text of fixed pitch."""
    centers = [sum(at) / len(at) for at in zip(*_places(own, width), strict=True)]
    labels = [_middle(row[0]) for line in own if len(row := list(SEGMENT.finditer(line))) > width]
    label = sum(labels) / len(labels) if labels else -1.0
    heads: list[list[str]] = [[] for _ in range(width + 1)]
    waiting: list[re.Match[str]] = []
    for line in above:
        parts = list(SEGMENT.finditer(line))
        if RULE.fullmatch(line):
            waiting = _spanned(waiting, parts, centers, heads)
        else:
            waiting += parts
    for part in waiting:
        nearest = min(range(width + 1), key=lambda i: abs([label, *centers][i] - _middle(part)))
        heads[nearest].append(part.group())
    return [" ".join(words) for words in heads[1:]]


def _spanned(
    waiting: list[re.Match[str]],
    rules: list[re.Match[str]],
    centers: list[float],
    heads: list[list[str]],
) -> list[re.Match[str]]:
    """Heads over a rule that spans several columns go to all of these; the others are left."""
    used: list[re.Match[str]] = []
    for rule in rules:
        under = [i for i, at in enumerate(centers) if rule.start() - 1 <= at <= rule.end() + 1]
        if len(under) < 2:
            continue
        over = [part for part in waiting if rule.start() <= _middle(part) <= rule.end()]
        for column in under:
            heads[column + 1] += [part.group() for part in over]
        used += over
    return [part for part in waiting if part not in used]
