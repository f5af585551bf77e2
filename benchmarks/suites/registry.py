"""Finds suites by name, without importing those that are not asked for."""

from __future__ import annotations

from typing import Final

from priors.registry import Registry

GROUP: Final = "mcts_compose.suites"

SUITES: Final = Registry(
    "suite",
    {
        "lists-v1": "benchmarks.suites.lists_v1:load",
        "deepcoder-v1": "benchmarks.suites.deepcoder_v1:load",
        "sort-kernels-v1": "benchmarks.suites.sort_kernels_v1:load",
        "bit-tricks-v1": "benchmarks.suites.bit_tricks_v1:load",
        "circuits-v1": "benchmarks.suites.circuits_v1:load",
        "subleq-v1": "benchmarks.suites.subleq_v1:load",
        "arithmetic-v1": "benchmarks.suites.arithmetic_v1:load",
        "automata-v1": "benchmarks.suites.automata_v1:load",
        "cellular-v1": "benchmarks.suites.cellular_v1:load",
        "graphs-v1": "benchmarks.suites.graphs_v1:load",
        "numeric-v1": "benchmarks.suites.numeric_v1:load",
    },
    GROUP,
)
