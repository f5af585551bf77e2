"""One fault to inject into a copy of the machine."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutation:
    """One fault: `old`, which stands exactly once in `file`, becomes `new`."""

    name: str
    file: str
    old: str
    new: str

    @property
    def is_of_assembly(self) -> bool:
        """Whether the fuzz of the scalar machine is asked first."""
        return self.file.startswith("assembly/")
