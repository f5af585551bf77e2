"""The tasks of `lists-v1`, one file for each family."""
