"""Hostile files of our own making, and what the readers make of them: `make fuzz`.

Nothing here is kept as a file: every attack and every mutation is made anew from its name or seed.
"""
