"""Decides what a search over arrays compiles or loads before its clock begins."""

from __future__ import annotations

import threading
from functools import cache

import numpy as np

from mcts_compose.search import layout as at
from mcts_compose.search.focus_tree import FocusTree
from mcts_compose.search.options import SearchOptions
from mcts_compose.search.part import Part
from mcts_compose.search.problem import Problem
from mcts_compose.search.searchers import SEARCHER_CLASSES
from mcts_compose.search.start import FIRST_TABLE_BITS
from mcts_compose.search.table_refill import refill_table
from mcts_compose.search.under_way import Search
from priors.uniform import UniformPrior
from vm.prepare import prepare

_warming = threading.Lock()


def warm_up(searcher: str = "mcts", *, in_parts: bool = False) -> None:
    """Compiles every kernel of a searcher or loads it, so that no search's clock pays for it."""
    with _warming:
        _warmed(searcher, in_parts)


@cache
def _warmed(searcher: str, in_parts: bool) -> None:
    prepare(lambda: _try_everything(searcher, in_parts))


def _try_everything(searcher: str, in_parts: bool) -> None:
    """Runs every kernel of a searcher once."""
    from mcts_compose.budget import Budget
    from vm.program import Apply, Program
    from vm.values import Elem, ValueType, encode

    numbers = ValueType(Elem.INT, 1)
    inputs = encode([[3, 1, 2], [5, 4, 1, 9], [0]], numbers)
    goal = encode([[7, 7, 7, 1], [1, 2], [9, 8]], numbers)
    problem = Problem(("x",), (numbers,), numbers, (inputs,), goal)
    prior = UniformPrior()
    search = Search(problem, searcher, prior, prior, Budget(simulations=1), 0, SearchOptions())
    search.engine.run_root(1000)
    _ = search.engine.is_exhausted
    # What the choice calls; nothing is found here, so it makes none.
    Program(("x",), (numbers,), numbers, (Apply("sort", (0,)),), 1).run((inputs,))
    search.engine.unread_price(search.engine.inputs_read(at.FIRST_ID))
    if searcher in SEARCHER_CLASSES:
        tree = FocusTree(search.engine, search.options)
        tree.refresh()
        SEARCHER_CLASSES[searcher](tree, np.random.default_rng(0)).step(3, 1000)
        tree.grow()
    search.engine.make_room(1 << FIRST_TABLE_BITS)
    search.engine.take_table(len(search.engine.bank.table))
    refill_table(*search.engine.bank[:6])
    search.tree_hash()
    if in_parts:
        search.engine.split(Part(0, 2))
