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

    installed = _installed()
    known = [*BY_NAME, *installed]
    if name is not None and name not in known:
        raise InputError(
            f"there is no skill {shown(name)}{nearest(name, known)}; mcts-compose skills lists them"
        )
    rows = INSTRUCTIONS if name is None else tuple(row for row in INSTRUCTIONS if row.name == name)
    entries = [entry for entry in installed.values() if name in (None, entry.name)]
    if as_json:
        print(json.dumps([*map(_facts, rows), *map(asdict, entries)], indent=2))
    elif name in installed:
        _print_installed(installed[name])
    elif name is not None:
        _print_whole(rows[0])
    else:
        width = max(map(len, known))
        for row in rows:
            print(f"{row.name:{width}}  {row.doc}")
        for entry in entries:
            print(f"{entry.name:{width}}  {printable(_line(entry))}")


def _installed() -> dict[str, Entry]:
    """Returns the skills of installed packages by name; none is imported."""
    from mcts_compose.library.installed import INSTALLED_SKILLS
    from vm.table import BY_NAME

    names = (name for name in INSTALLED_SKILLS.names() if name not in BY_NAME)
    return {name: INSTALLED_SKILLS.entry(name) for name in names}


def _print_installed(entry: Entry) -> None:
    from mcts_compose.library.installed import load_installed

    skill = load_installed(entry.name)
    print(printable(f"{skill.name} ({skill.signature}) from {entry.origin}"))
    print(printable(f"  {skill.doc}"))
    for line in str(skill.body).splitlines():
        print(printable(f"  {line}"))
    print(f"  Cost {skill.cost}; mcts-compose library import DIR --installed {skill.name} makes it searched.")


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
