"""Decides where kernels find the machine code of Python functions: by a key, in a table of this process.

    0                    how many functions there are
    1 + 2 * n, 2 + 2 * n key and address of entry n

A key is a part of the function's hash, so code and saves that hold it mean the same in every process; the
address is this process's alone.
"""

from __future__ import annotations

from typing import Any, Final

from vm.jit import WordTable, compiles, kernel

MOST_FUNCTIONS: Final = 1024
NOT_THERE: Final = 0
FUNCTIONS: Final = WordTable("vm_functions_table", 1 + 2 * MOST_FUNCTIONS)


@kernel
def entry_of(key):
    """Returns the address of the function with this key, or 0."""
    for number in range(FUNCTIONS(0)):
        if FUNCTIONS(1 + 2 * number) == key:
            return FUNCTIONS(2 + 2 * number)
    return NOT_THERE


class _EntryCall:
    """Calls an entry by its address."""

    def __init__(self) -> None:
        self.interpreted: list[Any] = [None]
        """Entries that are not compiled; an address is a place here, if kernels are not compiled either."""

    @property
    def _numba_type_(self) -> Any:
        from vm.compiler import entry_call_type

        return entry_call_type(self.__call__)

    def __call__(self, address: int, memory: Any, record: int, out: int, room: int, failed: int) -> int:
        """Returns what the entry gives, or `failed` if it raised an exception.

        Args:
          address: of the entry.
          memory: `[words]` int64, the machine's.
          record: see vm/functions/entry.py; as are the next two.
          out: where the result's words are written.
          room: how many words there is room for.
          failed: what is given for an exception.
        """
        try:
            return int(self.interpreted[address](memory, record, out, room))
        except Exception:
            return failed


call_entry: Final = _EntryCall()


def add_entry(key: int, entry: Any) -> None:
    """Makes an entry known. The caller sees to it that there is room and that the key is new."""
    words = FUNCTIONS.words
    number = int(words[0])
    if not compiles():
        call_entry.interpreted.append(entry)
        entry = len(call_entry.interpreted) - 1
    words[1 + 2 * number], words[2 + 2 * number] = key, entry
    # Last: from now on kernels of other threads look at it.
    words[0] = number + 1
