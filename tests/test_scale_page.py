"""The sums of docs/scale.md: each is written with its factors, and comes out as it says."""

import ast
import operator
import re
from pathlib import Path

import pytest

PAGE = (Path(__file__).parent.parent / "docs" / "scale.md").read_text(encoding="utf-8")
SUMS = re.findall(r"`([\d., ()+*/-]+) = ([\d.,]+)[^`]*`", PAGE)
ROUNDED = 0.05
"""How far a rounded result may be off: results have two digits."""

OPERATORS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}


def value(text):
    """Returns what a sum of plain numbers comes to."""

    def of(node):
        if isinstance(node, ast.BinOp):
            return OPERATORS[type(node.op)](of(node.left), of(node.right))
        assert isinstance(node, ast.Constant), text
        return node.value

    return of(ast.parse(text.replace(",", ""), mode="eval").body)


def test_the_page_has_sums():
    assert len(SUMS) >= 20


@pytest.mark.parametrize(("left", "right"), SUMS)
def test_a_sum_comes_out_as_the_page_says(left, right):
    assert value(left) == pytest.approx(value(right.rstrip(".,")), rel=ROUNDED)


def test_a_sum_that_is_wrong_is_found():
    ((left, right),) = re.findall(r"`([\d., ()+*/-]+) = ([\d.,]+)[^`]*`", "`1,000 * 16 / 10 = 1,800 results`")
    assert value(left) == 1600 != pytest.approx(value(right), rel=ROUNDED)
