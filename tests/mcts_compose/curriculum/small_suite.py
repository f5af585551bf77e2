"""A small curriculum that is learnt within a second or two."""

import json
from collections.abc import Sequence
from pathlib import Path

from mcts_compose.curriculum.learning import Generation, Schedule, learn
from mcts_compose.library.library import Library
from mcts_compose.settings import Settings
from mcts_compose.task import Task
from tests.mcts_compose.make_result import INT, INTS, make_task
from vm.program import Program
from vm.skill_text import SkillText, table_of

SCHEDULE = Schedule(executions=3_000, most_levels=1)
SUITE = "small"
LISTS = ([4, 1, 7], [30, 2], [8, 15, 26, 9, 3], [11], [57, 6, 12, 99])
KNOWN = table_of(
    (
        SkillText("carried", "-", "(t: int, s: int) -> int; v1 = div(t, 10); return add(v1, s)"),
        SkillText("sums", "-", "(x: list[int]) -> list[int]; return scan(&carried, x)"),
        SkillText("settled", "-", "(x: list[int]) -> list[int]; v1 = sums(x); return mod(v1, 10)"),
        SkillText(
            "addition", "-", "(x: list[int], y: list[int]) -> list[int]; v1 = add(x, y); return settled(v1)"
        ),
    )
)  # fmt: skip


def _task(
    name: str, types: tuple, output: object, rows: list[tuple], held_out: list[tuple], **more: object
) -> Task:
    right = Program.parse(KNOWN.learnt_skill(name).body.text, KNOWN) if more.pop("is_known", True) else None
    return make_task(
        id=name, name=name, description=f"The {name} of what is given.", input_types=types,
        output_type=output, inputs=tuple(rows), outputs=tuple(right(*row) for row in rows),
        test_inputs=tuple(held_out), test_outputs=tuple(right(*row) for row in held_out), **more,
    )  # fmt: skip


def tasks() -> list[Task]:
    """Four tasks of which each needs the one before, the last one first, and two that teach nothing new."""
    long = [list(range(1, 90)), [99, 98] * 40]
    pairs = [(x, x[::-1]) for x in LISTS]
    numbers = [(31, 4), (7, 7), (120, 1), (99, 60), (15, 23), (0, 9)]
    chain = [
        _task("addition", (INTS, INTS), INTS, pairs, [(x, x) for x in long], subtasks=("settled",)),
        _task("settled", (INTS,), INTS, [(x,) for x in LISTS], [(x,) for x in long], subtasks=("sums",)),
        _task("sums", (INTS,), INTS, [(x,) for x in LISTS], [(x,) for x in long], subtasks=("carried",)),
        _task("carried", (INT, INT), INT, numbers, [(10**9 + 7, 5)]),
    ]
    again = make_task(
        id="same-again", name="same again", description=None, input_types=(INTS,), output_type=INTS,
        inputs=tuple((x,) for x in LISTS), outputs=tuple(sorted(x) for x in LISTS),
        test_inputs=((long[0],),), test_outputs=(sorted(long[0]),),
    )  # fmt: skip
    hopeless = make_task(
        id="hopeless", name="hopeless", description="Nothing gives this.", input_types=(INT,),
        output_type=INT, inputs=((1,), (2,), (3,), (4,), (5,)), outputs=(83, 11, 40, 907, 2),
        test_inputs=(), test_outputs=(),
    )  # fmt: skip
    return [*chain, again, hopeless]


def learnt(path: Path, **more: object) -> list[Generation]:
    """Has a library learn the suite, from where it stopped."""
    settings = Settings(prior="frequency", base_prior="frequency")
    library = Library.open(path, create=True)
    return list(learn(SUITE, tasks(), library, settings, more.pop("schedule", SCHEDULE), **more))


def task_file(path: Path, of: Sequence[Task] | None = None) -> Path:
    """Writes tasks, or those of the suite, as JSON Lines and returns the path."""
    documents = [
        {
            "id": task.id, "description": task.description or "", "subtasks": task.subtasks,
            "types": {"inputs": list(map(str, task.input_types)), "output": str(task.output_type)},
            "inputs": task.inputs, "outputs": task.outputs,
            "test_inputs": task.test_inputs, "test_outputs": task.test_outputs,
        }
        for task in of or tasks()
    ]  # fmt: skip
    path.write_text("\n".join(map(json.dumps, documents)))
    return path
