"""Search for straight lines of word operations: bit tricks and circuits."""
