"""Decides when a saved search is the one that is wanted: what both must agree in."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from mcts_compose.families.choice import Family, Request
from mcts_compose.task import Task


def identity_of(task: Task, family: Family, request: Request) -> dict[str, Any]:
    """Returns what decides the course of a search, as JSON has it.

    Args:
      task: as the search gets it, with the examples that checks have added.
      family: of the task.
      request: what is searched for; how long is not part of the identity.
    """
    from mcts_compose import __version__, search
    from priors.guard import GuardedPrior
    from vm.assembly.isa import ASSEMBLY_HASH
    from vm.jit import cache_directory
    from vm.table import TABLE_HASH

    options = asdict(request.options)
    priors = {"prior": request.prior, "base_prior": request.base_prior}
    return {
        "version": __version__,
        "table_hash": TABLE_HASH,
        "assembly_hash": ASSEMBLY_HASH,
        # What made the arrays must be what goes on with them, also between two versions.
        "sources": cache_directory(Path(search.__file__).parent / family.room).name,
        "task": task.hash,
        "search": request.searcher,
        "seed": request.seed,
        "memory_mb": request.budget.memory_mb,
        **{name: f"{prior.name} {GuardedPrior(prior).fingerprint}" for name, prior in priors.items()},
        "options": {**options, "no_prune": sorted(options["no_prune"])},
    }
