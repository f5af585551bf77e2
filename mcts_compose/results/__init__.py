"""Keeps what searches found: records, run directories, verdicts and tables."""
