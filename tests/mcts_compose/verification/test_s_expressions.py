"""Texts become trees with places, and trees texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcts_compose.verification.s_expressions import Atom, Group, SExpressionError, head_of, parse_all, text_of


def plain(node):
    """A tree without its places."""
    return (node.kind, node.text) if isinstance(node, Atom) else [plain(item) for item in node.items]


def test_words_are_told_apart():
    (group,) = parse_all('(a-b -3 2.5 #xF0 #b01 "say ""so""" |a b| :key + x! str.++) ; (not this')
    assert [(atom.kind, atom.text) for atom in group.items] == [
        ("symbol", "a-b"), ("numeral", "-3"), ("decimal", "2.5"), ("hexadecimal", "#xF0"), ("binary", "#b01"),
        ("string", 'say "so"'), ("symbol", "a b"), ("keyword", ":key"), ("symbol", "+"), ("symbol", "x!"),
        ("symbol", "str.++"),
    ]  # fmt: skip
    assert head_of(group) == "a-b" and head_of(group.items[0]) == head_of(Group((), 1, 1)) == ""


def test_places_count_lines_and_columns():
    first, second = parse_all('; one\n (a "two\nlines" b)\n\n  c')
    assert (first.line, first.column, second.line, second.column) == (2, 2, 5, 3)
    assert [(item.line, item.column) for item in first.items] == [(2, 3), (2, 5), (3, 8)]


NODES = st.recursive(
    st.one_of(
        st.sampled_from(["x", "+", "str.++", "-12", "#xab", "#b0", "1.5", ":k"]),
        st.text('a" \\|\n(\u00e9', max_size=5).map(lambda text: '"' + text.replace('"', '""') + '"'),
        st.text('a" ;\n)1', max_size=5).map(lambda text: f"|{text}|"),
    ),
    lambda inner: st.lists(inner, max_size=4).map(lambda items: f"({' '.join(items)})"),
)


@given(NODES)
def test_a_tree_is_written_as_it_was_read(text):
    (tree,) = parse_all(text)
    (again,) = parse_all(text_of(tree))
    assert plain(again) == plain(tree)


@given(st.text('ab1#x ()"|;\n:.-\\', max_size=30))
def test_any_text_is_read_or_refused(text):
    try:
        trees = parse_all(text)
    except SExpressionError as error:
        assert 1 <= error.line <= text.count("\n") + 1 and error.column >= 1
        return
    assert all(isinstance(tree, Atom | Group) for tree in trees)


def test_brackets_that_do_not_match_are_refused():
    for text, place in (("(a\n (b)", (1, 1)), ("a)", (1, 2)), ('\n ("a', (2, 3)), ("(" * 300, (1, 201))):
        with pytest.raises(SExpressionError) as refusal:
            parse_all(text)
        assert (refusal.value.line, refusal.value.column) == place
