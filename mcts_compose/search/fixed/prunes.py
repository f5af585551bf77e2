"""The prunes of a search with fixed memory, each with its argument; any of them can be switched off.

Lossless ones never change whether a program within the bound is found, nor how short the shortest is:

viability     A row state whose distance to its goal is more than the actions that may still follow cannot
              reach it, whatever the other examples want. Distances are exact (see `distances`).
pairs         The same for two row states together: a program that brings all examples to their goals brings
              these two there, and no shorter one than their joint distance does.
equivalence   Row states that no program tells apart are one (see `row_classes`). Positions with equal sets of
              row states have the same future. Of two paths to one position the
              longer is dropped; of two equally long ones one is kept, and when programs are counted, both.
dead-writes   An action that overwrites what the action before has written, without reading it, makes that
              one useless: the same position is reached by a program that is one shorter, and that is in the
              space itself. Not used when programs are counted, where it could save work: a shortest one
              holds no such pair.
commutation   Of two neighbouring actions that neither read nor write what the other writes, both orders
              reach the same position; the order of their numbers is kept. A position that is reached by two
              paths of one length is freed of the rule, since the paths may forbid different actions; without
              that, rule and equivalence together lose positions (Godefroid 1996, sleep sets with state
              matching). Only the search level by level uses it: there all paths to a position are known
              before it is expanded. Not used when programs are counted, since both orders count.

Two are lossy, and never used when something is to be proved:

cut           A position with more than `cut` times the fewest different outputs among the positions that are
              one action shorter is dropped (Ullrich and Hack, CGO 2025).
unset-reads   A scratch register that was not written is not read. It holds 0; a program that only moves
              values and reads it depends on where 0 stands among them, and the examples rarely say.
"""

from __future__ import annotations

from typing import Final

LOSSLESS: Final = ("viability", "pairs", "equivalence", "dead-writes", "commutation")
CUT: Final = "cut"
UNSET_READS: Final = "unset-reads"

# Bits in `RowTables.blocked`.
DEAD_WRITE = 1
COMMUTES = 2
