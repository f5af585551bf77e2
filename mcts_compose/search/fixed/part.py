"""Which part of a search over positions is at hand.

A search in parts shares out positions: at every length that is a multiple of `spacing` a position belongs to
the part that its hash names. Whoever makes it first hands it there, as the actions that lead to it, and goes
no further itself. So no position of such a length is expanded by two parts, and none by nobody.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Part(NamedTuple):
    """One of the parts of a search.

    Attributes:
      number: 0 .. num_parts - 1.
      num_parts: how many there are.
      spacing: lengths between one at which positions are shared out and the next.
    """

    number: int = 0
    num_parts: int = 1
    spacing: int = 1

    @property
    def owns_start(self) -> bool:
        """Whether this part begins; the others wait for what it hands them."""
        return self.number == 0


WHOLE: Final = Part()
