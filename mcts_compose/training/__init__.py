"""Samples for language models: made from random programs, and from tasks that were solved."""
