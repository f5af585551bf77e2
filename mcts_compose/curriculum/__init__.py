"""Learns skills from suites of tasks, generation by generation."""
