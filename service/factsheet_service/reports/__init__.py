"""Records as tables: CSV, XLSX, terminal."""
