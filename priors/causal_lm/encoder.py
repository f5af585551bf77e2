"""Decides how a prompt becomes tokens: what a task says can never become a special token.

Text is encoded part by part, without what a tokenizer would put around it, and so that a special token's name
in the text is read letter by letter. The beginning of a sequence and the frame of a chat are the tokenizer's
own; the chat template is rendered around a place-holder, and the text is put between the two halves after
they have been encoded.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from priors.arguments import PriorArgumentError

if TYPE_CHECKING:
    from priors.causal_lm.prefixes import Shared
    from priors.causal_lm.prompt import Prompt

Chat = Literal["auto", "yes", "no"]
LONGEST_ANSWER: Final = 64  # tokens; untuned, real answers have 2 to 30
_PLACE_HOLDER: Final = "the text of the task stands here"
# Templates may write today's date, and answers must not depend on the day.
_TEMPLATE_VARIABLES: Final = {"enable_thinking": False, "date_string": "01 Jan 2026"}


class EncodedPrompt(NamedTuple):
    """A prompt as tokens: parts that are shared, in order, then the rest up to where the answer begins."""

    shared: Shared
    own: tuple[int, ...]

    @property
    def length(self) -> int:
        """How many tokens there are."""
        return sum(map(len, self.shared)) + len(self.own)


class Encoder:
    """Turns prompts and answers into tokens.

    Attributes:
      head: tokens before every prompt: the beginning of a sequence, and of a chat.
      tail: tokens between question and answer in a chat; empty otherwise.
      is_chat: whether the frame of a chat is used.

    Raises:
      PriorArgumentError: the tokenizer has no chat template although one is asked for, or a broken one.
    """

    def __init__(self, tokenizer: Any, chat: Chat) -> None:
        self._tokenizer = tokenizer
        unknown = tokenizer.unk_token_id
        self._special = {
            number
            for number, token in tokenizer.added_tokens_decoder.items()
            if token.content.strip() and number != unknown
        }
        self._parts: dict[str, tuple[int, ...]] = {}
        has_template = bool(getattr(tokenizer, "chat_template", None))
        if chat == "yes" and not has_template:
            raise PriorArgumentError(
                "prior 'causal-lm': chat=yes needs a tokenizer with a chat template, and this one has none"
            )
        self.is_chat = chat != "no" and has_template
        self.head, self.tail = self._chat_frame() if self.is_chat else (self._beginning(), ())

    def _beginning(self) -> tuple[int, ...]:
        """Returns the tokens that the tokenizer puts before a text."""
        framed = list(self._tokenizer("a").input_ids)
        plain = list(self._tokenizer("a", add_special_tokens=False).input_ids)
        for start in range(len(framed) - len(plain) + 1):
            if framed[start : start + len(plain)] == plain:
                return tuple(framed[:start])
        return ()

    def _chat_frame(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Returns the tokens before and after the user's text."""
        try:
            rendered = self._tokenizer.apply_chat_template(
                [{"role": "user", "content": _PLACE_HOLDER}],
                tokenize=False,
                add_generation_prompt=True,
                **_TEMPLATE_VARIABLES,
            )
        except Exception as error:
            reason = " ".join(str(error).split())[:200]
            raise PriorArgumentError(
                f"prior 'causal-lm': the chat template cannot be used ({reason}); chat=no does without it"
            ) from None
        head, found, tail = rendered.partition(_PLACE_HOLDER)
        if not found or _PLACE_HOLDER in tail:
            raise PriorArgumentError(
                "prior 'causal-lm': the chat template does not show the user's text once; "
                "chat=no does without it"
            )
        encode = self._tokenizer
        return (
            tuple(encode(head, add_special_tokens=False).input_ids) if head else (),
            tuple(encode(tail, add_special_tokens=False).input_ids) if tail else (),
        )

    def plain(self, texts: Sequence[str]) -> list[tuple[int, ...]]:
        """Returns the tokens of texts, none of them special."""
        if not texts:
            return []
        encoded = self._tokenizer(list(texts), add_special_tokens=False, split_special_tokens=True).input_ids
        return [
            tuple(ids) if self._special.isdisjoint(ids) else self._spelled(text)
            for text, ids in zip(texts, encoded, strict=True)
        ]

    def _spelled(self, text: str) -> tuple[int, ...]:
        """Returns the tokens of the characters one by one: no name of a token is longer than its text."""
        ids = self._tokenizer(list(text), add_special_tokens=False, split_special_tokens=True).input_ids
        return tuple(token for one in ids for token in one if token not in self._special)

    def part(self, text: str) -> tuple[int, ...]:
        """Returns the tokens of a shared part, remembered: the list of skills is long and always the same."""
        found = self._parts.pop(text, None)
        self._parts[text] = self.plain([text])[0] if found is None else found
        if len(self._parts) > 64:
            del self._parts[next(iter(self._parts))]
        return self._parts[text]

    def prompt(self, prompt: Prompt) -> EncodedPrompt:
        """Returns the tokens of a prompt."""
        shared = [self.part(text) if text else () for text in prompt.shared]
        own, anchor = self.plain([prompt.own, prompt.anchor])
        shared[0] = self.head + shared[0]
        return EncodedPrompt(tuple(part for part in shared if part), own + self.tail + anchor)

    def answers(self, anchor: str, texts: Sequence[str]) -> list[tuple[int, ...]]:
        """Returns the tokens of answers, each as it is written behind the anchor."""
        (start, *joined) = self.plain([anchor, *(anchor + text for text in texts)])
        size = len(start)
        torn = [text for text, ids in zip(texts, joined, strict=True) if ids[:size] != start]
        alone = dict(zip(torn, self.plain(torn), strict=True))
        return [
            (ids[size:] if ids[:size] == start else alone[text])[:LONGEST_ANSWER]
            for text, ids in zip(texts, joined, strict=True)
        ]
