"""Decides how whole programs are drawn from the bundled model: word by word, many at a time.

Programs are in prefix form, so what has been written says how many operands are still open, and a program
ends by itself when none is. Only words that may stand in a program are drawn, at temperature 1.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Final

import numpy as np

from priors.base import PriceRequest
from priors.bundled import text
from priors.bundled.forward import Prefix
from priors.bundled.model import BundledModel
from priors.bundled.pricing import skills_by_word

# Programs that are drawn side by side.
_SIDE_BY_SIDE: Final = 64


class OpenOperands:
    """What a program in prefix form still needs.

    Args:
      arities: operands of each skill, by its word.
    """

    def __init__(self, arities: dict[str, int]) -> None:
        self._arities = arities
        self._open = [1]  # operands that each unfinished call still needs; None would be an open end
        self._is_bound_name = False

    def add(self, word: str) -> bool:
        """Adds the next word, and says whether the program is complete."""
        if self._is_bound_name:  # the skill after `&`: what follows are its slots up to `<end>`
            self._is_bound_name = False
            return False
        if word == text.END:
            if self._open[-1] != _UNTIL_END:
                return True  # it ends too early, and cannot be read any more
            self._open.pop()
            return self._close()
        if word in (text.BOUND, text.LITERAL):
            self._take()
            self._open.append(_UNTIL_END)
            self._is_bound_name = word == text.BOUND
            return False
        self._take()
        if self._arities.get(word, 0):
            self._open.append(self._arities[word])
        return self._close()

    def _take(self) -> None:
        if self._open[-1] != _UNTIL_END:
            self._open[-1] -= 1

    def _close(self) -> bool:
        while self._open and self._open[-1] == 0:
            self._open.pop()
        return not self._open


_UNTIL_END: Final = -1


def sampled_programs(
    model: BundledModel, request: PriceRequest, prefix: Prefix, names: Sequence[str], num: int, seed: int
) -> list[str]:
    """Returns up to `num` lines; a draw that is no program is given as its words.

    Args:
      model: the model.
      request: a task of known types.
      prefix: of its prompt.
      names: of the arguments.
      num: how many to draw.
      seed: equal seeds give equal lines.
    """
    rng = np.random.default_rng(seed)
    lines: list[str] = []
    for start in range(0, num, _SIDE_BY_SIDE):
        lines += _drawn(model, request, prefix, names, min(_SIDE_BY_SIDE, num - start), rng)
    return lines


def _drawn(
    model: BundledModel,
    request: PriceRequest,
    prefix: Prefix,
    names: Sequence[str],
    num: int,
    rng: np.random.Generator,
) -> list[str]:
    skills = skills_by_word(request)
    arities = {word: text.arity_of(skill) for word, skill in skills.items()}
    by_name = {skill.name: arities[word] for word, skill in skills.items()}
    constants = [word for word in model.vocabulary.words if word.startswith("c:")]
    inputs = [f"x{number}" for number in range(len(names))]
    words = [*skills, *constants, *inputs, text.BOUND, text.FREE, text.LITERAL, text.END]
    heads = model.rows(model.weights.head, words, skills)
    rows = model.rows(model.weights.embedding, words, skills)
    started = time.perf_counter()
    reader = model.branch_reader(prefix, num, text.MAX_PROGRAM_WORDS + 1)
    now = np.repeat(model.rows(model.weights.embedding, [text.PROGRAM], skills), num, axis=0)
    programs: list[list[str]] = [[] for _ in range(num)]
    opens = [OpenOperands(arities) for _ in range(num)]
    going = np.arange(num)
    passes = tokens = 0
    for _ in range(text.MAX_PROGRAM_WORDS):
        hidden = reader.read(now[:, None, :], np.zeros(len(going), dtype=np.int64))
        passes, tokens = passes + 1, tokens + len(going)
        logits = (hidden @ heads.T).astype(np.float64)
        shares = np.cumsum(np.exp(logits - logits.max(axis=1, keepdims=True)), axis=1)
        drawn = (shares < rng.random((len(going), 1)) * shares[:, -1:]).sum(axis=1)
        is_open = np.ones(len(going), dtype=bool)
        for place, (branch, word) in enumerate(zip(going.tolist(), drawn.tolist(), strict=True)):
            programs[branch].append(words[word])
            is_open[place] = not opens[branch].add(words[word])
        kept = np.flatnonzero(is_open)
        going, now = going[kept], rows[drawn[kept]]
        if not len(going):
            break
        reader.keep(kept)
    model.count_steps(passes, tokens, time.perf_counter() - started)
    return [_line(program, request, names, by_name) for program in programs]


def _line(program: list[str], request: PriceRequest, names: Sequence[str], arities: dict[str, int]) -> str:
    """Returns the text of a program, or its words if it is none."""
    try:
        return text.program_text(program, names, request.input_types, request.output_type, arities)
    except text.UnreadableError:
        return " ".join(program)
