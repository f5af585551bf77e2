"""The properties that the bundled model reads: each one against its twin, on random and on telling values."""

import importlib.util
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from priors.bundled import properties as p
from vm.values import Elem, ValueType, encode

_spec = importlib.util.spec_from_file_location(
    "property_twins", Path(__file__).with_name("property_twins.py")
)
twins = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(twins)

INT, INTS = ValueType(Elem.INT, 0), ValueType(Elem.INT, 1)
BOOL, BOOLS = ValueType(Elem.BOOL, 0), ValueType(Elem.BOOL, 1)

MAKERS = {
    INTS: [
        lambda u, k: sorted(u), lambda u, k: u[::-1], lambda u, k: u[:k], lambda u, k: u[max(k, 0) :],
        lambda u, k: [i + k for i in u], lambda u, k: [2 * i for i in u], lambda u, k: [i * i for i in u],
        lambda u, k: [abs(i) for i in u], lambda u, k: list(dict.fromkeys(u)), lambda u, k: [*u, k],
        lambda u, k: [k, *u], lambda u, k: [*u, *u], lambda u, k: [i for i in u if i % 2 == 0],
        lambda u, k: [i for i in u if i % 2], lambda u, k: [i for i in u if i > 3], lambda u, k: u[::2],
        lambda u, k: [b - a for a, b in pairwise(u)], lambda u, k: np.cumsum(u).tolist(),
        lambda u, k: np.maximum.accumulate(u).tolist() if u else [], lambda u, k: [u.count(i) for i in u],
        lambda u, k: u[1:] + u[:1], lambda u, k: list(range(len(u))), lambda u, k: [-i for i in u],
        lambda u, k: u[:-1], lambda u, k: [min(i, k) for i in u], lambda u, k: [i // (k or 1) for i in u],
        lambda u, k: [item for i in u for item in (i, 0)], lambda u, k: [k] * len(u), lambda u, k: [*u],
        lambda u, k: [u[0]] if u else [], lambda u, k: [], lambda u, k: [sum(u), len(u)],
        lambda u, k: [9 if i == 1 else item for i, item in enumerate(u)],
        lambda u, k: [k] * min(max(u, default=0), 50),
    ],
    INT: [
        lambda u, k: sum(u), lambda u, k: len(u), lambda u, k: max(u, default=0),
        lambda u, k: u[0] if u else 0, lambda u, k: u.count(k), lambda u, k: len(set(u)),
        lambda u, k: sum(i > k for i in u), lambda u, k: k + 1,
        lambda u, k: sorted(u)[-2] if len(u) > 1 else k, lambda u, k: u.index(max(u)) if u else 0,
        lambda u, k: k * k, lambda u, k: sum(u[: max(k, 0)]),
        lambda u, k: max(u, default=0) - min(u, default=0), lambda u, k: u[k] if 0 <= k < len(u) else 3,
        lambda u, k: k, lambda u, k: -k, lambda u, k: -1, lambda u, k: 150 + k,
    ],
    BOOL: [
        lambda u, k: u == sorted(u), lambda u, k: k in u, lambda u, k: len(u) % 2 == 0, lambda u, k: 0 in u,
        lambda u, k: len(set(u)) == len(u), lambda u, k: k > 0, lambda u, k: u == u[::-1],
        lambda u, k: sum(u) > 0, lambda u, k: len(u) > 3,
    ],
    BOOLS: [
        lambda u, k: [i % 2 == 0 for i in u], lambda u, k: [i > 2 for i in u],
        lambda u, k: [i == k for i in u], lambda u, k: [i not in u[:j] for j, i in enumerate(u)],
        lambda u, k: [i < k for i in u][1:], lambda u, k: [j == 0 or i > u[j - 1] for j, i in enumerate(u)],
        lambda u, k: [i == max(u) for i in u], lambda u, k: [i < 2 for i in u],
        lambda u, k: [j % 2 == 0 for j in range(len(u))],
    ],
}  # fmt: skip


def draw_list(rng):
    low, high = [(0, 5), (-3, 4), (0, 100), (-200, 200), (0, 2)][rng.integers(5)]
    items = rng.integers(low, high, rng.integers(0, 8)).tolist()
    return sorted(items) if rng.random() < 0.2 else items


def draw_column(rng, type_, examples, lists, ints):
    """Values of a type: random ones, or what a telling function makes of lists and ints."""
    makers = MAKERS[type_]
    if rng.random() < 0.8:
        make = makers[rng.integers(len(makers))]
        column = [make(u, k) for u, k in zip(lists, ints, strict=True)]
        if rng.random() < 0.2:
            place = rng.integers(examples)
            column[place] = makers[rng.integers(len(makers))](lists[place], ints[place])
        return column
    if type_ is INTS:
        return [draw_list(rng) for _ in range(examples)]
    if type_ is INT:
        return rng.integers(-4, 9, examples).tolist()
    if type_ is BOOL:
        return [bool(i) for i in rng.integers(0, 2, examples)]
    return [[bool(i) for i in rng.integers(0, 2, len(u))] for u in lists]


def check(found, columns):
    group, states = found
    wanted = twins.twin(group, *columns)
    assert len(wanted) == len(group.names) == len(states)
    wrong = [
        (name, int(state), twin)
        for name, state, twin in zip(group.names, states, wanted, strict=True)
        if state != twin
    ]
    assert not wrong, (group.key, wrong, columns)
    return group


def test_every_property_is_what_its_twin_says():
    rng = np.random.default_rng(5)
    types = [INT, INTS, BOOL, BOOLS]
    seen = {group.key: np.zeros((len(group.names), 4), int) for group in p.GROUPS}

    def note(found, columns):
        check(found, columns)
        group, states = found
        seen[group.key][np.arange(len(states)), states] += 1

    for _ in range(2500):
        examples = int(rng.integers(1, 6))
        lists = [draw_list(rng) for _ in range(examples)]
        ints = rng.integers(-2, 8, examples).tolist()
        first, second, last = (types[i] for i in rng.choice(4, 3, p=[0.3, 0.5, 0.1, 0.1]))
        columns = [
            lists
            if first is INTS
            else ints
            if first is INT
            else draw_column(rng, first, examples, lists, ints),
            ints if second is INT else draw_column(rng, second, examples, lists, ints),
            draw_column(rng, last, examples, lists, ints),
        ]
        u, v, y = (p.Values(encode(c, t)) for c, t in zip(columns, (first, second, last), strict=True))
        for values, column in zip((u, v, y), columns, strict=True):
            note(p.of_one(values), [column])
        note(p.of_pair(u, y), [columns[0], columns[2]])
        turned = not u.is_list and v.is_list
        arguments = [columns[1], columns[0]] if turned else columns[:2]
        note(p.of_arguments(u, v), arguments)
        together = p.of_both(u, v, y)
        if together is not None:
            note(together, [*arguments, columns[2]])
    for group in p.GROUPS:
        never = [
            (name, p.STATES[state])
            for name, counts in zip(group.names, seen[group.key], strict=True)
            for state in (1, 2)
            if counts[state] == 0
        ]
        assert not never, (group.key, never)


def test_states_tell_all_none_mixed_and_not_applicable():
    x = p.Values(encode([[1, 2], [3, 4]], INTS))
    for results, letter in (
        ([[1], [3]], "a"), ([[2], [4]], "n"), ([[1], [4]], "m"), ([[], []], "-"),
    ):  # fmt: skip
        group, states = p.of_pair(x, p.Values(encode(results, INTS)))
        assert p.STATES[states[group.names.index("a prefix")]] == letter


def test_words_pack_three_properties_and_are_in_the_vocabulary():
    group, states = p.of_one(p.Values(encode([[1, 2]], INTS)))
    words = group.words(states)
    assert len(words) == group.num_words == 10
    assert words[0] == "l00:nna"
    assert set(words) <= set(group.vocabulary())
    assert group.words(states, 2) == words[:2]


def test_no_two_groups_share_words_and_no_two_properties_a_name():
    vocabularies = [set(group.vocabulary()) for group in p.GROUPS]
    assert sum(map(len, vocabularies)) == len(set().union(*vocabularies))
    for group in p.GROUPS:
        assert len(set(group.names)) == len(group.names), group.key


def test_long_lists_count_as_their_beginning():
    long = list(range(3 * p.LONGEST))
    values = p.Values(encode([[5], long, long], INTS))
    assert values.starts.tolist() == [0, 1, 1 + p.LONGEST, 1 + 2 * p.LONGEST]
    assert values.words.tolist() == [5, *long[: p.LONGEST], *long[: p.LONGEST]]


@pytest.mark.parametrize("examples", [[[]], [[], []], [[10**18, -(10**18)], [2**62]]])
def test_extreme_values_are_read(examples):
    values = p.Values(encode(examples, INTS))
    for group, states in (p.of_one(values), p.of_pair(values, values)):
        assert len(states) == len(group.names)


def test_values_of_other_examples_are_refused_before_a_kernel_reads_them():
    """The kernels check no bounds: one example too few would be read from whatever lies behind."""
    three = {INT: [1, 2, 3], INTS: [[1], [2, 3], [4]], BOOL: [True] * 3, BOOLS: [[True], [], [False]]}
    values = {
        (type_, count): p.Values(encode(column[:count], type_))
        for type_, column in three.items()
        for count in (2, 3)
    }
    refused = pytest.raises(ValueError, match="values of 2 and 3 examples have no properties together")
    for one in three:
        for other in three:
            for first, second in ((2, 3), (3, 2)):
                u, v = values[one, first], values[other, second]
                with refused:
                    p.of_pair(u, v)
                with refused:
                    p.of_arguments(u, v)
                if p.of_both(values[one, 3], values[other, 3], values[INT, 3]) is not None:
                    with refused:
                        p.of_both(values[one, 3], values[other, 3], values[INT, 2])


@pytest.mark.parametrize(
    ("type_", "words", "rows"),
    [(INT, [1, 2], [1, 1, 1]), (INTS, [1, 2], [2, 1]), (INTS, [1, 2], [3, -1]), (INTS, [1, 2], [1])],
)
def test_a_batch_whose_rows_do_not_fit_its_words_is_refused(type_, words, rows):
    batch = encode([[1]], INTS)._replace(type=type_, words=np.array(words), rows=np.array(rows))
    with pytest.raises(ValueError, match="has 2 words in rows of other lengths"):
        p.Values(batch)
