"""Learnt skills that nobody expects share as much as learnt skills are called by learnt ones."""

import numpy as np
import pytest

from priors.base import PriceRequest, SkillView
from priors.learnt import OTHER_SHARE, learnt_probabilities, share_of_others
from vm.values import Elem, ValueType

INTS = ValueType(Elem.INT, 1)
INSTRUCTIONS = tuple(SkillView(name, "-", name) for name in ("sort", "tail", "add"))


def skill(name: str, *called: str, is_expected: bool = False) -> SkillView:
    lines = "; ".join(f"v{number} = {each}(x)" for number, each in enumerate(called, start=1))
    body = f"(x: list[int]) -> list[int]; {lines}; return v{len(called)}"
    return SkillView(name, "-", f"Does {name}.", body, is_expected)


def test_skills_that_no_skill_calls_are_dearer_the_more_of_them_there_are() -> None:
    shares = [
        share_of_others((*INSTRUCTIONS, *(skill(f"s{number}", "sort", "tail") for number in range(count))))
        for count in (1, 5, 16)
    ]
    assert shares == [OTHER_SHARE, pytest.approx(1 / 12), pytest.approx(1 / 34)]


def test_a_library_whose_skills_call_each_other_keeps_the_whole_share() -> None:
    chain = [skill("s0", "sort"), *(skill(f"s{number}", f"s{number - 1}", "add") for number in range(1, 16))]
    assert share_of_others((*INSTRUCTIONS, *chain)) == OTHER_SHARE


def test_a_skill_passed_to_a_loop_counts_as_called() -> None:
    loop = SkillView("s1", "-", "-", "(x: list[int]) -> list[int]; return map(&s0, x)")
    leaves = [skill("s0", "map"), *(skill(f"t{number}", "map") for number in range(9))]
    assert share_of_others((SkillView("map", "-", "-"), *leaves)) == pytest.approx(1 / 12)
    assert share_of_others((SkillView("map", "-", "-"), *leaves, loop)) == OTHER_SHARE


def test_expected_skills_keep_their_share_and_others_divide_the_rest() -> None:
    views = (
        *INSTRUCTIONS,
        skill("s0", "sort", is_expected=True),
        *(skill(f"t{n}", "sort") for n in range(9)),
    )
    found = learnt_probabilities(PriceRequest(None, (INTS,), INTS, (), views, ()))
    assert np.isnan(found[:3]).all()
    assert found[3] == pytest.approx(0.4)
    assert found[4:] == pytest.approx(np.full(9, 1 / 12 / 9))
