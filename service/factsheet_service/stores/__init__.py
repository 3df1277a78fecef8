"""Where companies, runs and jobs are kept."""
