"""Programs that a model writes: all of them may run, and they are drawn by the model's odds."""

from collections import Counter

import numpy as np
import pytest

from priors.base import ProgramSampler
from priors.causal_lm.prompt import Detail
from priors.causal_lm.sampling import LONGEST, read_overloads, sample
from priors.testing import price_requests
from vm.program import Program
from vm.table import INSTRUCTIONS
from vm.values import parse_type

WHOLE = Detail(True, True, True, 6)


def _request(names=None):
    from dataclasses import replace

    from priors.base import SkillView

    skills = tuple(
        SkillView(row.name, "; ".join(map(str, row.overloads)), row.doc)
        for row in INSTRUCTIONS
        if (row.searched if names is None else row.name in names)
    )
    return replace(
        price_requests()[0], skills=skills, constants=(-1, 0, 1, 2, True, 0.5, "a", "ab", [1, 2], [])
    )


def _uniform(prompts):
    return [np.full(len(texts), -np.log(len(texts))) for _, texts in prompts]


def test_every_program_may_run_and_has_the_types_of_the_task():
    lines = sample(_uniform, _request(), ("x",), 300, 0, WHOLE)
    assert len(lines) > 200
    lengths = Counter()
    for line in lines:
        program = Program.parse(line)
        assert program.input_names == ("x",) and program.output_type == parse_type("list[int]")
        lengths[line.count(" = ")] += 1
    assert max(lengths) <= LONGEST and len(lengths) > 3


def test_argument_names_are_never_hidden_by_lines():
    for line in sample(_uniform, _request(), ("v1",), 50, 0, WHOLE):
        assert Program.parse(line).input_names == ("v1",)


def test_equal_seeds_write_equal_lines():
    one, again, other = (sample(_uniform, _request(), ("x",), 20, seed, WHOLE) for seed in (1, 1, 2))
    assert one == again != other


def test_choices_follow_the_odds():
    """A model that always says sort, then returns what it has made."""

    def ask(prompts):
        scores = []
        for prompt, texts in prompts:
            wanted = "return v1" if "v1 = sort" in prompt.text else "sort("
            liked = np.array([wanted in text or text in ("x)\n",) for text in texts], dtype=float)
            scores.append(np.log((liked + 1e-12) / (liked + 1e-12).sum()))
        return scores

    lines = sample(ask, _request(), ("x",), 10, 0, WHOLE)
    assert lines == ["(x: list[int]) -> list[int]; v1 = sort(x); return v1"] * 10


def test_a_model_sees_what_was_written_so_far():
    seen = []

    def ask(prompts):
        seen.extend(prompt.text for prompt, _ in prompts)
        return _uniform(prompts)

    (line,) = sample(ask, _request(("take", "head")), ("x",), 1, 5, WHOLE)
    for text in seen:
        written = [
            part.removeprefix("Line:").strip() for part in text.splitlines() if part.startswith("Line:")
        ]
        assert line.startswith("; ".join(["(x: list[int]) -> list[int]", *written]).strip("; "))


def test_signatures_are_read_in_both_writings():
    overloads = read_overloads(price_requests()[0])
    number, ints = parse_type("int"), parse_type("list[int]")
    assert overloads["add"] == [((number, number), number)]
    assert overloads["sort"] == [((ints,), ints)]
    assert "fold" not in read_overloads(_request(("fold", "sort")))
    assert len(read_overloads(_request(("add",)))["add"]) > 5


def test_nothing_that_fits_gives_no_program():
    from dataclasses import replace

    hopeless = replace(price_requests()[0], output_type=parse_type("float"), skills=(), constants=())
    assert sample(_uniform, hopeless, ("x",), 5, 0, WHOLE) == []


@pytest.mark.parametrize("chat", [False, True], ids=["base", "chat"])
def test_a_model_writes_programs(make_causal_lm, chat):
    prior = make_causal_lm(chat=chat)
    assert isinstance(prior, ProgramSampler)
    request = _request(("sort", "take", "head", "add", "reverse"))
    lines = prior.sample_programs(request, ("x",), 6, 3)
    assert lines and lines == prior.sample_programs(request, ("x",), 6, 3)
    for line in lines:
        Program.parse(line)
    assert prior.usage.calls == 2
