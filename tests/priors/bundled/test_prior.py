"""The prior `bundled`: the promises of every prior, and its answers against transformers."""

import dataclasses
import json
import math
import shutil
import subprocess
import sys

import numpy as np
import pytest
import torch

from priors.arguments import PriorArgumentError
from priors.base import ArmView, Example, PriceRequest, Prices, RankRequest, SkillView
from priors.bundled import text
from priors.bundled.pricing import DOUBT
from priors.bundled.prior import BundledPrior
from priors.bundled.vocabulary import read_vocabulary, table_skills, words_of_skill
from priors.testing import PriorContract, price_requests, rank_requests
from tests.priors.bundled.small_directory import write_directory
from vm.values import parse_type

INTS, INT = parse_type("list[int]"), parse_type("int")
EXAMPLES = (Example(([3, 1, 2], 1), [1, 2, 3]), Example(([5, 4], 7), [4, 5]), Example(([9], 0), [9]))
KNOWN = tuple(skill for skill in table_skills() if skill.name in ("sort", "head", "add", "reverse", "map"))
NEW = SkillView("sorted_tail", "(list[int]) -> list[int]", "Sorts a list and drops its first element.")


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    directory = tmp_path_factory.mktemp("bundled")
    write_directory(directory, layers=2)
    return directory


@pytest.fixture
def prior(directory):
    return BundledPrior(directory, ranks=True)


def request(**changes):
    usual = PriceRequest(None, (INTS, INT), INTS, EXAMPLES, (*KNOWN, NEW), (0, 3, -50, 1.5, [1]))
    return dataclasses.replace(usual, **changes)


class TestContract(PriorContract):
    @pytest.fixture
    def prior(self, directory):
        return BundledPrior(directory, ranks=True)


class TestContractWithoutRanks(PriorContract):
    @pytest.fixture
    def prior(self, directory):
        return BundledPrior.from_arguments({"model": str(directory), "rank": "no", "lam": "0.3"})


def rows_of(table, vocabulary, words):
    """The rows of words as the twin has them: a new skill is the mean of its words."""
    by_word = {text.skill_word(NEW.name): NEW}
    return torch.stack(
        [
            table[vocabulary.ids(words_of_skill(by_word[word], vocabulary))].mean(dim=0)
            if word in by_word
            else table[vocabulary.ids([word])[0]]
            for word in words
        ]
    )


@torch.no_grad()
def said_by_transformers(model, vocabulary, prompt):
    """The hidden state after a prompt, with the scale of the last norm."""
    rows = rows_of(model.model.embed_tokens.weight, vocabulary, prompt)
    return model.model(inputs_embeds=rows[None]).last_hidden_state[0, -1]


@pytest.fixture
def twin(tmp_path):
    model = write_directory(tmp_path / "twin", layers=2, seed=3)
    return model, read_vocabulary(tmp_path / "twin"), tmp_path / "twin"


@torch.no_grad()
def test_prices_are_a_product_of_experts(twin):
    model, vocabulary, directory = twin
    asked = request(base=Prices(np.arange(6) * 0.3 + 1.0, np.arange(5) * 0.2 + 2.0))
    (prices,) = BundledPrior(directory, strength=0.7).price_skills([asked])

    settings = json.loads((directory / "prior.json").read_text())
    state = said_by_transformers(model, vocabulary, [*text.task_words(asked, 0), text.BAG])
    table = model.model.embed_tokens.weight
    priced = table[list(vocabulary.bag_ids)]
    average = torch.tensor(settings["average"]) * model.model.norm.weight
    log_p, changes = [], []
    for number, thing in enumerate((*asked.skills, *asked.constants)):
        is_skill = number < len(asked.skills)
        word = text.skill_word(thing.name) if is_skill else text.constant_word(thing)
        base = -np.concatenate([asked.base.skills, asked.base.constants])[number]
        log_p.append(base)
        if word is None:
            changes.append(None)
            continue
        row = rows_of(table, vocabulary, [word])[0]
        p_model = float(torch.exp(row @ state - torch.logsumexp(priced @ state, dim=0)))
        if word in vocabulary:
            p_average = settings["generator"][word]
        else:
            p_average = float(torch.exp(row @ average - torch.logsumexp(priced @ average, dim=0)))
        changes.append(0.7 * (math.log(p_model + DOUBT) - 0.4 * math.log(p_average + DOUBT)))
    # Together the things with a word keep what the base prior gave them.
    with_word = [place for place, change in enumerate(changes) if change is not None]
    assert len(with_word) == 8
    before = np.logaddexp.reduce([log_p[place] for place in with_word])
    after = np.logaddexp.reduce([log_p[place] + changes[place] for place in with_word])
    for place in with_word:
        log_p[place] += changes[place] + before - after
    expected = np.logaddexp.reduce(log_p) - np.array(log_p)
    assert np.concatenate([prices.skills, prices.constants]) == pytest.approx(expected, abs=1e-3)


def test_ranks_are_the_odds_of_yes_against_no(twin):
    model, vocabulary, directory = twin
    price_request = request()
    arms = (
        ArmView("sort(x)", ([1, 2, 3], [4, 5], [9])),
        ArmView("sorted_tail(focus)", ([2, 3], [5], [])),
        ArmView("head(x)", (3, 5, 9)),
        ArmView("y", (1, 7, 0)),
    )
    asked = RankRequest(price_request, ("x", "y"), "reverse(x)", ([2, 1, 3], [4, 5], [9]), arms)
    (ranks,) = BundledPrior(directory, ranks=True).rank_arms([asked])
    _, goal = text.task_values(price_request)
    prompt = [*text.task_words(price_request, 0), text.BAG, *text.focus_words(asked, goal)]
    assert text.FOCUS in prompt
    table = model.model.embed_tokens.weight.detach()
    no, yes = (table[number] for number in vocabulary.ids((text.NO, text.YES)))
    odds = np.array(
        [
            float(
                (yes - no)
                @ said_by_transformers(
                    model, vocabulary, [*prompt, *text.arm_words(arm.text, arm.values, goal)]
                )
            )
            for arm in arms
        ]
    )
    assert ranks.log_priors == pytest.approx(odds - np.logaddexp.reduce(odds), abs=1e-3)
    assert ranks.values == pytest.approx(1 / (1 + np.exp(-odds)), abs=1e-3)


def test_a_mixture_mixes_what_has_a_word(tmp_path):
    write_directory(tmp_path / "m", mode="mixture", strength=0.5)
    base = Prices(np.full(6, math.log(12.0)), np.full(5, math.log(10.0)))
    (prices,) = BundledPrior(tmp_path / "m").price_skills([request(base=base)])
    p = np.exp(-np.concatenate([prices.skills, prices.constants]))
    assert p.sum() == pytest.approx(1.0)
    assert p[-2:] == pytest.approx([0.1, 0.1]), "what the model has no word for keeps its price"
    assert (p[:6] >= 0.5 / 12 - 1e-9).all(), "half of the base prior stays"
    (alone,) = BundledPrior(tmp_path / "m", strength=0.0).price_skills([request(base=base)])
    assert alone.skills == pytest.approx(base.skills)


def test_no_strength_is_the_base_prior(directory):
    base = Prices(np.arange(6) * 0.3 + 1.0, np.arange(5) * 0.2 + 2.0)
    total = np.exp(-base.skills).sum() + np.exp(-base.constants).sum()
    (prices,) = BundledPrior(directory, strength=0.0).price_skills([request(base=base)])
    assert prices.skills == pytest.approx(base.skills + math.log(total))


@pytest.mark.parametrize("type_", ["str", "grid", "float", "list[float]"])
def test_unknown_types_keep_the_base_prior(prior, type_):
    value = {"str": "a", "grid": [[1]], "float": 0.5, "list[float]": [0.5]}[type_]
    example = Example((value,), 1)
    base = Prices(np.log(np.full(6, 11.0)), np.log(np.full(5, 11.0)))
    asked = request(input_types=(parse_type(type_),), output_type=INT, examples=(example,), base=base)
    (prices,) = prior.price_skills([asked])
    assert prices.skills == pytest.approx(base.skills)
    assert prior.rank_arms([RankRequest(asked, ("x",), "", (), (ArmView("x", (value,)),))]) == [None]
    assert prior.sample_programs(asked, ("x",), 3, 0) == []
    assert prior.usage.calls == 0


def test_arms_that_it_cannot_read_are_average(prior):
    arms = (ArmView("a", ([1], [2], [3])), ArmView("b", (0.5, 0.5, 0.5)), ArmView("c", (1, 2, 3)))
    (ranks,) = prior.rank_arms([RankRequest(request(), ("x", "y"), "", (), arms)])
    odds = ranks.log_priors
    assert odds[1] == pytest.approx((odds[0] + odds[2]) / 2, abs=1e-5)
    too_few = (*arms[:1], ArmView("d", ([1],)), *arms[2:])
    (ranks,) = prior.rank_arms([RankRequest(request(), ("x", "y"), "", (), too_few)])
    assert ranks.log_priors == pytest.approx(odds)
    assert prior.rank_arms([RankRequest(request(), ("x", "y"), "x", ([1],), arms)]) == [None]
    unreadable = RankRequest(request(), ("x", "y"), "", (), arms[1:2])
    assert prior.rank_arms([unreadable]) == [None]


def test_a_node_reads_the_task_once(prior):
    arms = tuple(ArmView(f"index(x, {k})", (k, k, k)) for k in range(40))
    node = RankRequest(request(), ("x", "y"), "sort(x)", ([1], [2], [3]), arms)
    prior.rank_arms([node])
    first = prior.usage
    prior.rank_arms([node])
    again = prior.usage.since(first)
    num_prompt = len(text.task_words(request(), 0)) + 1
    assert again.calls == 1
    assert again.tokens == first.tokens - num_prompt - len(
        text.focus_words(node, text.task_values(request())[1])
    )
    assert again.reused_tokens > 40 * num_prompt


def test_samples_are_programs_and_follow_the_seed(prior):
    lines = prior.sample_programs(request(), ("x", "y"), 70, 4)
    assert len(lines) == 70
    assert lines == prior.sample_programs(request(), ("x", "y"), 70, 4)
    assert lines != prior.sample_programs(request(), ("x", "y"), 70, 5)
    assert lines[:64] == prior.sample_programs(request(), ("x", "y"), 64, 4)
    assert sum(line.startswith("(x: list[int], y: int) -> list[int]; return ") for line in lines) > 10


def test_the_fingerprint_is_that_of_all_that_matters(directory, tmp_path):
    before = BundledPrior(directory).fingerprint
    copy = tmp_path / "copy"
    shutil.copytree(directory, copy)
    assert BundledPrior(copy).fingerprint == before
    settings = json.loads((copy / "prior.json").read_text())
    (copy / "prior.json").write_text(json.dumps({**settings, "strength": 0.1}))
    assert BundledPrior(copy).fingerprint != before


def test_very_many_examples_and_long_lists_are_read(prior):
    examples = tuple(Example((list(range(k, k + 200)), 10**15), [k]) for k in range(300))
    (prices,) = prior.price_skills([request(examples=examples)])
    assert np.isfinite(prices.skills).all()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"model": "/no/such/place"}, "model=/no/such/place is not a directory"),
        ({"lam": "2"}, "lam must be a number from 0 to 1"),
        ({"rank": "maybe"}, "rank must be yes or no"),
        ({"modle": "x"}, "did you mean 'model'"),
    ],
)
def test_wrong_arguments_are_refused(arguments, message, directory):
    with pytest.raises(PriorArgumentError, match=message):
        BundledPrior.from_arguments({"model": str(directory)} | arguments)


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("prior.json", b"{}x", "no settings of a prior"),
        ("prior.json", b'{"mode": "other"}', "no settings of a prior"),
        ("prior.json", b'{"text_version": 999}', "not those that this release reads"),
        ("prior.json", b'{"strength": 7}', "strength and division must be from 0 to 1"),
        ("prior.json", b'{"average": [1.0]}', "wrong length"),
        ("prior.json", None, "No such file"),
        ("tokenizer.json", b"[]", "no list of words"),
        (
            "tokenizer.json",
            b'{"model": {"vocab": {"<pad>": 0, "<unk>": 1}}}',
            "'causal-lm' takes other models",
        ),
        ("tokenizer.json", None, "tokenizer.json"),
        ("model.safetensors", b"x", "no safetensors"),
        ("config.json", b"", "is not JSON"),
    ],
)
def test_damaged_directories_are_refused_before_a_search(directory, tmp_path, file, content, message):
    copy = tmp_path / "copy"
    shutil.copytree(directory, copy)
    if content is None:
        (copy / file).unlink()
    else:
        (copy / file).write_bytes(content)
    with pytest.raises(PriorArgumentError, match=message) as caught:
        BundledPrior(copy).prepare()
    assert "\n" not in str(caught.value)


def test_more_words_than_rows_are_refused(directory, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(directory, copy)
    tokenizer = json.loads((copy / "tokenizer.json").read_text())
    vocab = tokenizer["model"]["vocab"]
    vocab["one more"] = len(vocab)
    (copy / "tokenizer.json").write_text(json.dumps(tokenizer))
    with pytest.raises(PriorArgumentError, match="rows of an embedding"):
        BundledPrior(copy).prepare()


def test_it_needs_no_torch(directory):
    program = (
        "import sys\n"
        "for name in ('torch', 'transformers', 'tokenizers', 'accelerate'): sys.modules[name] = None\n"
        "from priors.registry import make_prior\n"
        "from priors.testing import price_requests, rank_requests\n"
        f"prior = make_prior('bundled', {{'model': {str(directory)!r}}})\n"
        "prior.price_skills(price_requests()); prior.rank_arms(rank_requests())\n"
        "print(prior.usage.calls > 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"


def test_the_tokenizer_is_read_by_transformers(directory):
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(directory, local_files_only=True)
    words = [*text.task_words(request()), text.BAG]
    assert tokenizer(" ".join(words))["input_ids"] == read_vocabulary(directory).ids(words)


def test_answers_to_the_shared_requests_are_there(prior):
    assert all(np.isfinite(prices.skills).all() for prices in prior.price_skills(price_requests()))
    assert prior.rank_arms(rank_requests())[0] is not None
