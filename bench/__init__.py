"""Benchmarks: what a run costs, in tokens, seconds and memory. `make bench` runs the lot."""
