"""Decides what a program is: an immutable straight line of calls on data pointers, and its canonical text.

Pointers are numbered: the inputs first, then the lines. A `Program` puts itself in canonical form when it
is made: every constant and every bound skill stands once, right before the first line that reads it, and
one that nothing reads is left out. Calls keep their order. So equal text means equal programs, and
`Program.parse(str(p)) == p`.

    (x: list[int], k: int) -> list[int]
    v1 = add(x, 3)
    v2 = scan(&max(_, k), v1)
    return v2
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from vm.isa import Status
from vm.literals import format_value
from vm.skill import INSTRUCTIONS_ONLY, SkillTable
from vm.values import Batch, HostValue, ValueType, decode, encode

if TYPE_CHECKING:
    from vm.execute import Run
    from vm.limits import Limits

FREE = "_"


class ProgramError(ValueError):
    """A program text or a program cannot be used; one sentence says where and why.

    Attributes:
      line: line of the text, from 1; None where there is no text.
      column: column of the text, from 1; None where there is no text.
    """

    def __init__(self, reason: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(reason if line is None else f"line {line}, column {column}: {reason}")
        self.line = line
        self.column = column


class Fault(Exception):  # noqa: N818 - a fault is the machine's own word for it
    """A run ended without a result.

    Attributes:
      status: why.
      line: index into `Program.lines` of the call that was running; None before the first one.
    """

    def __init__(self, status: Status, line: int | None, where: str) -> None:
        super().__init__(f"{status.name} {where}")
        self.status = status
        self.line = line


@dataclass(frozen=True)
class Apply:
    """A call: a skill's name and the pointers it reads."""

    skill: str
    args: tuple[int, ...]


@dataclass(frozen=True)
class Constant:
    """A value written in the program."""

    type: ValueType
    value: HostValue

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", decode(encode([self.value], self.type))[0])

    @cached_property
    def text(self) -> str:
        """The literal."""
        return format_value(self.value, self.type)

    def __hash__(self) -> int:
        return hash((self.type, self.text))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Constant) and (self.type, self.text) == (other.type, other.text)


@dataclass(frozen=True)
class Bind:
    """A skill as a value: slots are bound to pointers, or None where free; no slots at all: all are free."""

    skill: str
    slots: tuple[int | None, ...] = ()

    def __post_init__(self) -> None:
        if not any(slot is not None for slot in self.slots):
            object.__setattr__(self, "slots", ())


Line: TypeAlias = Apply | Constant | Bind


def pointers_read(line: Line) -> tuple[int, ...]:
    """Returns the pointers that a line reads, in order."""
    if isinstance(line, Apply):
        return line.args
    if isinstance(line, Bind):
        return tuple(slot for slot in line.slots if slot is not None)
    return ()


def renumber(line: Line, new: Mapping[int, int]) -> Line:
    """Returns the line with its pointers renamed."""
    if isinstance(line, Apply):
        return Apply(line.skill, tuple(new[arg] for arg in line.args))
    if isinstance(line, Bind):
        return Bind(line.skill, tuple(None if slot is None else new[slot] for slot in line.slots))
    return line


def _pointers_are_sound(num_inputs: int, lines: Sequence[Line], output: int) -> bool:
    sound = all(
        0 <= pointer < num_inputs + number
        for number, line in enumerate(lines)
        for pointer in pointers_read(line)
    )
    return sound and 0 <= output < num_inputs + len(lines)


def _text_of(texts: Sequence[str], pointer: int) -> str:
    """Returns how a pointer is written, also one that does not exist: refused programs are shown too."""
    return texts[pointer] if 0 <= pointer < len(texts) else f"<pointer {pointer}>"


def _canonical(num_inputs: int, lines: Sequence[Line], output: int) -> tuple[tuple[Line, ...], int]:
    """Returns lines and output in canonical form; see the module docstring."""
    new: dict[int, int] = {pointer: pointer for pointer in range(num_inputs)}
    kept: list[Line] = []
    place_of: dict[Line, int] = {}

    def emit(pointer: int) -> None:
        """Puts a constant or bound skill, and what it reads, behind the kept lines unless it is there."""
        waiting = [pointer]
        while waiting:
            line = lines[waiting[-1] - num_inputs]
            missing = [read for read in pointers_read(line) if read not in new]
            if missing:
                waiting.extend(reversed(missing))
                continue
            done, moved = waiting.pop(), renumber(line, new)
            if moved not in place_of:
                place_of[moved] = num_inputs + len(kept)
                kept.append(moved)
            new[done] = place_of[moved]

    for number, line in enumerate(lines):
        if isinstance(line, Apply):
            for arg in line.args:
                if arg not in new:
                    emit(arg)
            new[num_inputs + number] = num_inputs + len(kept)
            kept.append(renumber(line, new))
    if output not in new:
        emit(output)
    return tuple(kept), new[output]


@dataclass(frozen=True, eq=False)
class Program:
    """An immutable program; construction brings it to canonical form.

    Attributes:
      input_names: one for each input.
      input_types: one for each input.
      output_type: the type of what it returns.
      lines: constants, bound skills and calls; line `i` writes pointer `len(input_names) + i`.
      output: the pointer that is returned.
      skills: where the names of learnt skills are looked up.
    """

    input_names: tuple[str, ...]
    input_types: tuple[ValueType, ...]
    output_type: ValueType
    lines: tuple[Line, ...]
    output: int
    skills: SkillTable = field(default=INSTRUCTIONS_ONLY, repr=False)

    def __post_init__(self) -> None:
        if len(self.input_names) != len(self.input_types):
            raise ProgramError(f"{len(self.input_names)} input names for {len(self.input_types)} input types")
        # A pointer out of range is for the verifier to report; such a program has no canonical form.
        if _pointers_are_sound(self.num_inputs, self.lines, self.output):
            lines, output = _canonical(self.num_inputs, self.lines, self.output)
            object.__setattr__(self, "lines", lines)
            object.__setattr__(self, "output", output)

    @classmethod
    def parse(cls, text: str, skills: SkillTable = INSTRUCTIONS_ONLY) -> Program:
        """Returns the program that `text` says, verified.

        Raises:
          ProgramError: the text is no program, or one that may not run; line and column are named.
        """
        from vm.parser import parse_program

        return parse_program(text, skills)

    @property
    def num_inputs(self) -> int:
        """How many inputs the program takes."""
        return len(self.input_names)

    @property
    def length(self) -> int:
        """How many skills the program calls; constants and bound skills are not counted."""
        return sum(isinstance(line, Apply) for line in self.lines)

    @property
    def called(self) -> frozenset[str]:
        """The names of all skills that the program calls or binds."""
        return frozenset(line.skill for line in self.lines if not isinstance(line, Constant))

    @cached_property
    def pointer_texts(self) -> tuple[str, ...]:
        """How each pointer is written: inputs by name, calls as `v1`, `v2`, ..., anything else inline."""
        texts = list(self.input_names)
        number = 0
        for line in self.lines:
            if isinstance(line, Constant):
                texts.append(line.text)
            elif isinstance(line, Bind):
                slots = ", ".join(FREE if slot is None else _text_of(texts, slot) for slot in line.slots)
                texts.append(f"&{line.skill}({slots})" if line.slots else f"&{line.skill}")
            else:
                number += 1
                while f"v{number}" in self.input_names:
                    number += 1
                texts.append(f"v{number}")
        return tuple(texts)

    def line_text(self, number: int) -> str:
        """Returns the text of one line; for constants and bound skills what stands inline."""
        line, name = self.lines[number], self.pointer_texts[self.num_inputs + number]
        if not isinstance(line, Apply):
            return name
        return f"{name} = {line.skill}({', '.join(_text_of(self.pointer_texts, arg) for arg in line.args)})"

    @cached_property
    def text_lines(self) -> tuple[str, ...]:
        """The lines of the canonical text."""
        inputs = ", ".join(
            f"{name}: {type_}" for name, type_ in zip(self.input_names, self.input_types, strict=True)
        )
        calls = [self.line_text(number) for number, line in enumerate(self.lines) if isinstance(line, Apply)]
        return (
            f"({inputs}) -> {self.output_type}",
            *calls,
            f"return {_text_of(self.pointer_texts, self.output)}",
        )

    @property
    def text(self) -> str:
        """The canonical text in one line."""
        return "; ".join(self.text_lines)

    def __str__(self) -> str:
        return "\n".join(self.text_lines)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Program) and self.hash == other.hash

    def __hash__(self) -> int:
        return hash(self.hash)

    @cached_property
    def hash(self) -> str:
        """A hash of the text and of every learnt skill that the program reaches."""
        learnt = [self.skills.learnt_skill(name) for name in sorted(self.called)]
        text = "|".join((self.text, *(skill.hash for skill in learnt if skill is not None)))
        return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()

    def run(self, batches: Sequence[Batch], limits: Limits | None = None, *, trace: bool = False) -> Run:
        """Runs the program on all examples at once.

        Raises:
          ProgramError: the program may not run, or the batches do not fit its inputs.
        """
        from vm.execute import run_program

        return run_program(self, batches, limits, trace=trace)

    def __call__(self, *inputs: HostValue) -> HostValue:
        """Runs the program on one input.

        Raises:
          Fault: the run ended without a result.
          ProgramError: the program may not run, or the inputs do not fit.
        """
        if len(inputs) != self.num_inputs:
            raise ProgramError(f"the program takes {self.num_inputs} inputs, not {len(inputs)}")
        batches = [encode([value], type_) for value, type_ in zip(inputs, self.input_types, strict=True)]
        run = self.run(batches)
        run.raise_fault()
        return run.outputs()[0]

    def to_python(self) -> str:
        """Returns the source of a standalone Python function `solve` that gives the same results.

        Raises:
          ProgramError: the program may not run.
        """
        from vm.export import python_source

        return python_source(self)
