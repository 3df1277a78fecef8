"""Records as tables: CSV, XLSX, terminal."""

from .psych_ds import psych_ds
from .rendering import FORMATS, OF_EVERY_SCHEMA, render_record
from .sheets import csv_bytes
from .terminal import tables

__all__ = ["FORMATS", "OF_EVERY_SCHEMA", "csv_bytes", "psych_ds", "render_record", "tables"]
