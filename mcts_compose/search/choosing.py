"""Decides which of the programs that fit is taken: what they do weighs, not how they are written.

The search orders programs by whole cost units that the task's model made for finding one soon. For the choice
they are priced anew, in nats, by the base prior, which knows how often skills are in solutions; what is
called twice with the same operands counts once, as in the program's text. In tasks over texts a skill that is
called again with other operands costs AGAIN at most: what is done to one text is often done to another. Then

    weight of a program    = exp(-SHARPNESS * nats)
    weight of a behaviour  = sum over the programs with the same outputs on made-up inputs (probes.py)

and the likeliest program of the heaviest behaviour is taken: two spellings of one thing do not compete with
each other. A fault is an output like any other.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from mcts_compose.search import layout as at
from mcts_compose.search.actions import COST_PER_NAT
from mcts_compose.search.fitting import Tree, fitting, inputs_read
from mcts_compose.search.probes import probes
from vm.isa import Status
from vm.limits import Limits
from vm.values import Batch, Elem, decode, equal, has_texts

if TYPE_CHECKING:
    from mcts_compose.search.engine import Engine
    from mcts_compose.search.problem import Problem
    from priors.base import PriceRequest, Prices
    from vm.program import Line, Program

SHARPNESS: Final = 0.8
"""Fitted by likelihood on each half of four list suites it was 0.9 and 1; 0.5 to 1.2 choose about as well."""
AGAIN: Final = 2.0
"""Most that a skill costs in tasks over texts if a program has called it before, in nats. In known solutions
of sygus_strings one in 3.4 of the calls after a program's first is such a call: 1.2 nats; 0 to 2 choose alike
there. On lists it is one in 9 to 18, and with this bound choices are as good or worse (RESULTS.md)."""
MOST_WEIGHED: Final = 64
"""Programs that are run, the likeliest; 50 to 200 choose as well (benchmarked on four list suites)."""
MOST_RUNS: Final = 400
"""Runs of the machine after which no more programs are weighed: a fault takes several (untuned)."""
LEAST_WEIGHED: Final = 8
"""Programs that are weighed when the time is over (untuned)."""
PROBES: Final = 40
"""Made-up rows; 10 and 20 choose one or two tasks worse (the same benchmark)."""


FAULT: Final = b"fault"
LIMITS: Final = Limits(fuel=100_000)
"""Of a run; what takes longer counts as a fault (untuned)."""


class Weights(NamedTuple):
    """Prices in nats.

    Attributes:
      skills: by name.
      constants: by `repr`.
      again: most that a skill costs which the program has called before.
    """

    skills: Mapping[str, float]
    constants: Mapping[str, float]
    again: float = math.inf


def weights_of(request: PriceRequest, prices: Prices) -> Weights:
    """Returns the prices of a request by name."""
    names = (view.name for view in request.skills)
    return Weights(
        dict(zip(names, prices.skills.tolist(), strict=True)),
        dict(zip(map(repr, request.constants), prices.constants.tolist(), strict=True)),
        AGAIN if has_texts((*request.input_types, request.output_type)) else math.inf,
    )


class Choice(NamedTuple):
    """The program that is taken.

    Attributes:
      program: it.
      cost: in the search's units.
      num_weighed: from among how many programs.
    """

    program: Program
    cost: int
    num_weighed: int


class Offer(NamedTuple):
    """A program to choose from.

    Attributes:
      nats: its price by the base prior.
      cost: in the search's units.
      program: it.
    """

    nats: float
    cost: int
    program: Program


class Offers(NamedTuple):
    """What there is to choose from.

    Attributes:
      cheapest: in the search's units; it is taken where nothing can be weighed.
      likeliest: the likeliest programs first, at most MOST_WEIGHED.
    """

    cheapest: Offer
    likeliest: list[Offer]


class _Fits:
    """The programs of a search that is over, made when they are asked for."""

    def __init__(self, engine: Engine, weights: Weights) -> None:
        self._engine, self._fits = engine, fitting(engine)
        self._nats = np.array([_nats(engine, fit.tree, weights) for fit in self._fits])
        self.order: list[int] = np.argsort(self._nats, kind="stable")[:MOST_WEIGHED].tolist()

    def offer(self, number: int) -> Offer:
        """Returns one of them; the first is the cheapest."""
        fit = self._fits[number]
        return Offer(float(self._nats[number]), fit.cost, program_of(self._engine, fit.tree))


def choose(engine: Engine, weights: Weights, until: float = math.inf) -> Choice | None:
    """Returns the likeliest of the programs found; None if none was.

    Args:
      engine: a search that is over.
      weights: of the base prior.
      until: when hardly any more programs are weighed, by `time.perf_counter()`.
    """
    if engine.best_cost >= at.INFINITE_COST:
        return None
    fits = _Fits(engine, weights)
    if len(fits.order) > 1:
        choice = _heaviest(engine.problem, map(fits.offer, fits.order), until)
        if choice is not None:
            return choice
    return _only(fits.offer(0))


def offers_of(engine: Engine, weights: Weights) -> Offers | None:
    """Returns what a part of a search has to choose from; None if it found no program."""
    if engine.best_cost >= at.INFINITE_COST:
        return None
    fits = _Fits(engine, weights)
    return Offers(fits.offer(0), [fits.offer(number) for number in fits.order])


def choose_among(problem: Problem, of_parts: Sequence[Offers], until: float = math.inf) -> Choice:
    """Returns the likeliest of the programs that the parts of a search found, one at least.

    Args:
      problem: has the shown rows.
      of_parts: what each part has.
      until: when hardly any more programs are weighed, by `time.perf_counter()`.
    """
    offers: dict[str, Offer] = {}
    for offer in sorted((offer for part in of_parts for offer in part.likeliest), key=_by_nats):
        offers.setdefault(offer.program.text, offer)
    likeliest = list(offers.values())[:MOST_WEIGHED]
    choice = _heaviest(problem, iter(likeliest), until) if len(likeliest) > 1 else None
    return choice or _only(min((part.cheapest for part in of_parts), key=lambda offer: offer.cost))


def _by_nats(offer: Offer) -> tuple[float, int]:
    return offer.nats, offer.cost


def _only(offer: Offer) -> Choice:
    return Choice(offer.program, offer.cost, 1)


def _heaviest(problem: Problem, offers: Iterator[Offer], until: float) -> Choice | None:
    """Returns the likeliest program of the heaviest behaviour; None if there are no rows to run them on.

    Args:
      problem: has the shown rows.
      offers: the likeliest first.
      until: when hardly any more of them are run.
    """
    if not problem.inputs:
        return None
    runner = _Runner(problem, probes(problem.inputs, PROBES))
    mass: dict[tuple[bytes, ...], float] = {}
    weighed: list[tuple[Offer, tuple[bytes, ...]]] = []
    least = None
    for offer in offers:
        is_late = len(weighed) >= LEAST_WEIGHED and time.perf_counter() >= until
        if is_late or runner.num_runs >= MOST_RUNS:
            break
        least = offer.nats if least is None else least
        behaviour = runner.behaviour(offer.program)
        if behaviour is not None:
            weight = math.exp(SHARPNESS * (least - offer.nats))
            mass[behaviour] = mass.get(behaviour, 0.0) + weight
            weighed.append((offer, behaviour))
    if not weighed:
        # The machine's tolerance for floats is for goals, not for every step: the search has the last word.
        return None
    # Of the heaviest behaviour the first: the likeliest, and of equally likely ones the cheapest.
    best, _ = max(weighed, key=lambda each: mass[each[1]])
    return Choice(best.program, best.cost, len(weighed))


class _Runner:
    """Runs programs on the shown rows and on made-up ones.

    Args:
      problem: has the shown rows.
      rows: the made-up ones.

    Attributes:
      num_runs: how often the machine was started.
    """

    def __init__(self, problem: Problem, rows: Sequence[Batch]) -> None:
        self._problem, self._rows = problem, rows
        self._wanted = decode(problem.goal)
        self.num_runs = 0

    def behaviour(self, program: Program) -> tuple[bytes, ...] | None:
        """Returns what a program gives on the made-up rows; None if it does not fit the shown ones."""
        self.num_runs += 1
        run = program.run(self._problem.inputs, LIMITS)
        if run.output is None or not self._is_wanted(run.output):
            return None
        return tuple(self._outputs(program, self._rows))

    def _is_wanted(self, output: Batch) -> bool:
        """Says whether a result is the goal; the same words are, and spare looking at each value."""
        goal = self._problem.goal
        is_same = output.type == goal.type and all(map(np.array_equal, output[1:], goal[1:]))
        return is_same or all(map(equal, decode(output), self._wanted))

    def _outputs(self, program: Program, rows: Sequence[Batch]) -> list[bytes]:
        """Returns a key of what a program gives on each row; who runs out of fuel faults on all."""
        self.num_runs += 1
        run = program.run(rows, LIMITS)
        if run.output is not None:
            return _keys(run.output)
        num = rows[0].num_examples
        if num == 1 or run.status is Status.OUT_OF_FUEL:
            return [FAULT] * num
        # A fault ends the run of all rows, but says nothing of the others.
        middle = num // 2
        given: list[bytes] = []
        for begin, end in ((0, middle), (middle, num)):
            given += self._outputs(program, [_cut(batch, begin, end) for batch in rows])
        return given


def _nats(engine: Engine, tree: Tree, weights: Weights) -> float:
    """Returns the price of a program by the base prior, and of the inputs that it does not read."""
    total = engine.unread_price(inputs_read(engine, tree)) / COST_PER_NAT
    seen: set[Tree] = set()
    called: set[str] = set()
    waiting = [tree]
    while waiting:
        part = waiting.pop()
        if part in seen:
            continue
        seen.add(part)
        if part.action >= 0:
            action = engine.action_at(part.action)
            price = 0.0
            for row in (action.row, *(skill.row for skill in action.skills)):
                nats = weights.skills[row.name]
                price += min(nats, weights.again) if row.name in called else nats
                called.add(row.name)
            total += price
            waiting.extend(part.operands)
            continue
        kind, number = engine.leaf(part.contents)
        if kind == "constant":
            total += weights.constants[repr(engine.constants[number][1])]
        elif kind == "literal":
            total += engine.cost(part.contents) / COST_PER_NAT
    return total


def program_of(engine: Engine, tree: Tree) -> Program:
    """Returns a program; what is called twice with the same operands stands in it once."""
    lines: list[Line] = []
    place: dict[Tree, int] = {}

    def write(part: Tree) -> int:
        if part not in place:
            pointers = tuple(map(write, part.operands))
            place[part] = engine.write(lines, part.contents, part.action, pointers)
        return place[part]

    return engine.program(lines, write(tree))


def _cut(batch: Batch, begin: int, end: int) -> Batch:
    """Returns the rows from `begin` to below `end`."""
    starts = np.concatenate(([0], np.cumsum(batch.rows * batch.cols)))
    words = batch.words[starts[begin] : starts[end]]
    return Batch(batch.type, words, batch.rows[begin:end], batch.cols[begin:end])


def _keys(batch: Batch) -> list[bytes]:
    """Returns a key of each example's value; floats are compared in half their precision."""
    words = batch.words
    if batch.type.elem is Elem.FLOAT:
        words = words.view(np.float64).astype(np.float32).view(np.int32).astype(np.int64)
    ends = np.cumsum(batch.rows * batch.cols).tolist()
    sizes = np.stack((batch.rows, batch.cols), axis=1)
    return [
        size.tobytes() + words[begin:end].tobytes()
        for size, begin, end in zip(sizes, [0, *ends[:-1]], ends, strict=True)
    ]
