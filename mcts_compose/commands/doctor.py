"""The command `doctor`: says of everything that a search needs whether it works here."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import sys
from collections.abc import Callable
from typing import Annotated, Final

import typer

from mcts_compose import __version__
from mcts_compose.errors import InputError, one_sentence

app = typer.Typer(add_completion=False, rich_markup_mode=None)

LIBRARIES: Final = ("numpy", "numba", "msgspec", "typer", "rich", "PyYAML", "jinja2", "scipy")
OPTIONAL: Final = ("torch", "transformers", "ray", "z3-solver")
OLDEST_PYTHON: Final = (3, 11)


@app.command()
def doctor(
    with_ray: Annotated[
        bool, typer.Option("--ray", help="Check workers too: ray is started here, or a cluster is asked.")
    ] = False,
    ray_address: Annotated[
        str | None,
        typer.Option("--ray-address", metavar="ADDRESS", help="The cluster to check; auto finds one."),
    ] = None,
) -> int:
    """Check that everything works here, and with --ray on the nodes of a cluster."""
    checks: tuple[tuple[str, Callable[[], str]], ...] = (
        ("package", lambda: f"mcts-compose {__version__}"),
        ("python", _python),
        ("libraries", _libraries),
        ("optional", _optional),
        ("processor", lambda: f"{os.cpu_count()} cores, {platform.machine()}"),
        ("cache", _cache),
        ("skills", _skills),
        ("machine", _machine),
        ("priors", _priors),
        ("suites", _suites),
    )
    is_well = True
    for name, check in checks:
        try:
            print(f"ok    {name:10} {check()}", flush=True)
        except Exception as error:
            is_well = False
            print(f"fails {name:10} {one_sentence(error)}", flush=True)
    if with_ray or ray_address is not None:
        is_well &= _cluster(ray_address)
    return 0 if is_well else 1


def _cluster(address: str | None) -> bool:
    """Prints what is wrong with a cluster; returns whether workers can be used on it."""
    from mcts_compose.cluster.diagnosis import diagnose
    from mcts_compose.cluster.findings import TOPICS, summary

    try:
        diagnosis = diagnose(address)
    except InputError as error:
        print(f"fails {'ray':10} {error}", flush=True)
        return False
    for topic in TOPICS:
        found = [finding for finding in diagnosis.findings if finding.topic == topic]
        for finding in found:
            print(f"{'fails' if finding.is_fault else 'note':5} ray: {topic:10} {finding.sentence}")
        if not found and diagnosis.nodes:
            print(f"ok    ray: {topic:10} {summary(topic, diagnosis.nodes)}")
    return not any(finding.is_fault for finding in diagnosis.findings)


def _python() -> str:
    if sys.version_info < OLDEST_PYTHON:
        raise RuntimeError(f"Python {platform.python_version()} is too old; 3.11 or later is needed")
    return f"{platform.python_implementation()} {platform.python_version()}"


def _libraries() -> str:
    return ", ".join(f"{name} {importlib.metadata.version(name)}" for name in LIBRARIES)


def _optional() -> str:
    found = []
    for name in OPTIONAL:
        try:
            found.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            found.append(f"{name} not installed")
    return ", ".join(found)


def _cache() -> str:
    from vm.jit import VM_DIRECTORY, cache_directory

    path = cache_directory(VM_DIRECTORY)
    if not os.access(path, os.W_OK):
        raise RuntimeError(f"{path} cannot be written, so kernels are compiled anew in every process")
    num_files = sum(1 for _ in path.rglob("*.nbc"))
    return f"{path} ({num_files} compiled kernels)"


def _skills() -> str:
    from vm.table import INSTRUCTIONS, TABLE_HASH

    return f"{len(INSTRUCTIONS)} instructions, table {TABLE_HASH}"


def _machine() -> str:
    from mcts_compose.commands.terminal import announce_compilation
    from vm.program import Program

    announce_compilation(search=False)
    program = Program.parse("(x: list[int]) -> int; return sum(sort(add(x, 1)))")
    if program([3, 1, 2]) != 9:
        raise RuntimeError("a program of three calls gives a wrong result")
    return "runs programs"


def _priors() -> str:
    from priors.registry import PRIORS

    for name in PRIORS.names():
        PRIORS.load(name)
    return ", ".join(PRIORS.names())


def _suites() -> str:
    from mcts_compose.task_sources import suites

    return ", ".join(suites().names())
