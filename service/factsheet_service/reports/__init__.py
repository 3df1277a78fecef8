"""Records as tables: CSV, XLSX, terminal."""

from .rendering import FORMATS, render_record
from .sheets import csv_bytes
from .terminal import tables

__all__ = ["FORMATS", "csv_bytes", "render_record", "tables"]
