"""The steps of `automata-v1`, one file for each chapter."""
