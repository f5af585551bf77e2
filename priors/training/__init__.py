"""Trains small causal language models on tasks made of words; needs the extra `lm`."""
