"""Families of tasks: what each shows a search, and how its answer comes back as a program."""
