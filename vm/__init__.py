"""The machine: values, instructions, programs, execution."""
