"""Tasks on the one-instruction set: programs to be found, and programs to be run."""
