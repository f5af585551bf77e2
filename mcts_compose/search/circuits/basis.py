"""Which gates a circuit may have, what they cost, and their numbers.

A gate's form is a number: bits 0 and 1 invert its operands, bit 2 its result, and bit 3 says that it is an
exclusive or instead of an and; NOT stands alone. Where inverters are free, an operand or result may be
inverted at will, so each gate comes in all polarities.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mcts_compose.errors import InputError

INVERT_FIRST, INVERT_SECOND, INVERT_LAST, XOR, NOT = 1, 2, 4, 8, 16
FORMS = {
    "and": (0,),
    "nand": (4,),
    "nor": (3,),
    "or": (7,),
    "andn": (1, 2),
    "orn": (6, 5),
    "xor": (8,),
    "xnor": (12,),
    "not": (16,),
}
"""Forms of each mnemonic: first with the operands in order, then swapped. andn x, y = (not x) and y."""
MNEMONICS = {form: (name, swapped) for name, forms in FORMS.items() for swapped, form in enumerate(forms)}
"""Form -> mnemonic, and 1 if it takes the operands in the other order."""


@dataclass(frozen=True)
class Basis:
    """The gates of a circuit.

    Attributes:
      operators: mnemonics of the gates that may be used.
      has_free_not: whether inverters cost nothing.
      forms: forms of gates that count, without NOT where that is free.
    """

    operators: tuple[str, ...]
    has_free_not: bool
    forms: tuple[int, ...]

    @property
    def binary(self) -> tuple[int, ...]:
        """Forms of two operands."""
        return tuple(form for form in self.forms if form != NOT)

    @property
    def normal(self) -> tuple[int, ...]:
        """Forms that suffice where every function stands for its complement as well.

        With free inverters these are the gates that give 0 where both operands are 0.
        """
        if not self.has_free_not:
            return self.forms
        ands = (0, 1, 2, 7) if any(form < XOR for form in self.forms) else ()
        return ands + ((XOR,) if any(form & XOR for form in self.forms) else ())


def basis_of(operators: Sequence[str], free: Sequence[str] = ()) -> Basis:
    """Returns the basis of some mnemonics.

    Args:
      operators: mnemonics of the set `gates`.
      free: mnemonics that cost nothing: `not` and `mov` may.

    Raises:
      InputError: for a mnemonic that is no gate, or one that cannot be free.
    """
    unknown = [name for name in operators if name not in FORMS and name != "mov"]
    if unknown:
        raise InputError(f"operator {unknown[0]} is no gate, use some of: {', '.join(FORMS)}")
    wrong = [name for name in free if name not in ("not", "mov")]
    if wrong:
        raise InputError(f"gate {wrong[0]} is to be free, but only not and mov can be free")
    names = tuple(dict.fromkeys(name for name in operators if name != "mov"))
    forms = {form for name in names for form in FORMS[name]}
    if "not" in free:
        kinds = {form & XOR for form in forms if form != NOT}
        polarities = {0: range(8), XOR: (8, 12)}
        forms = {form for kind in kinds for form in polarities[kind]}
    elif forms & {3, 4}:
        # An inverter is a nand or a nor of one operand, and costs the same.
        forms.add(NOT)
    return Basis(names, "not" in free, tuple(sorted(forms)))


def form_masks(forms: Sequence[int], rows: int) -> NDArray[np.uint64]:
    """Returns uint64 [num_forms, 4]: what to invert in each word, and whether it is an exclusive or.

    Args:
      forms: forms; NOT is an and of its operand's complement with itself.
      rows: bits of a word that are rows.
    """
    masks = np.zeros((len(forms), 4), np.uint64)
    for index, form in enumerate(forms):
        bits = INVERT_FIRST | INVERT_SECOND if form == NOT else form
        masks[index] = [rows if bits >> bit & 1 else 0 for bit in range(4)]
    return masks


def gate_word(form: int, a: int, b: int, rows: int) -> int:
    """Returns a gate's value on words of rows, as Python integers."""
    if form == NOT:
        return ~a & rows
    left = ~a if form & INVERT_FIRST else a
    right = ~b if form & INVERT_SECOND else b
    value = left ^ right if form & XOR else left & right
    return (~value if form & INVERT_LAST else value) & rows
