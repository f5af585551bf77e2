"""Decides what is made of skills that few programs use: they take after their family and after other tasks.

Few solved programs leave most skills uncounted, and say little of those that they use once. But they do say
which families of instructions such tasks are about. So a mass of further counts is shared out, first over
the families, by what is counted of each, then within a family, by how often its skills are used elsewhere:

    share of a family      = (counts in the family + 1) / (all counts + number of families)
    share within a family  = (count elsewhere + ELSEWHERE) / (their sum over the family)
    count                  + mass * share of the family * share within it

Source: a Dirichlet prior whose mean comes from a coarser level (MacKay and Peto 1995, "A hierarchical
Dirichlet language model"), with classes for the coarser level (Brown et al. 1992, "Class-based n-gram models
of natural language").
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

ELSEWHERE: Final = 2.0
"""Added to a count of other tasks; with 8 solutions left out cost as much (3.76 nats a skill, not 3.75)."""


def families() -> dict[str, str]:
    """Returns the family of each instruction that searches call, by the instruction's name."""
    from vm.table import INSTRUCTIONS

    return {row.name: row.family for row in INSTRUCTIONS if row.searched}


def backed_off(counts: Mapping[str, float], elsewhere: Mapping[str, float], mass: float) -> dict[str, float]:
    """Returns counts of all instructions, with what their families lend them.

    Args:
      counts: in how many programs each skill occurs; other names than instructions' are left out.
      elsewhere: the same in programs of other tasks.
      mass: how much is added to all counts together, above 0.
    """
    family_of = families()
    sizes = Counter(family_of.values())
    of_family = dict.fromkeys(sizes, 1.0)
    for name, count in counts.items():
        if name in family_of:
            of_family[family_of[name]] += count
    taste = {name: elsewhere.get(name, 0.0) + ELSEWHERE for name in family_of}
    of_taste = dict.fromkeys(sizes, 0.0)
    for name, weight in taste.items():
        of_taste[family_of[name]] += weight
    total = sum(of_family.values())
    return {
        name: counts.get(name, 0.0) + mass * of_family[family] / total * taste[name] / of_taste[family]
        for name, family in family_of.items()
    }


def left_out_nats(programs: Sequence[frozenset[str]], elsewhere: Mapping[str, float], mass: float) -> float:
    """Returns what a skill of a program costs on average, in nats, when that program is not counted.

    Args:
      programs: the instructions that each uses, at least one in all.
      elsewhere: as in `backed_off`.
      mass: as in `backed_off`.
    """
    counts = Counter(name for program in programs for name in program)
    nats = []
    for program in programs:
        others = {name: float(count - (name in program)) for name, count in counts.items()}
        shares = backed_off(others, elsewhere, mass)
        total = sum(shares.values())
        nats += [math.log(total / shares[name]) for name in program]
    return sum(nats) / len(nats)
