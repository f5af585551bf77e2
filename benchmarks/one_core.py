"""Decides how a measurement is kept to one core, so that a model's work costs the search its time.

Libraries count the cores they may use when they are loaded. So this must come before numpy, and must not
import it.
"""

from __future__ import annotations

import os
from typing import Annotated, TypeAlias

import typer

from mcts_compose.errors import InputError

CoreFlag: TypeAlias = Annotated[
    int | None,
    typer.Option("--core", min=0, metavar="N", help="Keep all of this command to one core, models too."),
]


def keep_to_core(number: int | None) -> None:
    """Keeps this process, and what it starts, to one core from now on; None leaves it as it is.

    Raises:
      InputError: the process may not use that core, or the system cannot bind to one.
    """
    if number is None:
        return
    if not hasattr(os, "sched_setaffinity"):
        raise InputError("--core needs a system that binds processes to cores, such as Linux")
    usable = os.sched_getaffinity(0)
    if number not in usable:
        cores = ", ".join(map(str, sorted(usable)))
        raise InputError(f"--core is {number}, but this process may use {cores}")
    os.sched_setaffinity(0, {number})
