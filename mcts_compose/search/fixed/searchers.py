"""The names of the searchers with fixed memory."""

from __future__ import annotations

from typing import Final

SEARCHERS: Final[dict[str, str]] = {
    "mcts": "tree over positions by PUCT; the value is how few different outputs are left",
    "best-first": "expands the position of least length + heuristic (A*)",
    "enumerate": "every position that so many instructions reach, before any that more reach",
}
