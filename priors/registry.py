"""Finds what goes by a name: built-in things by lazy `module:attribute` strings, others by entry points.

`Registry` is used for priors here, and for suites and commands in the rooms above. Nothing is imported until
it is asked for, so a list of names is cheap and a missing optional package hurts only who uses it.
"""

from __future__ import annotations

import difflib
import importlib
import importlib.metadata
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from priors.arguments import PriorArgumentError
from priors.failures import cause

if TYPE_CHECKING:
    from priors.base import Prior

_BUILT_IN: Final = "built-in"
_REGISTERED: Final = "registered"


class UnknownNameError(ValueError):
    """Nothing is registered under a name; the message lists the known names and the nearest."""


class DuplicateNameError(ValueError):
    """A name was to be registered twice; the message says by whom."""


class BrokenEntryError(ValueError):
    """What a name stands for cannot be imported, or not be made; the message says why."""


@dataclass(frozen=True)
class Entry:
    """One registered thing.

    Attributes:
      name: what users call it.
      target: where it is, `module:attribute`.
      origin: `built-in`, `registered`, or the distribution whose entry point it is.
      doc: what it is, one line; of a third party what its distribution says of itself.
      needs: the extra of this package that it needs, or nothing.
    """

    name: str
    target: str
    origin: str
    doc: str = ""
    needs: str = ""

    @property
    def distribution(self) -> str:
        """The installed package of a third party that it comes from; else empty."""
        return "" if self.origin in (_BUILT_IN, _REGISTERED) else self.origin


class Registry:
    """Names of one kind of thing.

    A built-in name always means the built-in thing: an installed package that claims it is listed in
    `shadowed` and never used. Two packages that claim one name make that name unusable, not the others.

    Args:
      kind: what the things are, singular, for messages.
      builtin: names to `module:attribute`.
      group: the entry-point group of third parties.
      about: of built-in names a line of doc, and the extra that is needed.
    """

    def __init__(
        self,
        kind: str,
        builtin: Mapping[str, str],
        group: str,
        about: Mapping[str, tuple[str, str]] | None = None,
    ) -> None:
        self.kind = kind
        self.group = group
        self._builtin = {
            name: Entry(name, target, _BUILT_IN, *(about or {}).get(name, ()))
            for name, target in builtin.items()
        }
        self._registered: dict[str, Entry] = {}
        self._third_party: dict[str, list[Entry]] | None = None
        self._is_frozen = False

    def _entry_points(self) -> dict[str, list[Entry]]:
        """Returns the entries of installed packages by name, read once."""
        if self._third_party is None:
            found: dict[str, list[Entry]] = {}
            for point in importlib.metadata.entry_points(group=self.group):
                origin = point.dist.name if point.dist is not None else "an unnamed package"
                entry = Entry(point.name, point.value, origin, _summary(point.dist))
                claims = found.setdefault(point.name, [])
                if entry not in claims:  # one package can be found at two places of the path
                    claims.append(entry)
            self._third_party = found
        return self._third_party

    def register(self, name: str, target: str) -> None:
        """Adds a name for this process.

        Raises:
          DuplicateNameError: the name is taken.
          RuntimeError: the registry is frozen.
        """
        if self._is_frozen:
            raise RuntimeError(f"{self.kind} {name!r} comes too late: the registry is frozen")
        if name in self._builtin or name in self._registered or name in self._entry_points():
            raise DuplicateNameError(f"{self.kind} {name!r} is already registered")
        self._registered[name] = Entry(name, target, _REGISTERED)

    def freeze(self) -> None:
        """Allows no further names."""
        self._is_frozen = True

    def names(self) -> tuple[str, ...]:
        """Returns the known names: built-in ones in their order, then the others, sorted."""
        others = (self._registered.keys() | self._entry_points().keys()) - self._builtin.keys()
        return (*self._builtin, *sorted(others))

    def shadowed(self) -> tuple[Entry, ...]:
        """Returns the third-party entries that claim a built-in name, and are therefore not used."""
        return tuple(
            entry
            for name, claims in self._entry_points().items()
            if name in self._builtin
            for entry in claims
        )

    def entry(self, name: str) -> Entry:
        """Returns what `name` stands for, without importing it.

        Raises:
          UnknownNameError: nothing has this name.
          DuplicateNameError: several packages claim it.
        """
        known = self._builtin.get(name) or self._registered.get(name)
        if known is not None:
            return known
        claims = self._entry_points().get(name, [])
        if len(claims) > 1:
            origins = " and ".join(sorted(claim.origin for claim in claims))
            raise DuplicateNameError(f"{self.kind} {name!r} is claimed by {origins}; uninstall all but one")
        if not claims:
            near = difflib.get_close_matches(name, self.names(), n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            listed = ", ".join(self.names()) or "none"
            raise UnknownNameError(f"unknown {self.kind} {name!r}; known ones are {listed}{hint}")
        return claims[0]

    def load(self, name: str) -> Any:
        """Imports and returns what `name` stands for.

        Raises:
          UnknownNameError: nothing has this name.
          DuplicateNameError: several packages claim it.
          BrokenEntryError: it cannot be imported.
        """
        entry = self.entry(name)
        module_name, _, attribute = entry.target.partition(":")
        try:
            found = importlib.import_module(module_name)
            for part in attribute.split("."):
                found = getattr(found, part)
        except (Exception, SystemExit) as error:
            is_itself = isinstance(error, ModuleNotFoundError) and f"{module_name}.".startswith(
                f"{error.name}."
            )
            reason = str(error) if is_itself else cause(error, entry.distribution)
            raise BrokenEntryError(
                f"{self.kind} {name!r} of {entry.origin} cannot be loaded from {entry.target!r}: {reason}"
            ) from error
        return found


def _summary(distribution: importlib.metadata.Distribution | None) -> str:
    """Returns what a distribution says of itself, on one line."""
    if distribution is None or "Summary" not in distribution.metadata:
        return ""
    return " ".join(distribution.metadata["Summary"].split())


_ABOUT_PRIORS: Final = {
    "uniform": ("every skill and constant is equally likely", ""),
    "frequency": ("how often solved programs use each skill and constant; weights=FILE", ""),
    "bundled": ("the small language model that ships with this package; model=DIR", ""),
    "causal-lm": ("any Hugging Face causal language model; pretrained=DIR_OR_ID", "lm"),
    "cached": ("another prior, its answers recorded; of=NAME,file=PATH,of.ARGUMENT=VALUE", ""),
    "replay": ("recorded answers alone; file=PATH", ""),
}
"""One line on each, and the extra of this package that it needs."""

PRIORS: Final = Registry(
    "prior",
    {
        "uniform": "priors.uniform:UniformPrior",
        "frequency": "priors.frequency:FrequencyPrior",
        "bundled": "priors.bundled.prior:BundledPrior",
        "causal-lm": "priors.causal_lm.prior:CausalLMPrior",
        "cached": "priors.recorded.cached:CachedPrior",
        "replay": "priors.recorded.replay:ReplayPrior",
    },
    "mcts_compose.priors",
    _ABOUT_PRIORS,
)


def priors_with(attribute: str) -> list[str]:
    """Returns the names of the priors whose class has an attribute that holds, whatever their arguments."""
    names = []
    for name in PRIORS.names():
        with suppress(ValueError):  # what cannot be loaded cannot be recommended
            if getattr(PRIORS.load(name), attribute, False):
                names.append(name)
    return names


def make_prior(name: str, arguments: Mapping[str, str] | None = None) -> Prior:
    """Returns the prior called `name`, made from its arguments by its `from_arguments`.

    Raises:
      ValueError: the name or an argument is wrong, or the prior cannot be made, whatever it raised; the
        message is one sentence.
    """
    from priors.base import Prior  # here, so that listing names does not import numpy

    found = PRIORS.load(name)
    try:
        prior: Prior = found.from_arguments(arguments or {})
        is_prior = isinstance(prior, Prior)  # looks at properties, which may raise as well
    except (PriorArgumentError, UnknownNameError, DuplicateNameError, BrokenEntryError):
        raise
    except (Exception, SystemExit) as error:
        reason = cause(error, PRIORS.entry(name).distribution)
        raise BrokenEntryError(f"prior {name!r} cannot be made: {reason}") from error
    if not is_prior:
        raise BrokenEntryError(
            f"prior {name!r} lacks a name, is_model, shared, ranks, proposes, fingerprint, usage, prepare, "
            "price_skills, rank_arms or propose_subtasks"
        )
    return prior
