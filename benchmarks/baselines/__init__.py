"""The page of baselines: what solves how much of each public suite, ours and theirs, and by which command."""
