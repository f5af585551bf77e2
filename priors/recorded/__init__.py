"""Recorded answers: `cached` asks a model once and writes down what it said, `replay` reads that back."""
