"""`python -m benchmarks.tables`: writes all tables of the docs from the records that are kept of them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from benchmarks.markdown_pages import write_page
from mcts_compose.commands.main import run_alone
from mcts_compose.commands.terminal import note
from mcts_compose.errors import InputError

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.command()
def tables(
    root: Annotated[Path, typer.Option("--root", metavar="DIR", help="The repository.")] = Path(),
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; refuse pages that are not what records say.")
    ] = False,
) -> None:
    """Write all tables of README, docs and benchmarks/RESULTS.md from their records."""
    from benchmarks.tables.pages import pages_of

    changed = [
        (path, page)
        for name, page in pages_of(root).items()
        if not (path := root / name).is_file() or path.read_bytes() != page.encode()
    ]
    if check and changed:
        names = ", ".join(path.name for path, _ in changed)
        raise InputError(f"not what the records say: {names}; python -m benchmarks.tables writes them again")
    for path, page in changed:
        write_page(path, page)
        note(f"wrote {path}")


if __name__ == "__main__":
    run_alone(app, "python -m benchmarks.tables")
