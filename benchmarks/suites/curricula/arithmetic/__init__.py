"""The steps of `arithmetic-v1`, one file for each chapter."""
