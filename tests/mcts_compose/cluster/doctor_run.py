"""Runs `doctor`; by variables nodes may say that they are another machine or short of shared memory."""

import os
import sys

from mcts_compose.cluster import node_facts
from mcts_compose.commands.main import main

# Without names of their own functions go to the nodes by value, as those they stand for.
machine, shared_memory = node_facts.machine, node_facts.shared_memory
node_facts.machine = lambda: os.environ.get("PLANTED_MACHINE") or machine()
node_facts.shared_memory = lambda: {
    **shared_memory(),
    **({"shared_free": int(os.environ["PLANTED_FREE"])} if "PLANTED_FREE" in os.environ else {}),
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
