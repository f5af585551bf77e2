"""Makes samples of tasks that were solved: found programs of earlier runs, and known solutions of suites.

A model sees of a task what a search sees: the shown examples, also in other orders and in parts, so that few
tasks go further. Of a run it learns from programs that fit the shown examples, and where the run kept what
its tree visited, that what was visited in vain was no way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from mcts_compose.errors import InputError, shown
from mcts_compose.families.arrays import problem_of
from mcts_compose.task import Task
from mcts_compose.training.bank import Bank, step_of
from mcts_compose.training.sample import Arm, Sample
from priors.bundled import text
from priors.bundled.properties import Values
from vm.isa import Status
from vm.program import Apply, Program, ProgramError
from vm.table import BY_NAME
from vm.values import Batch

if TYPE_CHECKING:
    from mcts_compose.results.record import Result

FEWEST_EXAMPLES: Final = 2
KEPT: Final = 16
"""Contents of each cost that a task's bank hands on (untuned)."""
MAX_ARMS: Final = 6


class Solution(NamedTuple):
    """What is known of a task.

    Attributes:
      task: its held-out examples are not looked at.
      programs: those that solve it, each once, with a weight.
      visited: texts of programs whose results a search has visited, with the number of visits; may be empty.
    """

    task: Task
    programs: Mapping[Program, float]
    visited: Mapping[str, int]


def is_learnable(task: Task) -> bool:
    """Says whether a task is one that the model may read."""
    types = (*task.input_types, task.output_type)
    return (
        task.memory is None
        and 1 <= len(task.input_types) <= text.MAX_INPUTS
        and len(task.outputs) > 0
        and all(type_ in text.KNOWN_TYPES for type_ in types)
    )


def known_solutions(tasks: Iterable[object]) -> Iterator[Solution]:
    """Yields those tasks that come with a solution; one that names sub-tasks calls skills nobody has here."""
    for task in tasks:
        if not isinstance(task, Task) or task.solution is None or task.subtasks:
            continue
        if is_learnable(task):
            yield Solution(task, {Program.parse(task.solution): 1.0}, {})


def found_solutions(results: Iterable[Result], suites: Mapping[str, Iterable[object]]) -> Iterator[Solution]:
    """Yields the tasks that runs solved, each once, in the order of their first result.

    Whether a program also fits the held-out examples is not asked: they are no part of any training. Programs
    that call learnt skills are left out.

    Args:
      results: of any number of runs.
      suites: tasks by the name of their suite; those without a result do not matter.

    Raises:
      InputError: a result names a task that is not there, or that has changed since.
    """
    tasks = {
        (name, task.id): task for name, all_ in suites.items() for task in all_ if isinstance(task, Task)
    }
    programs: dict[tuple[str, str], dict[Program, float]] = defaultdict(lambda: defaultdict(float))
    visited: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for result in results:
        if not result.solved or result.program_text is None or result.is_assembly or result.skills:
            continue
        key = (result.suite, result.task)
        if key not in tasks:
            # A part of a suite, such as `deepcoder-v1:t5`, runs under its own name.
            key = (result.suite.partition(":")[0], result.task)
        if key not in tasks:
            raise InputError(
                f"no suite or file holds task {shown(result.task)} of {shown(result.suite)}, which a run "
                "has solved; name it among the tasks"
            )
        if tasks[key].hash != result.task_hash:
            raise InputError(
                f"task {shown(result.task)} of {shown(result.suite)} has changed since it was solved; name "
                "the tasks as they were"
            )
        try:
            program = Program.parse(result.program_text)
        except ProgramError:
            # A skill of another version; what it was like is not known any more.
            continue
        if is_learnable(tasks[key]):
            programs[key][program] += 1.0
            for line, visits in result.visits or ():
                visited[key][line] += visits
    for key, found in programs.items():
        yield Solution(tasks[key], found, visited[key])


def _part(task: Task, rng: np.random.Generator) -> Task:
    """Returns a task with some of its examples, in another order."""
    fewest = min(FEWEST_EXAMPLES, len(task.outputs))
    count = int(rng.integers(max(fewest, len(task.outputs) // 2), len(task.outputs) + 1))
    places = rng.permutation(len(task.outputs))[:count]
    return replace(
        task,
        inputs=tuple(task.inputs[place] for place in places),
        outputs=tuple(task.outputs[place] for place in places),
    )


def _bag(programs: Mapping[Program, float]) -> dict[str, float]:
    """Returns the skills and constants of programs with their weights: a program's share it equally."""
    weights: dict[str, float] = defaultdict(float)
    for program, weight in programs.items():
        words = text.bag_words(program) or []
        for word in words:
            weights[word] += weight / len(words)
    return weights


def _trace(program: Program, inputs: Sequence[Batch]) -> list[tuple[str, Batch]]:
    """Returns what a program's calls give but for the last, each with the word of its skill."""
    run = program.run(inputs, trace=True)
    if run.status is not Status.OK:
        return []
    found = []
    for number, line in enumerate(program.lines):
        pointer = program.num_inputs + number
        values = run.values[pointer]
        if isinstance(line, Apply) and pointer != program.output and values is not None:
            found.append((text.skill_word(line.skill), values))
    return found


def _is_equal(one: Batch, other: Batch) -> bool:
    return one.type == other.type and all(map(np.array_equal, one[1:], other[1:]))


def _visited_steps(solution: Solution, inputs: Sequence[Batch]) -> list[tuple[str, Batch, int]]:
    """Returns what the visited programs give, with the word of the last skill and the visits."""
    found = []
    for line, visits in solution.visited.items():
        try:
            program = Program.parse(line)
        except ProgramError:
            continue
        output = program.run(inputs).output
        last = program.lines[program.output - program.num_inputs] if program.lines else None
        if output is not None and isinstance(last, Apply):
            found.append((text.skill_word(last.skill), output, visits))
    return found


def _arms(
    solution: Solution, task: Task, program: Program, goal: Values, rng: np.random.Generator
) -> list[Arm]:
    """Returns arms of the root: results of the program's calls, and what was visited or is near in vain."""
    problem = problem_of(task)
    positives = _trace(program, problem.inputs)
    if not positives:
        return []
    steps = [(step_of(head, batch, goal), True) for head, batch in positives]
    others = [
        (head, batch, visits)
        for head, batch, visits in _visited_steps(solution, problem.inputs)
        if not any(_is_equal(batch, positive) for _, positive in positives)
    ]
    if others:
        chances = np.array([visits for _, _, visits in others], float)
        count = min(MAX_ARMS, len(others))
        drawn = rng.choice(len(others), count, replace=False, p=chances / chances.sum())
        steps += [(step_of(others[place][0], others[place][1], goal), False) for place in drawn]
    else:
        prices = {name: row.cost for name, row in BY_NAME.items()}
        bank = Bank(problem, prices, {}, KEPT, rng)
        dearest = int(np.quantile(bank.costs, 0.5)) if len(bank.costs) else 0
        for contents in bank.others(0, dearest, set()):
            if not any(_is_equal(bank.engine.values(contents), positive) for _, positive in positives):
                steps.append((bank.step(contents, goal), False))
        bank.engine.release()
    return [Arm([*step, text.WAY], is_on_way) for step, is_on_way in steps if step is not None][
        : 2 * MAX_ARMS
    ]


def samples_of(solution: Solution, variants: int, seed: int, *, with_arms: bool = True) -> Iterator[Sample]:
    """Yields samples of a solved task; together they weigh 1.

    Args:
      solution: the task and what solves it.
      variants: how many; the first shows all examples in their order, the others some of them.
      seed: of everything random, with the task's hash.
      with_arms: whether the first sample gets arms.
    """
    rng = np.random.default_rng((seed, int(solution.task.hash, 16)))
    best = max(solution.programs, key=lambda program: (solution.programs[program], -program.length))
    bag = _bag(solution.programs)
    words = text.program_words(best)
    if not bag:
        return
    for variant in range(variants):
        task = solution.task if variant == 0 else _part(solution.task, rng)
        problem = problem_of(task)
        inputs, goal = [Values(batch) for batch in problem.inputs], Values(problem.goal)
        prompt = text.words_of_values((*task.input_types, task.output_type), inputs, goal)
        arms = _arms(solution, task, best, goal, rng) if with_arms and variant == 0 else []
        yield Sample(prompt, list(bag), words or [], arms, 1.0 / variants, list(bag.values()))


def samples_of_runs(
    runs: Sequence[Path], task_sources: Sequence[str], variants: int, seed: int
) -> Iterator[Sample]:
    """Yields samples of all tasks that runs solved.

    Args:
      runs: run directories.
      task_sources: suites and files that hold the runs' tasks; their solutions are not read.
      variants: samples of a task.
      seed: of everything random.

    Raises:
      InputError: a source is malformed, or does not hold a task that was solved.
    """
    from mcts_compose.results.run_directory import read_results
    from mcts_compose.task_sources import find_suite

    suites = {suite.name: suite.tasks for suite in map(find_suite, task_sources)}
    results = (result for run in runs for result in read_results(run))
    for solution in found_solutions(results, suites):
        yield from samples_of(solution, variants, seed)


def samples_of_suites(sources: Sequence[str], variants: int, seed: int) -> Iterator[Sample]:
    """Yields samples of all tasks of suites and files that come with a solution.

    Raises:
      InputError: a source is malformed.
    """
    from mcts_compose.task_sources import find_suite

    for source in sources:
        for solution in known_solutions(find_suite(source).tasks):
            yield from samples_of(solution, variants, seed)
