"""The model that ships with the package: what it reads, its words, its forward pass and the prior."""
