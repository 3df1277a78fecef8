"""What an analyst looks at beside the fact sheet: timelines, ladders, definitions, misses."""

from .data import VIEWS, Views
from .gather import views_of

__all__ = ["VIEWS", "Views", "views_of"]
