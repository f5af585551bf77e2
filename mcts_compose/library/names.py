"""Decides what a learnt skill may be called, and what a later version of it is called."""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable
from typing import Final

from mcts_compose.errors import InputError, printable, shown

MAX_NAME: Final = 60
MAX_DOC: Final = 300
NAME: Final = re.compile(rf"[a-z][a-z0-9_]{{0,{MAX_NAME - 1}}}", re.ASCII)
_VERSION: Final = re.compile(r"_v[0-9]+\Z")
_NOT_IN_A_NAME: Final = re.compile(r"[^a-z0-9]+")


def check_name(name: str) -> None:
    """Checks that a skill may have a name.

    Raises:
      InputError: it may not.
    """
    from vm.parser import RESERVED
    from vm.table import BY_NAME

    if NAME.fullmatch(name) is None:
        raise InputError(
            f"a skill's name should be a small letter and then at most {MAX_NAME - 1} small letters, digits "
            f"and _, not {shown(name)}"
        )
    if name in BY_NAME:
        raise InputError(f"{name} is an instruction of the machine; give the skill another name")
    if name in RESERVED or keyword.iskeyword(name):
        raise InputError(f"{name} means something else in programs; give the skill another name")


def check_doc(doc: str) -> None:
    """Checks that a text may say what a skill does.

    Raises:
      InputError: it may not.
    """
    if not doc.strip():
        raise InputError("a skill's doc should say what it does, since a model knows it by that; it is empty")
    if len(doc) > MAX_DOC:
        raise InputError(f"a skill's doc should have at most {MAX_DOC} characters, not {len(doc):,}")
    if not doc.isprintable():
        raise InputError(f"a skill's doc should be one line of printable characters, not {shown(doc)}")


def doc_of(text: str | None, otherwise: str) -> str:
    """Returns a text of anyone's as the doc of a skill: one printable line that is not too long."""
    doc = printable(text or "").strip() or printable(otherwise).strip()
    return doc if len(doc) <= MAX_DOC else f"{doc[: MAX_DOC - 3]}..."


def name_of_task(task: str) -> str:
    """Returns the name of the skill that solves a task with this id: `carry-step` gives `carry_step`."""
    name = _NOT_IN_A_NAME.sub("_", task.lower()).strip("_")
    if not name[:1].isalpha() or _is_refused(name[:MAX_NAME]):
        name = f"skill_{name}"
    return name[:MAX_NAME].rstrip("_")


def _is_refused(name: str) -> bool:
    try:
        check_name(name)
    except InputError:
        return True
    return False


def free_name(name: str, is_taken: Callable[[str], bool]) -> str:
    """Returns the name, or that of its next version: `double`, `double_v2`, `double_v3`, ..."""
    if not is_taken(name):
        return name
    stem, number = _VERSION.sub("", name), 2
    while is_taken(found := f"{stem[: MAX_NAME - len(f'_v{number}')]}_v{number}"):
        number += 1
    return found


def unversioned(name: str) -> str:
    """Returns what the first version of a skill is called."""
    return _VERSION.sub("", name)
