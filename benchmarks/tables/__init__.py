"""The tables of the docs: their figures, kept as records, and how pages are made of them."""
