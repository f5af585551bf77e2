"""Entries that call earlier ones at random; their bodies are not looked at."""

import random

from mcts_compose.library.entry import Entry, Provenance

NO_HASH = "0" * 32


def make_entry(name: str, calls: tuple[str, ...] = (), generation: int = 1, **changes: object) -> Entry:
    fields = {
        "doc": f"Does what {name} does.",
        "body": "(x: int) -> int; return x",
        "cost": 6,
        "provenance": Provenance(suite="made-up-v1", task=name, generation=generation),
    }
    return Entry(name=name, calls=dict.fromkeys(calls, NO_HASH), **(fields | changes))


def make_entries(count: int, seed: int = 0, generations: int = 8, most_calls: int = 3) -> list[Entry]:
    """Returns entries by generation; each calls some of earlier generations, as learnt skills do."""
    rng = random.Random(seed)
    found: list[Entry] = []
    for number in range(count):
        generation = 1 + number * generations // count
        earlier = [entry.name for entry in found if entry.provenance.generation < generation]
        calls = rng.sample(earlier, min(rng.randint(0, most_calls), len(earlier)))
        length = rng.choice((1, 3, 7))
        name = "_".join([f"skill_{number}", *(f"part{index}" for index in range(length))])[:60]
        found.append(make_entry(name, tuple(calls), generation))
    return found
