"""Runs on one page: curves, figures, who solved what, programs with their traces, settings and commands."""
