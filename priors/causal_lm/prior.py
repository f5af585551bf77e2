"""Any causal language model as a prior: asked by questions whose possible answers are known.

Prices: which skill, and which constant, does a solution use? The two answers are distributions of their own;
what skills have together, and constants, is what the base prior gives them together, since a model cannot
compare how likely a name and a number are. Without a base prior each has its share of the names.

Ranks: which call comes next? The answers are the texts of the arms. There is no opinion on values.

Sub-tasks: which would help? Nothing is known of the answer, so it is written token by token.
"""

from __future__ import annotations

import atexit
import threading
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar, cast

import numpy as np
from numpy.typing import NDArray

from priors.base import PriceRequest, Prices, Prior, PriorError, RankRequest, Ranks, SubtaskRequest, Usage
from priors.causal_lm.encoder import LONGEST_ANSWER, Chat, Encoder
from priors.causal_lm.files import find_directory, fingerprint
from priors.causal_lm.loading import load
from priors.causal_lm.options import NAME, ModelOptions, read_options
from priors.causal_lm.prompt import (
    PROMPT_VERSION,
    Detail,
    Prompt,
    constant_prompt,
    details,
    line_text,
    rank_prompt,
    skill_prompt,
    skills_text,
    subtask_prompt,
    task_text,
    value_text,
)
from priors.causal_lm.sampling import sample
from priors.causal_lm.scoring import Scorer
from priors.causal_lm.token_tree import Question
from priors.causal_lm.trie import Normalise, Trie
from priors.causal_lm.writing import LEAST_WRITTEN, SHARE_WRITTEN, LineWriter

# Kept free for what follows the task: the question, a focus with its values, and the answers.
_RESERVE = 512

# The end of the process waits so long for a pass, and then for its thread to end; untuned.
_LEAVING_S, _THREAD_S = 30.0, 1.0
_askers: weakref.WeakSet[_Asker] = weakref.WeakSet()


@atexit.register
def _leave() -> None:
    """Lets no model work on while the interpreter ends.

    A search that ends leaves the thread of its model behind. Python takes that thread away when it comes back
    from torch, whose C++ then aborts the process.
    """
    for asker in tuple(_askers):
        asker.stop()


class CausalLMPrior(Prior):
    """A language model of transformers; `options` says which and how.

    It loads when it is made ready or first asked. A copy made by pickling loads its own.
    """

    name = NAME
    is_model = True
    shared = True
    proposes = True
    neutral_arguments: ClassVar[frozenset[str]] = frozenset(
        {"pretrained", "revision", "device", "batch_size", "adapter", "trust_remote_code", "threads"}
    )

    def __init__(self, options: ModelOptions) -> None:
        self.options = options
        self._asker: _Asker | None = None
        self._fingerprint: str | None = None
        self._calls = 0

    @classmethod
    def from_arguments(cls, arguments: Mapping[str, str]) -> CausalLMPrior:
        """Returns the prior; nothing is loaded yet.

        Raises:
          PriorArgumentError: an argument is wrong, or a package is not installed.
        """
        return cls(read_options(arguments))

    @property
    def fingerprint(self) -> str:
        """The sha256 of weights, configuration, tokenizer, adapter and the prompt's version."""
        if self._fingerprint is None:
            directory = find_directory(self.options)
            words = ("causal-lm", f"prompt {PROMPT_VERSION}")
            self._fingerprint = fingerprint(directory, self.options.adapter, *words)
        return self._fingerprint

    @property
    def usage(self) -> Usage:
        """What the model has done so far."""
        done = Usage() if self._asker is None else self._asker.scorer.usage
        return done._replace(calls=self._calls)

    def prepare(self) -> None:
        """Loads the model.

        Raises:
          PriorArgumentError: it cannot be used.
        """
        self._loaded()

    def price_skills(self, requests: Sequence[PriceRequest]) -> list[Prices]:
        """Returns prices by which skill and which constant the model says first.

        Raises:
          PriorError: the model cannot answer.
        """
        if not requests:
            return []
        asker = self._loaded()
        with asker.working():
            return self._price(asker, requests)

    def _price(self, asker: _Asker, requests: Sequence[PriceRequest]) -> list[Prices]:
        prompts: list[tuple[Prompt, list[str]]] = []
        for request in requests:
            detail = asker.detail(request)
            skills = [line_text(skill.name) for skill in request.skills]
            constants = [line_text(value_text(value)) for value in request.constants]
            prompts.append((skill_prompt(request, detail), skills))
            prompts.append((constant_prompt(request, detail), constants))
        answers = asker.ask(prompts)
        self._calls += len(requests)
        return [
            _prices(request, skills, constants)
            for request, skills, constants in zip(requests, answers[::2], answers[1::2], strict=True)
        ]

    def rank_arms(self, requests: Sequence[RankRequest]) -> list[Ranks | None]:
        """Returns how likely the model says each arm's call next.

        Raises:
          PriorError: the model cannot answer.
        """
        if not requests:
            return []
        asker = self._loaded()
        arms = [[line_text(arm.text) for arm in request.arms] for request in requests]
        with asker.working():
            answers = asker.ask(list(zip(map(asker.node_prompt, requests), arms, strict=True)))
        self._calls += len(requests)
        return [Ranks(scores.astype(np.float32)) for scores in answers]

    def sample_programs(self, request: PriceRequest, names: Sequence[str], num: int, seed: int) -> list[str]:
        """Returns up to `num` programs, written call by call among the calls whose types fit.

        Raises:
          PriorError: the model cannot answer.
        """
        asker = self._loaded()
        with asker.working():
            lines = sample(asker.ask_raw, request, names, num, seed, asker.detail(request))
        self._calls += 1
        return lines

    def propose_subtasks(self, requests: Sequence[SubtaskRequest]) -> list[list[str]]:
        """Returns the lines that the model writes when it is asked for sub-tasks.

        Raises:
          PriorError: the model cannot answer, or reads too few tokens at a time for that.
        """
        if not requests:
            return []
        asker = self._loaded()
        with asker.working():
            lines = [asker.subtasks(request) for request in requests]
        self._calls += len(requests)
        return lines

    def _loaded(self) -> _Asker:
        if self._asker is None:
            self._asker = _Asker(self.options)
        return self._asker

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_asker": None, "_calls": 0}


class _Asker:
    """A loaded model with what is needed to ask it.

    Attributes:
      scorer: does the work.
    """

    def __init__(self, options: ModelOptions) -> None:
        loaded = load(options)
        self._at_work = threading.Lock()
        self._worker: threading.Thread | None = None
        self._max_examples = options.max_examples
        self._max_tokens = loaded.max_tokens
        self._most_written = options.proposal_tokens
        self._writer = LineWriter(loaded.model, loaded.tokenizer, options.proposal_temperature)
        self._encoder = Encoder(loaded.tokenizer, cast("Chat", options.chat))
        threads = options.num_threads if loaded.model.device.type == "cpu" else None
        self.scorer = Scorer(loaded.model, cast("Normalise", options.normalise), options.batch_size, threads)
        _askers.add(self)

    @contextmanager
    def working(self) -> Iterator[None]:
        """Lets the calling thread work alone, and be waited for when the process ends."""
        with self._at_work:
            self._worker = threading.current_thread()
            yield

    def stop(self) -> None:
        """Ends the work after the pass that is under way, and waits for the thread that does it."""
        self.scorer.stop()
        if self._at_work.acquire(timeout=_LEAVING_S):
            self._at_work.release()
        worker = self._worker
        if worker is not None and worker not in (threading.main_thread(), threading.current_thread()):
            worker.join(timeout=_THREAD_S)

    def detail(self, request: PriceRequest) -> Detail:
        """Returns the most that can be shown of a task within the model's bounds."""
        limit = self._max_tokens - min(_RESERVE, self._max_tokens // 2)
        levels = details(self._max_examples)
        for level in levels:
            texts = (skills_text(request.skills, level), task_text(request, level))
            if sum(len(self._encoder.part(text)) for text in texts if text) <= limit:
                return level
        return levels[-1]

    def node_prompt(self, request: RankRequest) -> Prompt:
        """Returns the prompt of a node, without the focus' values where they would not fit."""
        detail = self.detail(request.price_request)
        prompt = rank_prompt(request, detail, detail.examples)
        if self._encoder.prompt(prompt).length + LONGEST_ANSWER > self._max_tokens:
            return rank_prompt(request, detail, 0)
        return prompt

    def subtasks(self, request: SubtaskRequest) -> list[str]:
        """Returns what the model writes of sub-tasks.

        Raises:
          PriorError: it cannot.
        """
        kept_free = min(self._most_written, int(SHARE_WRITTEN * self._max_tokens))
        for level in details(self._max_examples):
            prompt = subtask_prompt(request, level)
            encoded = self._encoder.prompt(prompt)
            if encoded.length + kept_free <= self._max_tokens:
                break
        left = self._max_tokens - encoded.length
        if left < LEAST_WRITTEN:
            raise PriorError(
                f"a prompt of {encoded.length} tokens leaves {left} of {self._max_tokens} for sub-tasks, "
                f"which take {LEAST_WRITTEN} or more"
            )
        with _told():
            tokens = self.scorer.write(
                encoded, self._writer.drawing(request.num, request.seed), min(self._most_written, left)
            )
        return self._writer.lines(prompt.anchor, tokens, request.num)

    def ask(self, prompts: Sequence[tuple[Prompt, Sequence[str]]]) -> list[NDArray[np.float64]]:
        """Returns for each prompt `[num_answers]` float64 log-probabilities of answers, one line each."""
        return self.ask_raw([(prompt, [f" {text}\n" for text in texts]) for prompt, texts in prompts])

    def ask_raw(self, prompts: Sequence[tuple[Prompt, Sequence[str]]]) -> list[NDArray[np.float64]]:
        """Does as `ask` with answers that say themselves how they begin and end."""
        questions: list[Question] = []
        for prompt, texts in prompts:
            encoded = self._encoder.prompt(prompt)
            answers = Trie(self._encoder.answers(prompt.anchor, texts))
            if encoded.length + answers.depth > self._max_tokens:
                raise PriorError(
                    f"a prompt of {encoded.length} tokens with answers of {answers.depth} is longer than "
                    f"{self._max_tokens}"
                )
            questions.append(Question(encoded, answers))
        with _told():
            return self.scorer.score(questions)


@contextmanager
def _told() -> Iterator[None]:
    """Makes whatever goes wrong in a model a `PriorError`."""
    try:
        yield
    except PriorError:
        raise
    except Exception as error:
        reason = " ".join(str(error).split())[:200]
        raise PriorError(f"the model failed ({type(error).__name__}: {reason})") from None


def _prices(request: PriceRequest, skills: NDArray[np.float64], constants: NDArray[np.float64]) -> Prices:
    """Returns the two distributions as one."""
    skills_log, constants_log = _shares(request)
    return Prices(np.maximum(0.0, -(skills + skills_log)), np.maximum(0.0, -(constants + constants_log)))


def _shares(request: PriceRequest) -> tuple[float, float]:
    """Returns ln of what all skills have together, and all constants."""
    sizes = np.array([len(request.skills), len(request.constants)], dtype=np.float64)
    if request.base is not None and sizes.all():
        sizes = np.array([np.exp(-request.base.skills).sum(), np.exp(-request.base.constants).sum()])
    shares = np.maximum(sizes / max(float(sizes.sum()), 1e-300), 1e-6)
    return float(np.log(shares[0])), float(np.log(shares[1]))
