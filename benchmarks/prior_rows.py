"""Decides which rows a comparison of priors has: every prior, and every prior with parts switched off.

A row is named `PRIOR` or `PRIOR, no PART, no PART`. It is compared with the prior named by `--against`, run
without the same parts of the search; so a model without the goal-directed test meets a base prior without it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from mcts_compose.errors import InputError, nearest, shown
from mcts_compose.settings import Settings
from priors.arguments import parse_arguments
from priors.registry import PRIORS

SEARCH_PARTS: Final = {"goal-directed": {"goal_directed": False}}
MODEL_PARTS: Final = {
    "prices": {"model_prices": False},
    "ranks": {"model_ranks": False},
    "values": {"model_values": False},
}
"""What the search takes from a model."""
_PARTS: Final[dict[str, dict[str, Any]]] = {**SEARCH_PARTS, **MODEL_PARTS}


class Row(NamedTuple):
    """One row.

    Attributes:
      prior: `NAME` or `NAME:K=V,...`.
      without: the parts that are switched off.
      settings: what it is run with.
    """

    prior: str
    without: tuple[str, ...]
    settings: Settings

    @property
    def name(self) -> str:
        """What the row is called in the table."""
        return _name(self.prior, self.without)


def _name(prior: str, without: Sequence[str]) -> str:
    return ", ".join([prior, *(f"no {part}" for part in without)])


def names_of(text: str) -> list[str]:
    """Returns the names that stand between semicolons, without blanks around them."""
    return [name for part in text.split(";") if (name := part.strip())]


def settings_of_prior(spec: str) -> dict[str, Any]:
    """Returns the settings of `NAME` or `NAME:K=V,...`.

    Raises:
      PriorArgumentError: the arguments are not of that form.
      UnknownNameError: there is no such prior.
    """
    name, _, arguments = spec.partition(":")
    PRIORS.entry(name)
    return {"prior": name, "prior_args": parse_arguments(arguments)}


def rows_of(priors: str, without: str, settings: Settings) -> dict[str, Row]:
    """Returns the rows by name: each prior whole, then without each of the combinations asked for.

    Args:
      priors: priors as in `Row.prior`, with semicolons between them.
      without: parts, with semicolons between combinations and `+` within them. Parts of a model are not
        switched off where there is none.
      settings: everything but the prior and the parts.

    Raises:
      InputError: there is no prior, a prior stands there twice, or a part is unknown.
    """
    specs = names_of(priors)
    if not specs or len(set(specs)) < len(specs):
        raise InputError(
            f"--priors is {shown(priors)}, but should be different priors such as uniform;frequency"
        )
    combinations = list(dict.fromkeys([(), *(_parts(text) for text in names_of(without))]))
    rows: dict[str, Row] = {}
    for spec in specs:
        chosen = settings_of_prior(spec)
        is_model = getattr(PRIORS.load(chosen["prior"]), "is_model", False) is not False
        for parts in combinations:
            if not is_model and any(part in MODEL_PARTS for part in parts):
                continue
            off = {name: value for part in parts for name, value in _PARTS[part].items()}
            row = Row(spec, parts, dataclasses.replace(settings, **chosen, **off))
            rows[row.name] = row
    return rows


def _parts(text: str) -> tuple[str, ...]:
    parts = {part.strip() for part in text.split("+")}
    for part in sorted(parts):
        if part not in _PARTS:
            known = ", ".join(_PARTS)
            raise InputError(
                f"--without: there is no part {shown(part)}; there are {known}{nearest(part, list(_PARTS))}"
            )
    return tuple(part for part in _PARTS if part in parts)


def chosen_rows(rows: Mapping[str, Row], only: str | None) -> dict[str, Row]:
    """Returns the rows that `--only` names, with semicolons between them; all without it.

    Raises:
      InputError: a name is no row.
    """
    if only is None:
        return dict(rows)
    for name in names_of(only):
        if name not in rows:
            raise InputError(f"--only names {shown(name)}, but the rows are: {'; '.join(rows)}")
    return {name: rows[name] for name in names_of(only)}


def references(rows: Mapping[str, Row], against: str | None) -> dict[str, str]:
    """Returns the row that each row is compared with, by name; a row that is its own reference is left out.

    Args:
      rows: all rows.
      against: a prior, or the name of one row for all; None takes the first prior.

    Raises:
      InputError: it is neither.
    """
    against = against or next(iter(rows))
    if against not in rows:
        raise InputError(f"--against names {shown(against)}, but the rows are: {'; '.join(rows)}")
    found = {}
    for name, row in rows.items():
        same_search = _name(against, [part for part in row.without if part in SEARCH_PARTS])
        reference = same_search if rows[against].without == () and same_search in rows else against
        if reference != name:
            found[name] = reference
    return found
