"""Telling others of the ends of jobs: at least once, signed, and only where it may go."""
