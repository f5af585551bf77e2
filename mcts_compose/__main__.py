"""Runs the command line: `python -m mcts_compose`."""

import sys

from mcts_compose.commands.main import main

if __name__ == "__main__":
    sys.exit(main())
