"""Ranking windows for a query with BM25 (k1 1.5, b 0.75, as the original tool had them)."""

from __future__ import annotations

import re
from collections.abc import Sequence

import bm25s
import numpy as np
from factsheet_schemas import FieldSpec, Group

from factsheet_service.core.document import Window

_WORD = re.compile(r"[^\W_]{2,}")


def words(text: str) -> list[str]:
    """Lower-case words of two or more letters or digits."""
    return _WORD.findall(text.lower())


def group_query(group: Group) -> str:
    """What a group is looked for with: its title, labels, aliases and own queries."""
    fields = " ".join(field_query(field) for field in group.fields)
    return " ".join((group.title, fields, *group.queries))


def field_query(field: FieldSpec) -> str:
    """What one field is looked for with."""
    return " ".join((field.label, *field.aliases))


class WindowIndex:
    """BM25 over windows."""

    def __init__(self, windows: Sequence[Window]) -> None:
        self.num_windows = len(windows)
        self._vocabulary: dict[str, str] = {}  # so that each word is held once, however often
        corpus = [
            [self._vocabulary.setdefault(word, word) for word in words(_text(window))]
            for window in windows
        ]
        # An empty vocabulary makes the library raise; then every window scores 0.
        self._bm25 = bm25s.BM25(k1=1.5, b=0.75) if self._vocabulary else None
        if self._bm25:
            self._bm25.index(corpus, show_progress=False)

    def scores(self, query: str) -> list[float]:
        """A score per window, in the order of the windows; 0 where no word matches."""
        tokens = [word for word in dict.fromkeys(words(query)) if word in self._vocabulary]
        if self._bm25 is None or not tokens:
            return [0.0] * self.num_windows
        return [float(score) for score in np.asarray(self._bm25.get_scores(tokens))]

    def ranked(self, query: str) -> list[int]:
        """Indices of the windows that match, best first; ties in document order."""
        scores = self.scores(query)
        return sorted((i for i, s in enumerate(scores) if s > 0), key=lambda i: (-scores[i], i))


def _text(window: Window) -> str:
    return " ".join(line.text for line in window.lines)
