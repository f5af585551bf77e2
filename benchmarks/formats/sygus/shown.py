"""Decides which examples of a problem that has none of its own are shown, and which are held out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from benchmarks.formats.format import TaskFields

NUM_SHOWN: Final = 20
NUM_HELD_OUT: Final = 50
"""As many as `hackers_delight` of the public data has of each."""
NUM_EXAMPLES: Final = NUM_SHOWN + NUM_HELD_OUT


def shown_and_held_out(inputs: Sequence[list[Any]], outputs: Sequence[Any]) -> TaskFields:
    """Returns the fields of examples in order: the first `NUM_SHOWN` are shown."""
    return {
        "inputs": list(inputs[:NUM_SHOWN]),
        "outputs": list(outputs[:NUM_SHOWN]),
        "test_inputs": list(inputs[NUM_SHOWN:]),
        "test_outputs": list(outputs[NUM_SHOWN:]),
    }
