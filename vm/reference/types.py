"""Says plainly which programs are well-typed: the twin of `vm/verifier.py`, without its reasons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from vm.program import Apply, Constant, Line, Program, pointers_read
from vm.skill import SkillTable
from vm.table import BY_NAME
from vm.values import Elem, ValueType


class IllTypedError(Exception):
    """The program may not run."""


@dataclass(frozen=True)
class Partial:
    """A skill some of whose operands are given; None stands for one that is not."""

    skill: str
    slots: tuple[Operand | None, ...]


Operand: TypeAlias = "ValueType | Partial"

INT, BOOL = ValueType(Elem.INT, 0), ValueType(Elem.BOOL, 0)


def require(condition: bool) -> None:
    """Refuses the program unless the condition holds."""
    if not condition:
        raise IllTypedError


def arity(name: str, skills: SkillTable) -> int:
    """Returns how many operands a skill takes."""
    skill = skills.find(name)
    require(skill is not None)
    assert skill is not None
    return skill.arity


def value_type(operand: Operand) -> ValueType:
    """Returns the type of an operand that must be a value."""
    require(isinstance(operand, ValueType))
    assert isinstance(operand, ValueType)
    return operand


def element_type(operand: Operand) -> ValueType:
    """Returns the type of the elements of an operand that must be a list."""
    type_ = value_type(operand)
    require(type_.rank == 1)
    return ValueType(type_.elem, 0)


def partial_result(partial: Operand, given: list[Operand], skills: SkillTable) -> ValueType:
    """Returns what a skill as a value gives when its free slots are filled, which must be exactly enough."""
    require(isinstance(partial, Partial))
    assert isinstance(partial, Partial)
    require(partial.slots.count(None) == len(given))
    rest = iter(given)
    return call_result(
        partial.skill, [next(rest) if slot is None else slot for slot in partial.slots], skills
    )


def loop_result(name: str, operands: list[Operand], skills: SkillTable) -> ValueType:
    """Returns what an instruction that takes skills gives."""
    skill, last = operands[0], operands[-1]
    if name in ("map", "filter", "sort_by"):
        element = element_type(last)
        result = partial_result(skill, [element], skills)
        require(result.rank == 0)
        if name == "map":
            return ValueType(result.elem, 1)
        require(result == BOOL if name == "filter" else result.elem is not Elem.FLOAT)
        return value_type(last)
    if name == "scan":
        element = element_type(last)
        require(partial_result(skill, [element, element], skills) == element)
        return value_type(last)
    carried = value_type(operands[1] if name == "fold" else last)
    given: list[Operand] = [carried, element_type(last)] if name == "fold" else [carried]
    require(partial_result(skill, given, skills) == carried)
    if name == "iterate":
        require(operands[1] == INT)
    if name == "until":
        require(partial_result(operands[1], [carried], skills) == BOOL)
    return carried


def call_result(name: str, operands: list[Operand], skills: SkillTable) -> ValueType:
    """Returns the type of what a call gives."""
    require(len(operands) == arity(name, skills))
    learnt = skills.learnt_skill(name)
    if learnt is not None:
        require(tuple(operands) == learnt.params)
        return learnt.result
    overloads = BY_NAME[name].overloads
    if any(type_.elem is Elem.SKILL for type_ in overloads[0].params):
        return loop_result(name, operands, skills)
    results = [overload.result for overload in overloads if overload.params == tuple(operands)]
    require(len(results) == 1)
    return results[0]


def line_operand(line: Line, operands: list[Operand], skills: SkillTable) -> Operand:
    """Returns what the pointer of a line holds."""
    if isinstance(line, Constant):
        return line.type
    require(all(0 <= pointer < len(operands) for pointer in pointers_read(line)))
    if isinstance(line, Apply):
        return call_result(line.skill, [operands[arg] for arg in line.args], skills)
    slots = line.slots or (None,) * arity(line.skill, skills)
    require(len(slots) == arity(line.skill, skills))
    return Partial(line.skill, tuple(None if slot is None else operands[slot] for slot in slots))


def is_well_typed(program: Program) -> bool:
    """Says whether a program may run."""
    operands: list[Operand] = list(program.input_types)
    try:
        for line in program.lines:
            operands.append(line_operand(line, operands, program.skills))
        require(0 <= program.output < len(operands))
        require(operands[program.output] == program.output_type)
    except IllTypedError:
        return False
    return True
