"""Decides which programs may run: types every line, and gives every reason why a program is refused.

Skills as values exist only as `Bind` lines, so the skill behind every call is known before the program
runs: the verifier resolves each call to one typed body, and for calls that take skills also the calls those
will make.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TypeAlias

from vm.isa import Body, Convention, Instruction, SkillTerm, Term, parse_higher
from vm.program import FREE, Apply, Constant, Line, Program, ProgramError, pointers_read
from vm.skill import Skill, SkillTable
from vm.table import BY_NAME
from vm.values import Elem, ValueType

MAX_NESTING = 100
MAX_BOUND = 256
"""Bound skills in one, each as often as it is written out (untuned); sharing may double it with each line."""
SHOWN_OVERLOADS = 3
SKILL_TYPE = ValueType(Elem.SKILL, 0)


class RefusedError(ValueError):
    """One line may not run; the message is the reason."""


@dataclass(frozen=True)
class Closure:
    """A bound skill: for each slot a data pointer, another bound skill, or None where it is free."""

    skill: str
    slots: tuple[int | Closure | None, ...]

    @cached_property
    def depth(self) -> int:
        """How many bound skills stand inside each other."""
        return 1 + max((slot.depth for slot in self.slots if isinstance(slot, Closure)), default=0)

    @cached_property
    def size(self) -> int:
        """How many bound skills are written out; one that two others share counts twice."""
        return 1 + sum(slot.size for slot in self.slots if isinstance(slot, Closure))

    def __str__(self) -> str:
        slots = ", ".join(
            FREE if slot is None else str(slot) if isinstance(slot, Closure) else "." for slot in self.slots
        )
        return f"&{self.skill}({slots})"


Operand: TypeAlias = ValueType | Closure


@dataclass(frozen=True)
class Call:
    """A call with everything decided that types decide.

    Attributes:
      skill: its name.
      operands: the type of each operand, or the closure where a skill is taken.
      result: the type of what it gives.
      body: the instruction's body; None for a composition.
      composition: the learnt skill; None for an instruction.
      callees: for each closure among the operands, in order, the call that it makes.
    """

    skill: str
    operands: tuple[Operand, ...]
    result: ValueType
    body: Body | None
    composition: Skill | None
    callees: tuple[Call, ...] = ()


@cache
def _bodies_by_params(name: str) -> dict[tuple[ValueType, ...], tuple[Body, ValueType]]:
    """Returns body and result type for each parameter list of an instruction that takes no skills."""
    return {
        overload.params: (body, overload.result)
        for body in BY_NAME[name].bodies
        for overload in body.overloads
    }


def _nearest_overloads(instruction: Instruction, operands: Sequence[Operand]) -> str:
    """Returns the overloads that agree with the operands in most places, in words."""

    def distance(params: tuple[ValueType, ...]) -> tuple[int, int]:
        pairs = [(wanted, given) for wanted, given in zip(params, operands, strict=True)]
        wrong = sum(wanted != given for wanted, given in pairs)
        far = sum(isinstance(given, Closure) or wanted.elem != given.elem for wanted, given in pairs)
        return wrong, far

    ranked = sorted(instruction.overloads, key=lambda overload: distance(overload.params))
    shown = " or ".join(f"({', '.join(map(str, overload.params))})" for overload in ranked[:SHOWN_OVERLOADS])
    return f"it takes {shown}" + (", ..." if len(ranked) > SHOWN_OVERLOADS else "")


def _operand_text(operand: Operand) -> str:
    return "a skill" if isinstance(operand, Closure) else str(operand)


def _operands_text(operands: Sequence[Operand]) -> str:
    return f"({', '.join(map(_operand_text, operands))})"


def find_skill(name: str, skills: SkillTable) -> Instruction | Skill:
    """Returns the skill of that name.

    Raises:
      RefusedError: there is none; the nearest names are given.
    """
    found = skills.find(name)
    if found is None:
        near = difflib.get_close_matches(name, list(skills.names()), n=3, cutoff=0.5)
        raise RefusedError(
            f"unknown skill {name!r}" + (f"; did you mean {' or '.join(near)}?" if near else "")
        )
    return found


def resolve_call(
    name: str, operands: Sequence[Operand], type_of: Callable[[int], ValueType], skills: SkillTable
) -> Call:
    """Returns the call of a skill on operands of these types.

    Args:
      name: the skill.
      operands: types, and closures where skills are given.
      type_of: gives the type of the data pointers that closures have bound.
      skills: where names are looked up.

    Raises:
      RefusedError: no body of the skill takes the operands.
    """
    skill = find_skill(name, skills)
    if len(operands) != skill.arity:
        raise RefusedError(f"{name} takes {skill.arity} operands, not {len(operands)}")
    types = tuple(operands)
    if isinstance(skill, Skill):
        if types != skill.params:
            raise RefusedError(f"{name} takes {_operands_text(skill.params)}, not {_operands_text(types)}")
        return Call(name, types, skill.result, None, skill)
    if skill.bodies[0].convention is Convention.HIGHER:
        return _resolve_higher(skill, types, type_of, skills)
    found = _bodies_by_params(name).get(types)  # type: ignore[arg-type] # a closure is in no parameter list
    if found is None:
        raise RefusedError(
            f"{name} does not take {_operands_text(types)}; {_nearest_overloads(skill, types)}"
        )
    return Call(name, types, found[1], found[0], None)


def _resolve_higher(
    instruction: Instruction,
    operands: tuple[Operand, ...],
    type_of: Callable[[int], ValueType],
    skills: SkillTable,
) -> Call:
    """Returns the call of an instruction that takes skills; the values' types decide their parameters."""
    body = instruction.bodies[0]
    signature = parse_higher(body.signature)
    bound: dict[str, ValueType] = {}
    pairs = list(zip(signature.params, operands, strict=True))
    for term, operand in pairs:
        fits = isinstance(operand, Closure) if isinstance(term, SkillTerm) else _fits(term, operand, bound)
        if not fits:
            raise RefusedError(f"{instruction.name} takes {body.signature}, not {_operands_text(operands)}")
    callees = []
    for term, operand in pairs:
        if not (isinstance(term, SkillTerm) and isinstance(operand, Closure)):
            continue
        takes = tuple(param.fill(bound) for param in term.params)
        call = _resolve_closure(instruction.name, operand, takes, type_of, skills)
        if not term.result.match(call.result, bound):
            wanted = term.result.fill(bound) if term.result.name in bound else term.result.name
            raise RefusedError(
                f"{instruction.name} takes {body.signature}, and {operand} gives {call.result}, not {wanted}"
            )
        callees.append(call)
    return Call(instruction.name, operands, signature.result.fill(bound), body, None, tuple(callees))


def _fits(term: Term, operand: Operand, bound: dict[str, ValueType]) -> bool:
    return not isinstance(operand, Closure) and term.match(operand, bound)


def _resolve_closure(
    caller: str,
    closure: Closure,
    takes: tuple[ValueType, ...],
    type_of: Callable[[int], ValueType],
    skills: SkillTable,
) -> Call:
    """Returns the call that a closure makes when its free slots get values of the types `takes`."""
    num_free = closure.slots.count(None)
    if num_free != len(takes):
        raise RefusedError(
            f"{caller} calls its skill with {len(takes)} operands, and {closure} has {num_free} free slots"
        )
    free = iter(takes)
    operands: list[Operand] = []
    for slot in closure.slots:
        if slot is None:
            operands.append(next(free))
        else:
            operands.append(slot if isinstance(slot, Closure) else type_of(slot))
    return resolve_call(closure.skill, operands, type_of, skills)


class Typer:
    """Types a program line by line.

    Attributes:
      types: the type of each pointer so far; None where its line was refused.
      calls: the resolved call of each call's pointer.
      closures: the closure of each bound skill's pointer.
    """

    def __init__(self, input_types: Sequence[ValueType], skills: SkillTable) -> None:
        self.skills = skills
        self.types: list[ValueType | None] = list(input_types)
        self.calls: dict[int, Call] = {}
        self.closures: dict[int, Closure] = {}

    def _type(self, pointer: int) -> ValueType:
        """Returns the type of a pointer that is known to be good."""
        type_ = self.types[pointer]
        assert type_ is not None
        return type_

    def _add(self, line: Line, pointer: int) -> ValueType:
        """Returns the type of what the line writes."""
        if isinstance(line, Constant):
            return line.type
        if isinstance(line, Apply):
            operands = [self.closures.get(arg) or self._type(arg) for arg in line.args]
            self.calls[pointer] = resolve_call(line.skill, operands, self._type, self.skills)
            return self.calls[pointer].result
        arity = find_skill(line.skill, self.skills).arity
        slots = line.slots or (None,) * arity
        if len(slots) != arity:
            raise RefusedError(
                f"{line.skill} takes {arity} operands, and &{line.skill} is given {len(slots)} slots"
            )
        inner = tuple(slot if slot is None else self.closures.get(slot, slot) for slot in slots)
        closure = Closure(line.skill, inner)
        if closure.depth > MAX_NESTING:
            raise RefusedError(f"skills are nested deeper than {MAX_NESTING}")
        if closure.size > MAX_BOUND:
            raise RefusedError(f"a bound skill holds {closure.size:,} bound skills, more than {MAX_BOUND}")
        self.closures[pointer] = closure
        return SKILL_TYPE

    def add(self, line: Line) -> ValueType | None:
        """Adds the next line and returns the type it writes; None if what it reads was refused before.

        Raises:
          RefusedError: the line may not run; its pointer then has no type.
        """
        pointer = len(self.types)
        self.types.append(None)
        for read in pointers_read(line):
            if not 0 <= read < pointer:
                kind = "does not exist" if read < 0 else "is written later"
                raise RefusedError(f"pointer {read} {kind}")
        if any(self.types[read] is None for read in pointers_read(line)):
            return None
        self.types[pointer] = self._add(line, pointer)
        return self.types[pointer]

    def check_output(self, output: int, wanted: ValueType) -> None:
        """Checks the pointer that is returned.

        Raises:
          RefusedError: it does not exist or has another type.
        """
        if not 0 <= output < len(self.types):
            raise RefusedError(f"the output, pointer {output}, does not exist")
        given = self.types[output]
        if given is not None and given != wanted:
            raise RefusedError(f"the output is {given}, and the program is declared to return {wanted}")


@dataclass(frozen=True)
class Reason:
    """Why a program may not run; `line` is an index into its lines, None where no line is to blame."""

    line: int | None
    text: str

    def __str__(self) -> str:
        return self.text if self.line is None else f"call {self.line}: {self.text}"


def _type_all(program: Program) -> tuple[Typer, list[Reason]]:
    typer = Typer(program.input_types, program.skills)
    reasons = []
    for number, line in enumerate(program.lines):
        try:
            typer.add(line)
        except RefusedError as refusal:
            reasons.append(Reason(number, str(refusal)))
    try:
        typer.check_output(program.output, program.output_type)
    except RefusedError as refusal:
        reasons.append(Reason(None, str(refusal)))
    return typer, reasons


def verify(program: Program) -> list[Reason]:
    """Returns every reason why the program may not run; an empty list if it may."""
    return _type_all(program)[1]


def type_program(program: Program) -> Typer:
    """Returns the types and resolved calls of a program that may run.

    Raises:
      ProgramError: it may not; all reasons are given.
    """
    typer, reasons = _type_all(program)
    if reasons:
        raise ProgramError("the program may not run: " + "; ".join(map(str, reasons)))
    return typer
