"""Checks of what a search found, on more inputs than it was shown: all of them, or by proof."""
