"""A run from end to end: read, sweep, reconcile, deepen, check, record."""
