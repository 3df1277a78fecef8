"""The line-based markup of the example documents, read into blocks.

One source line is one paragraph, so that a changed clause is one changed line in a diff.

    # text       a part of the document, on a new page
    ## text      a clause heading (goes into the table of contents)
    ### text     a sub-clause heading
    ^ text       a centred line
    (a) text     an item; every four leading spaces indent it once more
    | a | b |    a table row; the first row of a table is its header
    @widths 3 7  relative column widths of the next table
    @page        a page break
    @toc         the place of the table of contents
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

_HEADINGS = {"#": "part", "##": "clause", "###": "subclause", "^": "centre"}
_ITEM = re.compile(r"^( *)(\([A-Za-z0-9]+\)) (.+)$")


@dataclass(frozen=True)
class Block:
    """One paragraph, heading, item, table or page break."""

    kind: str
    text: str = ""
    label: str = ""
    level: int = 0
    rows: tuple[tuple[str, ...], ...] = ()
    widths: tuple[int, ...] = ()


def read(paths: Iterable[Path]) -> list[Block]:
    """Read the source files, in the order given, as one document."""
    text = "\n\n".join(path.read_text(encoding="utf-8") for path in paths)
    return list(parse(text))


def parse(text: str) -> Iterator[Block]:
    """Yield the blocks of a source text; blank lines only part them."""
    widths: tuple[int, ...] = ()
    for is_table, group in groupby(text.splitlines(), key=lambda line: line.startswith("|")):
        lines = [line.rstrip() for line in group if line.strip()]
        if is_table:
            yield Block("table", rows=tuple(map(_cells, lines)), widths=widths)
            continue
        for line in lines:
            if line.startswith("@widths "):
                widths = tuple(map(int, line.split()[1:]))
            else:
                yield _block(line)


def _block(line: str) -> Block:
    if line in ("@page", "@toc"):
        return Block(line[1:])
    mark, _, rest = line.partition(" ")
    if mark in _HEADINGS:
        return Block(_HEADINGS[mark], text=rest)
    if item := _ITEM.match(line):
        spaces, label, words = item.groups()
        return Block("item", text=words, label=label, level=len(spaces) // 4 + 1)
    return Block("paragraph", text=line)


def _cells(line: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in line.strip("|").split("|"))
