"""Whether gates can make the goals at all: for bases that cannot make every function."""

from __future__ import annotations

from mcts_compose.search.circuits.basis import NOT, Basis, gate_word
from mcts_compose.search.circuits.rows import Rows, to_number

MOST_FUNCTIONS = 2_000
"""Functions after which the question is left open: a bound on the time (about 10 s). Untuned."""


def are_out_of_reach(rows: Rows, basis: Basis) -> bool:
    """Says whether some goal is none of all functions that gates make of the sources.

    False if there are too many functions to say.
    """
    whole = (1 << rows.num_rows) - 1
    made = list(dict.fromkeys(to_number(source) for source in rows.sources))
    known = set(made)
    for last, value in enumerate(made):
        for other in made[: last + 1]:
            for form in basis.forms:
                if form != NOT or other == value:
                    fresh = gate_word(form, value, other, whole)
                    if fresh not in known:
                        known.add(fresh)
                        made.append(fresh)
        if len(made) > MOST_FUNCTIONS:
            return False
    if basis.has_free_not:
        known |= {value ^ whole for value in made}
    pairs = zip(rows.goals, rows.cares, strict=True)
    wanted = [(to_number(goal & care), to_number(care)) for goal, care in pairs]
    return any(all((value ^ goal) & care for value in known) for goal, care in wanted)
