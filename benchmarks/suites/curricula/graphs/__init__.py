"""Steps of `graphs-v1`: what can be reached, parts, distances, colours, orders, mazes."""
