"""Decides which compositions that solutions share become skills of their own.

Solutions are split into two halves by their tasks. What stitch finds in one half is kept if it also occurs in
the other, which had no part in finding it, and if all solutions with its own body have fewer calls then.

Source: corpus-guided top-down synthesis (Bowers and others 2023, "Top-Down Synthesis for Library Learning"),
which `stitch_core` does.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final, NamedTuple

from mcts_compose.curriculum.terms import Term, match, term_of
from mcts_compose.errors import InputError, OutputError
from mcts_compose.library.entry import Provenance
from mcts_compose.library.library import Library
from mcts_compose.library.names import MAX_NAME, doc_of, free_name
from mcts_compose.task import default_names
from vm.program import Program, ProgramError
from vm.skill import SkillTable
from vm.table import BY_NAME
from vm.values import ValueType

MOST_FOUND: Final = 10
"""Abstractions that are asked for in each half (untuned)."""
MOST_HOLES: Final = 3
LEAST_CALLS: Final = 2
LEAST_PROGRAMS: Final = 4
NAMED_AFTER: Final = 3
"""Skills of an abstraction that its name is made of."""


class Shared(NamedTuple):
    """A composition that several solutions have in common.

    Attributes:
      pattern: it, with holes.
      params: types of the holes.
      result: type of what it gives.
      num_saved: calls that all solutions together have fewer with it, its own body counted.
    """

    pattern: Term
    params: tuple[ValueType, ...]
    result: ValueType
    num_saved: int

    @property
    def body(self) -> str:
        """The text of the program."""
        names = default_names(len(self.params))
        inputs = ", ".join(f"{name}: {type_}" for name, type_ in zip(names, self.params, strict=True))
        holes = {f"#{number}": name for number, name in enumerate(names)}
        return f"({inputs}) -> {self.result}; return {self.pattern.text(holes)}"

    @property
    def name(self) -> str:
        """A name that says what it calls."""
        heads = [part.head.lstrip("&") for part in self.pattern.parts() if re.match(r"&?[a-z]", part.head)]
        return "_of_".join(heads[:NAMED_AFTER])[:MAX_NAME].rstrip("_")


def shared_compositions(solutions: Mapping[str, Program]) -> list[Shared]:
    """Returns what solutions have in common and is worth a skill, what saves most first.

    Args:
      solutions: by the tasks' ids.

    Raises:
      InputError: stitch_core is not installed.
    """
    terms = {task: term_of(program) for task, program in sorted(solutions.items())}
    halves = [{task: term for task, term in terms.items() if _half(task) == half} for half in (0, 1)]
    found: dict[Term, Shared] = {}
    for own, other in (halves, halves[::-1]):
        if len(own) < LEAST_PROGRAMS:
            continue
        for pattern in found_by_stitch(list(own.values())):
            shared = _measured(pattern, list(terms.values()))
            if shared is None or shared.num_saved <= 0 or not _occurs(shared, list(other.values())):
                continue
            found.setdefault(pattern, shared)
    return sorted(found.values(), key=lambda shared: (-shared.num_saved, shared.body))


def _half(task: str) -> int:
    return hashlib.blake2b(task.encode(), digest_size=1).digest()[0] % 2


class _Tokens:
    """Names that stitch can read, for heads that it could not."""

    def __init__(self) -> None:
        self._token_of: dict[tuple[str, int], str] = {}
        self.head_of: dict[str, tuple[str, int]] = {}

    def token(self, head: str, arity: int) -> str:
        """Returns the name of a head with so many operands."""
        key = head, arity
        if key not in self._token_of:
            token = f"t{len(self._token_of)}"
            self._token_of[key], self.head_of[token] = token, key
        return self._token_of[key]

    def write(self, term: Term) -> str:
        """Returns a term as stitch reads it."""
        if term.head.startswith("$"):
            return term.head
        token = self.token(term.head, len(term.args))
        return f"({token} {' '.join(map(self.write, term.args))})" if term.args else token


def found_by_stitch(terms: Sequence[Term]) -> Iterator[Term]:
    """Yields the abstractions that stitch finds, those that call earlier ones written out."""
    try:
        import stitch_core
    except ModuleNotFoundError:
        raise InputError("compression needs stitch_core: pip install 'mcts-compose[compress]'") from None
    tokens = _Tokens()
    num_inputs = [1 + max((int(part.head[1:]) for part in term.parts() if part.head[0] == "$"), default=0)
                  for term in terms]  # fmt: skip
    texts = [
        "(lam " * number + tokens.write(term) + ")" * number
        for term, number in zip(terms, num_inputs, strict=True)
    ]
    known: dict[str, Term | None] = {}
    for abstraction in _compressed(texts, stitch_core):
        pattern = _pattern(_parsed(abstraction.body), tokens, known)
        known[abstraction.name] = pattern
        if pattern is not None and pattern.num_calls >= LEAST_CALLS:
            yield _renumbered(pattern)


def _compressed(texts: list[str], stitch: Any) -> list[Any]:
    """Returns stitch's abstractions; where an assertion of its own fails, those that it finds before that."""
    for iterations in range(MOST_FOUND, 0, -1):
        with suppress(stitch.StitchException):
            found: list[Any] = stitch.compress(
                texts, iterations=iterations, max_arity=MOST_HOLES
            ).abstractions
            return found
    return []


_Tree = list["str | _Tree"]


def _parsed(text: str) -> str | _Tree:
    """Returns the nested lists that an S-expression says."""
    stack: _Tree = [[]]
    for token in re.findall(r"[()]|[^\s()]+", text):
        if token == "(":
            stack.append([])
        elif token == ")":
            last = stack.pop()
            top = stack[-1]
            assert isinstance(top, list)
            top.append(last)
        else:
            top = stack[-1]
            assert isinstance(top, list)
            top.append(token)
    (whole,) = stack
    assert isinstance(whole, list)
    return whole[0]


def _pattern(tree: str | _Tree, tokens: _Tokens, known: Mapping[str, Term | None]) -> Term | None:
    """Returns the pattern of an abstraction, None if it is no whole call of our own."""
    head, args = (tree, []) if isinstance(tree, str) else (tree[0], tree[1:])
    if not isinstance(head, str):
        return None
    parts = [_pattern(arg, tokens, known) for arg in args]
    whole = [part for part in parts if part is not None]
    if len(whole) < len(parts):
        return None
    if head.startswith("#"):
        return None if whole else Term(head)
    if head in known:
        inner = known[head]
        return None if inner is None else _filled(inner, whole)
    name, arity = tokens.head_of.get(head, ("", -1))
    return Term(name, tuple(whole)) if arity == len(whole) else None


def _filled(pattern: Term, args: Sequence[Term]) -> Term | None:
    """Returns a pattern with its holes filled, None if too few things fill them."""
    if pattern.head.startswith("#"):
        number = int(pattern.head[1:])
        return args[number] if number < len(args) else None
    parts = [_filled(arg, args) for arg in pattern.args]
    whole = tuple(part for part in parts if part is not None)
    return Term(pattern.head, whole) if len(whole) == len(parts) else None


def _renumbered(pattern: Term) -> Term:
    """Returns a pattern whose holes are numbered in the order in which they stand."""
    order = list(dict.fromkeys(part.head for part in pattern.parts() if part.head.startswith("#")))
    new = {head: Term(f"#{number}") for number, head in enumerate(order)}

    def written(term: Term) -> Term:
        return new.get(term.head) or Term(term.head, tuple(map(written, term.args)))

    return written(pattern)


def _signature(pattern: Term, term: Term) -> tuple[tuple[ValueType, ...], ValueType] | None:
    """Returns the types with which a term is a case of a pattern, None if it is none."""
    holes: dict[str, Term] = {}
    if term.type is None or not match(pattern, term, holes):
        return None
    types = [holes[f"#{number}"].type for number in range(len(holes))]
    params = tuple(type_ for type_ in types if type_ is not None)
    return (params, term.type) if len(params) == len(types) else None


def _measured(pattern: Term, terms: Sequence[Term]) -> Shared | None:
    """Returns a pattern with the types it has most often, and what it saves; None if it occurs nowhere."""
    signatures = Counter(
        signature for term in terms for part in term.parts() if (signature := _signature(pattern, part))
    )
    if not signatures:
        return None
    (params, result), _ = min(signatures.items(), key=lambda item: (-item[1], str(item[0])))
    if not 1 <= len(params) <= MOST_HOLES:
        return None
    saved = sum(_num_uses(pattern, (params, result), term) for term in terms) * (pattern.num_calls - 1)
    return Shared(pattern, params, result, saved - pattern.num_calls)


def _num_uses(pattern: Term, signature: tuple[tuple[ValueType, ...], ValueType], term: Term) -> int:
    """Returns how often a term has a pattern, none inside another but in its holes."""
    if _signature(pattern, term) == signature:
        holes: dict[str, Term] = {}
        match(pattern, term, holes)
        return 1 + sum(_num_uses(pattern, signature, filling) for filling in holes.values())
    return sum(_num_uses(pattern, signature, arg) for arg in term.args)


def _occurs(shared: Shared, terms: Sequence[Term]) -> bool:
    return any(_num_uses(shared.pattern, (shared.params, shared.result), term) for term in terms)


def add_compressed(
    library: Library, solutions: Mapping[str, Program], suite: str, generation: int
) -> list[str]:
    """Adds what solutions have in common to a library; returns the names of what was not there.

    Raises:
      InputError: stitch_core is not installed.
      OutputError: a skill cannot be written.
    """
    new = []
    provenance = Provenance(origin="compressed", suite=suite, generation=generation)
    for shared in shared_compositions(solutions):
        table = library.table
        try:
            program = Program.parse(shared.body, table)
        except ProgramError:
            continue  # a skill that another run has taken out of the library
        if _is_there(program, table):
            continue
        name = free_name(shared.name, lambda name: name in BY_NAME or library.entry(name) is not None)
        names = {f"#{number}": each for number, each in enumerate(program.input_names)}
        doc = doc_of(f"Gives {shared.pattern.text(names)}.", name)
        try:
            library.add([library.new_entry(name, doc, program, provenance=provenance)])
        except OutputError:
            raise
        except InputError:  # it goes too deep, or another process has just taken the name
            library.refresh()
            continue
        new.append(name)
    return new


def _is_there(program: Program, table: SkillTable) -> bool:
    """Says whether a skill has this very body."""
    for skill in table.learnt:
        body = skill.body
        if isinstance(body, Program) and (body.lines, body.output, body.input_types, body.output_type) == (
            program.lines, program.output, program.input_types, program.output_type
        ):  # fmt: skip
            return True
    return False
