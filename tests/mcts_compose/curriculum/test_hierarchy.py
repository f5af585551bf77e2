import itertools

import pytest

from mcts_compose.curriculum.hierarchy import BOX, FOLD, FOLD_FROM, MOST_ROWS, place
from mcts_compose.curriculum.reuse import reuse_of
from mcts_compose.library.entry import Provenance
from tests.mcts_compose.curriculum.made_up_library import make_entries, make_entry


def overlap(one, other):
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + BOX
        and other.y < one.y + BOX
    )


@pytest.mark.parametrize("count", [1, 7, 60, 300])
def test_each_skill_stands_in_one_box_inside_the_picture_and_no_boxes_meet(count):
    entries = make_entries(count, seed=count)
    picture = place(reuse_of(entries))
    standing = [skill.entry.name for node in picture.nodes for skill in node.skills]
    assert sorted(standing) == sorted(entry.name for entry in entries)
    for node in picture.nodes:
        assert 0 <= node.x and node.x + node.width <= picture.width
        assert 0 <= node.y and node.y + BOX <= picture.height
    assert not [pair for pair in itertools.combinations(picture.nodes, 2) if overlap(*pair)]


@pytest.mark.parametrize("count", [7, 60, 300])
def test_lines_are_the_calls_and_go_to_the_right(count):
    entries = make_entries(count, seed=count)
    picture = place(reuse_of(entries))
    node_of = {skill.entry.name: node.key for node in picture.nodes for skill in node.skills}
    calls = {(node_of[name], node_of[entry.name]) for entry in entries for name in entry.calls}
    assert sorted((edge.callee, edge.caller) for edge in picture.edges) == sorted(calls)
    assert all(edge.x1 < edge.x2 for edge in picture.edges)


def test_generations_stand_in_order_from_left_to_right():
    picture = place(reuse_of(make_entries(40)))
    assert [heading.text for heading in picture.headings] == [
        f"generation {number}" for number in range(1, 9)
    ]
    assert sorted(picture.headings, key=lambda heading: heading.x) == list(picture.headings)
    for node in picture.nodes:
        heading = picture.headings[node.skills[0].entry.provenance.generation - 1]
        assert heading.x <= node.x and node.x + node.width <= heading.x + heading.width


def test_skills_of_one_generation_that_call_each_other_have_their_own_columns():
    entries = [make_entry("low"), make_entry("middle", ("low",)), make_entry("high", ("low", "middle"))]
    low, middle, high = sorted(place(reuse_of(entries)).nodes, key=lambda node: node.x)
    assert (low.key, middle.key, high.key) == ("low", "middle", "high")
    assert low.x + low.width < middle.x and middle.x + middle.width < high.x


def test_what_no_generation_found_stands_apart_and_suites_are_named():
    entries = [
        make_entry("given", provenance=Provenance(origin="user")),
        make_entry("early", ("given",), provenance=Provenance(suite="one-v1", generation=1)),
        make_entry("later", ("early",), provenance=Provenance(suite="two-v1", generation=1)),
    ]
    assert [heading.text for heading in place(reuse_of(entries)).headings] == [
        "given",
        "one-v1 1",
        "two-v1 1",
    ]


def test_small_pictures_do_not_fold():
    entries = [make_entry(f"leaf_{number}") for number in range(FOLD_FROM - 1)]
    picture = place(reuse_of(entries))
    assert len(picture.nodes) == len(entries)
    assert len({node.x for node in picture.nodes}) == -(-len(entries) // MOST_ROWS)


def test_large_pictures_fold_what_nothing_calls_and_calls_the_same():
    leaves = [make_entry(f"leaf_{number}") for number in range(FOLD_FROM)]
    first, second, few = make_entry("first"), make_entry("second"), FOLD - 1
    many = [make_entry(f"on_first_{number}", ("first",), 2) for number in range(FOLD)]
    others = [make_entry(f"on_second_{number}", ("second",), 2) for number in range(few)]
    picture = place(reuse_of([*leaves, first, second, *many, *others]))
    sizes = {node.label: len(node.skills) for node in picture.nodes}
    assert sizes == {
        f"{FOLD_FROM} leaves": FOLD_FROM,
        "first": 1,
        "second": 1,
        f"on_first_0 and {FOLD - 1} more": FOLD,
        **{entry.name: 1 for entry in others},
    }


def test_an_empty_library_gives_an_empty_picture():
    picture = place(reuse_of([]))
    assert picture.nodes == picture.edges == picture.headings == ()
    assert picture.width > 0 and picture.height > 0
