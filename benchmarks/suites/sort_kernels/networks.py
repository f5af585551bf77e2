"""Decides what a kernel of comparators looks like in each instruction set.

A comparator orders two registers. One of which only the smaller (or only the larger) value is used later
costs less, so an entry of a network says what is kept.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

MachineName = Literal["cmov", "minmax"]
SCRATCH: Final = "s1"


class Comparator(NamedTuple):
    """Orders two registers.

    Attributes:
      first: gets the smaller value; the larger one if only that is kept.
      second: gets the larger value, if both are kept; otherwise it is as before.
      keeps: which of the two values is used later.
    """

    first: str
    second: str
    keeps: Literal["both", "smaller", "larger"] = "both"

    def lines(self, machine: MachineName) -> tuple[str, ...]:
        """Returns the instructions; the scratch register is lost when both values are kept."""
        first, second, keeps = self
        if machine == "cmov":
            if keeps == "both":
                save = (f"cmp {first}, {second}", f"mov {SCRATCH}, {first}")
                return (*save, f"cmovg {first}, {second}", f"cmovg {second}, {SCRATCH}")
            # The earlier register is compared first, as some instruction sets want it.
            takes_if_greater = (keeps == "smaller") == (first < second)
            compare = f"cmp {min(first, second)}, {max(first, second)}"
            return (compare, f"{'cmovg' if takes_if_greater else 'cmovl'} {first}, {second}")
        if keeps == "both":
            return (f"mov {SCRATCH}, {first}", f"min {first}, {second}", f"max {second}, {SCRATCH}")
        return (f"{'min' if keeps == 'smaller' else 'max'} {first}, {second}",)


Network = tuple[Comparator, ...]


def network(text: str) -> Network:
    """Returns the comparators that a text names: `ab` keeps both values, `<ab` or `>ab` one."""
    kinds: dict[str, Literal["smaller", "larger"]] = {"<": "smaller", ">": "larger"}
    return tuple(
        Comparator(word[1], word[2], kinds[word[0]]) if word[0] in kinds else Comparator(word[0], word[1])
        for word in text.split()
    )


def lines_of(comparators: Network, machine: MachineName) -> tuple[str, ...]:
    """Returns the instructions of a network."""
    return tuple(line for comparator in comparators for line in comparator.lines(machine))
