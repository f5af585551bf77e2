"""Decides what training must know of a vocabulary: which words are told apart by what they are for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class WordRoles:
    """The words of a vocabulary that training treats apart, by id.

    Attributes:
      num_words: ids go from 0 to this.
      pad: what fills a row behind its last word; no loss ever sees it.
      example: what each example of a prompt begins with; nothing but `<bag>` follows the last example.
      yes: what is likely behind an arm that leads to the program.
      no: what is likely behind one that does not.
      priced: the skills and constants, of which `<bag>` gives a distribution.
      spoken: the words that a program can consist of.
      spellings: for each skill, the words of its name, signature and doc, at least one. A skill that the
        model has not learnt is read as the mean of these.
    """

    num_words: int
    pad: int
    example: int
    yes: int
    no: int
    priced: Sequence[int]
    spoken: Sequence[int]
    spellings: Mapping[int, Sequence[int]]
