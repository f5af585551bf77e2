"""Scores do not depend on batches, prefixes and packed rows; the twin reads one whole text at a time."""

import math

import numpy as np
import pytest
import torch
from transformers import AutoConfig, AutoModelForCausalLM

from priors.base import ArmView, Example, PriceRequest, PriorError, RankRequest, SkillView
from priors.causal_lm.encoder import EncodedPrompt
from priors.causal_lm.scoring import OutOfMemoryError, Scorer
from priors.causal_lm.token_tree import Question
from priors.causal_lm.trie import NORMALISE, Trie
from tests.priors.causal_lm.tiny_models import SHAPES
from vm.table import INSTRUCTIONS
from vm.values import parse_type

SIZE = 120
# Models whose caches or masks are of other kinds.
OTHER_SHAPES = {
    "mistral": {**SHAPES["qwen2"], "sliding_window": 16},
    "gemma3_text": {**SHAPES["qwen3"], "sliding_window": 16},
    "bloom": {"hidden_size": 32, "n_layer": 2, "n_head": 4},
    "gpt_neox": {
        "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 64,
    },
    "mamba": {"hidden_size": 32, "num_hidden_layers": 2},
    "opt": {
        "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "ffn_dim": 64,
        "max_position_embeddings": 512, "word_embed_proj_dim": 32,
    },
}  # fmt: skip


def _model(kind, dtype=torch.float32):
    torch.set_num_threads(1)
    torch.manual_seed(0)
    shape = SHAPES.get(kind) or OTHER_SHAPES[kind]
    config = AutoConfig.for_model(
        kind, vocab_size=SIZE, bos_token_id=0, eos_token_id=0, pad_token_id=None, **shape
    )
    model = AutoModelForCausalLM.from_config(config)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if weight.dim() > 1 and "norm" not in name:
                weight.mul_(4.0)
    return model.to(dtype).eval()


def _questions(num=12, seed=0):
    """Questions of two tasks, some with equal beginnings, with answers of 1 to 4 tokens."""
    rng = np.random.default_rng(seed)

    def tokens(low, high):
        return tuple(int(token) for token in rng.integers(0, SIZE, rng.integers(low, high)))

    skills = tokens(20, 30)
    tasks = [tokens(10, 20), tokens(10, 20)]
    questions = []
    for number in range(num):
        own = tokens(1, 8) if number % 3 else (*tokens(3, 4)[:1], 7, 8)
        answers = [(*tokens(1, 4), 1) for _ in range(int(rng.integers(1, 15)))]
        answers += [(*answer[:-1], 5, 1) for answer in answers[:3]]
        questions.append(Question(EncodedPrompt((skills, tasks[number % 2]), own), Trie(answers)))
    return questions


def _paths(trie):
    """The answers of a trie, in their order."""
    paths = {}
    for node, ends in enumerate(trie.ends):
        path, place = [], node
        while place:
            path.insert(0, trie.tokens[place])
            place = trie.parents[place]
        paths.update(dict.fromkeys(ends, path))
    return [paths[number] for number in sorted(paths)]


def _naive(model, question, normalise):
    """Every answer as a whole text, read alone, without any cache."""
    answers = _paths(question.answers)
    start = [token for part in question.prompt.shared for token in part] + list(question.prompt.own)
    logs = []
    for answer in answers:
        with torch.no_grad():
            logits = model(input_ids=torch.tensor([start + answer]), use_cache=False).logits[0].double()
        log = 0.0
        for place, token in enumerate(answer):
            table = logits[len(start) + place - 1]
            if normalise == "trie":
                follow = sorted({other[place] for other in answers if other[:place] == answer[:place]})
                log += float(table[token] - torch.logsumexp(table[follow], 0))
            else:
                log += float(torch.log_softmax(table, 0)[token])
        log = log / len(answer) if normalise == "mean" else log
        logs.append(log - math.log(answers.count(answer)))
    return np.array(logs) - np.log(np.exp(logs).sum())


@pytest.mark.parametrize("normalise", NORMALISE)
@pytest.mark.parametrize("kind", SHAPES)
def test_batches_and_prefixes_do_not_change_scores(kind, normalise):
    model, questions = _model(kind), _questions()
    scorer = Scorer(model, normalise)
    assert scorer.is_packed
    together = scorer.score(questions)
    alone = [Scorer(model, normalise, 1).score([question])[0] for question in questions]
    again = Scorer(model, normalise, 5).score(questions)
    warm = scorer.score(questions)
    naive = [_naive(model, question, normalise) for question in questions]
    for one, others in zip(together, zip(alone, again, warm, naive, strict=True), strict=True):
        for other in others:
            np.testing.assert_allclose(one, other, rtol=0, atol=1e-4)
    assert max(float(np.ptp(one)) for one in together) > 0.5, "a model without opinions proves nothing"


@pytest.mark.parametrize("kind", OTHER_SHAPES)
def test_models_of_other_kinds_give_the_same_scores_in_whatever_way(kind):
    model, questions = _model(kind), _questions(4)
    scorer = Scorer(model, "trie")
    for question, scores in zip(questions, scorer.score(questions), strict=True):
        np.testing.assert_allclose(scores, _naive(model, question, "trie"), rtol=0, atol=1e-4)
    assert scorer.is_packed == (kind in ("gpt_neox", "opt"))


@pytest.mark.parametrize("kind", SHAPES)
def test_half_precision_stays_within_a_twentieth_of_a_nat(kind):
    model, questions = _model(kind, torch.bfloat16), _questions(6)
    scorer = Scorer(model, "trie")
    assert scorer.is_packed
    for question, scores in zip(questions, scorer.score(questions), strict=True):
        alone = Scorer(model, "trie", 1).score([question])[0]
        np.testing.assert_allclose(scores, alone, rtol=0, atol=0.05)
        np.testing.assert_allclose(scores, _naive(model, question, "trie"), rtol=0, atol=0.05)


def test_what_was_asked_before_does_not_change_a_single_bit():
    model, questions = _model("llama"), _questions()
    cold = Scorer(model, "trie").score(questions[:3])
    scorer = Scorer(model, "trie")
    for seed in range(5):
        scorer.score(_questions(seed=seed + 1))
    for one, other in zip(cold, scorer.score(questions[:3]), strict=True):
        np.testing.assert_array_equal(one, other)


def test_tokens_and_reused_tokens_add_up():
    model, questions = _model("llama"), _questions()
    scorer = Scorer(model, "trie")
    wanted = sum(one.prompt.length + len(one.answers.computed("trie")) for one in questions)
    scorer.score(questions)
    first = scorer.usage
    assert first.tokens + first.reused_tokens == wanted and first.passes == 4  # skills, 2 tasks, 1 row
    scorer.score(questions)
    second = scorer.usage.since(first)
    assert second.tokens + second.reused_tokens == wanted and second.passes == 1
    assert second.tokens == first.tokens - sum(
        map(len, {part for one in questions for part in one.prompt.shared})
    )
    assert second.seconds > 0


@pytest.mark.parametrize("kind", SHAPES)
def test_prompts_that_share_much_little_or_nothing_are_read_in_one_pass(kind):
    model = _model(kind)
    parts = [tuple(range(first, first + 9)) for first in (10, 30, 50)]
    shared = [(), tuple(parts[:1]), tuple(parts[:2]), tuple(parts), (parts[0], parts[2]), (parts[1],)]
    answers = Trie([(3, 4), (3, 5), (6,)])
    questions = [Question(EncodedPrompt(one, (7, number)), answers) for number, one in enumerate(shared)]
    scorer = Scorer(model, "trie")
    scorer.score(questions)
    before = scorer.usage
    for question, scores in zip(questions, scorer.score(questions), strict=True):
        np.testing.assert_allclose(scores, _naive(model, question, "trie"), rtol=0, atol=1e-4)
    assert scorer.usage.since(before).passes == 1


def test_prefixes_that_are_too_long_together_are_read_in_more_passes(monkeypatch):
    model, questions = _model("llama"), _questions()
    monkeypatch.setattr("priors.causal_lm.scoring._JOINED_TOKENS", 50)
    scorer = Scorer(model, "trie")
    apart = scorer.score(questions)
    assert scorer.usage.passes == 5
    for one, other in zip(apart, Scorer(model, "trie").score(questions), strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=1e-4)


def test_a_sure_answer_costs_nothing():
    scorer = Scorer(_model("llama"), "trie")
    prompt = _questions(1)[0].prompt
    (scores,) = scorer.score([Question(prompt, Trie([(3, 4, 5)]))])
    assert scores.tolist() == [0.0] and scorer.usage.tokens == 0


class _SmallMemory:
    """A model that has memory for rows up to a length."""

    def __init__(self, model, longest):
        self._model, self._longest = model, longest
        self.refused = 0

    def __getattr__(self, name):
        return getattr(self._model, name)

    def __call__(self, **inputs):
        if inputs["input_ids"].numel() > self._longest:
            self.refused += 1
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes")
        return self._model(**inputs)


def test_running_out_of_memory_halves_the_batch_and_changes_no_score():
    model, questions = _model("llama"), _questions()
    small = _SmallMemory(model, 60)
    scorer = Scorer(small, "trie")
    for one, other in zip(scorer.score(questions), Scorer(model, "trie").score(questions), strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=1e-4)
    assert small.refused > 0
    refused = small.refused
    scorer.score(questions)
    assert small.refused == refused, "the batch stays as small as memory allows"


def test_too_little_memory_for_one_question_is_a_failure_of_the_prior():
    small = _SmallMemory(_model("llama"), 1000)
    scorer = Scorer(small, "trie")
    small._longest = 5
    with pytest.raises(OutOfMemoryError, match="1 questions in a pass"):
        scorer.score(_questions())
    fixed = Scorer(_SmallMemory(_model("llama"), 60), "trie", 12)
    with pytest.raises(PriorError, match="out of memory"):
        fixed.score(_questions())


def test_a_model_that_gives_no_numbers_is_a_failure_of_the_prior():
    model = _model("llama")
    scorer = Scorer(model, "trie")
    with torch.no_grad():
        model.model.norm.weight.fill_(math.inf)
    with pytest.raises(PriorError, match="NaN or infinity"):
        scorer.score(_questions(1))


def _nodes(num):
    """Nodes of one task as a search with all skills sends them."""
    ints = parse_type("list[int]")
    skills = tuple(
        SkillView(row.name, "; ".join(map(str, row.overloads)), row.doc)
        for row in INSTRUCTIONS[:60]
        if row.searched
    )
    examples = tuple(Example(([3, 1, 2, number],), [1, 2, 3, number]) for number in range(8))
    task = PriceRequest("Sort the list.", (ints,), ints, examples, skills, tuple(range(-1, 11)))
    draw = np.random.default_rng(0)

    def call():
        row = INSTRUCTIONS[draw.integers(len(INSTRUCTIONS))]
        return f"{row.name}(focus, {draw.integers(9)})"

    values = tuple([number, 1, 2, 3] for number in range(8))
    return [
        RankRequest(task, ("x",), call(), values, tuple(ArmView(call(), values) for _ in range(12)))
        for _ in range(num)
    ]


def test_nodes_of_a_task_compute_a_tenth_of_their_tokens(make_causal_lm):
    prior = make_causal_lm(max_tokens="100000")
    prior.prepare()
    prior._asker._max_tokens = 100_000  # positions wrap nowhere in a Llama; this model was made for 1024
    nodes = _nodes(200)
    for start in range(0, 200, 16):  # in batches as the search sends them
        prior.rank_arms(nodes[start : start + 16])
    used = prior.usage
    assert used.calls == 200
    assert used.tokens + used.reused_tokens >= 10 * used.tokens
