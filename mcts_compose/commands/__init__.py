"""The command line: reads flags, calls the Python interface, prints."""
