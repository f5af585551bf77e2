"""Decides what one result says, and its one checksummed line of text."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from vm.program import Program

_CHECKSUM = re.compile(rb',"checksum":"([0-9a-f]{16})"\}')


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
      length: skill calls of the program.
      cost: the search's price of the program, in nats.
      seconds: wall time of the search.
      simulations: simulations spent.
      executions: candidates run.
      distinct: distinct contents found.
      model_calls: requests answered by a language model.
      nodes: nodes of the tree.
      stopped: `solved`, `budget:<which>`, `exhausted` or `error`.
      error: one sentence when `stopped` is `error`.
      tree_hash: hash of the whole search tree; equal for equal seeds and simulation budgets.
      table_hash: hash of the instruction table.
      task_hash: hash of the task's content.
      version: version of this package.
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

    @property
    def program(self) -> Program | None:
        """The program, which runs: `result.program(*inputs)`."""
        if self.program_text is None:
            return None
        from vm.assembly.library import ASSEMBLY_SKILLS
        from vm.program import Program

        return Program.parse(self.program_text, ASSEMBLY_SKILLS)

    @property
    def is_right(self) -> bool:
        """Whether the program fits every example, held-out ones included."""
        return self.solved and self.generalises is not False

    def to_line(self) -> bytes:
        """Returns the result as one JSON line that ends with its checksum."""
        body = msgspec.json.encode(self)
        return body[:-1] + b',"checksum":"' + _checksum(body).encode() + b'"}\n'


class DamagedLineError(ValueError):
    """A line of a results file that is not what was written; the message says in what way."""


def result_of_line(line: bytes) -> Result:
    """Returns the result that a line holds, without or with its line end.

    Raises:
      DamagedLineError: the checksum is missing or wrong, or the fields are not those of this version.
    """
    line = line.rstrip(b"\n")
    found = _CHECKSUM.fullmatch(line, max(0, len(line) - len(b',"checksum":""}') - 16))
    if found is None:
        raise DamagedLineError("it does not end with a checksum")
    body = line[: found.start()] + b"}"
    if _checksum(body) != found.group(1).decode():
        raise DamagedLineError("its checksum does not match what it says")
    try:
        return msgspec.json.decode(body, type=Result)
    except msgspec.MsgspecError as error:
        raise DamagedLineError(f"it was written by another version ({error})") from None


def _checksum(body: bytes) -> str:
    return hashlib.blake2b(body, digest_size=8).hexdigest()
