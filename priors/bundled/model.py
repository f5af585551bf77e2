"""Decides how the bundled model is asked: words to rows, rows to hidden states, hidden states to logits.

A word that the model has is read and said by its row of the embedding. A skill without a word, because it was
learnt after the model was trained, has the mean of the rows of the words that spell it (name, signature,
doc): the model was trained to read skills so, too.
"""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from priors.arguments import PriorArgumentError
from priors.base import SkillView, Usage
from priors.bundled import text
from priors.bundled.forward import BranchReader, Prefix, nothing, read, read_branches
from priors.bundled.settings import SETTINGS_FILE, load_settings
from priors.bundled.vocabulary import Vocabulary, read_vocabulary, words_of_skill
from priors.bundled.weights import Floats, load_weights

# Prefixes that are kept: a task and the nodes of some batches. 64 of 60 words take 8 MB in the shipped model.
_KEPT: Final = 64
# Branches that are read in one pass; more at once fall out of the processor's cache.
_BRANCHES: Final = 32


class BundledModel:
    """A loaded model directory.

    Args:
      directory: holds the model, its tokenizer and `prior.json`.

    Attributes:
      settings: how its answers are used.
      vocabulary: its words.
      fingerprint: of everything in the directory that answers depend on.
      usage: what it has done.

    Raises:
      PriorArgumentError: the directory is not that of such a model.
    """

    def __init__(self, directory: Path) -> None:
        self.settings = load_settings(directory)
        try:
            self.vocabulary: Vocabulary = read_vocabulary(directory)
        except OSError as error:
            raise PriorArgumentError(f"model {directory}: {error.strerror}: {error.filename}") from None
        except ValueError as error:
            raise PriorArgumentError(f"model {directory}: {error}") from None
        self.weights = load_weights(directory)
        for word in (text.BAG, text.PROGRAM, text.END, text.FOCUS, text.WAY, text.YES, text.NO):
            if word not in self.vocabulary:
                raise PriorArgumentError(
                    f"model {directory} has no word {word!r}, so it was not made by mcts-compose train lm; "
                    "the prior 'causal-lm' takes other models"
                )
        num_rows = len(self.weights.embedding)
        if len(self.vocabulary) != num_rows:
            raise PriorArgumentError(
                f"model {directory} has {len(self.vocabulary)} words but {num_rows} rows of an embedding"
            )
        if len(self.settings.average) not in (0, self.weights.width):
            raise PriorArgumentError(f"model {directory}: average in {SETTINGS_FILE} has the wrong length")
        content = f"{self.weights.sha256} {self.vocabulary.fingerprint} ".encode()
        content += (directory / SETTINGS_FILE).read_bytes()
        self.fingerprint = hashlib.sha256(content).hexdigest()
        self.usage = Usage()
        self._nothing = nothing(self.weights)
        self._prefixes: OrderedDict[tuple[str, ...], Prefix] = OrderedDict()
        self._spelled: dict[SkillView, list[int]] = {}

    @property
    def max_words(self) -> int:
        """The longest sequence that the model reads."""
        return self.weights.max_positions

    def rows(self, matrix: Floats, words: Sequence[str], skills: Mapping[str, SkillView]) -> Floats:
        """Returns the rows of words in the embedding or the head, `[words, width]`.

        Args:
          matrix: `weights.embedding` or `weights.head`.
          words: any.
          skills: the skills of the request by their words.
        """
        rows: Floats = matrix[self.vocabulary.ids(words)]
        for place, word in enumerate(words):
            if word in skills and word not in self.vocabulary:
                rows[place] = matrix[self._spelling(skills[word])].mean(axis=0)
        return rows

    def _spelling(self, skill: SkillView) -> list[int]:
        """Returns the words of a skill's name, signature and doc; `<unk>` alone if none of them is known."""
        found = self._spelled.get(skill)
        if found is None:
            found = self.vocabulary.ids(words_of_skill(skill, self.vocabulary)) or [1]
            self._spelled[skill] = found
        return found

    def read(self, words: tuple[str, ...], skills: Mapping[str, SkillView], after: int = 0) -> Prefix:
        """Returns the prefix of some words, from those that are kept if it is there.

        Args:
          words: at most `max_words`.
          skills: the skills of the request by their words.
          after: how many of the first words were read before by themselves, and are looked up; 0 for none.
        """
        kept = self._prefixes.get(words)
        if kept is not None:
            self._prefixes.move_to_end(words)
            self._count(0, 0, len(words), 0.0)
            return kept
        before = self.read(words[:after], skills) if after else self._nothing
        started = time.perf_counter()
        prefix = read(self.weights, before, self.rows(self.weights.embedding, words[after:], skills))
        self._count(1, len(words) - after, 0, time.perf_counter() - started)
        self._prefixes[words] = prefix
        if len(self._prefixes) > _KEPT:
            self._prefixes.popitem(last=False)
        return prefix

    def ways(
        self, prefix: Prefix, branches: Sequence[Sequence[str]], skills: Mapping[str, SkillView]
    ) -> NDArray[np.float64]:
        """Returns for each branch, which ends in `<way>`, the log-odds that it lies on the way."""
        started = time.perf_counter()
        no, yes = (self.weights.head[number] for number in self.vocabulary.ids((text.NO, text.YES)))
        odds = np.empty(len(branches))
        for start in range(0, len(branches), _BRANCHES):
            part = [
                self.rows(self.weights.embedding, words, skills)
                for words in branches[start : start + _BRANCHES]
            ]
            odds[start : start + _BRANCHES] = read_branches(self.weights, prefix, part) @ (yes - no)
            self._count(1, sum(map(len, part)), len(prefix) * len(part), 0.0)
        self._count(0, 0, 0, time.perf_counter() - started)
        return odds

    def branch_reader(self, prefix: Prefix, num_branches: int, max_words: int) -> BranchReader:
        """Returns what continues a prefix word by word."""
        return BranchReader(self.weights, prefix, num_branches, max_words)

    def count_call(self) -> None:
        """Counts one request that the model answers."""
        self.usage = self.usage._replace(calls=self.usage.calls + 1)

    def count_steps(self, passes: int, tokens: int, seconds: float) -> None:
        """Counts passes that were made with a branch reader."""
        self._count(passes, tokens, 0, seconds)

    def _count(self, passes: int, tokens: int, reused: int, seconds: float) -> None:
        usage = self.usage
        self.usage = Usage(
            usage.calls,
            usage.passes + passes,
            usage.tokens + tokens,
            usage.reused_tokens + reused,
            usage.hits,
            usage.seconds + seconds,
        )
