"""Which skills as values the search may pass to loops: each choice is one *derived action*.

A derived action is a loop with given instructions as its skills, `scan(&gcd, xs)` or
`until(&mul(_, b), &lt(c, _), x)`. Its operands are the bound ones first (`b`, `c`), then the loop's own in
its order; so bound operands are found and priced as all operands are.

Left out is what shorter calls do already:

* `map`, `filter`, `sort_by`: instructions lift, so `map(&f, xs)` is `f(xs)`, `filter(&p, xs)` is
  `compress(xs, p(xs))` and `sort_by(&f, xs)` is `order_by(xs, f(xs))`;
* scans and folds that are instructions of their own, such as `cumsum` and `sum`;
* repeating what is the same after one or two rounds (`sort`, `neg`), or is one call with another operand
  (`tail`);
* tests `le` and `ne`: with ints, `lt` and `eq` serve with another operand or another loop.

The loops are run by mcts_compose/search/higher.py; vm/loops.py decides what they mean.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from vm.isa import Convention, Instruction, Overload
from vm.program import Bind
from vm.values import Elem, ValueType

LOOPS = ("fold", "scan", "iterate", "until")

_SCANS = {"add": "cumsum", "mul": "cumprod", "min": "cummin", "max": "cummax"}
_FOLDS = {"add": "sum", "mul": "product", "min": "minimum", "max": "maximum", "and": "all", "or": "any"}
_SETTLED = {
    "abs", "sign", "neg", "not", "bit_not", "min", "max", "mod", "gcd", "bit_and", "bit_or", "bit_xor",
    "sort", "sort_down", "unique", "cummin", "cummax", "indices", "starts", "reverse", "trim", "title",
}  # fmt: skip
_ONE_CALL = {"init", "tail", "pow", "shl", "shr"}
_STEPS = {"add", "sub"}
"""Repeated so many times they are one call; until something holds they are not."""
_NEEDLESS_TESTS = {"le", "ne", "ge", "gt"}

INT, BOOL = ValueType(Elem.INT, 0), ValueType(Elem.BOOL, 0)


@dataclass(frozen=True)
class BoundSkill:
    """A skill as a value.

    Attributes:
      row: the instruction, or the row of a learnt skill.
      overload: its types and opcode.
      slots: for each slot the operand of the derived action that it is bound to, None if it is free; empty
        if all slots are free.
    """

    row: Instruction
    overload: Overload
    slots: tuple[int | None, ...] = ()

    @property
    def bound(self) -> tuple[int, ...]:
        """The operands of the derived action that slots are bound to."""
        return tuple(slot for slot in self.slots if slot is not None)

    @property
    def carried(self) -> int:
        """The first slot that is free."""
        return self.slots.index(None) if self.slots else 0

    @property
    def is_structural(self) -> bool:
        """Whether the kernel works on shapes, not on aligned words."""
        body = next(body for body in self.row.bodies if body.opcode == self.overload.opcode)
        return body.convention is Convention.STRUCTURAL

    def line(self, operands: Sequence[int]) -> Bind:
        """Returns the line that makes the value, for the pointers of the derived action's operands."""
        slots = tuple(None if slot is None else operands[slot] for slot in self.slots)
        return Bind(self.row.name, slots)

    def text(self, operands: Sequence[str]) -> str:
        """Returns the value as programs write it, such as `&mul(_, x)`, for the texts of the operands."""
        slots = ["_" if slot is None else operands[slot] for slot in self.slots]
        return f"&{self.row.name}({', '.join(slots)})" if slots else f"&{self.row.name}"


@dataclass(frozen=True)
class Derived:
    """A loop over given skills, before it has a price.

    Attributes:
      row: the loop.
      skills: what it is called with.
      params: types of the operands, the bound ones first.
      result: type of what it gives.
    """

    row: Instruction
    skills: tuple[BoundSkill, ...]
    params: tuple[ValueType, ...]
    result: ValueType


class Rows:
    """The instructions that a search may call, by name and by types."""

    def __init__(self, rows: Sequence[Instruction]) -> None:
        self.by_name = {row.name: row for row in rows}
        self._plain = [row for row in rows if row.bodies[0].convention is not Convention.HIGHER]

    def with_types(
        self, params: tuple[ValueType, ...], result: ValueType
    ) -> Iterator[tuple[Instruction, Overload]]:
        """Yields every instruction with an overload of these types."""
        for row in self._plain:
            for overload in row.overloads:
                if overload.params == params and overload.result == result:
                    yield row, overload

    def has(self, name: str | None, params: tuple[ValueType, ...]) -> bool:
        """Says whether an instruction of that name takes these types."""
        row = self.by_name.get(name or "")
        return row is not None and any(overload.params == params for overload in row.overloads)


def _through_lists(rows: Rows, elem: Elem) -> Iterator[Derived]:
    item, items = ValueType(elem, 0), ValueType(elem, 1)
    scan, fold = rows.by_name.get("scan"), rows.by_name.get("fold")
    for row, overload in rows.with_types((item, item), item):
        skill = (BoundSkill(row, overload),)
        if scan and not rows.has(_SCANS.get(row.name), (items,)):
            yield Derived(scan, skill, (items,), items)
        if fold and not rows.has(_FOLDS.get(row.name), (items,)):
            yield Derived(fold, skill, (item, items), item)


def repeatable(rows: Rows) -> Iterator[BoundSkill]:
    """Yields what may be applied to an int again and again, a second operand bound to the action's first."""
    for params in ((INT,), (INT, INT)):
        for row, overload in rows.with_types(params, INT):
            if row.name not in _SETTLED | _ONE_CALL:
                yield BoundSkill(row, overload, (None, 0) if len(params) == 2 else ())


def _iterations(rows: Rows, lists: Collection[ValueType]) -> Iterator[Derived]:
    iterate = rows.by_name.get("iterate")
    if iterate is None:
        return
    for skill in repeatable(rows):
        if skill.row.name not in _STEPS:
            yield Derived(iterate, (skill,), (*skill.overload.params[1:], INT, INT), INT)
    for type_ in lists:
        for row, overload in rows.with_types((type_,), type_):
            skill = BoundSkill(row, overload)
            if skill.is_structural and row.name not in _SETTLED | _ONE_CALL:
                yield Derived(iterate, (skill,), (INT, type_), type_)


def tests_of(rows: Rows, bound: int) -> Iterator[BoundSkill]:
    """Yields predicates on an int, a second operand bound to the action's operand `bound`."""
    for row, overload in rows.with_types((INT,), BOOL):
        yield BoundSkill(row, overload)
    for row, overload in rows.with_types((INT, INT), BOOL):
        if row.name in _NEEDLESS_TESTS:
            continue
        for carried in (0,) if row.commutative else (0, 1):
            yield BoundSkill(row, overload, (bound, None) if carried else (None, bound))


def _until(rows: Rows) -> Iterator[Derived]:
    until = rows.by_name.get("until")
    for step in repeatable(rows) if until else ():
        own = step.overload.params[1:]
        for test in tests_of(rows, len(own)):
            assert until is not None
            yield Derived(until, (step, test), (*own, *test.overload.params[1:], INT), INT)


def derived(searched: Sequence[Instruction], in_use: Collection[ValueType]) -> Iterator[Derived]:
    """Yields the derived actions for the instructions that a search may call, in a fixed order.

    Args:
      searched: the instructions, loops among them.
      in_use: the types that contents may have.
    """
    rows = Rows(searched)
    lists = sorted(type_ for type_ in in_use if type_.rank == 1)
    for type_ in lists:
        yield from _through_lists(rows, type_.elem)
    yield from _iterations(rows, lists)
    yield from _until(rows)
