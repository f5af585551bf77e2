"""What stands in a bank, as plain Python."""

from mcts_compose.search import layout as at
from vm.values import KIND_TYPES, decode


def all_contents(engine):
    """The ids of all contents, oldest first, walked through the pool by their sizes."""
    pool, memory = engine.bank.pool, engine.memory
    contents, ids = at.FIRST_ID, []
    while contents < memory[at.POOL_TOP]:
        ids.append(contents)
        header = int(pool[contents])
        words, width = int(memory[(header >> 32) + engine.examples]), (header >> 8) & 0xFF
        contents += at.HEADER + (((words << width) + 7) >> 3)
    assert contents == memory[at.POOL_TOP]
    assert len(ids) == memory[at.DISTINCT]
    return ids


def is_derived(engine, contents):
    """Whether some program for a contents is known."""
    return engine.cost(contents) < at.INFINITE_COST


def type_of(engine, contents):
    """The type of a contents."""
    return KIND_TYPES[int(engine.bank.pool[contents]) & 0xFF]


def costs_by_values(engine, twin):
    """Cost by contents, keyed as the brute-force twin keys them, of all that is derived."""
    found = {}
    for contents in all_contents(engine):
        if is_derived(engine, contents):
            key = twin.key(engine.values(contents))
            assert key not in found, f"{decode(engine.values(contents))} is in the bank twice"
            found[key] = engine.cost(contents)
    return found


def run_levels(engine, last):
    """Runs the root's enumeration until level `last` is done."""
    while engine.memory[at.LEVEL] <= last:
        engine.run_root(100_000)
