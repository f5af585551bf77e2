"""Writes `vm/dispatch.py` from the instruction table: `python -m vm.generate_dispatch`.

Numba's cache needs a source file, so the chain is generated text that is kept with the sources; the file
refuses to be imported when it is out of date, and a test compares it with what this module would write.
"""

from __future__ import annotations

from pathlib import Path

from vm.isa import Convention
from vm.table import BODIES, INSTRUCTIONS, ROW_OF_OPCODE, TABLE_HASH

TARGET = Path(__file__).parent / "dispatch.py"
MAX_COLUMNS = 110
"""Longer calls are wrapped, as the formatter would."""

_HEAD = '''"""From opcode to kernel: one if/elif chain for each calling convention, compiled to a jump table.

Written by `python -m vm.generate_dispatch`; edit the instruction families instead.
"""

{imports}
from vm.isa import Status
from vm.jit import native
from vm.table import TABLE_HASH

GENERATED_FOR = "{table_hash}"
if TABLE_HASH != GENERATED_FOR:
    raise ImportError("vm/dispatch.py is not of this instruction table; run: python -m vm.generate_dispatch")

BAD_PROGRAM = int(Status.BAD_PROGRAM)
'''

_ELEMENTWISE = '''

@native("void(int64, int64[::1], uint64, uint64, uint64, uint64, uint64)")
def apply_elementwise(opcode, memory, a, b, c, out, n):
    """Runs an elementwise body on `n` aligned words; addresses are uint64 and not checked."""
'''

_STRUCTURAL = '''

@native(
    "int64(int64, int64[::1], int64, int64, int64, int64, int64, int64, int64, int64, int64, int64)"
)  # fmt: skip
def apply_structural(opcode, memory, examples, x, x_shape, y, y_shape, z, z_shape, out, out_shape, capacity):
    """Runs a structural body, which writes `out` and `out_shape`; returns a `Status`."""
'''


def _chain(convention: Convention) -> list[str]:
    lines: list[str] = []
    for body, row in zip(BODIES, ROW_OF_OPCODE, strict=True):
        if body.convention is not convention or body.kernel is None:
            continue
        call = f"{row.family}.{body.kernel.__name__}"
        keyword = "elif" if lines else "if"
        lines.append(f"    {keyword} opcode == {body.opcode}:  # {row.name}")
        if convention is Convention.ELEMENTWISE:
            operands = ", ".join("abc"[: row.arity])
            lines.append(f"        {call}(memory, {operands}, out, n)")
        else:
            operands = ", ".join(f"{name}, {name}_shape" for name in "xyz"[: row.arity])
            arguments = f"memory, examples, {operands}, out, out_shape, capacity"
            line = f"        return {call}({arguments})"
            if len(line) > MAX_COLUMNS:
                line = f"        return {call}(\n            {arguments}\n        )"
            lines.append(line)
    return lines


def dispatch_source() -> str:
    """Returns the text of `vm/dispatch.py` for the table as it is now."""
    families = sorted({row.family for row in INSTRUCTIONS if any(body.kernel for body in row.bodies)})
    imports = "from vm.instructions import (\n" + "".join(f"    {family},\n" for family in families) + ")"
    parts = [_HEAD.format(imports=imports, table_hash=TABLE_HASH), _ELEMENTWISE]
    parts.append("\n".join(_chain(Convention.ELEMENTWISE)) + "\n")
    parts.append(_STRUCTURAL)
    parts.append("\n".join(_chain(Convention.STRUCTURAL)) + "\n    return BAD_PROGRAM\n")
    return "".join(parts)


if __name__ == "__main__":
    TARGET.write_text(dispatch_source())
