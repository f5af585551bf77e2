"""Steps of `numeric-v1`: from products of vectors to networks, roots and descent."""
