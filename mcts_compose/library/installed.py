"""Decides which skills installed packages offer: entry points that have a skill's name and lead to the skill.

What such a skill does is copied into a library when a user says so, with all that it calls; the library then
needs no package.
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
      InputError: what the package gives is no skill of that name.
    """
    from vm.skill import Skill

    found = INSTALLED_SKILLS.load(name)
    whose = f"installed skill {name!r} of {INSTALLED_SKILLS.entry(name).origin}"
    if not isinstance(found, Skill):
        raise InputError(f"{whose} is a {type(found).__name__}, but should be a vm.skill.Skill")
    if found.name != name:
        raise InputError(f"{whose} calls itself {shown(found.name)}")
    return found
