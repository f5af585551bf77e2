"""`deepcoder-v1`: 100 tasks for each length T = 1 .. 8, by the recipe of DeepCoder (Balog et al. 2017).

Ids are `t5-017`: length and number. Each task shows 5 examples and holds out 10. What was checked of the
programs stands in `benchmarks/suites/deepcoder/generate.py`, which wrote `programs.txt`; in short: nothing is
dead, nothing can be left out, and no program of up to three statements does the same. A task has no
description, since words made from the program would give it away; `group` holds its text in the language of
DeepCoder, `solution` the machine's.

Differs from the published sets: the programs are our own draws, and an example on which any statement leaves
the range -256 .. 255 is not used, so that no rule for such values is needed.
"""

from __future__ import annotations

from benchmarks.suites.deepcoder.examples import SHOWN, draw_examples
from benchmarks.suites.deepcoder.generate import LENGTHS, PROGRAMS_FILE, TASKS_PER_LENGTH, stream_of, task_id
from benchmarks.suites.deepcoder.language import INT, parse
from benchmarks.suites.deepcoder.translate import program_text
from mcts_compose.task import Task
from vm.values import Elem, ValueType

_TYPES = {True: ValueType(Elem.INT, 0), False: ValueType(Elem.INT, 1)}


def load() -> list[Task]:
    """Returns the 800 tasks, the shortest programs first."""
    lines = PROGRAMS_FILE.read_text().splitlines()
    ids = [task_id(length, number) for length in LENGTHS for number in range(TASKS_PER_LENGTH)]
    return [_task(id_, line) for id_, line in zip(ids, lines, strict=True)]


def _task(id_: str, text: str) -> Task:
    code = parse(text)
    examples = draw_examples(code, stream_of(id_))
    if examples is None:
        raise ValueError(f"deepcoder-v1: the program of {id_} has too few examples; programs.txt was changed")
    inputs = tuple(tuple(arguments) for arguments in examples.inputs)
    outputs = tuple(examples.outputs)
    return Task(
        id=id_,
        name=id_,
        description=None,
        input_types=tuple(_TYPES[type_ == INT] for type_ in code.input_types),
        output_type=_TYPES[code.types[-1] == INT],
        inputs=inputs[:SHOWN],
        outputs=outputs[:SHOWN],
        test_inputs=inputs[SHOWN:],
        test_outputs=outputs[SHOWN:],
        group=text,
        solution=program_text(code),
    )
