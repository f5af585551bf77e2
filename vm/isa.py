"""The instruction table's form: what one row says, status codes, and how families make rows.

A row is one *mnemonic* with its documentation; it has one or more *bodies* (kernels), each with a dense
opcode and the typed overloads that it serves. One table feeds dispatch, verifier, reference, docs, prompts
and tests.

Signatures are text such as `"[T] int -> [T]"`: element names or the variables `T` (any element), `W` (int,
bool, char: ordered as words) and `N` (int, float); brackets give the rank. A family row with `lifts=True` is
written for rank 0 and serves all ranks, rank 0 being broadcast. A row that takes skills writes their
parameters and result in parentheses, `"(T -> U) [T] -> [U]"`; there `A` stands for a type of any rank.

Calling conventions of kernels (all addresses are indices into the machine's one int64 memory):

    ELEMENTWISE  (memory, a[, b[, c]], out, n)                        uint64; operands are already aligned
    STRUCTURAL   (memory, examples, x, x_shape[, y, y_shape[, z, z_shape]], out, out_shape, capacity)
                 -> Status
    HIGHER       no kernel of its own: the machine's loop frames run it (vm/execute.py)

A shape record holds `examples + 1` start offsets, then `examples` rows, then `examples` cols. A body with a
rank-0 result writes `memory[out + example]` only; its shape is the scalar shape.
"""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cache, cached_property
from typing import Any

from vm.values import Elem, ValueType


class Status(IntEnum):
    """What became of an execution; everything but OK is a fault."""

    OK = 0
    BAD_INDEX = 1
    BAD_SHAPE = 2
    BAD_VALUE = 3
    OUT_OF_FUEL = 4
    OUT_OF_MEMORY = 5
    BAD_PROGRAM = 6
    STACK_OVERFLOW = 7
    STACK_UNDERFLOW = 8
    RAISED = 9
    """A Python function that is a skill raised an exception."""


class Convention(IntEnum):
    """How a body is called; see the module docstring."""

    ELEMENTWISE = 0
    STRUCTURAL = 1
    HIGHER = 2


class Work(IntEnum):
    """Extra fuel of a call beyond one unit and the words of its operands and result, summed over examples."""

    LINEAR = 0
    SQUARE = 1
    """The square of the first operand's words."""
    PRODUCT = 2
    """The first operand's words times the second's."""
    MATRIX = 3
    """Rows of the first times words of the second (a matrix product)."""


_VARIABLES: dict[str, tuple[Elem, ...]] = {
    "T": (Elem.INT, Elem.FLOAT, Elem.BOOL, Elem.CHAR),
    "U": (Elem.INT, Elem.FLOAT, Elem.BOOL, Elem.CHAR),
    "W": (Elem.INT, Elem.BOOL, Elem.CHAR),
    "N": (Elem.INT, Elem.FLOAT),
}
_ELEMENTS = {elem.name.lower(): elem for elem in Elem}


@dataclass(frozen=True)
class Overload:
    """One typed signature of a body."""

    opcode: int
    params: tuple[ValueType, ...]
    result: ValueType

    def __str__(self) -> str:
        return f"{', '.join(map(str, self.params))} -> {self.result}"


@dataclass(frozen=True)
class Body:
    """One kernel of an instruction, with its dense opcode, and its signature as written and expanded."""

    opcode: int
    convention: Convention
    kernel: Callable[..., Any] | None
    signature: str
    overloads: tuple[Overload, ...]


@dataclass(frozen=True)
class Instruction:
    """One row of the table.

    Attributes:
      name: the mnemonic.
      family: the file of `vm/instructions` that holds it.
      doc: what it does, one line; shown to users and to language models.
      edge: what it does where the obvious meaning ends: empty lists, zero divisors, unequal lengths.
      example: one call with its result, checked by a test.
      cost: default price in the search; lower is tried earlier (untuned; fitted weights replace it).
      searched: whether the search tries it by default; False for synonyms of cheaper compositions.
      commutative: whether operands of one type can be swapped.
      lifts: whether it works elementwise at every rank.
      work: how its extra fuel is counted.
      bodies: its kernels.
    """

    name: str
    family: str
    doc: str
    edge: str
    example: str
    cost: int
    searched: bool
    commutative: bool
    lifts: bool
    work: Work
    bodies: tuple[Body, ...]

    @property
    def arity(self) -> int:
        """How many pointers a call reads."""
        return len(self.bodies[0].overloads[0].params)

    @cached_property
    def overloads(self) -> tuple[Overload, ...]:
        """Every typed signature, over all bodies."""
        return tuple(itertools.chain.from_iterable(body.overloads for body in self.bodies))


def _parse_term(term: str) -> tuple[str, int]:
    rank = 0
    while term.startswith("["):
        term, rank = term[1:-1], rank + 1
    return term, rank


def parse_signature(text: str, lifts: bool) -> list[tuple[tuple[ValueType, ...], ValueType]]:
    """Returns the typed signatures that `text` stands for, variables and lifting expanded."""
    left, _, right = text.partition("->")
    params = [_parse_term(term) for term in left.split()]
    result = _parse_term(right.strip())
    names = sorted({name for name, _ in [*params, result] if name in _VARIABLES})
    signatures = []
    for elems in itertools.product(*(_VARIABLES[name] for name in names)):
        bound = dict(zip(names, elems, strict=True)) | _ELEMENTS
        for lift in range(3) if lifts else (0,):
            for mask in itertools.product((0, lift), repeat=len(params)) if lift else [(0,) * len(params)]:
                if lift and not any(mask):
                    continue
                typed = tuple(
                    ValueType(bound[name], rank + up) for (name, rank), up in zip(params, mask, strict=True)
                )
                signatures.append((typed, ValueType(bound[result[0]], result[1] + lift)))
    return signatures


ANY_TYPE = "A"


@dataclass(frozen=True)
class Term:
    """One parameter or result in the signature of a HIGHER body: an element name or variable with a rank."""

    name: str
    rank: int

    def match(self, type_: ValueType, bound: dict[str, ValueType]) -> bool:
        """Says whether the term can stand for `type_`, and binds its variable in `bound` if so.

        A variable over elements is bound to the type of rank 0, `A` to the whole type.
        """
        if type_.elem is Elem.SKILL:
            return False
        if self.name == ANY_TYPE:
            return bound.setdefault(self.name, type_) == type_
        if type_.rank != self.rank:
            return False
        if self.name not in _VARIABLES:
            return type_.elem is _ELEMENTS[self.name]
        scalar = ValueType(type_.elem, 0)
        return type_.elem in _VARIABLES[self.name] and bound.setdefault(self.name, scalar) == scalar

    def fill(self, bound: dict[str, ValueType]) -> ValueType:
        """Returns the type the term stands for; all its variables are bound."""
        if self.name in bound:
            return ValueType(bound[self.name].elem, bound[self.name].rank + self.rank)
        return ValueType(_ELEMENTS[self.name], self.rank)

    def choices(self) -> Iterator[ValueType]:
        """Yields every type that the term's variable can be bound to; nothing for an element name."""
        for elem in _VARIABLES["T"] if self.name == ANY_TYPE else _VARIABLES.get(self.name, ()):
            for rank in range(3) if self.name == ANY_TYPE else (0,):
                yield ValueType(elem, rank)


@dataclass(frozen=True)
class SkillTerm:
    """A parameter that is a skill: what it is called with, and what it gives."""

    params: tuple[Term, ...]
    result: Term


@dataclass(frozen=True)
class HigherSignature:
    """The signature of a HIGHER body; the variables of its values decide those of its skills' parameters."""

    params: tuple[Term | SkillTerm, ...]
    result: Term


@cache
def parse_higher(text: str) -> HigherSignature:
    """Returns the parts of a signature such as `"(A T -> A) A [T] -> A"`."""
    left, _, right = text.rpartition("->")
    params: list[Term | SkillTerm] = []
    for inner, term in re.findall(r"\(([^)]*)\)|(\S+)", left):
        if term:
            params.append(Term(*_parse_term(term)))
        else:
            takes, _, gives = inner.partition("->")
            skill = tuple(Term(*_parse_term(name)) for name in takes.split())
            params.append(SkillTerm(skill, Term(*_parse_term(gives.strip()))))
    return HigherSignature(tuple(params), Term(*_parse_term(right.strip())))


def expand_higher(text: str) -> list[tuple[tuple[ValueType, ...], ValueType]]:
    """Returns the typed signatures of a HIGHER body, all skills being of the one type `skill`."""
    signature = parse_higher(text)
    terms = {term.name: term for term in (*signature.params, signature.result) if isinstance(term, Term)}
    variables = [(name, list(term.choices())) for name, term in sorted(terms.items()) if list(term.choices())]
    expanded = []
    for types in itertools.product(*(choices for _, choices in variables)):
        bound = {name: type_ for (name, _), type_ in zip(variables, types, strict=True)}
        params = tuple(
            ValueType(Elem.SKILL, 0) if isinstance(term, SkillTerm) else term.fill(bound)
            for term in signature.params
        )
        expanded.append((params, signature.result.fill(bound)))
    return expanded


@dataclass
class Family:
    """Collects the rows of one file of `vm/instructions`; opcodes are given when the table is made."""

    name: str
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)

    def row(
        self,
        name: str,
        doc: str,
        *,
        edge: str,
        example: str,
        cost: int = 4,
        searched: bool = True,
        commutative: bool = False,
        lifts: bool = False,
        work: Work = Work.LINEAR,
    ) -> None:
        """Adds the row of one mnemonic; its bodies follow."""
        if name in self.rows:
            raise ValueError(f"instruction {name!r} has two rows")
        self.rows[name] = {
            "name": name, "family": self.name, "doc": doc, "edge": edge, "example": example, "cost": cost,
            "searched": searched, "commutative": commutative, "lifts": lifts, "work": work, "bodies": [],
        }  # fmt: skip

    def body(self, name: str, signature: str, convention: Convention | None = None) -> Callable[[Any], Any]:
        """Adds the decorated kernel as a body of row `name`; it may be decorated for several rows."""
        if convention is None:
            convention = Convention.ELEMENTWISE if self.rows[name]["lifts"] else Convention.STRUCTURAL

        def add(function: Any) -> Any:
            self.rows[name]["bodies"].append((signature, convention, function))
            return function

        return add

    def higher(self, name: str, signature: str) -> None:
        """Adds a body without a kernel that takes skills: the machine's loop frames run it."""
        self.rows[name]["bodies"].append((signature, Convention.HIGHER, None))


def build_table(families: tuple[Family, ...]) -> tuple[Instruction, ...]:
    """Returns the frozen table, with dense opcodes in the order of the families.

    Raises:
      ValueError: two rows have one name, a row has no body, or two overloads take the same types.
    """
    instructions: list[Instruction] = []
    seen: set[str] = set()
    opcode = 0
    for family in families:
        for row in family.rows.values():
            if row["name"] in seen:
                raise ValueError(f"instruction {row['name']!r} stands in two families")
            seen.add(row["name"])
            bodies: list[Body] = []
            taken: set[tuple[ValueType, ...]] = set()
            for signature, convention, function in row["bodies"]:
                overloads = []
                higher = convention is Convention.HIGHER
                for params, result in (
                    expand_higher(signature) if higher else parse_signature(signature, row["lifts"])
                ):
                    if params in taken and not higher:
                        raise ValueError(f"instruction {row['name']!r} has two bodies for {params}")
                    taken.add(params)
                    overloads.append(Overload(opcode, params, result))
                bodies.append(Body(opcode, convention, function, signature, tuple(overloads)))
                opcode += 1
            if not bodies:
                raise ValueError(f"instruction {row['name']!r} has no body")
            instructions.append(Instruction(**{**row, "bodies": tuple(bodies)}))
    return tuple(instructions)


def table_hash(instructions: tuple[Instruction, ...]) -> str:
    """Returns a hash of everything that gives opcodes their meaning; stored with every result."""
    digest = hashlib.blake2b(digest_size=8)
    for row in instructions:
        digest.update(f"{row.name}|{row.edge}|{row.work}".encode())
        for body in row.bodies:
            digest.update(f"{body.opcode}:{body.signature}:{body.convention}".encode())
    return digest.hexdigest()
