"""Search for circuits: the fewest gates that give the goals of a truth table."""
