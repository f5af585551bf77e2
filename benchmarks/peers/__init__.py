"""Other people's solvers beside ours: they get what a task shows, and our machine judges what they answer."""
