"""Decides how a model computes the scores of answers: as few tokens as can be, in as few passes.

The parts that prompts share are read once and kept as keys and values (a *prefix*). What is left of the
questions, their own parts and the tries of their answers, is one tree of tokens: equal beginnings on one
prefix are read once. The tree is one packed row, in which a token sees its prefix and its ancestors.
Questions of several tasks go together, on their prefixes one after another; what these share is there once:

    prefixes | own part of question 1 | its answers' tokens | rest of question 2 ...
    mask     [1, 1, tokens, prefixes + tokens]   0 where seen, the least float elsewhere
    position   length of its prefix + depth in the tree

That needs a model whose cache is nothing but keys and values, and which obeys such a mask. Both are tried
when the scorer is made, on a small tree; a model that does not agree with itself there reads every answer
from the beginning instead (`is_packed` is False), in padded rows. Tokens at the end of a row cannot change
those before them, so the padding needs no mask.

Source of the packed row: tree attention as in speculative decoding (Miao et al. 2023, SpecInfer).
"""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from priors.base import PriorError, Usage
from priors.causal_lm.encoder import EncodedPrompt
from priors.causal_lm.prefixes import Joined, Prefix, Shared, joined, twin
from priors.causal_lm.token_tree import Asked, Question, TokenTree
from priors.causal_lm.trie import ROOT, Normalise, Trie

DEFAULT_BATCH: Final = 32  # questions in a pass; untuned
_PASS_TOKENS: Final = 2048  # a packed row is not made longer by another question; untuned
_PREFILL_TOKENS: Final = 1024
_JOINED_TOKENS: Final = 8192  # nor by one whose prefix makes them all longer than this; untuned
_KEPT_PREFIXES: Final = 6  # the skills' and those of five tasks; untuned
_PACKED_ATTENTION: Final = ("sdpa", "eager")
_PROBE_TOLERANCE: Final = {"float32": 1e-4, "bfloat16": 0.2, "float16": 0.05}  # nats

Draw: TypeAlias = Callable[[Sequence[int], NDArray[np.float64]], int | None]
"""Says which token comes next, None for no more."""


class OutOfMemoryError(PriorError):
    """A pass does not fit into memory."""


class Scorer:
    """Scores answers with one model.

    Args:
      model: a causal language model of transformers, in evaluation mode.
      normalise: how token scores make answers' scores.
      batch_size: questions in a pass; None begins with `DEFAULT_BATCH` and halves it when memory runs out.
      threads: how many threads torch may use on a processor; None leaves it as it is.

    Attributes:
      is_packed: whether shared tokens are read once.
      usage: what was done so far, without calls.
    """

    def __init__(
        self, model: Any, normalise: Normalise, batch_size: int | None = None, threads: int | None = None
    ) -> None:
        self.usage = Usage()
        self._model = model
        self._normalise: Normalise = normalise
        self._is_batch_fixed = batch_size is not None
        self._batch_size = batch_size or DEFAULT_BATCH
        self._threads = threads
        self._prefixes: dict[Shared, Prefix] = {}
        self._is_stopped = False
        self._keeps_logits = "logits_to_keep" in inspect.signature(model.forward).parameters
        self.is_packed = self._can_pack()
        self.usage = Usage()

    def score(self, questions: Sequence[Question]) -> list[NDArray[np.float64]]:
        """Returns for each question `[num_answers]` float64 log-probabilities.

        Raises:
          PriorError: memory does not suffice for a single question, or the model gives no numbers.
        """
        started, tokens = time.perf_counter(), self.usage.tokens
        try:
            scores = self._score(questions)
        finally:
            seconds = time.perf_counter() - started
            self.usage = self.usage._replace(seconds=self.usage.seconds + seconds)
        if self.is_packed:
            wanted = sum(
                one.prompt.length + len(one.answers.computed(self._normalise))
                for one in questions
                if one.answers.asked(self._normalise)
            )
            reused = max(0, wanted - (self.usage.tokens - tokens))
            self.usage = self.usage._replace(reused_tokens=self.usage.reused_tokens + reused)
        return scores

    def write(self, prompt: EncodedPrompt, draw: Draw, most: int) -> list[int]:
        """Returns the tokens that follow a prompt, at most so many, each drawn when those before it are read.

        Args:
          prompt: its shared parts are kept as those of questions are.
          draw: called with the tokens so far and the `[vocabulary]` float64 logits of the next one.
          most: at least 1.

        Raises:
          PriorError: memory does not suffice.
        """
        started = time.perf_counter()
        tokens: list[int] = []
        try:
            for logits in self._next_logits(prompt, tokens):
                token = draw(tokens, logits)
                if token is None:
                    break
                tokens.append(token)
                if len(tokens) == most:
                    break
        finally:
            seconds = time.perf_counter() - started
            self.usage = self.usage._replace(seconds=self.usage.seconds + seconds)
        return tokens

    def _next_logits(self, prompt: EncodedPrompt, tokens: list[int]) -> Iterator[NDArray[np.float64]]:
        """Yields the logits behind a prompt and the tokens that the caller has appended since."""
        import torch

        device = self._model.device
        whole = [token for part in prompt.shared for token in part] + list(prompt.own)
        prefix = self._prefix(prompt.shared) if self.is_packed else None
        cache = None if prefix is None else twin(prefix.cache)
        piece, start = (whole, 0) if prefix is None else (list(prompt.own), prefix.length)
        while True:
            inputs: dict[str, Any] = {"input_ids": torch.tensor([piece], device=device), "use_cache": False}
            if cache is not None:
                positions = torch.arange(start, start + len(piece), device=device)[None]
                inputs |= {"position_ids": positions, "past_key_values": cache, "use_cache": True}
            logits = self._pass([len(piece) - 1], **inputs)[0, 0].float().cpu().numpy().astype(np.float64)
            yield logits
            start += len(piece) if cache is not None else 0
            piece = tokens[-1:] if cache is not None else whole + tokens

    def forget(self) -> None:
        """Drops what the model has read."""
        self._prefixes.clear()

    def stop(self) -> None:
        """Lets no further pass begin; whoever waits for one gets a `PriorError`."""
        self._is_stopped = True

    def _score(self, questions: Sequence[Question]) -> list[NDArray[np.float64]]:
        scores: list[NDArray[np.float64] | None] = [None] * len(questions)
        groups: dict[Shared, list[int]] = {}
        for number, question in enumerate(questions):
            groups.setdefault(question.prompt.shared, []).append(number)
        waiting = [number for numbers in groups.values() for number in numbers]
        while waiting:
            taken = self._next_batch(questions, waiting)
            batch = [questions[number] for number in taken]
            try:
                found = self._packed(batch) if self.is_packed else self._recomputed(batch)
            except OutOfMemoryError:
                self._shrink(len(batch))
                continue
            for number, answer in zip(taken, found, strict=True):
                scores[number] = answer
            waiting = waiting[len(taken) :]
        return [answer for answer in scores if answer is not None]

    def _next_batch(self, questions: Sequence[Question], waiting: Sequence[int]) -> list[int]:
        """Returns the first of the waiting questions that go into one pass."""
        taken: list[int] = []
        tokens = 0
        parts: dict[Shared, int] = {}
        for number in waiting[: self._batch_size]:
            question = questions[number]
            tokens += len(question.prompt.own) + len(question.answers.computed(self._normalise))
            shared = question.prompt.shared
            parts.update((shared[: depth + 1], len(part)) for depth, part in enumerate(shared))
            if taken and (tokens > _PASS_TOKENS or sum(parts.values()) > _JOINED_TOKENS):
                break
            taken.append(number)
        return taken

    def _shrink(self, size: int) -> None:
        """Makes batches smaller after one of `size` questions did not fit.

        Raises:
          OutOfMemoryError: it was a single question, or the size was fixed.
        """
        self.forget()
        if size <= 1 or self._is_batch_fixed:
            raise OutOfMemoryError(f"out of memory with {size} questions in a pass")
        self._batch_size = max(1, size // 2)

    def _packed(self, questions: Sequence[Question]) -> list[NDArray[np.float64]]:
        """Returns the scores of questions, from one packed row."""
        tree = TokenTree()
        prefix_of: dict[Shared, int] = {}
        asked = []
        for question in questions:
            is_asked = bool(question.answers.asked(self._normalise))
            number = prefix_of.setdefault(question.prompt.shared, len(prefix_of)) if is_asked else 0
            asked.append(tree.add(question, self._normalise, number))
        rows = sorted({place for one in asked for place in one.places})
        if not rows:
            return [question.answers.scores({}, self._normalise) for question in questions]
        prefixes = {shared: self._prefix(shared) for shared in prefix_of}
        logits = self._read_tree(joined(prefixes), tree, rows)
        row_of = {place: row for row, place in enumerate(rows)}
        return self._scores(
            questions, asked, [[row_of[place] for place in one.places] for one in asked], logits
        )

    def _read_tree(self, read: Joined, tree: TokenTree, rows: Sequence[int]) -> Any:
        """Returns `[len(rows), vocabulary]` logits after the tokens of the tree that `rows` name."""
        import torch

        device = self._model.device
        seen = np.concatenate([read.seen[tree.prefixes], tree.ancestors()], axis=1)
        mask = torch.zeros(seen.shape, dtype=self._model.dtype, device=device)
        mask.masked_fill_(torch.from_numpy(~seen).to(device), torch.finfo(self._model.dtype).min)
        first = read.seen.sum(axis=1)[tree.prefixes]
        positions = torch.from_numpy(first + np.asarray(tree.depths))[None].to(device)
        out = self._pass(
            rows,
            input_ids=torch.tensor(tree.tokens, device=device)[None],
            attention_mask=mask[None, None],
            position_ids=positions,
            past_key_values=read.cache,
            use_cache=True,
        )
        return out[0]

    def _prefix(self, shared: Shared) -> Prefix:
        """Returns what the model knows after reading the shared parts, read part by part.

        A part is always read on top of those before it and in the same pieces, so that what is kept does not
        depend, not even by rounding, on what was asked before.
        """
        found = self._prefixes.pop(shared, None)
        if found is None:
            found = self._extend(self._prefix(shared[:-1]), shared[-1]) if shared else self._empty()
        self._prefixes[shared] = found
        while len(self._prefixes) > _KEPT_PREFIXES + 1:  # and the empty one
            del self._prefixes[next(iter(self._prefixes))]
        return found

    def _empty(self) -> Prefix:
        from transformers import DynamicCache

        return Prefix(DynamicCache(config=self._model.config), 0)

    def _extend(self, prefix: Prefix, tokens: tuple[int, ...]) -> Prefix:
        import torch

        cache = twin(prefix.cache)
        for start in range(0, len(tokens), _PREFILL_TOKENS):
            piece = torch.tensor(tokens[start : start + _PREFILL_TOKENS], device=self._model.device)
            first = prefix.length + start
            positions = torch.arange(first, first + len(piece), device=self._model.device)
            self._pass(
                [len(piece) - 1],
                input_ids=piece[None],
                position_ids=positions[None],
                past_key_values=cache,
                use_cache=True,
            )
        return Prefix(cache, prefix.length + len(tokens))

    def _recomputed(self, questions: Sequence[Question]) -> list[NDArray[np.float64]]:
        """Returns the scores of questions, every answer read from the beginning in a row of its own."""
        import torch

        scores = []
        for question in questions:
            trie = question.answers
            asked = trie.asked(self._normalise)
            start = [token for part in question.prompt.shared for token in part] + list(question.prompt.own)
            logits_of: dict[int, NDArray[np.float64]] = {}
            rows = [(node, start + _path(trie, node)) for node in asked]
            for first in range(0, len(rows), self._batch_size):
                batch = rows[first : first + self._batch_size]
                longest = max(len(tokens) for _, tokens in batch)
                padded = [tokens + [0] * (longest - len(tokens)) for _, tokens in batch]
                ends = [len(tokens) - 1 for _, tokens in batch]
                kept = sorted(set(ends))
                input_ids = torch.tensor(padded, device=self._model.device)
                logits = self._pass(kept, input_ids=input_ids, use_cache=False)
                places = [[row * len(kept) + kept.index(end)] for row, end in enumerate(ends)]
                for (node, _), place in zip(batch, places, strict=True):
                    (values,) = self._gather(
                        logits.reshape(len(batch) * len(kept), -1), place, [list(trie.children[node])]
                    )
                    logits_of[node] = values
            scores.append(trie.scores(logits_of, self._normalise))
        return scores

    def _scores(
        self,
        questions: Sequence[Question],
        asked: Sequence[Asked],
        rows: Sequence[Sequence[int]],
        logits: Any,
    ) -> list[NDArray[np.float64]]:
        """Returns the questions' scores from the logits of the places they asked."""
        flat_rows = [row for one in rows for row in one]
        wanted = [
            list(question.answers.children[node])
            for question, one in zip(questions, asked, strict=True)
            for node in one.nodes
        ]
        values = iter(self._gather(logits, flat_rows, wanted))
        return [
            question.answers.scores({node: next(values) for node in one.nodes}, self._normalise)
            for question, one in zip(questions, asked, strict=True)
        ]

    def _gather(
        self, logits: Any, rows: Sequence[int], tokens: Sequence[Sequence[int]]
    ) -> list[NDArray[np.float64]]:
        """Returns per row the float64 logits of its tokens; log-probabilities where scores need these."""
        import torch

        sizes = [len(one) for one in tokens]
        row_index = np.repeat(np.asarray(rows), sizes)
        token_index = np.asarray([token for one in tokens for token in one])
        device = logits.device
        with torch.inference_mode():
            table = logits.float() if self._normalise == "trie" else torch.log_softmax(logits.float(), -1)
            picked = table[
                torch.as_tensor(row_index, device=device), torch.as_tensor(token_index, device=device)
            ]
            values = picked.cpu().numpy().astype(np.float64)
        if not np.isfinite(values).all():
            raise PriorError("the model gives NaN or infinity instead of scores")
        return np.split(values, np.cumsum(sizes)[:-1])

    def _pass(self, kept: Sequence[int], **inputs: Any) -> Any:
        """Runs the model once; returns `[rows, len(kept), vocabulary]` logits at the positions `kept`.

        Raises:
          OutOfMemoryError: it does not fit.
        """
        import torch

        if self._is_stopped:
            raise PriorError("the model was stopped")
        if self._threads is not None and torch.get_num_threads() != self._threads:
            torch.set_num_threads(self._threads)  # counts for the calling thread, which may be a new one
        positions = torch.tensor(list(kept), device=self._model.device)
        try:
            with torch.inference_mode():
                if self._keeps_logits:
                    logits = self._model(**inputs, logits_to_keep=positions).logits
                else:
                    logits = self._model(**inputs).logits[:, positions]
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
            if torch.cuda.is_available():
                torch.cuda.empty_cache()
            raise OutOfMemoryError("out of memory in a pass of the model") from None
        tokens = self.usage.tokens + inputs["input_ids"].numel()
        self.usage = self.usage._replace(passes=self.usage.passes + 1, tokens=tokens)
        return logits

    def _can_pack(self) -> bool:
        """Tries whether the model gives the same scores from a packed row as from rows of their own."""
        from transformers import DynamicCache
        from transformers.cache_utils import DynamicLayer

        if self._model.config._attn_implementation not in _PACKED_ATTENTION:
            return False
        size = self._model.get_input_embeddings().weight.shape[0]
        ids = [int(token) for token in np.random.default_rng(0).integers(0, size, 24)]
        answers = Trie([ids[12:16], [*ids[12:14], *ids[16:18]], ids[18:20], [ids[18], 0]])
        questions = [
            Question(EncodedPrompt(shared, tuple(ids[8:12])), answers)
            for shared in ((tuple(ids[:8]),), (tuple(ids[:8]), tuple(ids[20:24])))
        ]
        try:
            if any(
                type(layer) is not DynamicLayer for layer in DynamicCache(config=self._model.config).layers
            ):
                return False
            packed = self._packed(questions)
        except Exception:  # whatever a model does with a mask that it does not know: it is not packed
            return False
        finally:
            self.forget()
        alone = self._recomputed(questions)
        dtype = str(self._model.dtype).removeprefix("torch.")
        return bool(np.abs(np.subtract(packed, alone)).max() <= _PROBE_TOLERANCE.get(dtype, 0.0))


def is_out_of_memory(error: BaseException) -> bool:
    """Says whether an error of torch means that memory has run out."""
    name, text = type(error).__name__, str(error)
    return (
        isinstance(error, MemoryError) or name == "OutOfMemoryError"
        or "can't allocate memory" in text or "out of memory" in text
    )  # fmt: skip


def _path(trie: Trie, node: int) -> list[int]:
    """Returns the tokens from the root to a node."""
    path: list[int] = []
    while node != ROOT:
        path.append(trie.tokens[node])
        node = trie.parents[node]
    return path[::-1]
