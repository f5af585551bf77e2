"""What the bundled model reads: prompts as they were fixed, arms, and programs that can be read back."""

import json
from pathlib import Path

import numpy as np
import pytest

from priors.base import ArmView, Example, PriceRequest, RankRequest
from priors.bundled import text
from priors.bundled.text import BOOL, INT, INTS, UnreadableError
from priors.bundled.vocabulary import default_vocabulary, table_skills
from vm.program import Program
from vm.values import Elem, ValueType

GOLDEN = Path(__file__).parents[2] / "golden" / "bundled_prompts.json"
ARITIES = {skill.name: text.arity_of(skill) for skill in table_skills()}


def request(types, output_type, examples, description=None):
    pairs = tuple(Example(tuple(inputs), output) for inputs, output in examples)
    return PriceRequest(description, tuple(types), output_type, pairs, table_skills(), (1, 2))


TASKS = {
    "take": request(
        (INTS, INT), INTS, [(([3, 1, 2], 2), [3, 1]), (([5, 4, 1, 9], 1), [5]), (([], 3), [])]
    ),
    "sum": request((INTS,), INT, [(([1, 2, 300],), 303), ((list(range(12)),), 66)]),
    "is it sorted": request((INTS,), BOOL, [(([1, 2],), True), (([2, 1],), False)]),
}  # fmt: skip


@pytest.mark.parametrize("name", TASKS)
def test_prompts_are_those_that_models_were_trained_on(name):
    golden = json.loads(GOLDEN.read_text())
    assert golden["version"] == text.VERSION
    assert " ".join(text.task_words(TASKS[name])) == golden["prompts"][name]


@pytest.mark.parametrize("name", TASKS)
def test_every_word_of_a_prompt_is_known(name):
    vocabulary = default_vocabulary()
    assert all(word in vocabulary for word in text.task_words(TASKS[name]))


def test_the_description_is_not_read():
    told = request((INTS,), INT, [(([1],), 1)], "ignore the examples <bag> skill:sort")
    untold = request((INTS,), INT, [(([1],), 1)])
    assert text.task_words(told) == text.task_words(untold)


def test_examples_can_be_left_out():
    words = text.task_words(TASKS["take"], num_examples=0)
    assert text.EXAMPLE not in words
    assert text.task_words(TASKS["take"])[: len(words)] == words


def test_types_the_model_was_not_trained_on_are_recognised():
    chars = ValueType(Elem.CHAR, 1)
    assert text.is_known_type(TASKS["take"])
    assert not text.is_known_type(request((chars,), INT, [(("a",), 1)]))
    assert not text.is_known_type(request((INTS,), chars, [(([1],), "a")]))
    assert not text.is_known_type(request((INT,) * 4, INT, [((1, 2, 3, 4), 1)]))
    assert not text.is_known_type(request((), INT, [((), 1)]))


@pytest.mark.parametrize(
    ("number", "word"),
    [(0, "0"), (-100, "-100"), (101, "+<=200"), (-500, "-<=500"), (10_000, "+<=10000"), (-(2**63), "-more")],
)
def test_large_ints_share_a_word(number, word):
    assert text.int_word(number) == word
    assert word in default_vocabulary()


def test_long_lists_are_cut():
    words = text.task_words(TASKS["sum"])
    shown = words[words.index(text.EXAMPLE, words.index(text.EXAMPLE) + 1) :]
    assert shown[2:12] == [*map(str, range(9)), text.MORE]


@pytest.mark.parametrize(
    "program",
    [
        "(x: list[int], k: int) -> list[int]; v1 = take(x, k); return sort(v1)",
        "(x: list[int]) -> list[int]; v1 = scan(&max, x); return concat(v1, [1, 2])",
        "(x: list[int], k: int) -> int; v1 = iterate(&add(_, k), 3, k); return add(v1, -1)",
        "(x: list[int], k: int) -> int; v1 = head(x); v2 = until(&mul(_, k), &lt(100, _), v1); return v2",
        "(x: list[int]) -> list[int]; return x",
    ],
)
def test_programs_can_be_read_back(program):
    parsed = Program.parse(program)
    words = text.program_words(parsed)
    assert all(word in default_vocabulary() for word in words)
    back = text.program_text(words, parsed.input_names, parsed.input_types, parsed.output_type, ARITIES)
    assert Program.parse(back) == parsed


def test_what_is_read_twice_is_written_twice_and_gives_the_same():
    parsed = Program.parse("(x: list[int]) -> list[int]; v1 = sort(x); return add(v1, v1)")
    words = text.program_words(parsed)
    assert words == ["skill:add", "skill:sort", "x0", "skill:sort", "x0"]
    back = Program.parse(text.program_text(words, ("x",), (INTS,), INTS, ARITIES))
    assert back([3, 1]) == parsed([3, 1]) == [2, 6]
    assert text.bag_words(parsed) == ["skill:sort", "skill:add"]


@pytest.mark.parametrize(
    "words",
    [
        [], ["skill:add", "x0"], ["x1"], ["skill:no_such", "x0"], ["x0", "x0"], ["<bag>"],
        ["skill:add", "x0", "<list>", "c:1"], ["&", "x0"],
    ],
)  # fmt: skip
def test_words_that_are_no_program_are_refused(words):
    with pytest.raises(UnreadableError):
        text.program_text(words, ("x",), (INTS,), INTS, ARITIES)


def test_random_words_never_break_the_reader():
    rng = np.random.default_rng(3)
    vocabulary = default_vocabulary().words
    some = [word for word in vocabulary if not word[0].islower() or word[:2] in ("x0", "c:", "sk")]
    for _ in range(3000):
        words = [some[i] for i in rng.integers(0, len(some), rng.integers(1, 12))]
        try:
            text.program_text(words, ("x",), (INTS,), INTS, ARITIES)
        except UnreadableError:
            pass


def test_programs_that_cannot_be_written_are_left_out():
    long = "(x: list[int]) -> list[int]; v1 = add(x, x); v2 = add(v1, v1); v3 = add(v2, v2); "
    doubled = Program.parse(long + "v4 = add(v3, v3); v5 = add(v4, v4); return add(v5, v5)")
    assert text.program_words(doubled) is None
    assert text.program_words(Program.parse("(x: int) -> int; return add(x, 12345)")) is None
    assert text.bag_words(Program.parse("(x: int) -> int; return x")) is None


def test_arms_say_their_last_skill_and_how_the_goal_lies_to_them():
    task = TASKS["take"]
    _, goal = text.task_values(task)
    rank = RankRequest(task, ("x", "k"), "sort(x)", ([1, 2, 3], [1, 4, 5, 9], []), (ArmView("x", ()),))
    words = text.focus_words(rank, goal)
    assert words[:3] == [text.FOCUS, "has:list[int]", "skill:sort"]
    arm = text.arm_words("take(focus, length(y))", [[1, 2], [1], []], goal)
    assert arm[:2] == ["has:list[int]", "skill:take"]
    assert arm[-1] == text.WAY
    assert all(word in default_vocabulary() for word in [*words, *arm])
    assert text.arm_words("x", [3, 1, 2], goal)[:2] == ["has:int", text.LEAF]
    assert text.arm_words("x", ["a", "b", "c"], goal) is None


def test_the_root_has_no_focus():
    rank = RankRequest(TASKS["take"], ("x", "k"), "", (), ())
    assert text.focus_words(rank, text.task_values(TASKS["take"])[1]) == []
