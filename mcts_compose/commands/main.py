"""Decides how commands are found, and what every one of them does with errors and interruptions.

Commands are looked up by name in a lazy registry: what is not asked for is not imported. So `bench`, which
lives a room higher, joins without being imported here, and installed packages add theirs by entry points.
"""

from __future__ import annotations

import errno
import gc
import os
import sys
from collections.abc import Sequence
from typing import Any, Final

import typer
from typer.core import TyperCommand, TyperGroup

from mcts_compose import __version__
from mcts_compose.errors import InputError, located, nearest, printable, shown
from priors.registry import Registry

GARBAGE_THRESHOLD: Final = 100_000
SOLVED, NOT_SOLVED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130
UNWRITABLE: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
UNUSABLE: Final = (errno.EACCES, errno.EPERM, errno.ENAMETOOLONG, errno.ELOOP)
"""What is wrong with a path that someone gave, whoever is the first to look at it."""

_BUILT_IN: Final[dict[str, tuple[str, str]]] = {
    "solve": ("mcts_compose.commands.solve:app", "Search for a program that fits a task's examples."),
    "bench": ("benchmarks.commands:app", "Run suites of tasks and compare runs: list, run, compare, report."),
    "import": ("benchmarks.formats.command:app", "Turn files of public formats into a task file."),
    "show": ("mcts_compose.commands.show:app", "Show a program, its trace, or a search tree."),
    "skills": ("mcts_compose.commands.listing:skills_app", "List the skills that programs can call."),
    "priors": ("mcts_compose.commands.listing:priors_app", "List the priors."),
    "suites": ("mcts_compose.commands.listing:suites_app", "List the suites of tasks."),
    "library": ("mcts_compose.commands.library:app", "Look at a library of skills, check and mend it."),
    "train": ("mcts_compose.commands.train:app", "Fit a prior on solved programs."),
    "learn": ("mcts_compose.commands.learn:app", "Learn skills from a suite, generation by generation."),
    "doctor": ("mcts_compose.commands.doctor:app", "Check that everything works here."),
}
COMMANDS: Final = Registry(
    "command", {name: target for name, (target, _) in _BUILT_IN.items()}, "mcts_compose.commands"
)


class LazyGroup(TyperGroup):
    """A group whose commands are imported when they are run, not when they are listed."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Returns the names of all commands."""
        return list(COMMANDS.names())

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Returns a stand-in that knows the help line only."""
        if cmd_name in _BUILT_IN:
            return TyperCommand(cmd_name, help=_BUILT_IN[cmd_name][1])
        return TyperCommand(cmd_name, help=f"From {COMMANDS.entry(cmd_name).origin}.")

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Returns the real command that the first argument names."""
        name = args[0]
        if name not in COMMANDS.names():
            hint = nearest(name, COMMANDS.names())
            raise InputError(f"there is no command {shown(name)}{hint}; mcts-compose --help lists them")
        command = typer.main.get_command(COMMANDS.load(name))
        command.name = name
        return name, command, args[1:]


app = typer.Typer(
    cls=LazyGroup,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Solves tasks given by input-output examples: a tree search composes skills into a program.",
    epilog="Exit status: 0 solved or done, 1 not solved within the budget or, of a run of suites, tasks "
    "that failed, 2 bad input, 130 interrupted.",
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"mcts-compose {__version__}")
        raise typer.Exit


@app.callback()
def top(
    version: bool = typer.Option(
        False, "--version", help="Print the version.", callback=_print_version, is_eager=True
    ),
) -> None:
    """Solves tasks given by input-output examples: a tree search composes skills into a program."""


def collect_seldom() -> None:
    """Makes Python look for garbage seldom, in a process that is the command and nothing else.

    It makes many objects that live on: to collect among them is a tenth of what a short command takes, and
    stops a search for 0.3 s where torch is loaded.
    """
    gc.set_threshold(GARBAGE_THRESHOLD)


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command line and returns its exit status; mistakes become one sentence on standard error."""
    if argv is None:
        collect_seldom()
    return _status_of(app, "mcts-compose", sys.argv[1:] if argv is None else argv)


def _status_of(command: typer.Typer, name: str, arguments: Sequence[str]) -> int:
    """Runs a command line and returns its exit status; mistakes become one sentence on standard error."""
    usage_error = typer.BadParameter.__mro__[2]  # the base of all errors that the argument parser raises
    try:
        # Commands find their whole line as the context's object: a run directory records it.
        status = typer.main.get_command(command).main(
            args=list(arguments), prog_name=name, standalone_mode=False, obj=tuple(arguments)
        )
        sys.stdout.flush()
    except KeyboardInterrupt:
        status = INTERRUPTED
    except (BrokenPipeError, SystemExit):
        # The reader has gone, as in `mcts-compose skills | head`, for which the argument parser exits.
        _drop_output()
        return SOLVED
    except Exception as error:
        if isinstance(error, usage_error):
            complain(_usage_sentence(error, name))
        elif isinstance(error, InputError) or _is_worded(error):
            complain(str(error))
        elif isinstance(error, OSError) and error.filename is None and error.errno in UNWRITABLE:
            _drop_output()
            complain(f"the output cannot be written ({error.strerror})")
        elif isinstance(error, OSError) and error.filename is not None and error.errno in UNUSABLE:
            complain(located(f"cannot be used ({error.strerror})", str(error.filename)))
        else:
            raise
        return BAD_INPUT
    if status == INTERRUPTED:  # the argument parser gives this status when it catches an interruption
        complain("interrupted; finished results are kept")
    return status if isinstance(status, int) else SOLVED


def _drop_output() -> None:
    """Sends what is still buffered for standard output nowhere, since it cannot go where it should."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def run_alone(command: typer.Typer, name: str) -> None:
    """Runs a command line of its own as `main` does, and ends the process with its exit status.

    Args:
      command: what is run.
      name: how it is called.
    """
    collect_seldom()
    raise SystemExit(_status_of(command, name, sys.argv[1:]))


def complain(sentence: str) -> None:
    """Prints one sentence on standard error."""
    print(f"mcts-compose: {printable(sentence)}", file=sys.stderr)


def _is_worded(error: Exception) -> bool:
    """Says whether an error of a lower room is meant for the user, its message being one sentence."""
    from priors.arguments import PriorArgumentError
    from priors.registry import BrokenEntryError, DuplicateNameError, UnknownNameError
    from vm.functions.errors import FunctionError

    of_registry = BrokenEntryError | DuplicateNameError | UnknownNameError
    return isinstance(error, PriorArgumentError | FunctionError | of_registry)


def _usage_sentence(error: Any, name: str) -> str:
    """Returns what the argument parser found wrong, with where to look."""
    text = str(error.format_message()).rstrip(".")
    path = error.ctx.command_path if getattr(error, "ctx", None) is not None else name
    return f"{text[:1].lower()}{text[1:]}; {path} --help says what is possible"
