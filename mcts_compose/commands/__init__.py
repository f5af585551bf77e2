"""The command line: reads flags, calls the Python interface, prints."""

import gc

# Start-up makes many objects that live on: collecting among them is a tenth of what a short command takes.
gc.set_threshold(100_000)
