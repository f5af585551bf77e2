"""Times the call of a learnt skill in a search beside its body's instructions, called there one by one.

Both are calls of actions on all examples, as the search makes them between unpacking operands and interning
the result. The instructions find the values that the body gives them in operand buffers of their own, so what
the search does with a result besides is in neither time.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from benchmarks.speed.loops import repeat_actions
from benchmarks.speed.report import Figure
from mcts_compose.search import layout as at
from mcts_compose.search.engine import Engine
from mcts_compose.search.options import SearchOptions
from mcts_compose.search.problem import Problem
from mcts_compose.search.shapes import intern_shape
from vm.program import Apply, Program
from vm.skill_text import SkillText, table_of
from vm.state import IntTable
from vm.values import Batch, IntArray, encode
from vm.verifier import type_program

EXAMPLES: Final = 8
LENGTHS: Final = (8, 64)
REPEATS: Final = 101
SECONDS_A_RUN: Final = 0.0005
"""Short runs, so that what else the machine does falls on both of a pair or on few pairs."""
MEMORY_MB: Final = 64
WANTED: Final = 1.3
HELPER: Final = "(x: list[int], y: list[int]) -> list[int]; v1 = mul(x, y); return add(v1, x)"
BODIES: Final = {
    "2 elementwise": "(x: list[int], y: list[int]) -> list[int]; v1 = mul(x, y); return add(v1, x)",
    "4 elementwise": "(x: list[int], y: list[int]) -> list[int]; v1 = mul(x, y); v2 = add(v1, x); "
    "v3 = max(v2, y); return sub(v3, x)",
    "8 elementwise": "(x: list[int], y: list[int]) -> list[int]; v1 = mul(x, y); v2 = add(v1, x); "
    "v3 = max(v2, y); v4 = sub(v3, x); v5 = min(v4, y); v6 = abs(v5); v7 = mul(v6, x); return add(v7, v6)",
    "2 with constants": "(x: list[int]) -> list[int]; v1 = mul(x, 2); return add(v1, 1)",
    "4 with constants": "(x: list[int]) -> list[int]; v1 = mul(x, 2); v2 = add(v1, 1); v3 = max(v2, 0); "
    "return min(v3, 9)",
    "2 structural": "(x: list[int]) -> list[int]; v1 = sort(x); return reverse(v1)",
    "4 mixed": "(x: list[int]) -> list[int]; v1 = head(x); v2 = lt(v1, x); v3 = compress(x, v2); "
    "return cumsum(v3)",
    "2 calls of 2": "(x: list[int], y: list[int]) -> list[int]; v1 = helper(x, y); return helper(v1, y)",
    "2 on ints": "(n: int, k: int) -> int; v1 = add(n, k); return mul(v1, n)",
    "4 on ints": "(n: int) -> int; v1 = add(n, 3); v2 = mul(v1, n); v3 = max(v2, 0); return mod(v3, 10)",
}
"""Elementwise instructions, constants, results of other lengths, calls of learnt skills, scalars."""


class _Call(NamedTuple):
    """An action with the values that it is called on."""

    name: str
    types: tuple[object, ...]
    operands: tuple[Batch, ...]


class _Case(NamedTuple):
    """Memory of a search, and what is timed on it: the call of the skill, and those of its instructions."""

    memory: IntArray
    skill: IntTable
    instructions: IntTable


class _Times(NamedTuple):
    """Median of the ratios of pairs that were timed together, and the least seconds of each."""

    ratio: float
    skill: float
    instructions: float


def measure() -> list[Figure]:
    """Returns the ratio skill / instructions for every body, on lists of every length."""
    return [
        _figure(name, text, length)
        for name, text in BODIES.items()
        for length in (LENGTHS if "list" in text else LENGTHS[:1])
    ]


def _figure(name: str, text: str, length: int) -> Figure:
    times = _alternate(_case(text, length))
    values = f"{EXAMPLES} lists of {length}" if "list" in text else f"{EXAMPLES} ints"
    bound = f"at most {WANTED:g}" if length == LENGTHS[0] else ""
    beside = f"{times.instructions * 1e9:.0f} ns one by one"
    return Figure(f"skill of {name}, {values}", times.ratio, bound, f"{times.skill * 1e9:.0f} ns", beside)


def _case(text: str, length: int) -> _Case:
    """Returns the calls of a skill with this body, and of its instructions, on random values."""
    table = table_of([SkillText("helper", "", HELPER), SkillText("skill", "", text)])
    body = table.learnt[-1].body
    assert isinstance(body, Program)
    inputs = _random_inputs(body, length)
    goal = encode([0 if body.output_type.rank == 0 else [0]] * EXAMPLES, body.output_type)
    problem = Problem(body.input_names, body.input_types, body.output_type, inputs, goal, library=table)
    engine = Engine(problem, {}, {}, SearchOptions(), MEMORY_MB)
    calls = [_Call("skill", body.input_types, inputs), *_instructions(body, inputs)]
    top, room = len(engine.memory), 4 * int(engine.memory[at.CAP])
    memory = np.concatenate((engine.memory, np.zeros(len(calls) * room, np.int64)))
    rows = [_row(engine, memory, call, top + number * room) for number, call in enumerate(calls)]
    engine.release()
    return _Case(memory, np.array(rows[:1], np.int64), np.array(rows[1:], np.int64))


def _random_inputs(body: Program, length: int) -> tuple[Batch, ...]:
    draws = np.random.default_rng(length)
    sizes = [(EXAMPLES, length) if type_.rank else (EXAMPLES,) for type_ in body.input_types]
    values = [draws.integers(-99, 100, size).tolist() for size in sizes]
    return tuple(encode(column, type_) for column, type_ in zip(values, body.input_types, strict=True))


def _instructions(body: Program, inputs: Sequence[Batch]) -> list[_Call]:
    """Returns the calls of instructions that a body makes, itself and through learnt skills."""
    values, typer, calls = body.run(inputs, trace=True).values, type_program(body), []
    for pointer, line in enumerate(body.lines, body.num_inputs):
        if not isinstance(line, Apply):
            continue
        operands = tuple(batch for batch in (values[arg] for arg in line.args) if batch is not None)
        skill = body.skills.learnt_skill(line.skill)
        if skill is None:
            calls.append(_Call(line.skill, typer.calls[pointer].operands, operands))
        elif isinstance(skill.body, Program):
            calls += _instructions(skill.body, operands)
    return calls


def _row(engine: Engine, memory: IntArray, call: _Call, top: int) -> list[int]:
    """Puts the operands of a call at `top`; returns the call as `loops.repeat_actions` reads it."""
    number = next(
        number
        for number, action in enumerate(engine.actions)
        if (action.row.name, action.overload.params, action.skills) == (call.name, call.types, ())
    )
    cap, scratch = int(memory[at.CAP]), int(memory[at.SCRATCH_SHAPE])
    shapes = [0, 0, 0]
    for slot, batch in enumerate(call.operands):
        words = top + slot * cap
        memory[words : words + len(batch.words)] = batch.words
        record = np.r_[0, np.cumsum(batch.rows * batch.cols), batch.rows, batch.cols]
        memory[scratch : scratch + len(record)] = record
        shapes[slot] = int(intern_shape(memory, scratch))
    return [engine.first_action + number * at.ACTION_WORDS, top, *shapes, top + 3 * cap]


def _alternate(case: _Case) -> _Times:
    """Returns the times of the skill's call and of all its instructions', measured in turn."""
    _assert_equal_results(case)
    rounds = 256
    while _seconds(case.memory, case.instructions, rounds) < SECONDS_A_RUN:
        rounds *= 2
    pairs = [
        (_seconds(case.memory, case.skill, rounds), _seconds(case.memory, case.instructions, rounds))
        for _ in range(REPEATS)
    ]
    return _Times(
        statistics.median(whole / parts for whole, parts in pairs),
        min(whole for whole, _ in pairs) / rounds,
        min(parts for _, parts in pairs) / rounds,
    )


def _assert_equal_results(case: _Case) -> None:
    """Raises `AssertionError` unless both give the same words: else their times mean nothing."""
    cap, results = int(case.memory[at.CAP]), []
    for calls in (case.skill, case.instructions):
        repeat_actions(case.memory, calls, 1)
        out = int(calls[-1, -1])
        results.append(case.memory[out : out + cap].copy())
    assert (results[0] == results[1]).all(), "the skill and its instructions do not agree"


def _seconds(memory: IntArray, calls: IntTable, rounds: int) -> float:
    begin = time.process_time()
    repeat_actions(memory, calls, rounds)
    return time.process_time() - begin
