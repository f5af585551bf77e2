"""What a model writes of sub-tasks: token by token, as transformers itself does, never more than asked."""

from dataclasses import replace

import numpy as np
import pytest

from priors.base import PriorError
from priors.causal_lm.prompt import EXAMPLE_PROPOSALS, Detail, subtask_prompt
from priors.causal_lm.writing import LineWriter
from priors.testing import subtask_requests
from tests.priors.causal_lm.test_hostile_text import DESCRIPTIONS

WHOLE = Detail(True, True, True, 6)
(REQUEST, *_) = subtask_requests()


class Letters:
    """A tokenizer with one token for each of 100 characters; the first two are special."""

    all_special_ids = (0, 1)

    def get_vocab(self):
        return {chr(number + 30): number for number in range(100)} | {"\n": 100}

    def decode(self, tokens, **_):
        return "".join("\n" if token == 100 else chr(token + 30) for token in tokens)


class Config:
    eos_token_id = (7,)


class Model:
    config = Config()


def written(text, num_lines=3, temperature=0.0, seed=0):
    """What is kept of an answer that a model is certain of."""
    writer = LineWriter(Model(), Letters(), temperature)
    draw, tokens = writer.drawing(num_lines, seed), []
    for mark in text:
        logits = np.full(103, -50.0)
        logits[100 if mark == "\n" else ord(mark) - 30] = 0.0
        token = draw(tokens, logits)
        if token is None:
            break
        tokens.append(token)
    return writer.lines('{"', tokens, num_lines)


def test_lines_end_with_their_number_or_an_end_token():
    assert written('a": 1}\n{"b"}\n{"c"}\n{"d"}\n') == ['{"a": 1}', '{"b"}', '{"c"}']
    assert written('a": 1}\n{"b"}\n', 1) == ['{"a": 1}']
    assert written(f'a": 1}}\n{chr(37)}more') == ['{"a": 1}']
    assert written(f'a": 1}}{chr(30)}more') == ['{"a": 1}']


def test_empty_lines_and_fences_are_left_out():
    assert written('a"}\n\n```\n', 4) == ['{"a"}']


def test_draws_follow_the_odds_and_the_seed():
    writer = LineWriter(Model(), Letters(), 1.0)
    logits = np.full(103, -np.inf)
    logits[[40, 50, 102]] = np.log([0.25, 0.75, 10.0])  # the last is none of the tokenizer's

    def drawn(seed):
        draw = writer.drawing(1, seed)
        return [draw([], logits) for _ in range(400)]

    assert drawn(1) == drawn(1) != drawn(2)
    assert set(drawn(1)) == {40, 50} and 60 < drawn(1).count(40) < 140
    cold = LineWriter(Model(), Letters(), 0.1)
    assert {cold.drawing(1, 0)([], logits) for _ in range(100)} == {50}


@pytest.mark.parametrize("broken", [np.nan, np.inf, -np.inf])
def test_no_numbers_are_an_error(broken):
    logits = np.full(103, broken)
    with pytest.raises(PriorError, match="NaN or infinity"):
        LineWriter(Model(), Letters(), 1.0).drawing(1, 0)([], logits)


@pytest.mark.parametrize("kind", ["gpt2", "llama", "qwen3"])
@pytest.mark.parametrize("is_packed", [True, False])
def test_the_likeliest_tokens_are_those_that_transformers_generates(make_causal_lm, kind, is_packed):
    import torch

    prior = make_causal_lm(kind)
    prior.prepare()
    asker = prior._asker
    asker.scorer.is_packed = is_packed
    prompt = asker._encoder.prompt(subtask_prompt(REQUEST, Detail(True, False, False, 1)))
    tokens = asker.scorer.write(prompt, lambda _, logits: int(np.argmax(logits)), 24)
    whole = [token for part in prompt.shared for token in part] + list(prompt.own)
    given = asker.scorer._model.generate(
        torch.tensor([whole]), max_new_tokens=24, min_new_tokens=24, do_sample=False, pad_token_id=0,
        suppress_tokens=None, eos_token_id=None,
    )  # fmt: skip
    assert tokens == given[0, len(whole) :].tolist()


@pytest.mark.parametrize("chat", [False, True], ids=["base", "chat"])
def test_a_model_of_random_weights_writes_lines(make_causal_lm, chat):
    prior = make_causal_lm(chat=chat, proposal_tokens="64")
    (lines,) = prior.propose_subtasks([REQUEST])
    assert 1 <= len(lines) <= REQUEST.num and lines[0].startswith('{"')
    assert prior.usage.calls == 1 and 0 < prior.usage.passes <= 70 and prior.usage.seconds > 0
    (other,) = prior.propose_subtasks([replace(REQUEST, seed=77)])
    assert other != lines


def test_a_model_that_reads_too_little_says_so(make_causal_lm):
    with pytest.raises(PriorError, match=r"leaves -?[0-9]+ of 192 for sub-tasks"):
        make_causal_lm(max_tokens="192").propose_subtasks([REQUEST])


def test_the_prompt_shows_the_task_the_skills_and_both_forms():
    text = subtask_prompt(REQUEST, WHOLE).text
    assert 'The task: "sort the list"' in text and "[3, 1, 2] gives [1, 2, 3]" in text
    assert "second: (list[int]) -> int. Gives the second element." in text
    assert "The arguments are called x." in text and "at most 4 such lines" in text
    assert all(f"\n{line}\n" in text for line in EXAMPLE_PROPOSALS) and text.endswith('\n{"')


def test_no_description_adds_a_line_or_a_special_token(make_causal_lm):
    prior = make_causal_lm()
    prior.prepare()
    encoder = prior._asker._encoder
    plain = subtask_prompt(REQUEST, WHOLE)
    for text in DESCRIPTIONS:
        task = replace(REQUEST.price_request, description=text or "-")
        prompt = subtask_prompt(replace(REQUEST, price_request=task), WHOLE)
        assert prompt.text.count("\n") == plain.text.count("\n")
        encoded = encoder.prompt(prompt)
        tokens = [token for part in (*encoded.shared, encoded.own) for token in part]
        assert sum(token in encoder._special for token in tokens) == len(encoder.head)
