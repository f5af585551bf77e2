"""Search for programs with jumps on fixed cells: a position is a program of lines that ran, and no others."""
