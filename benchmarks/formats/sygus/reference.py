"""Decides which problems say outright what their function is, `(= (f x y) term)`, and what their tasks are.

Of words the term becomes the task's reference, against which programs are proved, and examples are drawn from
it with a fixed seed, some of them held out. Of truth values it becomes a truth table.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from benchmarks.formats.format import TaskFields
from benchmarks.formats.sygus.expansion import expanded
from benchmarks.formats.sygus.problem import Problem, Unknown
from benchmarks.formats.sygus.shown import NUM_EXAMPLES, shown_and_held_out
from benchmarks.formats.table_fields import table_fields
from mcts_compose.task_memory import arguments_of
from mcts_compose.verification.s_expressions import Atom, Group, Node, head_of
from mcts_compose.verification.samples import draw_word
from mcts_compose.verification.term_parser import parse_term
from mcts_compose.verification.term_values import evaluate
from mcts_compose.verification.terms import argument, as_truth


def reference_of(problem: Problem, name: str, arg_names: Sequence[str]) -> str | None:
    """Returns the term that a function must equal, over the names of its arguments; None if none is said.

    Raises:
      InputError: the term is too long.
    """
    if len(problem.constraints) != 1 or head_of(problem.constraints[0]) != "=":
        return None
    constraint = problem.constraints[0]
    assert isinstance(constraint, Group)
    if len(constraint.items) != 3:
        return None
    for call, term in (constraint.items[1:], constraint.items[:0:-1]):
        variables = _variables(problem, call) if head_of(call) == name else None
        # Another variable could have the name of an argument, and would be taken for it.
        if (
            variables is not None
            and not _calls(term, name)
            and _free(term) & problem.variables.keys() <= set(variables)
        ):
            return expanded(problem, term, dict(zip(variables, arg_names, strict=True)))
    return None


def _variables(problem: Problem, call: Node) -> list[str] | None:
    """Returns the names that a function is applied to, if they are different variables."""
    assert isinstance(call, Group)
    names = [node.text for node in call.items[1:] if isinstance(node, Atom) and node.kind == "symbol"]
    is_plain = len(names) == len(call.items) - 1 == len(set(names)) and problem.variables.keys() >= set(names)
    return names if is_plain else None


def _free(node: Node) -> set[str]:
    """Returns the symbols of a term but those that a `let` in it binds."""
    if isinstance(node, Atom):
        return {node.text} if node.kind == "symbol" else set()
    if head_of(node) != "let":
        return set().union(*map(_free, node.items))
    _, bindings, body = node.items
    assert isinstance(bindings, Group)
    free, bound = set[str](), set[str]()
    for binding in bindings.items:
        assert isinstance(binding, Group)
        bound |= _free(binding.items[0])
        free |= _free(binding.items[-1])
    return free | _free(body) - bound


def _calls(node: Node, name: str) -> bool:
    if isinstance(node, Atom):
        return node.text == name
    return any(_calls(item, name) for item in node.items)


def word_fields(task_id: str, reference: str, arg_names: Sequence[str], width: int) -> TaskFields:
    """Returns reference and examples of a task of words.

    Raises:
      TermSyntaxError: the reference has an operator that the checker does not know.
    """
    arguments = {name: argument(index, width) for index, name in enumerate(arg_names)}
    term = parse_term(reference, arguments)
    drawn = _draws(task_id, len(arg_names), width)
    (found,) = evaluate([term], list(zip(*drawn, strict=True)), len(drawn))
    outputs = [int(word) for word in found]
    return {
        **shown_and_held_out(drawn, outputs),
        "reference": reference,
        "derived": "examples evaluated from the reference, fixed seed",
    }


def _draws(task_id: str, num_arguments: int, width: int) -> list[list[int]]:
    """Returns different inputs, the same ones for the same task."""
    rng = random.Random(f"sygus/{task_id}")
    drawn: dict[tuple[int, ...], None] = {}
    while len(drawn) < NUM_EXAMPLES:  # the narrowest words, of 8 bits, have 256 values
        drawn[tuple(draw_word(rng, width) % 2**width for _ in range(num_arguments))] = None
    return [list(words) for words in drawn]


def circuit_fields(task_id: str, unknown: Unknown, reference: str, arg_names: Sequence[str]) -> TaskFields:
    """Returns the truth table of a term over truth values.

    Raises:
      TermSyntaxError: the term has an operator that the checker does not know.
    """
    term = parse_term(reference, {name: as_truth(argument(index, 1)) for index, name in enumerate(arg_names)})
    rows = arguments_of(len(unknown.parameters))
    columns = [[int(bit) for bit in bits] for bits in zip(*rows, strict=True)]
    (values,) = evaluate([term], columns, len(rows))
    fields = table_fields(
        task_id, task_id, len(unknown.parameters), ["".join("01"[bool(value)] for value in values)]
    )
    return {
        **fields,
        "input_names": list(unknown.parameters),
        "derived": "truth table evaluated from the constraint",
    }
