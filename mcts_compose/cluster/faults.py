"""Decides what is said of a worker that was lost: what ray reports fills a screen, the user gets a clause."""

from __future__ import annotations

from typing import Final

from mcts_compose.errors import printable

KILLED: Final = "its process was killed or crashed"
OUT_OF_MEMORY: Final = "its machine was out of memory"
_CAUSES: Final = (
    ("node has died", "its machine was lost"),
    ("node was terminated", "its machine was lost"),
    ("node died", "its machine was lost"),
    ("running low on memory", OUT_OF_MEMORY),
    ("outofmemory", OUT_OF_MEMORY),
    ("sigkill by oom killer", KILLED),
    ("worker process has died", KILLED),
    ("unexpectedly", KILLED),
    ("unavailable", "it could not be reached"),
)
LONGEST: Final = 300


def cause_of(error: BaseException) -> str:
    """Returns why a worker was lost, as a clause."""
    text = str(error)
    lower = f"{type(error).__name__} {text}".lower()
    for sign, cause in _CAUSES:
        if sign in lower:
            return cause
    return f"of {type(error).__name__}: {last_line(text)}"


def is_of_the_worker(cause: str) -> bool:
    """Says whether a clause names an error in the worker itself, which another would have as well."""
    return cause.startswith("of ")


def may_be_memory(cause: str) -> bool:
    """Says whether a clause names what may be for want of memory: the system kills without a word."""
    return cause in (KILLED, OUT_OF_MEMORY)


def last_line(text: str) -> str:
    """Returns the last line of a report that says something: a traceback ends with the error."""
    lines = [line for line in map(printable, text.splitlines()) if line.strip()]
    return lines[-1].strip()[:LONGEST] if lines else "no message"
