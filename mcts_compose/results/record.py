"""Decides what one result says, and its one checksummed line of text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import msgspec

from mcts_compose.checked_lines import DamagedLineError, body_of_line, checked_line

if TYPE_CHECKING:
    from vm.assembly.program import AssemblyProgram
    from vm.program import Program

TIMES: Final = frozenset(
    {"seconds", "check_seconds", "table_seconds", "model_seconds", "save_seconds", "checksum"}
)
"""Fields of a line that two runs of one search never have alike."""
WORK_OF_SERVERS: Final = frozenset({"model_passes", "model_tokens", "reused_tokens", "cache_hits"})
"""Fields that depend on what else a prior server was asked."""


class Result(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What became of one task with one seed.

    Attributes:
      suite: name of the suite or file, or empty.
      task: the task's id.
      seed: seed of the search.
      search: name of the searcher.
      prior: name of the prior.
      solved: whether the program, run again by the machine, fits every shown example.
      generalises: whether it also fits every held-out example; None without any, or without a program.
      program_text: the program in its one-line text form, `program` in a file; None without one.
      length: skill calls of the program; of an assembly program its instructions.
      cost: the search's price of the program, in nats, without the calls that make lists of grids of one row;
        of an assembly program the instructions that count.
      seconds: wall time of the search.
      simulations: simulations spent.
      executions: candidates run; one that runs a learnt skill for long counts as several.
      distinct: distinct contents found.
      model_calls: requests answered by a language model.
      nodes: nodes of the tree.
      stopped: `solved`, `budget:<which>`, `exhausted` or `error`.
      error: one sentence when `stopped` is `error`.
      tree_hash: hash of the whole search tree; equal for equal seeds and simulation budgets.
      table_hash: hash of the instruction table.
      task_hash: hash of the task's content.
      version: version of this package.
      verified: `exhaustive`: the program was run on the whole domain; `smt`: it was proved right by reference
        or specification; `examples`: it fits those and more is not known; None without a program.
      unverified: why there was no stronger check than examples, one sentence.
      check_seconds: wall time of all such checks; not part of `seconds`.
      counterexamples: examples that checks of refuted programs added.
      optimal: whether it is proved that no program is shorter.
      none_shorter_than: it is proved that no program has fewer instructions; None: nothing is.
      lossy: prunes in effect that may lose programs.
      table_seconds: wall time of building tables before the search; not part of `seconds`.
      solutions: how many shortest programs there are, if all were asked for.
      first_hit: candidates that had been run when the first fitting program was met; None: none was.
      model_passes: forward passes of the model.
      model_tokens: tokens computed in them.
      reused_tokens: tokens of the same requests that came from a cache of prefixes.
      cache_hits: requests that were answered without the model, from recorded answers.
      model_seconds: wall time in the model; beside that of the search where the search did not wait.
      refined: nodes whose arms the model has ranked.
      prior_failures: requests that the base prior answered, because the prior could not; of the search
        `sample`, lines that are no program.
      prior_failure: the first of these, in words.
      prior_fingerprint: what fixes the prior's answers besides its name and arguments.
      weighed: from among how many programs that fit this one was chosen; 0 without one, or where none is.
      visits: the most visited focuses as programs in one line, with their visits, if they were asked for.
      save_seconds: part of `seconds` that saves took, by their own count; since the last resume, if any.
      skills: name, doc and body of every learnt skill that the program reaches, each behind those it calls.
      answer: of a solver that is not ours, what it answered, where that is no program of this machine; then
        `program` is None, and `length` counts its operators.
    """

    suite: str
    task: str
    seed: int
    search: str
    prior: str
    solved: bool
    generalises: bool | None
    program_text: str | None = msgspec.field(name="program")
    length: int | None
    cost: float | None
    seconds: float
    simulations: int
    executions: int
    distinct: int
    model_calls: int
    nodes: int
    stopped: str
    error: str | None
    tree_hash: str
    table_hash: str
    task_hash: str
    version: str
    verified: Literal["exhaustive", "smt", "examples"] | None
    unverified: str | None
    check_seconds: float
    counterexamples: int
    optimal: bool
    none_shorter_than: int | None
    lossy: tuple[str, ...]
    table_seconds: float
    solutions: int | None
    first_hit: int | None
    model_passes: int
    model_tokens: int
    reused_tokens: int
    cache_hits: int
    model_seconds: float
    refined: int
    prior_failures: int
    prior_failure: str | None
    prior_fingerprint: str
    visits: tuple[tuple[str, int], ...] | None = None
    weighed: int = 0
    save_seconds: float = 0.0
    skills: tuple[tuple[str, str, str], ...] = ()
    answer: str | None = None

    @property
    def program(self) -> Program | AssemblyProgram | None:
        """The program, which runs: `result.program(*inputs)`."""
        if self.program_text is None:
            return None
        from vm.program_text import parse_program

        if not self.skills:
            return parse_program(self.program_text)
        from vm.skill_text import SkillText, table_of

        return parse_program(self.program_text, table_of(SkillText(*skill) for skill in self.skills))

    @property
    def is_assembly(self) -> bool:
        """Whether the program is one of the scalar machine."""
        return self.program_text is not None and not self.program_text.startswith("(")

    @property
    def is_right(self) -> bool:
        """Whether the program fits every example, held-out ones included."""
        return self.solved and self.generalises is not False

    def to_line(self) -> bytes:
        """Returns the result as one JSON line that ends with its checksum."""
        return checked_line(msgspec.json.encode(self))


def result_of_line(line: bytes) -> Result:
    """Returns the result that a line holds, without or with its line end.

    Raises:
      DamagedLineError: the checksum is missing or wrong, or the fields are not those of this version.
    """
    body = body_of_line(line.rstrip(b"\n"))
    try:
        return msgspec.json.decode(body, type=Result)
    except msgspec.MsgspecError as error:
        raise DamagedLineError(f"it was written by another version ({error})") from None
