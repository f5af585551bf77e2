"""Random programs over all instructions: typed ones, with skills as values, and ones spoilt at one place."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TypeAlias

from tests.vm.assembly.generator import AssemblyGenerator
from tests.vm.functions.offered import SKILLS as FUNCTIONS
from tests.vm.random_values import random_value
from vm.assembly.program import AssemblyProgram
from vm.execute import Limits
from vm.functions import PythonFunction
from vm.isa import Convention, SkillTerm, Term, parse_higher
from vm.program import Apply, Bind, Constant, Line, Program
from vm.skill import Skill, SkillTable
from vm.table import INSTRUCTIONS
from vm.values import KIND_TYPES, Batch, Elem, HostValue, ValueType, encode

TYPES = tuple(type_ for type_ in KIND_TYPES if type_.elem is not Elem.SKILL)
SCALARS = tuple(type_ for type_ in TYPES if type_.rank == 0)
BOOL = ValueType(Elem.BOOL, 0)
MAX_CLOSURES = 2  # bound skills inside each other
REUSE = 0.7  # how often an operand is an earlier pointer, if there is one of its type
PLAIN = tuple(row for row in INSTRUCTIONS if row.bodies[0].convention is not Convention.HIGHER)
HIGHER = tuple(row for row in INSTRUCTIONS if row.bodies[0].convention is Convention.HIGHER)
ASSEMBLY_SHARE = 0.3  # how many learnt skills are assembly
FUNCTION_SHARE = 0.2  # and how many are Python functions
NO_SKILL = "no_such_skill"

ROOMY = Limits(fuel=5000, capacity=1 << 12, heap=1 << 15)
AMPLE = replace(ROOMY, fuel=100_000)
FUELS = (0, 3, 20, 60, 150, 400, 1000)
ROOMS = ((8, 1 << 12), (30, 1 << 12), (100, 1 << 12), (1 << 12, 60), (1 << 12, 200), (1 << 12, 800))


@dataclass(frozen=True)
class Case:
    """One fuzz case: a program, what it runs on, and its limits."""

    program: Program
    batches: tuple[Batch, ...]
    limits: Limits


@dataclass
class Draft:
    """A program that is being written.

    Attributes:
      types: the type of each pointer so far, None for bound skills.
      lines: the lines so far.
    """

    rng: random.Random
    skills: SkillTable
    input_types: tuple[ValueType, ...]
    types: list[ValueType | None] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.types = list(self.input_types)

    def add(self, line: Line, type_: ValueType | None) -> int:
        """Adds a line and returns its pointer."""
        self.lines.append(line)
        self.types.append(type_)
        return len(self.types) - 1

    def pointer(self, type_: ValueType) -> int:
        """Returns a pointer of the type: an earlier one or a new constant."""
        known = [at for at, given in enumerate(self.types) if given == type_]
        if known and self.rng.random() < REUSE:
            return self.rng.choice(known[-4:])
        return self.add(Constant(type_, random_value(self.rng, type_, long=0.03)), type_)

    def bind(
        self, takes: Sequence[ValueType], results: Sequence[ValueType], depth: int = 1
    ) -> tuple[int, ValueType] | None:
        """Returns the pointer of a skill that takes values of the types `takes`, and the type it gives.

        None if no skill takes them and gives one of `results`.
        """
        rng = self.rng
        if depth < MAX_CLOSURES and rng.random() < 0.15:
            bound = self.bind_higher(takes, results, depth)
            if bound is not None:
                return bound
        choices = callees(tuple(takes), tuple(results))
        learnt = [
            choice
            for skill in self.skills.learnt
            for choice in bindings(skill.name, skill.params, skill.result, tuple(takes), tuple(results))
        ]
        if learnt and (not choices or rng.random() < 0.3):
            choices = learnt
        if not choices:
            return None
        name, params, result, places = rng.choice(choices)
        slots = tuple(None if at in places else self.pointer(type_) for at, type_ in enumerate(params))
        return self.add(Bind(name, slots), None), result

    def bind_higher(
        self, takes: Sequence[ValueType], results: Sequence[ValueType], depth: int
    ) -> tuple[int, ValueType] | None:
        """Returns a bound skill that is a loop itself, if one fits."""
        if len(takes) != 1:
            return None
        taken = takes[0]
        if taken in results:
            step = self.bind(takes, [taken], depth + 1)
            if step is not None:
                slots = (step[0], self.pointer(ValueType(Elem.INT, 0)), None)
                return self.add(Bind("iterate", slots), None), taken
        if taken.rank == 1 and any(result.rank == 0 for result in results):
            result = self.rng.choice([result for result in results if result.rank == 0])
            step = self.bind([result, ValueType(taken.elem, 0)], [result], depth + 1)
            if step is not None:
                return self.add(Bind("fold", (step[0], self.pointer(result), None)), None), result
        return None

    def call_plain(self) -> None:
        """Adds a call of an instruction that takes no skills, every instruction being equally likely."""
        row = self.rng.choice(PLAIN)
        overload = self.rng.choice(row.overloads)
        for _ in range(3):
            # Prefer what earlier pointers can feed.
            if any(type_ in self.types for type_ in overload.params):
                break
            overload = self.rng.choice(row.overloads)
        args = tuple(self.pointer(type_) for type_ in overload.params)
        self.add(Apply(row.name, args), overload.result)

    def call_learnt(self) -> None:
        """Adds a call of a learnt composition."""
        skill = self.rng.choice(self.skills.learnt)
        self.add(Apply(skill.name, tuple(map(self.pointer, skill.params))), skill.result)

    def call_higher(self) -> None:
        """Adds a call of an instruction that takes skills, or nothing if no skill fits the drawn types."""
        rng = self.rng
        row = rng.choice(HIGHER)
        signature = parse_higher(row.bodies[0].signature)
        bound: dict[str, ValueType] = {}
        for term in signature.params:
            if isinstance(term, Term) and term.name not in bound and list(term.choices()):
                bound[term.name] = rng.choice([choice for choice in TYPES if choice in set(term.choices())])
        args: list[int] = []
        for param in signature.params:
            if isinstance(param, SkillTerm):
                takes = [term.fill(bound) for term in param.params]
                choices = list(param.result.choices()) if param.result.name not in bound else []
                skill = self.bind(takes, choices or [param.result.fill(bound)])
                if skill is None:
                    return
                bound.setdefault(param.result.name, skill[1])
                args.append(skill[0])
            else:
                args.append(self.pointer(param.fill(bound)))
        self.add(Apply(row.name, tuple(args)), signature.result.fill(bound))

    def program(self, output: int | None = None) -> Program:
        """Returns the program that gives a pointer, by default that of the last line with a value."""
        if output is None:
            output = max((at for at, type_ in enumerate(self.types) if type_ is not None), default=-1)
            if output < 0:
                output = self.pointer(BOOL)
        type_ = self.types[output]
        assert type_ is not None
        names = tuple(f"x{number}" for number in range(len(self.input_types)))
        return Program(names, self.input_types, type_, tuple(self.lines), output, self.skills)


Choice: TypeAlias = tuple[str, tuple[ValueType, ...], ValueType, tuple[int, ...]]
"""Name, parameters, result and free slots of a skill that is to be bound."""


def bindings(
    name: str,
    params: tuple[ValueType, ...],
    result: ValueType,
    takes: tuple[ValueType, ...],
    results: tuple[ValueType, ...],
) -> list[Choice]:
    """Returns every choice of free slots by which a skill takes `takes` and gives one of `results`."""
    if result not in results:
        return []
    places: list[tuple[int, ...]] = [()]
    for type_ in takes:
        places = [
            (*chosen, at)
            for chosen in places
            for at in range(chosen[-1] + 1 if chosen else 0, len(params))
            if params[at] == type_
        ]
    return [(name, params, result, chosen) for chosen in places]


@cache
def callees(takes: tuple[ValueType, ...], results: tuple[ValueType, ...]) -> list[Choice]:
    """Returns every way to bind an instruction to a skill that takes `takes` and gives one of `results`."""
    return [
        choice
        for row in PLAIN
        for overload in row.overloads
        for choice in bindings(row.name, overload.params, overload.result, takes, results)
    ]


def random_draft(
    rng: random.Random, skills: SkillTable, input_types: tuple[ValueType, ...], num_calls: int
) -> Draft:
    """Returns a well-typed draft with so many calls."""
    draft = Draft(rng, skills, input_types)
    for _ in range(num_calls):
        kind = rng.random()
        if kind < 0.25:
            draft.call_higher()
        elif kind < 0.35 and skills.learnt:
            draft.call_learnt()
        else:
            draft.call_plain()
    return draft


def random_skills(
    rng: random.Random, assembly_share: float = ASSEMBLY_SHARE, function_share: float = FUNCTION_SHARE
) -> SkillTable:
    """Returns a table with a few learnt skills, later compositions calling earlier ones."""
    table = SkillTable()
    for number in range(3):
        types = tuple(rng.choice(TYPES) for _ in range(rng.randint(1, 3)))
        body: Program | AssemblyProgram | PythonFunction
        body = random_draft(rng, table, types, rng.randint(1, 2)).program()
        kind = rng.random()
        if kind < assembly_share:
            body = AssemblyGenerator(rng.getrandbits(32)).program()
        elif kind > 1 - function_share:
            body = rng.choice(FUNCTIONS).body
        table = table.with_skill(Skill(f"learnt_{number}", "Does something.", body))
    return table


def spoil(rng: random.Random, program: Program) -> Program:
    """Returns the program changed at one place; it may still be well-typed."""
    lines = list(program.lines)
    kind = rng.randrange(5)
    if kind == 0 or not lines:
        return replace(program, output_type=rng.choice(TYPES))
    if kind == 1:
        return replace(program, output=rng.randint(-2, program.num_inputs + len(lines) + 1))
    at = rng.randrange(len(lines))
    lines[at] = spoil_line(rng, lines[at], program.num_inputs + len(lines))
    return replace(program, lines=tuple(lines))


def spoil_line(rng: random.Random, line: Line, num_pointers: int) -> Line:
    """Returns the line with another operand, skill or constant, or with one operand fewer or more."""
    if isinstance(line, Constant):
        type_ = rng.choice(TYPES)
        return Constant(type_, random_value(rng, type_))
    operands: list[int | None] = list(line.args if isinstance(line, Apply) else line.slots)
    name, kind = line.skill, rng.randrange(4)
    if kind == 0 and operands:
        operands[rng.randrange(len(operands))] = rng.randint(-2, num_pointers + 1)
    elif kind == 1:
        name = rng.choice((NO_SKILL, rng.choice(INSTRUCTIONS).name, rng.choice(INSTRUCTIONS).name))
    elif kind == 2 and operands:
        operands.pop()
    else:
        operands.append(rng.randrange(num_pointers))
    if isinstance(line, Apply):
        return Apply(name, tuple(operand for operand in operands if operand is not None))
    return Bind(name, tuple(operands))


def random_limits(rng: random.Random) -> Limits:
    """Returns limits that mostly suffice, and sometimes end a run early."""
    if rng.random() < 0.6:
        return AMPLE if rng.random() < 0.01 else ROOMY
    if rng.random() < 0.5:
        return replace(ROOMY, fuel=rng.choice(FUELS))
    capacity, heap = rng.choice(ROOMS)
    return Limits(fuel=rng.choice((ROOMY.fuel, *FUELS)), capacity=capacity, heap=heap)


class Generator:
    """An endless, seeded supply of cases; the learnt skills change every `SHARE` cases."""

    SHARE = 200

    def __init__(
        self, seed: int, assembly_share: float = ASSEMBLY_SHARE, function_share: float = FUNCTION_SHARE
    ) -> None:
        self.rng = random.Random(seed)
        self.assembly_share = assembly_share
        self.function_share = function_share
        self.skills = SkillTable()
        self.count = 0

    def case(self, spoilt: bool) -> Case:
        """Returns the next case, with something changed in the program if it is to be spoilt."""
        rng = self.rng
        if self.count % self.SHARE == 0:
            self.skills = random_skills(rng, self.assembly_share, self.function_share)
        self.count += 1
        types = tuple(rng.choice(TYPES) for _ in range(rng.choice((0, 1, 1, 1, 2, 2, 3))))
        skills = self.skills if rng.random() < 0.3 else SkillTable()
        program = random_draft(rng, skills, types, rng.choice((1, 1, 2, 2, 3, 4, 5))).program()
        if spoilt:
            program = spoil(rng, program)
        lanes = rng.choice((1, 1, 2, 3, 4))
        inputs: list[list[HostValue]] = [[random_value(rng, type_) for _ in range(lanes)] for type_ in types]
        batches = tuple(encode(values, type_) for values, type_ in zip(inputs, types, strict=True))
        return Case(program, batches, random_limits(rng))
