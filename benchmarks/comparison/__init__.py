"""Runs beside each other: which may be compared, what is measured, how sure a difference is, and curves."""
