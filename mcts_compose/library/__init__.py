"""The skill library: what was learnt, on disk and as a table that programs may call."""
