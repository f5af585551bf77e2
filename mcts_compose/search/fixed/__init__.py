"""Search with fixed memory: a program writes named cells; a position is what they hold on all examples."""
