"""Decides which words the bundled model knows, and how a skill that it does not know is put in their terms.

The words of a new model are those of the text (priors/bundled/text.py), of every skill of the instruction
table, and of what names, signatures and docs are made of. A trained model keeps its own list in
`tokenizer.json`, which other software reads as well: words are separated by blanks, unknown ones are `<unk>`.
"""

from __future__ import annotations

import hashlib
import json
import re
import string
from collections.abc import Iterable, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Final

from priors.base import SkillView
from priors.bundled import text
from priors.bundled.properties import GROUPS

PAD, UNKNOWN = "<pad>", "<unk>"
TOKENIZER_FILE: Final = "tokenizer.json"
SETTINGS_FILE: Final = "tokenizer_config.json"
MAX_ARITY: Final = 4

_PIECE = re.compile(r"[a-z]+|\d+")
_TYPES: Final = (
    "int", "list[int]", "grid", "float", "list[float]", "matrix", "bool", "list[bool]", "list[list[bool]]",
    "char", "str", "list[str]", "skill",
)  # fmt: skip


class Vocabulary:
    """A fixed list of words, each with its number.

    Attributes:
      words: in the order of their numbers; `<pad>` first, `<unk>` second.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self.words = tuple(words)
        self._number = {word: number for number, word in enumerate(self.words)}
        if self.words[:2] != (PAD, UNKNOWN) or len(self._number) != len(self.words):
            raise ValueError(f"a vocabulary begins with {PAD} and {UNKNOWN}, and has every word once")

    def __len__(self) -> int:
        return len(self.words)

    def __contains__(self, word: str) -> bool:
        return word in self._number

    def ids(self, words: Iterable[str]) -> list[int]:
        """Returns the numbers of words, that of `<unk>` for unknown ones."""
        number = self._number
        return [number.get(word, 1) for word in words]

    def id(self, word: str) -> int | None:
        """Returns the number of a word, None if it is unknown."""
        return self._number.get(word)

    @cached_property
    def fingerprint(self) -> str:
        """A hash of the words and of the version of the text."""
        content = f"{text.VERSION}\n" + "\n".join(self.words)
        return hashlib.blake2b(content.encode(), digest_size=8).hexdigest()

    @cached_property
    def bag_ids(self) -> tuple[int, ...]:
        """The numbers of all words that stand for a skill or a constant."""
        return tuple(number for word, number in self._number.items() if word.startswith(("skill:", "c:")))


def _doc_pieces(texts: Iterable[str]) -> list[str]:
    return [piece for text_ in texts for piece in _PIECE.findall(text_.lower())]


def words_of_skill(skill: SkillView, known: Vocabulary) -> tuple[str, ...]:
    """Returns the words that say what a skill does: of its name, types, doc and body, each once.

    A piece of the name that is no word is spelled out; such a piece of the doc is left out.
    """
    found: dict[str, None] = {}
    for piece in _PIECE.findall(skill.name.lower()):
        if f"d:{piece}" in known:
            found[f"d:{piece}"] = None
        else:
            found.update({f"letter:{letter}": None for letter in piece if f"letter:{letter}" in known})
    for overload in skill.signature.split(";"):
        parameters, _, result = overload.partition("->")
        found.update({f"from:{type_.strip()}": None for type_ in parameters.split(",")})
        found[f"to:{result.strip()}"] = None
    found[f"arity:{min(text.arity_of(skill), MAX_ARITY)}"] = None
    found.update({f"d:{piece}": None for piece in _doc_pieces([skill.doc])})
    if skill.body is not None:
        found.update({text.skill_word(name): None for name in re.findall(r"(\w+)\(", skill.body)})
    return tuple(word for word in found if word in known)


@cache
def table_skills() -> tuple[SkillView, ...]:
    """Returns every instruction that a search may call."""
    from vm.table import INSTRUCTIONS

    return tuple(
        SkillView(row.name, "; ".join(dict.fromkeys(map(str, row.overloads))), row.doc)
        for row in INSTRUCTIONS
    )


@cache
def default_vocabulary() -> Vocabulary:
    """Returns the words of a new model."""
    types = [str(type_) for type_ in text.KNOWN_TYPES]
    skills = table_skills()
    pieces = _doc_pieces(part for skill in skills for part in (skill.name, skill.doc))
    words = [PAD, UNKNOWN, *text.MARKERS]
    words += [f"out:{type_}" for type_ in types]
    words += [f"in{number}:{type_}" for number in range(text.MAX_INPUTS) for type_ in types]
    words += [f"has:{type_}" for type_ in types]
    words += [f"x{number}" for number in range(text.MAX_INPUTS)]
    words += [f"examples:{number}" for number in range(1, text.MAX_COUNTED + 1)]
    words += text.int_words()
    words += [text.skill_word(skill.name) for skill in skills]
    words += [f"c:{number}" for number in text.CONSTANTS]
    words += [f"{side}:{type_}" for side in ("from", "to") for type_ in _TYPES]
    words += [f"arity:{number}" for number in range(MAX_ARITY + 1)]
    words += [f"letter:{letter}" for letter in string.ascii_lowercase + string.digits]
    words += [f"d:{piece}" for piece in sorted(set(pieces))]
    words += [word for group in GROUPS for word in group.vocabulary()]
    return Vocabulary(words)


def write_tokenizer(vocabulary: Vocabulary, directory: Path) -> None:
    """Writes the files from which `transformers.AutoTokenizer` reads a vocabulary."""
    special = [
        {
            "id": number, "content": word, "single_word": False, "lstrip": False, "rstrip": False,
            "normalized": False, "special": True,
        }
        for number, word in enumerate((PAD, UNKNOWN))
    ]  # fmt: skip
    tokenizer = {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": special, "normalizer": None,
        "pre_tokenizer": {"type": "WhitespaceSplit"}, "post_processor": None, "decoder": None,
        "model": {
            "type": "WordLevel",
            "vocab": {word: number for number, word in enumerate(vocabulary.words)},
            "unk_token": UNKNOWN,
        },
    }  # fmt: skip
    settings = {
        "tokenizer_class": "PreTrainedTokenizerFast", "unk_token": UNKNOWN, "pad_token": PAD,
        "clean_up_tokenization_spaces": False, "model_max_length": 1024,
    }  # fmt: skip
    (directory / TOKENIZER_FILE).write_text(json.dumps(tokenizer, indent=0), encoding="utf-8")
    (directory / SETTINGS_FILE).write_text(json.dumps(settings, indent=1), encoding="utf-8")


def read_vocabulary(directory: Path) -> Vocabulary:
    """Returns the vocabulary of a model's directory.

    Raises:
      ValueError: the file is no tokenizer of this kind; one sentence names it.
      OSError: it cannot be read.
    """
    path = directory / TOKENIZER_FILE
    try:
        numbers = json.loads(path.read_text(encoding="utf-8"))["model"]["vocab"]
        words: Sequence[str] = sorted(numbers, key=numbers.__getitem__)
        if [numbers[word] for word in words] != list(range(len(words))):
            raise ValueError("the numbers have gaps")
        return Vocabulary(words)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path} holds no list of words ({error})") from None
