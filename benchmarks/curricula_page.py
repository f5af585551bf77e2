"""Writes the page of all tasks of the curricula: `python -m benchmarks.curricula_page FILE... --out PAGE`.

A file holds what `mcts-compose learn SUITE --library DIR --json` printed, and is named after the suite.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from benchmarks.json_lines import read_json_lines
from benchmarks.markdown_pages import check_page, write_page
from mcts_compose.commands.main import run_alone
from mcts_compose.errors import InputError, located

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)

TOP = """# What the curricula teach

Every task with the generation in which it was learnt, the program, and the learnt skills that it calls, as
`mcts-compose learn SUITE --library DIR --json` told it with default settings. What it told is kept in
`benchmarks/tables/curricula/SUITE.jsonl`, and `python -m benchmarks.tables` makes this page of it. Programs
are the search's own: right on held-out examples, and at times by odd ways.
"""


class Told(msgspec.Struct, frozen=True):
    """What the page says of one task; a line has more.

    Attributes:
      task: its id.
      generation: in which it was learnt; None: in none.
      program: in one line; None without any.
      uses: the learnt skills that it calls.
    """

    task: str
    generation: int | None
    program: str | None
    uses: list[str]


def read_lessons(path: Path) -> list[Told]:
    """Returns what was told of each task.

    Raises:
      InputError: the file cannot be read, has no line, or has one that is none of `learn --json`.
    """
    lessons = [lesson for _, lesson in read_json_lines(path, Told, "a line that learn --json prints")]
    if not lessons:
        raise InputError(located("it is empty, but should be what learn --json prints", path))
    return lessons


def section(suite: str, lessons: Sequence[Told]) -> str:
    """Returns the tasks of one suite as Markdown."""
    num_right = sum(lesson.generation is not None for lesson in lessons)
    rows = [f"\n## {suite}\n", f"{num_right} of {len(lessons)} tasks right.\n"]
    rows += ["| task | generation | program | calls |", "| --- | --- | --- | --- |"]
    for lesson in lessons:
        generation = "-" if lesson.generation is None else lesson.generation
        program = (lesson.program or "").replace("|", "\\|")
        text = f"`{program}`" if program else ""
        rows.append(f"| {lesson.task} | {generation} | {text} | {', '.join(lesson.uses)} |")
    return "\n".join(rows) + "\n"


def page_of(files: Iterable[Path]) -> str:
    """Returns the page of files that are named after suites.

    Raises:
      InputError: one cannot be read, or a line is none of `learn --json`.
    """
    return TOP + "".join(section(path.stem, read_lessons(path)) for path in files)


@app.command()
def curricula_page(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="What learn --json printed.")],
    out: Annotated[Path, typer.Option("--out", metavar="PAGE", help="The Markdown file to write.")],
) -> None:
    """Write the page of all tasks of the curricula, with their programs and the skills that these call."""
    check_page(out)
    write_page(out, page_of(files))


if __name__ == "__main__":
    run_alone(app, "python -m benchmarks.curricula_page")
