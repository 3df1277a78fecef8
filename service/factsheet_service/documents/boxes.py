"""Where on its page a stretch of a PDF's text stands."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from factsheet_schemas import Box

from .child import Job
from .frames import Frame, SpanBoxes
from .limits import ReadLimits
from .sandbox import run_reader

_READER = "factsheet_service.documents.readers.pdf_boxes:read"
_SPANS_PER_JOB = 2000  # they travel on the command line, which holds 128 kB in one argument


async def locate(
    path: Path, spans: Sequence[tuple[int, int, int]], limits: ReadLimits
) -> list[tuple[Box, ...]]:
    """The rectangles of spans, one per visual line, in the order of ``spans``.

    A span is (page number from 1, start, end), offsets in that page's text. Its boxes are empty
    where it holds nothing but white space, and where the PDF cannot be read.
    """
    order = sorted(range(len(spans)), key=lambda index: spans[index])
    found: list[tuple[Box, ...]] = [()] * len(spans)
    for first in range(0, len(order), _SPANS_PER_JOB):
        part = order[first : first + _SPANS_PER_JOB]
        located = await _locate(path, [spans[index] for index in part], limits)
        for index, boxes in zip(part, located, strict=False):
            found[index] = boxes
    return found


async def _locate(
    path: Path, spans: Sequence[tuple[int, int, int]], limits: ReadLimits
) -> list[tuple[Box, ...]]:
    located: list[tuple[Box, ...]] = []

    def take(frame: Frame) -> None:
        if isinstance(frame, SpanBoxes):
            located.append(
                tuple(Box(page=p, x0=x0, y0=y0, x1=x1, y1=y1) for p, x0, y0, x1, y1 in frame.boxes)
            )

    await run_reader(Job(_READER, path.name, limits, list(spans)), path, take)
    return located
