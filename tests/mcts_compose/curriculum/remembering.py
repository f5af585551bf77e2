"""What a library has forgotten: earlier solutions that are no longer right with the skills of a later day."""

from collections.abc import Sequence
from pathlib import Path

from mcts_compose.curriculum.learning import directory_of
from mcts_compose.library.library import Library
from mcts_compose.results.run_directory import read_results
from mcts_compose.results.verdicts import does_generalise, is_solved
from mcts_compose.task import Task
from vm.parser import parse_program


def forgotten(path: Path, suite: str, tasks: Sequence[Task]) -> tuple[int, list[tuple[int, str]]]:
    """Runs after each generation all solutions found so far, with the library as it stood then.

    Returns:
      how many runs were compared, a run being one solution on all examples of its task, held-out ones
      included; and of those that are not right the generation and the task.
    """
    library = Library.open(path)
    by_id = {task.id: task for task in tasks}
    solutions: dict[str, str] = {}
    wrong, compared = [], 0
    for place in sorted(each for each in directory_of(library, suite).glob("generation-*") if each.is_dir()):
        number = int(place.name.removeprefix("generation-"))
        solutions |= {r.task: r.program_text or "" for r in read_results(place) if r.is_right}
        there = [entry.name for entry in library.entries if entry.provenance.generation <= number]
        table = library.subset(there)
        for name, text in solutions.items():
            program, task = parse_program(text, table), by_id[name]
            compared += 1
            if not is_solved(program, task) or does_generalise(program, task) is False:
                wrong.append((number, name))
    return compared, wrong
