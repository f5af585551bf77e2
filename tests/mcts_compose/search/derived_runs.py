"""Runs one derived action as the search does, on batches of its operands."""

from mcts_compose.search import layout as at
from mcts_compose.search.higher import apply_derived
from mcts_compose.search.shapes import intern_shape
from vm.values import Batch


def run_in_search(engine, action, batches):
    """Runs a derived action as the search does; returns its batch, or None on a fault."""
    memory, examples = engine.memory, engine.examples
    shapes = [0, 0, 0]
    scratch = int(memory[at.SCRATCH_SHAPE])
    for slot, batch in enumerate(batches):
        source = int(memory[at.OPERANDS] + slot * memory[at.CAP])
        memory[source : source + len(batch.words)] = batch.words
        starts = [0, *(batch.rows * batch.cols).cumsum()]
        memory[scratch : scratch + 3 * examples + 1] = [*starts, *batch.rows, *batch.cols]
        shapes[slot] = int(intern_shape(memory, scratch))
    record = int(memory[at.ACTIONS]) + engine.actions.index(action) * at.ACTION_WORDS
    out = int(memory[at.SCRATCH_WORDS])
    shape = int(apply_derived(memory, record, *shapes, out))
    if shape < 0:
        return None
    dims = memory[shape + examples + 1 : shape + 3 * examples + 1]
    words = memory[out : out + memory[shape + examples]].copy()
    return Batch(action.overload.result, words, dims[:examples].copy(), dims[examples:].copy())


def assert_equal_batches(one, other):
    """Asserts that two batches are the same, word for word."""
    assert one.type == other.type
    assert one.words.tolist() == other.words.tolist()
    assert one.rows.tolist() == other.rows.tolist()
    if one.type.rank == 2:
        assert one.cols.tolist() == other.cols.tolist()
