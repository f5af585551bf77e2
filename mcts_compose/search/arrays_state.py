"""Decides what of a search over arrays is saved between two steps, and how a new search takes it over.

Saved is what cannot be made again from the task, the options and the prices: the used parts of the bank and
of the tree, counters, the generator, the searcher's own memory, and what a model has said. The hash table and
what contents are collected is made anew. A batch that is with the model is asked again.

The bank only grows, but for the headers of contents whose derivation or flags change: the links tell which.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mcts_compose.errors import located
from mcts_compose.saves.save_file import SavedState, SaveError
from mcts_compose.search import layout as at
from mcts_compose.search.engine import Engine
from mcts_compose.search.levels import segment
from mcts_compose.search.table_refill import refill_table
from priors.base import Prices

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from mcts_compose.saves.save_file import Save

HEADERS = "headers"
_HEADER = np.dtype(("V", 8 * (1 + at.HEADER)))
"""A header that changed after it was written: the id and the words."""


def engine_state(engine: Engine) -> SavedState:
    """Returns the state of a bank, as views."""
    memory, bank = engine.memory, engine.bank
    arrays = {
        "memory": memory,
        "links": bank.links[: 2 * int(memory[at.NUM_LINKS])],
        "items": bank.items[: int(memory[at.NUM_ITEMS])],
        "pool": bank.pool[: int(memory[at.POOL_TOP])],
    }

    def changed_headers(written: Mapping[str, int]) -> NDArray[np.void]:
        ids = arrays["links"][written.get("links", 0) :: 2]
        ids = ids[ids < written.get("pool", 0)]
        words = bank.pool[ids[:, np.newaxis] + np.arange(at.HEADER)]
        return np.column_stack([ids, words]).view(_HEADER).ravel()

    facts = {"table": len(bank.table)}
    return SavedState(facts, arrays, ("links", "items", "pool"), {HEADERS: changed_headers})


def restore_engine(engine: Engine, save: Save, facts: Mapping[str, Any]) -> None:
    """Gives a new bank, of the same task, options and prices, the contents of a saved one.

    Raises:
      SaveError: the save is damaged; the engine is then of no use.
    """
    memory, bank = engine.memory, engine.bank
    if save.length("memory") != len(memory):
        raise SaveError(located("is of a search with another memory", save.file))
    save.fill("memory", memory)
    save.fill("pool", bank.pool)
    save.fill("links", bank.links)
    save.fill("items", bank.items)
    for piece in save.pieces(HEADERS):
        rows = piece.view(np.int64).reshape(-1, 1 + at.HEADER)
        bank.pool[rows[:, :1] + np.arange(at.HEADER)] = rows[:, 1:]
    for cost in range(1, int(memory[at.LEVEL])):
        for kind in range(at.NUM_KINDS):
            record = int(segment(memory, cost, kind))
            collected = bank.items[memory[record] : memory[record + 1]]
            bank.pool[collected] |= at.COLLECTED << 16
    engine.take_table(facts["table"])
    refill_table(*engine.bank[:6])


def prices_facts(prices: Prices) -> list[list[float]]:
    """Returns prices as JSON has them."""
    return [prices.skills.tolist(), prices.constants.tolist()]


def prices_of(facts: list[list[float]]) -> Prices:
    """Returns the prices of such facts."""
    return Prices(np.array(facts[0], np.float64), np.array(facts[1], np.float64))


def generator_facts(generator: np.random.Generator) -> dict[str, Any]:
    """Returns where a generator is in its stream; its words are too long for JSON's numbers."""
    state: Any = generator.bit_generator.state
    words = {name: str(word) for name, word in state["state"].items()}
    return {**state, "state": words}


def restore_generator(generator: np.random.Generator, facts: Mapping[str, Any]) -> None:
    """Puts a generator of the same kind where another one was."""
    words = {name: int(word) for name, word in facts["state"].items()}
    generator.bit_generator.state = {**facts, "state": words}
