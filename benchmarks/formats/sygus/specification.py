"""Decides which problems over integers say by formulas what their function is, and what their tasks are.

Every constraint must call the function on one tuple of arguments: different variables, or literals. Then the
constraints are one formula over arguments and result. If it allows at most one output where it forbids any,
the solver z3 gives the examples: of inputs drawn with a fixed seed, and where too few of these matter, of
inputs that it names itself.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Final

from benchmarks.formats.format import TaskFields
from benchmarks.formats.sygus.expansion import expanded
from benchmarks.formats.sygus.literals import literal_value
from benchmarks.formats.sygus.problem import NoTaskError, Problem, Unknown
from benchmarks.formats.sygus.shown import NUM_EXAMPLES, NUM_SHOWN, shown_and_held_out
from mcts_compose.verification import smt
from mcts_compose.verification.formula_solver import RESULT, FormulaSolver, NoAnswerError
from mcts_compose.verification.formulas import FormulaError, parse_formula
from mcts_compose.verification.number_draws import BOUND, NumberDraws
from mcts_compose.verification.s_expressions import Atom, Group, Node, is_symbol, text_of
from vm.values import INT_MAX, INT_MIN, Elem, HostValue

SECONDS: Final = 5.0
"""How long the solver may take for one question; untuned."""
ALL_SECONDS: Final = 60.0
"""How long all questions about one problem may take; hostile ones need seconds for each."""
MAX_DRAWS: Final = 1_000
"""Untuned."""
MAX_NAMED: Final = 100
"""How many inputs the solver names itself, of which some have outputs that are no words; untuned."""
_KINDS: Final = {"Int": Elem.INT, "Bool": Elem.BOOL}


def specification_of(problem: Problem, name: str, unknown: Unknown, arg_names: Sequence[str]) -> str:
    """Returns what right outputs fulfil, as a formula over the names of the arguments and `RESULT`.

    Raises:
      InputError: a term is too long.
      NoTaskError: there is no such formula.
    """
    sorts = {sort.name for sort in (unknown.sort, *unknown.parameters.values())}
    if not sorts <= _KINDS.keys():
        raise NoTaskError("its function is given neither by examples nor by a term that it equals")
    parts = [_part(problem, constraint, name, arg_names) for constraint in problem.constraints]
    return parts[0] if len(parts) == 1 else f"(and {' '.join(parts)})"


def _part(problem: Problem, constraint: Node, name: str, arg_names: Sequence[str]) -> str:
    """Returns the formula that one constraint says."""
    if any(is_symbol(node, "let") for node in _nodes(constraint)):
        raise NoTaskError("a constraint binds names by let")
    tuples = {tuple(map(text_of, call.items[1:])): call for call in _calls(constraint, name)}
    if len(tuples) != 1:
        raise NoTaskError(f"a constraint calls the function on {len(tuples)} tuples of arguments, not on one")
    ((texts, call),) = tuples.items()
    values = [literal_value(argument) for argument in call.items[1:]]
    variables = {
        node.text for node in _nodes(constraint) if isinstance(node, Atom) and node.text in problem.variables
    }
    if all(value is not None for value in values) and not variables:
        written = expanded(problem, constraint, {}, RESULT)
        equal = [f"(= {arg} {text})" for arg, text in zip(arg_names, texts, strict=True)]
        return f"(=> (and {' '.join(equal)}) {written})"
    if variables != set(texts) or len(set(texts)) != len(texts):
        raise NoTaskError("a constraint has other variables than the arguments of its one call")
    return expanded(problem, constraint, dict(zip(texts, arg_names, strict=True)), RESULT)


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    if isinstance(node, Group):
        for item in node.items:
            yield from _nodes(item)


def _calls(node: Node, name: str) -> Iterator[Group]:
    for each in _nodes(node):
        if isinstance(each, Group) and each.items and is_symbol(each.items[0], name):
            yield each


def specified_fields(
    task_id: str, specification: str, unknown: Unknown, arg_names: Sequence[str]
) -> TaskFields:
    """Returns specification and examples of a task.

    Raises:
      NoTaskError: it has none, or allows several outputs, or z3 is missing or has no answer.
    """
    if not smt.is_available():
        raise NoTaskError(smt.MISSING)
    inputs = {
        arg: _KINDS[sort.name] for arg, sort in zip(arg_names, unknown.parameters.values(), strict=True)
    }
    output = _KINDS[unknown.sort.name]
    try:
        formula = parse_formula(specification, {**inputs, RESULT: output})
        solver = FormulaSolver(formula, inputs, output, SECONDS)
        if not solver.is_function():
            raise NoTaskError("its constraints allow several outputs for one input")
        examples = _examples(solver, NumberDraws(f"sygus/{task_id}", list(inputs.values()), formula))
    except FormulaError as error:
        raise NoTaskError(f"its constraints cannot be checked: {error}") from None
    except NoAnswerError:
        raise NoTaskError(f"the solver gave no answer within {SECONDS:g} seconds") from None
    if not examples:
        raise NoTaskError("its constraints say nothing of any output that has 64 bits")
    return {
        **shown_and_held_out([list(values) for values in examples], list(examples.values())),
        "specification": specification,
        "derived": "examples from the constraints by z3, fixed seed",
    }


def _examples(solver: FormulaSolver, draws: NumberDraws) -> dict[tuple[HostValue, ...], HostValue]:
    """Returns outputs by inputs, all of them values of the machine.

    Raises:
      NoAnswerError: one question takes too long.
      NoTaskError: all together take too long.
    """
    found: dict[tuple[HostValue, ...], HostValue] = {}
    others: list[tuple[HostValue, ...]] = []
    """Inputs that matter, but whose outputs are no words."""
    deadline = time.monotonic() + ALL_SECONDS

    def ask(values: tuple[HostValue, ...]) -> bool:
        """Says whether there is an output, and keeps it if it is a value of the machine."""
        output = solver.output_at(values)
        if output is None:
            return False
        if INT_MIN <= int(output) <= INT_MAX:  # type: ignore[arg-type]  # int or bool
            found[values] = output
        else:
            others.append(values)
        return True

    def check_time() -> None:
        if time.monotonic() > deadline:
            raise NoTaskError(f"the solver took more than {ALL_SECONDS:g} seconds to give examples")

    tried = set()
    for _ in range(MAX_DRAWS):
        check_time()
        values = draws.draw()
        if len(found) < NUM_EXAMPLES and values not in tried:
            tried.add(values)
            ask(values)
    for _ in range(MAX_NAMED):
        check_time()
        named = solver.input_that_matters([*found, *others], BOUND) if len(found) < NUM_SHOWN else None
        if named is None or not ask(named):
            break
    return found
