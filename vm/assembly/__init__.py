"""The scalar half of the machine: registers, compare flags, memory, stack, jumps, and its assembler."""
