"""Scoring records against gold answers."""
