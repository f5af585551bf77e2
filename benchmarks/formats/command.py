"""The command `import`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mcts_compose.commands.main import NOT_SOLVED, SOLVED
from mcts_compose.commands.terminal import note

if TYPE_CHECKING:
    from benchmarks.formats.format import Format

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command("import")
def import_(
    format_name: Annotated[
        str,
        typer.Argument(metavar="FORMAT", help="sygus, arc, list-functions, pla, truth or csv."),
    ],
    path: Annotated[
        Path,
        typer.Argument(metavar="PATH", help="A file, or a directory whose files of the format are read."),
    ],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The task file to write, .jsonl.")],
    outputs: Annotated[
        list[str] | None,
        typer.Option(
            "--output",
            metavar="COLUMN",
            help="Of tables, a column that is a result; repeatable.  [default: the last]",
        ),
    ] = None,
    types: Annotated[
        list[str] | None,
        typer.Option("--type", metavar="COLUMN=TYPE", help="Of tables, the type of a column; repeatable."),
    ] = None,
) -> int:
    """Turn files of a public format into a task file; exit status 1 if some files were refused."""
    from benchmarks.formats.csv_table import parse_types
    from benchmarks.formats.importing import check_new_file, import_files, write_task_file
    from benchmarks.formats.registry import FORMATS

    kind: type[Format] = FORMATS.load(format_name)
    format_ = kind().with_columns(outputs or [], parse_types(types or []))
    check_new_file(out)
    imported = import_files(format_, path)
    write_task_file(imported.lines, out)
    for sentence in imported.refused:
        note(f"refused: {sentence}")
    for task_id, reason in imported.unsupported.items():
        note(f"cannot be searched: {task_id}: {reason}")
    counts = _counted(len(imported.lines), "task")
    if imported.unsupported:
        counts += f", of which {len(imported.unsupported)} cannot be searched by this version"
    if imported.refused:
        counts += f"; {_counted(len(imported.refused), 'file')} refused"
    print(f"{out}: {counts}")
    return NOT_SOLVED if imported.refused else SOLVED


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
