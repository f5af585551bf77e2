"""Instructions, one file a family: each kernel stands beside its row of the table."""
