"""The commands that list what there is: `skills`, `priors`, `suites`."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from mcts_compose.errors import InputError, nearest, printable, shown

if TYPE_CHECKING:
    from priors.registry import Entry, Registry
    from vm.isa import Instruction

skills_app = typer.Typer(add_completion=False, rich_markup_mode=None)
priors_app = typer.Typer(add_completion=False, rich_markup_mode=None)
suites_app = typer.Typer(add_completion=False, rich_markup_mode=None)

JsonFlag = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@skills_app.command()
def skills(
    name: Annotated[str | None, typer.Argument(help="One skill, to be told everything about it.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """List the skills that programs can call."""
    from vm.table import BY_NAME, INSTRUCTIONS

    if name is not None and name not in BY_NAME:
        raise InputError(
            f"there is no skill {shown(name)}{nearest(name, BY_NAME)}; mcts-compose skills lists them"
        )
    chosen = INSTRUCTIONS if name is None else (BY_NAME[name],)
    if as_json:
        print(json.dumps([_facts(row) for row in chosen], indent=2))
    elif name is not None:
        _print_whole(chosen[0])
    else:
        width = max(len(row.name) for row in chosen)
        for row in chosen:
            print(f"{row.name:{width}}  {row.doc}")


def _facts(row: Instruction) -> dict[str, object]:
    return {
        "name": row.name,
        "family": row.family,
        "doc": row.doc,
        "edge": row.edge,
        "example": row.example,
        "cost": row.cost,
        "searched": row.searched,
        "signatures": _signatures(row),
    }


def _signatures(row: Instruction) -> list[str]:
    return [str(overload) for overload in row.overloads]


def _print_whole(row: Instruction) -> None:
    print(f"{row.name} ({row.family})\n  {row.doc}\n  Edges: {row.edge}\n  Example: {row.example}")
    print(f"  Cost {row.cost}; {'searched' if row.searched else 'not searched'} by default.\n  Signatures:")
    for signature in _signatures(row):
        print(f"    {signature}")


@priors_app.command()
def priors(as_json: JsonFlag = False) -> None:
    """List the priors."""
    from priors.registry import PRIORS

    _list(PRIORS, as_json)


@suites_app.command()
def suites(as_json: JsonFlag = False) -> None:
    """List the suites of tasks."""
    from mcts_compose.task_sources import suites as registry

    _list(registry(), as_json)


def _list(registry: Registry, as_json: bool) -> None:
    entries = [registry.entry(name) for name in registry.names()]
    if as_json:
        print(json.dumps([asdict(entry) for entry in entries]))
        return
    width = max(len(entry.name) for entry in entries)
    for entry in entries:
        print(f"{entry.name:{width}}  {printable(_line(entry))}")


def _line(entry: Entry) -> str:
    """Returns what there is to say of a thing: what it is, what it needs, where it comes from."""
    if entry.origin == "built-in":
        parts = [entry.doc or entry.origin]
    else:
        parts = [entry.doc, f"from {entry.origin}"]
    if entry.needs:
        parts.append(f"needs pip install 'mcts-compose[{entry.needs}]'")
    return "; ".join(part for part in parts if part)
