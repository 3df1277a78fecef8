"""Which windows and passages are worth asking, judged before anything is asked."""

from .judge import Judge, Similarities
from .ranking import WindowIndex, field_query, group_query

__all__ = ["Judge", "Similarities", "WindowIndex", "field_query", "group_query"]
