"""Saves of searches under way: what a file of them holds, and when and how one is written."""
