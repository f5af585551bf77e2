"""`circuits-v1`: small arithmetic and selection circuits, wanted with as few gates as possible.

Each is there over AND, XOR and NOT, over NAND alone, and as an and-inverter graph, where inverters cost
nothing. Changing any task means `circuits-v2`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

from benchmarks.suites.from_documents import tasks_of
from mcts_compose.task import Task, UnsupportedTask

BasisName = Literal["xag", "nand", "aig"]
BASES: Final[dict[BasisName, tuple[str, ...]]] = {"xag": ("and", "xor", "not"), "nand": ("nand",), "aig": ()}
"""Gates of each basis; the and-inverter graph is what a truth table without a basis asks for."""
BASIS_NAMES: Final[dict[BasisName, str]] = {
    "xag": "AND, XOR and NOT gates",
    "nand": "NAND gates",
    "aig": "AND gates and free inverters",
}


@dataclass(frozen=True)
class Circuit:
    """One function of bits.

    Attributes:
      id: words joined by hyphens.
      description: what it computes, in words.
      arguments: names of its inputs; the first is the most significant bit of a row's number.
      function: from the bits to one bit for each output.
    """

    id: str
    description: str
    arguments: tuple[str, ...]
    function: Callable[..., list[int]]


def _number(*bits: int) -> int:
    """Returns the number whose binary digits these are, the highest first."""
    return sum(bit << place for place, bit in enumerate(reversed(bits)))


def _digits(value: int, count: int) -> list[int]:
    return [value >> place & 1 for place in reversed(range(count))]


def _on_numbers(size: int, count: int, function: Callable[[int, int], int]) -> Callable[..., list[int]]:
    """Returns the function of the digits of two numbers of `size` bits, with `count` digits."""
    return lambda *bits: _digits(int(function(_number(*bits[:size]), _number(*bits[size:]))), count)


def _pair(size: int) -> tuple[str, ...]:
    """Returns the names of the digits of two numbers, the highest first."""
    if size == 1:
        return "a", "b"
    return tuple(f"{name}{place}" for name in "ab" for place in reversed(range(size)))


def _comparison(word: str, size: int, function: Callable[[int, int], int]) -> Circuit:
    bits = "one bit" if size == 1 else f"{size} bits"
    sign = {"less": "less than", "equal": "equal to", "greater": "greater than"}[word]
    text = f"Is the number a {sign} the number b, both of {bits}?"
    return Circuit(f"{word}-{size}", text, _pair(size), _on_numbers(size, 1, function))


def _adder(size: int) -> Circuit:
    text = f"Add two numbers of {size} bits; the carry is the first output, the lowest bit the last."
    return Circuit(f"adder-{size}", text, _pair(size), _on_numbers(size, size + 1, lambda a, b: a + b))


CIRCUITS: Final[tuple[Circuit, ...]] = (
    Circuit("half-adder", "Add two bits; the carry comes before the sum.", ("a", "b"),
            lambda *bits: _digits(sum(bits), 2)),
    Circuit("full-adder", "Add three bits; the carry comes before the sum.", ("a", "b", "c"),
            lambda *bits: _digits(sum(bits), 2)),
    _adder(2),
    _adder(3),
    Circuit("multiplier-2", "Multiply two numbers of 2 bits; the highest bit of the product comes first.",
            _pair(2), _on_numbers(2, 4, lambda a, b: a * b)),
    *(
        _comparison(word, size, function)
        for size in (1, 2)
        for word, function in (("less", lambda a, b: a < b), ("equal", lambda a, b: a == b),
                               ("greater", lambda a, b: a > b))
    ),
    *(
        Circuit(f"majority-{size}", f"Are most of the {size} bits 1?", tuple("abcde"[:size]),
                lambda *bits: [int(2 * sum(bits) > len(bits))])
        for size in (3, 5)
    ),
    *(
        Circuit(f"parity-{size}", f"Is the number of 1s among {size} bits odd?", tuple("abcde"[:size]),
                lambda *bits: [sum(bits) % 2])
        for size in (3, 4, 5)
    ),
    Circuit("multiplexer-2", "Give b if s is 1, else a.", ("s", "a", "b"), lambda s, *data: [data[s]]),
    Circuit("multiplexer-4", "Give that one of a, b, c, d whose number, from 0, the bits s1 and s0 say.",
            ("s1", "s0", "a", "b", "c", "d"), lambda s1, s0, *data: [data[2 * s1 + s0]]),
    *(
        Circuit(f"decoder-{size}-{2**size}",
                f"Set the one of {2**size} outputs whose number {size} bits say.",
                tuple("abc"[:size]),
                lambda *bits: [int(row == _number(*bits)) for row in range(2 ** len(bits))])
        for size in (2, 3)
    ),
)  # fmt: skip


@dataclass(frozen=True)
class KnownSize:
    """How few gates a circuit is known to need.

    Attributes:
      gates: of the smallest circuit that is known.
      is_least: whether it is known that fewer do not do.
      source: where it is from.
    """

    gates: int
    is_least: bool
    source: str


_KNUTH: Final = "Knuth, The Art of Computer Programming 4A, 7.1.2: least even if all 2-input gates are there"
_INPUTS: Final = "a gate joins two inputs, so that fewer gates leave an input out"
_OUTPUTS: Final = "each output is another function and needs a gate of its own"
_BRUTE: Final = "all smaller circuits fail, by a test of this suite"
_SCHNORR: Final = "Schnorr 1974: 3(n - 1) gates without XOR and its complement"
_REDKIN: Final = "Wegener, The Complexity of Boolean Functions, chapter 5: 4(n - 1) gates (Red'kin 1973)"
_FOLKLORE: Final = "the textbook circuit"

KNOWN_SIZES: Final[dict[str, KnownSize]] = {
    "half-adder-xag": KnownSize(2, True, _OUTPUTS),
    "half-adder-nand": KnownSize(5, True, _BRUTE),
    "half-adder-aig": KnownSize(3, True, _BRUTE),
    "full-adder-xag": KnownSize(5, True, _KNUTH),
    "full-adder-nand": KnownSize(9, False, _FOLKLORE),
    "full-adder-aig": KnownSize(7, False, _FOLKLORE),
    "adder-2-xag": KnownSize(7, False, "half adder and full adder"),
    "adder-3-xag": KnownSize(12, False, "half adder and two full adders"),
    "multiplier-2-xag": KnownSize(7, False, _FOLKLORE),
    "less-1-xag": KnownSize(2, True, _BRUTE),
    "less-1-aig": KnownSize(1, True, _OUTPUTS),
    "greater-1-xag": KnownSize(2, True, _BRUTE),
    "greater-1-aig": KnownSize(1, True, _OUTPUTS),
    "equal-1-xag": KnownSize(2, True, _BRUTE),
    "equal-1-nand": KnownSize(5, True, _BRUTE),
    "equal-1-aig": KnownSize(3, True, _BRUTE),
    "majority-3-xag": KnownSize(4, True, _KNUTH),
    "majority-3-aig": KnownSize(4, True, _BRUTE),
    "majority-5-aig": KnownSize(10, False, "the best of the IWLS 2022 contest"),
    **{f"parity-{size}-xag": KnownSize(size - 1, True, _INPUTS) for size in (3, 4, 5)},
    **{f"parity-{size}-nand": KnownSize(4 * size - 4, True, _REDKIN) for size in (3, 4, 5)},
    **{f"parity-{size}-aig": KnownSize(3 * size - 3, True, _SCHNORR) for size in (3, 4, 5)},
    "multiplexer-2-xag": KnownSize(3, True, _KNUTH),
    "multiplexer-2-nand": KnownSize(4, True, _BRUTE),
    "multiplexer-2-aig": KnownSize(3, True, _BRUTE),
    "decoder-2-4-aig": KnownSize(4, True, _OUTPUTS),
    "decoder-3-8-aig": KnownSize(12, False, _FOLKLORE),
}
"""By task; for tests and reports, never shown to a search. A node of an and-inverter graph is a gate."""


def tables_of(circuit: Circuit) -> list[str]:
    """Returns one text of a 0 or 1 for each row, for each output."""
    rows = [circuit.function(*bits) for bits in itertools.product((0, 1), repeat=len(circuit.arguments))]
    return ["".join(map(str, column)) for column in zip(*rows, strict=True)]


def documents() -> list[dict[str, Any]]:
    """Returns the task documents, circuit by circuit."""
    return [_document(circuit, basis) for circuit in CIRCUITS for basis in BASES]


def _document(circuit: Circuit, basis: BasisName) -> dict[str, Any]:
    tables = tables_of(circuit)
    document = {
        "id": f"{circuit.id}-{basis}",
        "name": f"{circuit.id.replace('-', ' ')} of {BASIS_NAMES[basis]}",
        "description": circuit.description,
        "types": {
            "inputs": ["bool"] * len(circuit.arguments),
            "output": "bool" if len(tables) == 1 else "list[bool]",
        },
        "arg_names": list(circuit.arguments),
        "inputs": None,
        "outputs": None,
        "encoding": "truth_table",
        "n_inputs": len(circuit.arguments),
        "n_outputs": len(tables),
        "truth_tables": tables,
        "group": circuit.id,
    }
    if BASES[basis]:
        document["memory"] = {"kind": "growing", "set": "gates", "instructions": list(BASES[basis])}
    return document


def load() -> list[Task | UnsupportedTask]:
    """Returns the tasks, circuit by circuit."""
    return tasks_of("circuits-v1", documents())
