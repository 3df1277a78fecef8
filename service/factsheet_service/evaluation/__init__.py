"""Scoring records against gold answers.

Start at ``scoring.score`` (one company) and ``report.evaluate`` (several, with baselines).
``gold`` reads what is right, ``tranches`` pairs the rows, ``judging`` decides each cell.
"""
