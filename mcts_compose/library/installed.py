"""Decides which skills installed packages offer: entry points that have a skill's name and lead to the skill.

What such a skill does is copied into a library when a user says so, with all that it calls; the library then
needs no package. Of a Python function it keeps name, types and a hash of the source, so it needs the package.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mcts_compose.errors import InputError, shown
from priors.registry import Registry

if TYPE_CHECKING:
    from vm.skill import Skill

INSTALLED_SKILLS: Final = Registry("installed skill", {}, "mcts_compose.skills")


def load_installed(name: str) -> Skill:
    """Returns the installed skill of that name.

    Raises:
      UnknownNameError: there is none.
      BrokenEntryError: it cannot be imported.
      InputError: what the package gives is no skill of that name, or one that cannot be kept.
    """
    from vm.functions.errors import FunctionError
    from vm.skill import Skill

    found = INSTALLED_SKILLS.load(name)
    whose = f"installed skill {name!r} of {INSTALLED_SKILLS.entry(name).origin}"
    if not isinstance(found, Skill):
        raise InputError(f"{whose} is a {type(found).__name__}, but should be a vm.skill.Skill")
    if found.name != name:
        raise InputError(f"{whose} calls itself {shown(found.name)}")
    try:
        found.body.text  # noqa: B018 - of a Python function it cannot always be told
    except FunctionError as error:
        raise InputError(f"{whose}: {error}") from None
    return found
