"""Says which curricula there are: the steps of each, by the name of its suite."""

from __future__ import annotations

from typing import Final

from benchmarks.suites.arithmetic_v1 import STEPS as ARITHMETIC
from benchmarks.suites.automata_v1 import STEPS as AUTOMATA
from benchmarks.suites.cellular_v1 import STEPS as CELLULAR
from benchmarks.suites.curricula.definition import Step
from benchmarks.suites.graphs_v1 import STEPS as GRAPHS
from benchmarks.suites.numeric_v1 import STEPS as NUMERIC

CURRICULA: Final[dict[str, tuple[Step, ...]]] = {
    "arithmetic-v1": ARITHMETIC,
    "automata-v1": AUTOMATA,
    "cellular-v1": CELLULAR,
    "graphs-v1": GRAPHS,
    "numeric-v1": NUMERIC,
}
