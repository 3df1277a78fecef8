"""The light SDK and command line of factsheet."""
