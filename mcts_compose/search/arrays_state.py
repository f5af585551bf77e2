"""Decides what of a search over arrays is saved between two steps, and how a new search takes it over.

Saved is what cannot be made again from the task, the options and the prices: the used parts of the bank and
of the tree, counters, the generator, the searcher's own memory, and what a model has said. The hash table is
made anew. A batch that is with the model is asked again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mcts_compose.errors import located
from mcts_compose.saves.save_file import SavedState, SaveError
from mcts_compose.search import layout as at
from mcts_compose.search.engine import Engine
from mcts_compose.search.table_refill import refill_table
from priors.base import Prices

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mcts_compose.saves.save_file import Save


def engine_state(engine: Engine) -> SavedState:
    """Returns the state of a bank, as views."""
    memory, bank = engine.memory, engine.bank
    arrays = {
        "memory": memory,
        "pool": bank.pool[: int(memory[at.POOL_TOP])],
        "links": bank.links[: 2 * int(memory[at.NUM_LINKS])],
        "items": bank.items[: int(memory[at.NUM_ITEMS])],
    }
    return SavedState({"table": len(bank.table)}, arrays)


def restore_engine(engine: Engine, save: Save, facts: Mapping[str, Any]) -> None:
    """Gives a new bank, of the same task, options and prices, the contents of a saved one.

    Raises:
      SaveError: the save is damaged; the engine is then of no use.
    """
    bank = engine.bank
    if save.length("memory") != len(engine.memory):
        raise SaveError(located("is of a search with another memory", save.file))
    save.fill("memory", engine.memory)
    save.fill("pool", bank.pool)
    save.fill("links", bank.links)
    save.fill("items", bank.items)
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
