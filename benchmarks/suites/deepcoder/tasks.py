"""Decides how a DeepCoder program becomes a task: which examples are shown, and what is told besides them."""

from __future__ import annotations

from typing import Final

from benchmarks.suites.deepcoder.examples import SHOWN, draw_examples
from benchmarks.suites.deepcoder.language import INT, Code
from benchmarks.suites.deepcoder.translate import program_text
from benchmarks.suites.draws import Draws
from mcts_compose.task import Task
from vm.values import Elem, ValueType

_TYPES: Final = {True: ValueType(Elem.INT, 0), False: ValueType(Elem.INT, 1)}


def make_task(id_: str, code: Code, stream: Draws) -> Task:
    """Returns the task of a program, its examples drawn from `stream`.

    Raises:
      ValueError: the stream gives too few examples; it is not the one with which the program was chosen.
    """
    examples = draw_examples(code, stream)
    if examples is None:
        raise ValueError(f"the program of {id_} has too few examples; it was chosen with another stream")
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
        group=str(code),
        solution=program_text(code),
    )
