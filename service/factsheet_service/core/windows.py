"""Windows: a document cut once, at headings and paragraphs, into stretches of equal cost."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace

from .document import Document, Line, Window
from .lines import Stretch, fold, split_lines

CHARS_PER_TOKEN = 4.2  # English agreements, a 131 K vocabulary
TOKENS_PER_NUMBER = 2  # a line's number and its line end
TOKENS_PER_GAP = 8  # the mark where lines are left out
GAP = "..."
_TABLE = "table: "
MAX_LINES = 999  # of a window: numbers that every answer's form can cite
# Other languages take more: an accent stands for a language whose words a vocabulary made for
# English cuts small, and letters of scripts other than Cyrillic are about a token each.
TOKENS_PER_ACCENT = 3
_ACCENT = re.compile(r"[\u00c0-\u024f]")
_FOREIGN = re.compile(r"[\u0370-\u03ff\u0530-\U0010ffff](?<=\w)")
_PIECE = re.compile(r"[^\W\d_]+|\S")  # a word, or one digit or mark, is a token at least
_EARLIEST_HEADING = 0.8  # of the budget: from here on a heading is a good place to cut
_EARLIEST_PARAGRAPH = 0.9
_DEPTH = re.compile(r"(?:section|clause)?\s*(\d{1,2}(?:\.\d{1,2})*)", re.IGNORECASE)
_MAX_HEADING_CHARS = 90
_MAX_DEPTH = 4

Cuttable = Stretch | Line


def estimate_tokens(text: str) -> int:
    """Tokens of a text, estimated from its length or, where it is all figures, from its pieces.

    In English agreements at most a fifth below Qwen's and Mistral's counts; of seven other
    languages tried, at most a third below.
    """
    plain = max(int(len(text) / CHARS_PER_TOKEN), sum(1 for _ in _PIECE.finditer(text)))
    if text.isascii():
        return plain + 1
    foreign = len(_FOREIGN.findall(text))
    return plain + TOKENS_PER_ACCENT * len(_ACCENT.findall(text)) + foreign + 1


def cut_windows(
    document: Document,
    window_tokens: int,
    shown: Container[int] | None = None,
    first_index: int = 0,
) -> tuple[Window, ...]:
    """The windows of one document; the same document and size always give the same ones.

    With ``shown``, they hold those of its lines alone, counted from 0, packed close together.
    """
    stretches = split_lines(document.text)
    numbers = [n for n in range(len(stretches)) if shown is None or n in shown]
    kept = [stretches[n] for n in numbers]
    costs = [cost_of(document.text, stretch) for stretch in kept]
    for at in range(1, len(numbers)):
        costs[at] += TOKENS_PER_GAP * _is_behind_gap(numbers, at)
    windows: list[Window] = []
    path: tuple[str, ...] = ()
    start = passed = 0
    while start < len(kept):
        end = _end_of_window(kept, costs, start, window_tokens)
        path = _path_after(document.text, stretches[passed : numbers[start]], path)
        passed = numbers[start]
        index = first_index + len(windows)
        windows.append(_window(document, index, stretches, numbers[start:end], path))
        start = end
    return tuple(windows)


def cost_of(text: str, stretch: Stretch) -> int:
    """Tokens of a line with its number, estimated."""
    return estimate_tokens(text[stretch.start : stretch.end]) + TOKENS_PER_NUMBER


def _end_of_window(
    stretches: Sequence[Stretch], costs: Sequence[int], start: int, budget: int
) -> int:
    """Where to cut: at the last heading or else paragraph that still fills the window well."""
    spent, heading, paragraph = 0, None, None
    for index in range(start, len(stretches)):
        is_full = spent + costs[index] > budget or index - start >= MAX_LINES
        if spent and is_full:
            return heading or paragraph or index
        if spent >= budget * _EARLIEST_HEADING and _opens_section(stretches, index, start):
            heading = index
        if spent >= budget * _EARLIEST_PARAGRAPH and stretches[index].opens_paragraph:
            paragraph = index
        spent += costs[index]
    return len(stretches)


def _opens_section(stretches: Sequence[Stretch], index: int, start: int) -> bool:
    """Whether the first of one or more headings stands at ``index``."""
    is_first = index > start and not stretches[index - 1].is_heading
    return is_first and stretches[index].is_heading


def _window(
    document: Document,
    index: int,
    stretches: Sequence[Stretch],
    numbers: Sequence[int],
    path: tuple[str, ...],
) -> Window:
    text = document.text
    lines = tuple(
        Line(number, s.start, s.end, fold(text[s.start : s.end]), s.is_table, s.is_heading)
        for number, s in enumerate((stretches[n] for n in numbers), 1)
    )
    header = _header_of_cut_table(text, stretches, numbers[0])
    gaps = tuple(_gaps(text, stretches, numbers, path))
    window = Window(document, index, path, header, lines, 0, gaps)
    return replace(window, num_tokens=_rendered_tokens(window))


def _gaps(
    text: str, stretches: Sequence[Stretch], numbers: Sequence[int], path: tuple[str, ...]
) -> Iterator[tuple[int, str]]:
    """Per gap between lines the heading that the one behind it stands under, if it is another
    than before, and the head of the table that goes on there."""
    shown = set(numbers)
    for at in range(1, len(numbers)):
        above, here = numbers[at - 1], numbers[at]
        path = _path_after(text, stretches[above : above + 1], path)
        if not _is_behind_gap(numbers, at):
            continue
        under = _path_after(text, stretches[above + 1 : here], path)
        is_told = bool(under) and under != path and not stretches[here].is_heading
        yield at + 1, under[-1] if is_told else GAP
        top = _top_of_cut_table(stretches, here)
        if top is not None and top not in shown:
            shown.add(top)
            yield at + 1, f"{_TABLE}{fold(text[stretches[top].start : stretches[top].end])}"
        path = under


def _is_behind_gap(numbers: Sequence[int], at: int) -> bool:
    return numbers[at] != numbers[at - 1] + 1


def _rendered_tokens(window: Window) -> int:
    return estimate_tokens(window.render()) + TOKENS_PER_NUMBER * len(window.lines)


def part_of(window: Window, start: int, end: int) -> Window:
    """The lines ``window.lines[start:end]`` as a window with what they stand under.

    Lines keep their numbers, so what is cited of the part is cited of the window.
    """
    numbers = {line.number for line in window.lines[start:end]}
    part = replace(
        window,
        headings=_path_within(window, start),
        table_header=_header_within(window, start),
        lines=window.lines[start:end],
        gaps=tuple(gap for gap in window.gaps if gap[0] in numbers),
    )
    return replace(part, num_tokens=_rendered_tokens(part))


def _path_within(window: Window, start: int) -> tuple[str, ...]:
    """The heading path in force at a window's line, by its headings and the marks of its gaps."""
    marks = {number: mark for number, mark in window.gaps if not mark.startswith((GAP, _TABLE))}
    titles = list(window.headings)
    for line in window.lines[:start]:
        titles += [marks[line.number]] if line.number in marks else []
        titles += [line.text] if line.is_heading else []
    return _path_of(titles)


def _header_within(window: Window, start: int) -> str | None:
    if window.table_header and all(line.is_table for line in window.lines[: start + 1]):
        return window.table_header
    return _header_of_cut_table(window.document.text, window.lines, start)


def _header_of_cut_table(text: str, stretches: Sequence[Cuttable], start: int) -> str | None:
    """The first row of the table that the cut at ``start`` runs through."""
    top = _top_of_cut_table(stretches, start)
    return None if top is None else fold(text[stretches[top].start : stretches[top].end])


def _top_of_cut_table(stretches: Sequence[Cuttable], start: int) -> int | None:
    if not (start and stretches[start].is_table and stretches[start - 1].is_table):
        return None
    top = start
    while top and stretches[top - 1].is_table:
        top -= 1
    return top


@dataclass(frozen=True, slots=True)
class _Heading:
    depth: int
    text: str


def _path_after(text: str, stretches: Sequence[Cuttable], path: tuple[str, ...]) -> tuple[str, ...]:
    """The heading path in force behind some lines, given the one before them."""
    titles = [fold(text[s.start : s.end]) for s in stretches if s.is_heading]
    return _path_of([*path, *titles]) if titles else path


def _path_of(titles: Sequence[str]) -> tuple[str, ...]:
    """Those of some headings, in order, that are still open at the last."""
    open_headings: list[_Heading] = []
    for title in titles:
        heading = _heading(title[:_MAX_HEADING_CHARS])
        open_headings = [h for h in open_headings if h.depth < heading.depth]
        open_headings.append(heading)
    return tuple(heading.text for heading in open_headings[-_MAX_DEPTH:])


def _heading(title: str) -> _Heading:
    numbered = _DEPTH.match(title)
    return _Heading(numbered.group(1).count(".") + 2 if numbered else 1, title)
