"""The command `library`: list, show, verify, repair, export, import."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mcts_compose.commands.libraries import open_library
from mcts_compose.commands.terminal import note
from mcts_compose.errors import InputError, located, nearest, printable, shown

if TYPE_CHECKING:
    from mcts_compose.library.entry import Entry
    from mcts_compose.library.library import Library

app = typer.Typer(add_completion=False, rich_markup_mode=None)

SOUND, DAMAGED = 0, 1
MAX_WIDTH = 40
"""Characters of a column; a longer one pushes what follows."""

Directory = Annotated[Path, typer.Argument(metavar="DIR", help="The directory of a library.")]
JsonFlag = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.callback()
def top() -> None:
    """Look at a library of learnt skills, check and mend it, take skills out or in."""


@app.command("list")
def list_(directory: Directory, as_json: JsonFlag = False) -> None:
    """List the skills, in the order they came."""
    library = open_library(directory)
    if as_json:
        print(json.dumps([_facts(library, entry) for entry in library.entries], indent=2))
        return
    rows = [
        (
            skill.name,
            f"({skill.signature})",
            str(entry.provenance.generation),
            " ".join(entry.calls),
            skill.doc,
        )
        for entry, skill in zip(library.entries, library.table.learnt, strict=True)
    ]
    if rows:
        _print_table([("name", "signature", "gen", "calls", "doc"), *rows])
    else:
        note(f"{directory} holds no skill yet")


def _print_table(rows: list[tuple[str, ...]]) -> None:
    widths = [min(MAX_WIDTH, max(len(row[place]) for row in rows)) for place in range(len(rows[0]) - 1)]
    for row in rows:
        cells = [f"{cell:{width}}" for cell, width in zip(row, widths, strict=False)]
        print("  ".join([*cells, row[-1]]))


def _facts(library: Library, entry: Entry) -> dict[str, object]:
    import msgspec

    skill = library.table.learnt_skill(entry.name)
    assert skill is not None
    return {
        **msgspec.to_builtins(entry),
        "hash": entry.hash,
        "signature": skill.signature,
        "called_by": _callers(library, entry.name),
    }


def _callers(library: Library, name: str) -> list[str]:
    return [other.name for other in library.entries if name in other.calls]


@app.command()
def show(
    directory: Directory,
    name: Annotated[str, typer.Argument(help="The skill.")],
    as_json: JsonFlag = False,
) -> None:
    """Print all that is known of one skill."""
    library = open_library(directory)
    entry = library.entry(name)
    if entry is None:
        hint = nearest(name, [entry.name for entry in library.entries])
        raise InputError(located(f"there is no skill {shown(name)}{hint}", directory))
    skill = library.table.learnt_skill(name)
    if skill is None:
        problem = f"skill {shown(name)} needs a package that is not here; library verify names it"
        raise InputError(located(problem, directory))
    if as_json:
        print(json.dumps(_facts(library, entry), indent=2))
        return
    print(f"{name} ({skill.signature})\n  {entry.doc}\n")
    print("\n".join(f"  {printable(line)}" for line in str(skill.body).splitlines()))
    print()
    lines = {
        "calls": " ".join(entry.calls) or "no learnt skill",
        "called by": " ".join(_callers(library, name)) or "no learnt skill",
        "cost": entry.cost,
        "address": entry.hash,
        **{field.replace("_", " "): value for field, value in _given(entry).items()},
    }
    for field, value in lines.items():
        print(f"  {field:12}  {printable(str(value))}")


def _given(entry: Entry) -> dict[str, object]:
    """Returns what is known of where a skill comes from."""
    provenance = entry.provenance
    fields = {field: getattr(provenance, field) for field in provenance.__struct_fields__}
    return {field: value for field, value in fields.items() if value not in ("", None)}


@app.command()
def verify(directory: Directory) -> int:
    """Check every byte; the status is 1 if anything is damaged or needs a package, and each is named."""
    from mcts_compose.library.library import Library

    library = Library.open(directory)
    for damage in library.damaged:
        print(printable(str(damage)))
    num_known = sum(damage.is_known for damage in library.damaged)
    num_unavailable = sum(damage.is_unavailable for damage in library.damaged)
    num_new = len(library.damaged) - num_known - num_unavailable
    counts = [f"{len(library.entries)} whole"]
    counts += [f"{num_new} damaged or missing"] if num_new else []
    counts += [f"{num_unavailable} not available here"] if num_unavailable else []
    counts += [f"{num_known} known to be lost"] if num_known else []
    state = "damaged" if num_new else "incomplete here" if num_unavailable else "sound"
    print(f"{state}: {', '.join(counts)}")
    return DAMAGED if num_new or num_unavailable else SOUND


@app.command()
def repair(directory: Directory) -> None:
    """Set aside what is damaged, in DIR/damaged; nothing is deleted."""
    from mcts_compose.library.repair import repair

    for sentence in repair(directory) or ["nothing is damaged"]:
        print(printable(sentence))


@app.command()
def export(
    directory: Directory,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The JSON Lines to write.")],
) -> None:
    """Write all skills to one file that `library import` reads."""
    from mcts_compose.library.exchange import export_skills

    num_skills = export_skills(open_library(directory), out)
    note(f"wrote {num_skills} skill{'s' * (num_skills != 1)} to {out}")


@app.command("import")
def import_(
    directory: Directory,
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="FILE", help='One skill a line, such as {"name": "double", "doc": "...", "body": "..."}.'
        ),
    ] = None,
    installed: Annotated[
        list[str] | None,
        typer.Option("--installed", metavar="NAME", help="A skill of an installed package; may be repeated."),
    ] = None,
) -> None:
    """Add skills of a file or of installed packages, all or none; DIR is made if nothing is there."""
    from mcts_compose.library.exchange import import_installed, import_skills

    if (file is None) == (not installed):
        raise InputError("library import takes a FILE or --installed NAME, one of the two")
    if file is not None:
        added = import_skills(directory, file)
    else:
        added = import_installed(directory, installed or ())
    note(f"added: {' '.join(entry.name for entry in added) or 'nothing, all is there already'}")
