"""Suites of tasks, runs over them, comparisons and speed measurements."""
