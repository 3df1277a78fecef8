"""Carrying jobs out: one at a time by `run`, whoever calls it, any number of times."""
