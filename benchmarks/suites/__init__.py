"""Versioned suites of tasks; a changed task means a new version of its suite."""
