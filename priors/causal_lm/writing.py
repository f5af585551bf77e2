"""Decides how a model writes lines: tokens are drawn by their odds until it ends, or there are enough lines.

Special tokens are no text and end the answer; what the tokenizer does not know is never drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from priors.base import PriorError
from priors.causal_lm.scoring import Draw

LEAST_WRITTEN: Final = 48  # tokens; less holds no sub-task
SHARE_WRITTEN: Final = 0.25  # of what a model reads at a time, kept free for what it writes; untuned


class LineWriter:
    """Draws tokens of one model, and makes lines of them.

    Args:
      model: of transformers; it names the tokens that end an answer.
      tokenizer: its own.
      temperature: divides the logits; 0 takes the likeliest token.
    """

    def __init__(self, model: Any, tokenizer: Any, temperature: float) -> None:
        self._tokenizer = tokenizer
        self._temperature = temperature
        self._size = max(tokenizer.get_vocab().values()) + 1
        ends: set[Any] = set(tokenizer.all_special_ids)
        for config in (getattr(model, "generation_config", None), model.config):
            named = getattr(config, "eos_token_id", None)
            ends.update(named if isinstance(named, list | tuple) else [named])
        self._ends = ends

    def drawing(self, num_lines: int, seed: int) -> Draw:
        """Returns what draws the tokens of one answer; equal seeds draw equally.

        Args:
          num_lines: after so many line ends the answer is complete.
          seed: at least 0.
        """
        rng = np.random.default_rng(seed)
        num_ends = 0

        def draw(tokens: Sequence[int], logits: NDArray[np.float64]) -> int | None:
            nonlocal num_ends
            if tokens and "\n" in self._text(tokens[-1:]):
                num_ends += 1
                if num_ends >= num_lines:
                    return None
            token = self._drawn(logits[: self._size], rng)
            return None if token in self._ends else token

        return draw

    def lines(self, begin: str, tokens: Sequence[int], num_lines: int) -> list[str]:
        """Returns the lines of an answer, without empty ones and the fences of code blocks.

        Args:
          begin: what the answer was begun with.
          tokens: what was drawn.
          num_lines: how many at most.
        """
        lines = (begin + self._text(tokens)).split("\n")
        kept = [line.strip() for line in lines if line.strip() and not line.strip().startswith("```")]
        return kept[:num_lines]

    def _text(self, tokens: Sequence[int]) -> str:
        return str(
            self._tokenizer.decode(list(tokens), skip_special_tokens=True, clean_up_tokenization_spaces=False)
        )

    def _drawn(self, logits: NDArray[np.float64], rng: np.random.Generator) -> int:
        if not np.isfinite(logits.max()):  # one that is not a number is the largest as well
            raise PriorError("the model gives NaN or infinity instead of scores")
        if self._temperature == 0:
            return int(np.argmax(logits))
        odds = np.exp((logits - logits.max()) / self._temperature)
        return int(rng.choice(len(odds), p=odds / odds.sum()))
