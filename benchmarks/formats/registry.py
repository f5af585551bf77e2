"""Finds public formats by name, without importing those that are not asked for."""

from __future__ import annotations

from typing import Final

from priors.registry import Registry

FORMATS: Final = Registry(
    "format",
    {
        "sygus": "benchmarks.formats.sygus.sygus:SygusFormat",
        "arc": "benchmarks.formats.arc:ArcFormat",
        "list-functions": "benchmarks.formats.list_functions:ListFunctionsFormat",
        "pla": "benchmarks.formats.pla:PlaFormat",
        "truth": "benchmarks.formats.truth:TruthFormat",
        "csv": "benchmarks.formats.csv_table:CsvFormat",
    },
    "mcts_compose.formats",
)
