"""Small problems and searches whose insides a test can look at."""

from contextlib import ExitStack
from unittest.mock import patch

from mcts_compose.budget import Budget
from mcts_compose.search import run, under_way
from mcts_compose.search.actions import constants_for
from mcts_compose.search.engine import Engine
from mcts_compose.search.options import SearchOptions
from mcts_compose.search.problem import Problem
from mcts_compose.search.warm_up import warm_up
from priors.uniform import UniformPrior
from vm.execute import run_program
from vm.program import Program
from vm.values import Batch, encode, parse_type

MEMORY_MB = 64
CONSTANT_PRICE = 3
PLAIN = SearchOptions(goal_directed=False, inferred_constants=False, split=False, unused_input_price=0)
"""Enumeration alone: nothing is found but by running calls in the order of their costs."""


def make_problem(signature, rows, outputs, skills=None, constants=()):
    """The problem of a signature such as `"x: list[int], k: int -> int"`, one row of arguments an example."""
    left, _, right = signature.rpartition("->")
    names, types = [], []
    for part in left.split(","):
        name, _, type_ = part.partition(":")
        names.append(name.strip())
        types.append(parse_type(type_.strip()))
    columns = zip(*rows, strict=True)
    inputs = tuple(encode(list(column), type_) for column, type_ in zip(columns, types, strict=True))
    output_type = parse_type(right.strip())
    return Problem(
        tuple(names), tuple(types), output_type, inputs, encode(outputs, output_type),
        constants=tuple(constants), skills=None if skills is None else tuple(skills),
    )  # fmt: skip


def problem_of_program(text, rows, skills=None, constants=()):
    """The problem that a program solves, with its outputs on `rows` as the goal."""
    program = Program.parse(text)
    signature = ", ".join(f"{n}: {t}" for n, t in zip(program.input_names, program.input_types, strict=True))
    outputs = [program(*row) for row in rows]
    return make_problem(f"{signature} -> {program.output_type}", rows, outputs, skills, constants)


def make_engine(problem, options=PLAIN, prices=None, kind=Engine):
    """An engine with the prices of skills given, and every constant at `CONSTANT_PRICE`."""
    constant_prices = {repr(value): CONSTANT_PRICE for _, value in constants_for(problem)}
    return kind(problem, prices or {}, constant_prices, options, MEMORY_MB)


def search(problem, searcher="mcts", *, seed=0, tree_starts=None, **settings):
    """Runs a search; returns its outcome and its insides. Settings are options or bounds of the budget."""
    bounds = {name: settings.pop(name) for name in Budget.__dataclass_fields__ if name in settings}
    bounds.setdefault("memory_mb", MEMORY_MB)
    kept = []

    class KeptSearch(under_way.Search):
        def __init__(self, *args):
            super().__init__(*args)
            kept.append(self)

    prior, base_prior = settings.pop("prior", UniformPrior()), settings.pop("base_prior", None)
    warm_up(searcher)
    with ExitStack() as patches:
        patches.enter_context(patch.object(run, "Search", KeptSearch))
        if tree_starts is not None:
            patches.enter_context(patch.object(under_way, "TREE_STARTS", tree_starts))
        outcome = run.run_search(
            problem, searcher=searcher, prior=prior, base_prior=base_prior, budget=Budget(**bounds),
            seed=seed, options=SearchOptions(**settings),
        )  # fmt: skip
    return outcome, kept[0]


def is_right(problem, program):
    """Whether a program gives the goal on all examples, run by the machine from its text."""
    ran = run_program(Program.parse(program.text), problem.inputs)
    return ran.output is not None and same_batch(ran.output, problem.goal)


def same_batch(one: Batch, other: Batch):
    """Whether two batches hold the same words in the same shapes."""
    return one.type == other.type and all(
        getattr(one, part).tolist() == getattr(other, part).tolist() for part in ("words", "rows", "cols")
    )
