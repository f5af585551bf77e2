"""Decides how an exported function of C or of the processor takes its inputs and gives its outputs.

    in place    name(values)                 a list of words, from inputs that are the outputs, in their order
    arrays      name(in, out)                any other list of words, from words
    arguments   name(a, b) -> word           one word, or a list input: `xs` is then followed by `xs_len`

A list from memory is written to `out` as well; its length is what the function returns.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import Final

from vm.assembly.program import AssemblyProgram, Returns
from vm.program import ProgramError

_C_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")
C_KEYWORDS: Final = frozenset(
    "auto break case char const continue default do double else enum extern float for goto if inline int "
    "long register restrict return short signed sizeof static struct switch typedef union unsigned void "
    "volatile while asm bool false linux main true typeof unix".split()
)
"""Words of C and of what compilers add to it (source: ISO C99, 6.4.1; the manual of GCC)."""


class Interface(Enum):
    """One way to take inputs and give outputs."""

    IN_PLACE = "in place"
    ARRAYS = "arrays"
    ARGUMENTS = "arguments"


def interface_of(program: AssemblyProgram) -> Interface:
    """Returns how the function of a program is called."""
    takes_lists = any(type_.rank for type_ in program.input_types)
    if takes_lists or program.returns in (Returns.WORD, Returns.TRUTH):
        return Interface.ARGUMENTS
    word = program.instruction_set.word_type
    is_in_place = (
        program.returns is Returns.WORDS
        and program.outputs == program.input_names
        and all(type_ == word for type_ in program.input_types)
    )
    return Interface.IN_PLACE if is_in_place and program.outputs else Interface.ARRAYS


def require_name(name: str) -> None:
    """Does nothing if a function can have this name.

    Raises:
      ProgramError: it cannot.
    """
    if not _C_NAME.fullmatch(name) or name in C_KEYWORDS:
        raise ProgramError(f"{name!r} is no name of a function; letters, digits and _ should make one")
