"""Which typed overloads a search may call, and their prices in whole cost units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mcts_compose.search.derived import LOOPS, BoundSkill, derived
from mcts_compose.search.learnt_loops import ELEMENT_LOOPS, learnt_loops
from mcts_compose.search.problem import Problem
from mcts_compose.search.skill_rows import COMPOSITION, FAMILIES, skill_rows, unknown_names
from mcts_compose.search.text_literals import text_literals
from vm.isa import Convention, Instruction, Overload
from vm.table import INSTRUCTIONS, ROW_OF_OPCODE
from vm.values import Elem, HostValue, ValueType

COST_PER_NAT = 0.866  # 0.6 units a bit; benchmarked in the list experiments (cost = round(-0.6 log2 p))
MAX_PRICE = 8
LEARNT_LOOP_PRICE = 3
"""Most that a loop over a learnt skill costs besides it: there are some five ways to use one (untuned)."""

_INT_CONSTANTS: tuple[HostValue, ...] = tuple(range(-1, 11))


@dataclass(frozen=True)
class Action:
    """One typed overload with its price.

    Attributes:
      row: the instruction.
      overload: its types and opcode.
      price: cost units of a call.
      skills: of a loop, the skills it is called with; their bound operands are the action's first.
    """

    row: Instruction
    overload: Overload
    price: int
    skills: tuple[BoundSkill, ...] = ()

    @property
    def convention(self) -> Convention:
        """How the body is called."""
        return next(body.convention for body in self.row.bodies if body.opcode == self.overload.opcode)


def types_in_use(problem: Problem) -> set[ValueType]:
    """Returns the types that contents may have: those of the task, their parts, and ints and bools always."""
    seen = {*problem.input_types, problem.output_type}
    elems = {Elem.INT, Elem.BOOL} | {type_.elem for type_ in seen}
    ranks = {0, 1} | {type_.rank for type_ in seen}
    return {ValueType(elem, rank) for elem in elems for rank in ranks}


def searched_rows(problem: Problem) -> tuple[Instruction, ...]:
    """Returns what the search may call: instructions in table order, loops over skills included, and skills.

    Raises:
      ValueError: the task names a skill that does not exist.
    """
    if problem.skills is None:
        loops = LOOPS + (ELEMENT_LOOPS if problem.library.learnt else ())
        instructions = tuple(
            row
            for row in INSTRUCTIONS
            if row.searched and (row.bodies[0].kernel is not None or row.name in loops)
        )
        return (*instructions, *skill_rows(problem))
    for name in unknown_names(problem):
        raise ValueError(f"unknown skill {name!r}")
    return (*(row for row in INSTRUCTIONS if row.name in set(problem.skills)), *skill_rows(problem))


def _is_bool_variant(row: Instruction, overload: Overload, task_has_bools: bool) -> bool:
    """Says whether an overload only extends an int overload to bools: such calls are rarely meant."""
    if task_has_bools or not any(type_.elem is Elem.BOOL for type_ in overload.params):
        return False
    for other in row.overloads:
        if other.opcode != overload.opcode or other.params == overload.params:
            continue
        pairs = zip(other.params, overload.params, strict=True)
        if all(one == two or (one.elem is Elem.INT and two == (Elem.BOOL, one.rank)) for one, two in pairs):
            return True
    return False


def build_actions(problem: Problem, prices: Mapping[str, int]) -> list[Action]:
    """Returns the actions of a search, the derived ones last; `prices` are cost units by skill name.

    A derived action costs what its loop and its skills cost together, a skill one unit less than called by
    itself: it is chosen among the few that fit the loop, not among all (one unit: untuned).
    """
    in_use = types_in_use(problem)
    task_has_bools = any(type_ == (Elem.BOOL, 1) for type_ in problem.input_types)
    actions = []
    for row in searched_rows(problem):
        for overload in row.overloads:
            types = (*overload.params, overload.result)
            if not all(type_ in in_use for type_ in types):
                continue
            if row.family not in FAMILIES and ROW_OF_OPCODE[overload.opcode] is not row:
                continue
            swapped = overload.params != tuple(sorted(overload.params, key=lambda type_: -type_.rank))
            if row.commutative and swapped:
                continue
            if _is_bool_variant(row, overload, task_has_bools):
                continue
            actions.append(Action(row, overload, prices.get(row.name, row.cost)))
    searched = searched_rows(problem)
    for choice in (*derived(searched, in_use), *learnt_loops(searched, in_use)):
        loop = prices.get(choice.row.name, choice.row.cost)
        if any(skill.row.family == COMPOSITION for skill in choice.skills):
            loop = min(loop, LEARNT_LOOP_PRICE)
        price = loop + sum(prices.get(skill.row.name, skill.row.cost) - 1 for skill in choice.skills)
        overload = Overload(choice.row.bodies[0].opcode, choice.params, choice.result)
        actions.append(Action(choice.row, overload, price, choice.skills))
    return actions


def constants_for(problem: Problem) -> tuple[tuple[ValueType, HostValue], ...]:
    """Returns the constants that a search starts from: small ints, and for other elements the usual few."""
    in_use = types_in_use(problem)
    number = ValueType(Elem.INT, 0)
    constants: list[tuple[ValueType, HostValue]] = [(number, value) for value in _INT_CONSTANTS]
    if ValueType(Elem.FLOAT, 0) in in_use:
        constants += [(ValueType(Elem.FLOAT, 0), value) for value in (0.0, 1.0, 2.0, 0.5, -1.0)]
    if ValueType(Elem.CHAR, 1) in in_use:
        constants += [(ValueType(Elem.CHAR, 0), value) for value in (" ", ",", "-", ".", "/")]
        constants += [(ValueType(Elem.CHAR, 1), value) for value in (" ", ",", "-", ".")]
    for value in (*problem.constants, *text_literals(problem)):
        constants += [(type_, value) for type_ in _constant_types(value) if (type_, value) not in constants]
    return tuple(constants)


def _constant_types(value: HostValue) -> tuple[ValueType, ...]:
    """Returns the types that a task's constant is offered as: a text of one character is a char too."""
    if isinstance(value, bool):
        return (ValueType(Elem.BOOL, 0),)
    if isinstance(value, int):
        return (ValueType(Elem.INT, 0),)
    if isinstance(value, float):
        return (ValueType(Elem.FLOAT, 0),)
    if isinstance(value, str):
        text = ValueType(Elem.CHAR, 1)
        return (text, ValueType(Elem.CHAR, 0)) if len(value) == 1 else (text,)
    if value and all(isinstance(item, int) and not isinstance(item, bool) for item in value):
        return (ValueType(Elem.INT, 1),)
    return ()
