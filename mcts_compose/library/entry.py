"""Decides what is kept of a skill: what it does, and where it comes from.

The content address is a hash of the name, the body and the addresses of what the body calls. It says nothing
of provenance, so two runs that find the same skill give it the same address; and since an address covers
those below it, no chain of calls comes back to where it began.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from mcts_compose import __version__
from mcts_compose.checked_lines import DamagedLineError, body_of_line, checked_line
from mcts_compose.errors import InputError, printable
from mcts_compose.library.names import check_doc, check_name

MAX_BODY: Final = 1 << 16
"""Characters of a program's text (untuned)."""
MAX_CALLS: Final = 256
"""Learnt skills that one body calls (untuned)."""
MAX_COST: Final = 64
MAX_TEXT: Final = 2000
"""Characters of a text of the provenance."""
HASH_BYTES: Final = 16
SHORT_HASH: Final = 8
"""Characters of an address that stand in a file's name."""

_Hash = Annotated[str, Meta(pattern=rf"\A[0-9a-f]{{{2 * HASH_BYTES}}}\Z")]
_Text = Annotated[str, Meta(max_length=MAX_TEXT)]
_Count = Annotated[int, Meta(ge=0, le=2**63 - 1)]
Origin = Literal["learnt", "compressed", "proposed", "imported", "user"]


class Provenance(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Where a skill comes from.

    Attributes:
      origin: who made it; `proposed` by a prior as a sub-task of the task before `/proposal-`.
      suite: suite of the task that it solves.
      task: that task's id.
      description: what the task said in words.
      generation: of the run of `learn` that found it; 0 for what no generation found.
      seed: of the search that found it.
      search: name of the searcher.
      prior: name of the prior.
      program_cost: the search's price of the body, in nats.
      date: when it was added, ISO 8601 in UTC.
      version: of this package.
    """

    origin: Origin = "learnt"
    suite: _Text = ""
    task: _Text = ""
    description: _Text = ""
    generation: _Count = 0
    seed: Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)] | None = None
    search: _Text = ""
    prior: _Text = ""
    program_cost: float | None = None
    date: _Text = ""
    version: _Text = ""


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A skill as the library keeps it.

    Attributes:
      name: how programs call it.
      doc: what it does, one printable line.
      body: the text of the program or of the assembly.
      calls: the name of each learnt skill that the body calls, with its content address.
      cost: default price in the search.
      provenance: where it comes from.
    """

    name: str
    doc: str
    body: Annotated[str, Meta(max_length=MAX_BODY)]
    calls: Annotated[dict[str, _Hash], Meta(max_length=MAX_CALLS)]
    cost: Annotated[int, Meta(ge=1, le=MAX_COST)]
    provenance: Provenance

    @property
    def hash(self) -> str:
        """The content address."""
        content = json.dumps([self.name, self.body, sorted(self.calls.items())])
        return hashlib.blake2b(content.encode(), digest_size=HASH_BYTES).hexdigest()


class _Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a file holds; the number is that of its name."""

    number: Annotated[int, Meta(ge=1)]
    entry: Entry


_TEXTS: Final = ("suite", "task", "description", "search", "prior", "date", "version")


def stamped(provenance: Provenance) -> Provenance:
    """Returns a provenance with date and version, its texts made printable lines that are not too long."""
    texts = {field: printable(getattr(provenance, field))[:MAX_TEXT] for field in _TEXTS}
    texts["date"] = texts["date"] or datetime.now(UTC).isoformat(timespec="seconds")
    texts["version"] = texts["version"] or __version__
    return msgspec.structs.replace(provenance, **texts)


def check_entry(entry: Entry) -> None:
    """Checks all of an entry that can be judged without the library it belongs to.

    Raises:
      InputError: a field is not what it should be.
    """
    try:
        msgspec.json.decode(msgspec.json.encode(entry), type=Entry)
    except UnicodeError:
        raise InputError("the skill cannot be kept: it holds a surrogate, which is no character") from None
    except (msgspec.MsgspecError, RecursionError, TypeError, OverflowError) as error:
        raise InputError(f"the skill cannot be kept: {printable(str(error))}") from None
    check_name(entry.name)
    check_doc(entry.doc)
    for field in _TEXTS:
        if not getattr(entry.provenance, field).isprintable():
            raise InputError(f"{field} of {entry.name} should be one line of printable characters")


def entry_line(number: int, entry: Entry) -> bytes:
    """Returns what the file of an entry holds."""
    return checked_line(msgspec.json.encode(_Record(number, entry)))


def entry_of_line(content: bytes) -> tuple[int, Entry]:
    """Returns the number and the entry that a file holds.

    Raises:
      InputError: the file is not what was written, or says what this version does not allow.
    """
    if content[-1:] != b"\n":
        raise InputError("it does not end with a line end, so its end was cut off or changed")
    try:
        record = msgspec.json.decode(body_of_line(content[:-1]), type=_Record)
    except DamagedLineError as error:
        raise InputError(str(error)) from None
    except (msgspec.MsgspecError, RecursionError) as error:
        raise InputError(f"it was written by another version ({printable(str(error))})") from None
    check_entry(record.entry)
    return record.number, record.entry
