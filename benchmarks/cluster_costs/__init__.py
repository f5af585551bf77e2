"""What the pieces of a spread run cost: messages, processes, memory, prior servers."""
