"""What holds of every search when it has stopped: of its bank, of its tree, and of what it returns."""

import numpy as np

from mcts_compose.search import layout as at
from mcts_compose.search import tree as kernels
from mcts_compose.search.bank import look_up
from mcts_compose.search.contents import digest, finish_hash
from tests.mcts_compose.search.bank_contents import all_contents, is_derived, type_of
from tests.mcts_compose.search.problems import is_right, same_batch
from vm.execute import run_program
from vm.limits import Limits
from vm.program import Program

WIDE = Limits(fuel=10**9)


def check_search(outcome, search, sample=500):
    """Checks everything about a search that has stopped."""
    check_bank(search.engine, sample)
    if search.tree is not None:
        check_nodes(search)
        check_derivations(search.engine, list(search.tree.node_of))
    assert (outcome.program is None) == (outcome.cost is None)
    if outcome.program is not None:
        assert is_right(search.engine.problem, outcome.program)


def check_bank(engine, sample):
    """Checks that contents are found, different, and as cheap as their operands; re-runs a sample."""
    ids = all_contents(engine)
    seen = set()
    for contents in ids:
        batch = engine.values(contents)
        key = (batch.type, batch.words.tobytes(), batch.rows.tobytes(), batch.cols.tobytes())
        assert key not in seen
        assert batch.type.rank == 2 or (batch.cols == 1).all()
        seen.add(key)
        assert looked_up(engine, contents) == contents
        if not is_derived(engine, contents):
            continue
        action, operands = engine.derivation(contents)
        assert action != at.UNDERIVED
        assert engine.cost(contents) >= 1
        if operands:
            price = int(engine.memory[action + at.A_PRICE])
            assert price + sum(map(engine.cost, operands)) <= engine.cost(contents)
            assert all(operand in ids_of(engine, ids) for operand in operands)
    derived = [contents for contents in ids if is_derived(engine, contents)]
    step = max(1, len(derived) // sample)
    check_derivations(engine, derived[::step])


def ids_of(engine, ids, _cache={}):  # noqa: B006 - one entry, kept for the search being checked
    if _cache.get("ids") is not ids:
        _cache.update(ids=ids, known=set(ids))
    return _cache["known"]


def looked_up(engine, contents):
    """The contents that the hash table gives for the words of a contents."""
    memory, bank = engine.memory, engine.bank
    batch = engine.values(contents)
    source = int(memory[at.SCRATCH_WORDS])
    memory[source : source + len(batch.words)] = batch.words
    shape = int(bank.pool[contents]) >> 32
    mixed, _ = digest(memory, source, len(batch.words))
    hashed = finish_hash(np.uint64(mixed), shape, batch.type.kind)
    found, _ = look_up(*bank[:6], np.uint64(hashed), batch.type.kind, shape, source, len(batch.words))
    return found


def check_derivations(engine, contents):
    """Runs the programs of contents on the machine and compares with the words in the bank."""
    for one in contents:
        program = engine.program_of(one)
        program = Program(
            program.input_names, program.input_types, type_of(engine, one), program.lines, program.output
        )
        ran = run_program(program, engine.problem.inputs, WIDE)
        assert ran.output is not None, f"{program.text} ended {ran.status.name}"
        assert same_batch(ran.output, engine.values(one)), program.text


def check_nodes(search):
    """Checks visits, values, priors, arms and proofs of every node."""
    tree, engine = search.tree, search.engine
    nodes = tree.nodes[: tree.num_nodes * kernels.NODE_WORDS].reshape(-1, kernels.NODE_WORDS)
    scores = tree.scores[: tree.num_nodes * kernels.SCORE_WORDS].reshape(-1, kernels.SCORE_WORDS)
    arms = tree.arms.reshape(-1, kernels.ARM_WORDS)
    assert sorted(tree.node_of.values()) == list(range(1, tree.num_nodes))
    assert tree.low < tree.high
    for number, (node, score) in enumerate(zip(nodes, scores, strict=True)):
        mine = arms[tree.arms_of(number)]
        children = [int(child) for child in mine[:, kernels.ARM_CHILD] if child != kernels.UNVISITED]
        assert np.isfinite(score).all()
        if number:
            assert tree.node_of[int(node[kernels.N_FOCUS])] == number
            assert 0 <= node[kernels.N_PARENT] < number
            assert tree.depth[number] == tree.depth[int(node[kernels.N_PARENT])] + 1
            assert score[kernels.BEST] >= score[kernels.OWN]
        assert node[kernels.N_NUM_ARMS] <= node[kernels.N_MAX_ARMS]
        if len(mine):
            assert np.isclose(np.exp(tree.log_priors(number)).sum(), 1)
        for contents, visits, child in mine.tolist():
            assert is_derived(engine, contents)
            assert visits >= 0
            if child == kernels.UNVISITED:
                assert visits == 0
            else:
                assert nodes[child, kernels.N_FOCUS] == contents
        check_visits(search, number, node, mine)
        if node[kernels.N_EXHAUSTED]:
            assert node[kernels.N_CLOSED]
            assert len(children) == len(mine)
            assert all(nodes[child, kernels.N_EXHAUSTED] for child in children)
        check_local_lists(engine, node)


def check_visits(search, number, node, arms):
    """Checks that a node was charged for what went through its arms and its deepening, and no more."""
    through = int(arms[:, kernels.ARM_VISITS].sum() + node[kernels.N_DEEPEN_VISITS])
    # A walk that comes back to a node on its way ends there; it is charged one unit and has no arm.
    ended_here = int(node[kernels.N_VISITS]) - through
    assert ended_here >= 0
    assert ended_here % kernels.WORK_UNIT == 0
    if number == kernels.ROOT:
        assert ended_here == 0
        in_tree = search.candidates - search.root_work
        spent = int(node[kernels.N_VISITS])
        if spent:
            assert (spent - in_tree) % kernels.WORK_UNIT == 0
            assert 0 < (spent - in_tree) // kernels.WORK_UNIT <= search.simulations


def check_local_lists(engine, node):
    """Checks that a node's local contents are derived, listed once, and of the kind they are listed under."""
    listed = []
    for level in range(1, int(node[kernels.N_LEVEL])):
        for kind in range(at.NUM_KINDS):
            start = kernels.N_LISTS + 2 * (level * at.NUM_KINDS + kind)
            for contents in engine.bank.items[node[start] : node[start + 1]].tolist():
                assert type_of(engine, contents).kind == kind
                assert is_derived(engine, contents)
                listed.append(contents)
    assert len(listed) == len(set(listed))
