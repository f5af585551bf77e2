"""Finds a Python function that a text names, among the skills that installed packages offer.

Nothing else is imported for a text, so who writes a library decides nothing of what runs.
"""

from __future__ import annotations

import importlib.metadata
import re
from functools import cache
from typing import Final

from vm.functions.errors import FunctionError, NotInstalledError
from vm.functions.function import PythonFunction
from vm.program_text import FUNCTION_KEYWORD as KEYWORD
from vm.skill import Skill

GROUP: Final = "mcts_compose.skills"
LONGEST: Final = 200
"""Characters that are told of what a package says."""
_TEXT: Final = re.compile(
    rf"{KEYWORD} ((?P<name>[a-z][a-z0-9_]*) \([^()\n;]*\) -> [a-z\[\]]+)"
    r"(?:; |\n)of (?P<module>[\w.]+)(?:; |\n)source (?P<source>[0-9a-f]{32})\s*"
)


def parse_function(text: str) -> PythonFunction:
    """Returns the installed function that a text names.

    Raises:
      NotInstalledError: no package offers it, or the one that is offered is another.
      FunctionError: the text is none of a function.
    """
    found = _TEXT.fullmatch(text)
    if found is None:
        raise FunctionError(
            f"a text that begins with {KEYWORD!r} names a function, its types, its module and a hash"
        )
    name, module = found["name"], found["module"]
    body = _offered(name, module)
    if body.header != found[1]:
        raise NotInstalledError(
            f"the installed function {name} of {body.module} is now {body.header}, and no longer {found[1]}; "
            "install the version that was taken"
        )
    if body.source != found["source"]:
        raise NotInstalledError(
            f"the installed function {name} of {body.module} has another source than when it was taken; "
            "install the version that was taken"
        )
    return body


@cache
def _offered(name: str, module: str) -> PythonFunction:
    """Returns the function that an installed package offers under a name; `module` is where it was before."""
    points = {(point.value, point.dist and point.dist.name): point for point in _points(name)}
    if not points:
        raise NotInstalledError(
            f"no installed package offers the Python function {name} of {module}; install the one it is from"
        )
    if len(points) > 1:
        raise NotInstalledError(f"several packages offer a skill {name}; uninstall all but one")
    (point,) = points.values()
    whose = f"the installed skill {name} of {point.dist.name if point.dist else 'an unnamed package'}"
    try:
        skill = point.load()
    except (Exception, SystemExit) as error:
        said = " ".join(str(error).split())[:LONGEST]
        raise NotInstalledError(f"{whose} cannot be loaded: {type(error).__name__}: {said}") from error
    if not isinstance(skill, Skill) or not isinstance(skill.body, PythonFunction) or skill.name != name:
        raise NotInstalledError(f"{whose} is no longer a Python function of that name")
    return skill.body


def _points(name: str) -> importlib.metadata.EntryPoints:
    return importlib.metadata.entry_points(group=GROUP, name=name)
