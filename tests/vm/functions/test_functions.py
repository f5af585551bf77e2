"""Python functions as bodies of skills: text, hash, pickles, and what runs give and cost."""

import pickle
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.vm.functions import offered
from tests.vm.random_values import random_value
from vm.functions import PythonFunction, function_skill
from vm.functions.call import CALL_FUEL
from vm.functions.errors import FunctionError
from vm.functions.linking import key_of
from vm.isa import Status
from vm.limits import Limits
from vm.program import Fault, Program
from vm.program_text import parse_body
from vm.reference import forms_agree, to_form
from vm.reference.machine import run_reference
from vm.skill import SkillTable
from vm.skill_text import reached_skills, table_of, text_of
from vm.values import decode, encode

LOOPS = {
    "(x: list[int]) -> list[int]; return map(&square_plus, x)": [[1, -2, 3]],
    "(x: list[int]) -> list[int]; return filter(&is_small, x)": [[5, 1, 4, 3]],
    "(x: list[int]) -> list[int]; return scan(&add_positive, x)": [[1, 2, 3]],
    "(x: list[int]) -> int; return fold(&add_positive, 0, x)": [[1, 2, 3]],
    "(x: list[int], n: int) -> list[int]; return iterate(&turn(_, 1), n, x)": [[1, 2, 3, 4], 6],
    "(n: int) -> int; return until(&square_plus, &gt(_, 99), n)": [2],
    "(n: int) -> int; return until(&sub(_, 3), &is_small, n)": [9],
}


def both(program, inputs, limits=None):
    """Runs a program on one example, by the machine and by the reference, and returns what both gave."""
    limits = limits or Limits()
    batches = [encode([value], type_) for value, type_ in zip(inputs, program.input_types, strict=True)]
    run, wanted = program.run(batches, limits), run_reference(program, [*map(decode, batches)], limits)
    assert (run.status, run.fuel_used) == (wanted.status, wanted.fuel_used)
    outputs = run.outputs() if run.status is Status.OK else None
    if outputs is not None:
        type_ = program.output_type
        assert forms_agree(to_form(outputs[0], type_), to_form(wanted.outputs[0], type_))
    return run.status if outputs is None else outputs[0]


@pytest.mark.parametrize("skill", offered.SKILLS, ids=lambda skill: skill.name)
@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_what_is_compiled_does_what_python_does(skill, seed):
    rng = random.Random(seed)
    inputs = [random_value(rng, type_) for type_ in skill.params]
    both(skill.body.as_program(), inputs)


@pytest.mark.parametrize("text", LOOPS)
def test_loops_take_functions(text):
    assert not isinstance(both(Program.parse(text, offered.TABLE), LOOPS[text]), Status)


def test_a_function_runs_by_itself():
    assert offered.turn.body([5, 6, 7], 2) == [7, 5, 6]
    assert offered.mirrored.body([[1, 2, 3], [4, 5, 6]]) == [[1, 4], [2, 5], [3, 6]]
    assert offered.double_letters.body("ab") == "aabb"


def test_an_exception_is_a_fault_that_costs_one_call():
    with pytest.raises(Fault, match=r"RAISED in `v1 = add_positive\(total, n\)`"):
        offered.add_positive.body(1, -1)
    program = Program.parse("(x: list[int]) -> int; return fold(&add_positive, 0, x)", offered.TABLE)
    assert both(program, [[3, -1]]) is Status.RAISED
    assert both(program, [[3, 4]]) == 7


def test_what_a_function_calls_has_checked_indices_and_numpys_division():
    program = offered.share_from_end.body.as_program()
    assert both(program, [[1.0, 6.0, 2.0], 2]) == 3.0
    assert both(program, [[1.0, 6.0, 2.0], 4 * 10**9]) is Status.RAISED
    assert both(program, [[1.0], -(10**9)]) is Status.RAISED


def test_functions_that_one_function_made_are_told_apart():
    assert offered.plus_seven.body(1) == 8


def test_no_character_lies_beyond_the_last():
    assert offered.next_char.body("a") == "b"
    assert both(offered.next_char.body.as_program(), ["\U0010ffff"]) is Status.BAD_VALUE


@pytest.mark.parametrize("capacity", [11, 12])
def test_results_are_as_long_as_the_limits_allow(capacity):
    found = both(offered.double_letters.body.as_program(), ["abcdef"], Limits(capacity=capacity))
    assert found == ("aabbccddeeff" if capacity == 12 else Status.OUT_OF_MEMORY)


def test_fuel_is_a_fixed_cost_with_the_words_that_go_in_and_out():
    batches = [encode([[1, 2, 3], [4]], offered.turn.params[0]), encode([1, 1], offered.turn.params[1])]
    program = offered.turn.body.as_program()
    used = program.run(batches).fuel_used
    assert used == 2 * (1 + CALL_FUEL) + (4 + 2) + 4
    assert program.run(batches, Limits(fuel=used)).status is Status.OK
    assert program.run(batches, Limits(fuel=used - 1)).status is Status.OUT_OF_FUEL


def test_the_text_says_types_module_and_source_but_holds_no_code():
    lines = offered.turn.body.text_lines
    assert lines[:2] == ("python turn (x: list[int], n: int) -> list[int]", f"of {offered.__name__}")
    assert str(offered.turn.body) == "\n".join(lines) and "concatenate" not in offered.turn.body.text


def test_a_pickle_finds_the_same_function_again():
    for skill in offered.SKILLS:
        again = pickle.loads(pickle.dumps(skill))
        assert again == skill and again.body.function is skill.body.function and again.hash == skill.hash
    table = pickle.loads(pickle.dumps(offered.TABLE))
    assert table.hash == offered.TABLE.hash


def test_a_function_inside_another_is_not_pickled():
    @function_skill("int -> int", doc="Adds one.")
    def inner(n):
        return n + 1

    assert inner.body(2) == 3
    with pytest.raises(FunctionError, match="cannot be sent to another process, since it stands in another"):
        pickle.dumps(inner)


def test_a_pickle_of_another_version_is_refused(monkeypatch):
    content = pickle.dumps(offered.is_small)
    monkeypatch.setattr(offered, "LIMIT", 5)
    with pytest.raises(FunctionError, match=r"is_small of .* is another one here; install the same version"):
        pickle.loads(content)


def test_a_program_tells_which_functions_it_reaches():
    program = Program.parse("(x: list[int]) -> list[int]; return turn(x, 1)", offered.TABLE)
    assert [skill.name for skill in reached_skills(program)] == ["turn"]
    assert reached_skills(offered.turn.body) == ()


def test_a_text_leads_only_to_what_packages_offer():
    with pytest.raises(FunctionError, match="no installed package offers the Python function turn of tests"):
        table_of([text_of(offered.turn)])
    with pytest.raises(FunctionError, match="names a function, its types, its module and a hash"):
        parse_body("python os:system (x: str) -> int")


def test_keys_and_hashes_are_those_of_what_the_function_does():
    same = PythonFunction("turn", offered.turn.body.function, offered.turn.params, offered.turn.result)
    assert same == offered.turn.body and key_of(same) == key_of(offered.turn.body)
    other = PythonFunction("turn", offered.turn.body.function, offered.flip_if.params, offered.turn.result)
    assert other.hash != same.hash
    assert len({key_of(skill.body) for skill in offered.SKILLS}) == len(offered.SKILLS)


def test_exports_say_that_a_function_stays_where_it_is():
    program = Program.parse("(x: list[int]) -> list[int]; return turn(x, 1)", offered.TABLE)
    with pytest.raises(ValueError, match="calls turn, a Python function of tests"):
        program.to_python()


def test_global_arrays_are_part_of_the_hash(monkeypatch):
    before = offered.weighed.body.hash
    monkeypatch.setattr(offered, "WEIGHTS", np.array([3, 1, 9]))
    body = offered.weighed.body
    assert PythonFunction(body.name, body.function, body.input_types, body.output_type).hash != before


def test_two_of_one_name_are_refused():
    with pytest.raises(ValueError, match="two skills with the name 'turn'"):
        SkillTable((offered.turn, offered.turn))
