"""Search for bit tricks: straight lines of word operations, over a bank of word vectors."""
