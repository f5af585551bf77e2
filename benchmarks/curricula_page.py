"""Writes the page of all tasks of the curricula: `python -m benchmarks.curricula_page FILE... --out PAGE`.

A file holds what `mcts-compose learn SUITE --library DIR --json` printed, and is named after the suite.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from benchmarks.json_lines import read_json_lines
from mcts_compose.commands.main import run_alone
from mcts_compose.errors import InputError, OutputError, located

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)

TOP = """# What the curricula teach

Every task with the generation in which it was learnt, the program, and the learnt skills that it calls, as
`mcts-compose learn SUITE --library DIR --json` told it with default settings. What it told is kept in
`benchmarks/tables/curricula/SUITE.jsonl`, and `python -m benchmarks.tables` makes this page of it. Programs
are the search's own: right on held-out examples, and at times by odd ways.
"""


def read_lessons(path: Path) -> list[dict[str, Any]]:
    """Returns what was told of each task.

    Raises:
      InputError: the file cannot be read, or a line is none of `learn --json`.
    """
    what = "a line that learn --json prints"
    lessons = []
    for number, lesson in read_json_lines(path, dict[str, Any], what):
        if not {"task", "generation", "program", "uses"} <= lesson.keys():
            raise InputError(located(f"should be {what}", path, line=number))
        lessons.append(lesson)
    return lessons


def section(suite: str, lessons: list[dict[str, Any]]) -> str:
    """Returns the tasks of one suite as Markdown."""
    num_right = sum(lesson["generation"] is not None for lesson in lessons)
    rows = [f"\n## {suite}\n", f"{num_right} of {len(lessons)} tasks right.\n"]
    rows += ["| task | generation | program | calls |", "| --- | --- | --- | --- |"]
    for lesson in lessons:
        generation = "-" if lesson["generation"] is None else lesson["generation"]
        program = (lesson["program"] or "").replace("|", "\\|")
        text = f"`{program}`" if program else ""
        rows.append(f"| {lesson['task']} | {generation} | {text} | {', '.join(lesson['uses'])} |")
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
    try:
        out.write_text(page_of(files), encoding="utf-8")
    except OSError as error:
        raise OutputError(located(f"cannot be written ({error.strerror})", out)) from None


if __name__ == "__main__":
    run_alone(app, "python -m benchmarks.curricula_page")
