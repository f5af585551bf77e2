"""Public formats: their files become tasks of this project."""
