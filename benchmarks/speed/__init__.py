"""Speed of the machine and of whole searches."""
