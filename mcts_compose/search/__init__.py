"""Search: the bank, the focus tree and the searchers that share one expansion."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from mcts_compose.search.outcome import Progress, SearchOutcome

if TYPE_CHECKING:
    from mcts_compose.search.run import run_search

SEARCHERS: dict[str, str] = {
    "mcts": "focus tree over the bank by PUCT with a learned value; the root enumerates by cost",
    "enumerate": "every program by cost, cheapest first",
    "best-first": "expands the focus of highest value less cost, wherever it is",
    "beam": "keeps the best focuses of each depth; the width doubles with every round",
    "levin": "expands focuses by depth over probability (Levin tree search)",
    "random": "expands focuses drawn at random by their prior",
}

SAMPLE: Final = "sample"
"""The searcher that is none: whole programs of a prior, without bank or tree; see `sampling.py`."""

__all__ = ["SAMPLE", "SEARCHERS", "Progress", "SearchOutcome", "run_search"]


def __getattr__(name: str) -> Any:
    """Loads `run_search` on first use: it brings the compiler along."""
    if name == "run_search":
        from mcts_compose.search.run import run_search

        return run_search
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
