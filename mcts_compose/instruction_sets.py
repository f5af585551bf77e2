"""Decides which instruction sets a task may name; what they do is the machine's."""

from __future__ import annotations

_BITS = (
    "mov neg not add sub mul udiv urem sdiv srem and or xor shl lshr ashr ult ule slt sle eq ne ite"
).split()
_X86 = (
    "mov load store push pop call ret jmp je jne jl jle jg jge cmp cmove cmovne cmovl cmovle cmovg cmovge "
    "add sub imul neg and or xor not shl shr sar"
).split()
INSTRUCTIONS: dict[str, tuple[str, ...]] = {
    "x86": tuple(_X86),
    "minmax": ("mov", "min", "max"),
    **{name: tuple(_BITS) for name in ("bv8", "bv16", "bv32", "bv64")},
    "gates": tuple("mov not and or xor nand nor xnor andn orn".split()),
    "subleq": ("subleq",),
}
"""Mnemonics by the name of their set."""
