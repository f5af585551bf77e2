"""Spreads searches over processes and machines; one process is the reference."""
