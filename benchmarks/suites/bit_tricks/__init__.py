"""The classic loop-free bit tricks: what they compute, how, and on which examples they are shown."""
