"""Curricula: tasks in the order in which a textbook would teach them."""
