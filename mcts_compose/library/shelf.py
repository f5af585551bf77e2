"""Decides which entries become skills: in an order where each calls only what is there already.

What one entry may lead to is bounded, however deep its calls go: the machine lowers a composition once for
each program that reaches it, so what a body reaches is what it costs to load.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from mcts_compose.errors import InputError, printable, shown
from mcts_compose.library.entry import MAX_BODY, MAX_CALLS, Entry, Provenance, check_entry
from mcts_compose.library.names import check_name
from vm.functions.errors import NotInstalledError
from vm.program import Program, ProgramError
from vm.program_text import parse_body
from vm.skill import Skill, SkillTable

if TYPE_CHECKING:
    from vm.assembly.program import AssemblyProgram
    from vm.functions.function import PythonFunction

MAX_LINES: Final = 1024
"""Lines of one body, constants and bound skills included (untuned)."""
MAX_REACHED_LINES: Final = 8192
"""Lines of a body and of all it calls, each skill counted once (untuned)."""
MAX_DEPTH: Final = 64
"""How deep compositions call each other (untuned)."""
LONGEST_PROBLEM: Final = 300
"""Characters that are told of what is wrong with a body, whose names may be of any length."""
_WORD: Final = re.compile(r"[a-z][a-z0-9_]*")


class NameTakenError(InputError):
    """A skill of another content has the name already."""


class UnavailableError(InputError):
    """A Python function that is not installed: the entry is whole, but what it names is elsewhere."""


class MissingCallsError(InputError):
    """What an entry calls is not there.

    Attributes:
      missing: names and content addresses.
    """

    def __init__(self, missing: dict[str, str], problem: str) -> None:
        super().__init__(problem)
        self.missing = missing


@dataclass(frozen=True)
class _Item:
    """A skill with what it reaches: `reach` has a bit for the place of each skill below it and its own."""

    entry: Entry
    hash: str
    skill: Skill
    reach: int
    depth: int
    num_lines: int


@dataclass
class Shelf:
    """Entries that fit together, in order, and the names of others that are not available here."""

    _items: list[_Item] = field(default_factory=list)
    _by_name: dict[str, _Item] = field(default_factory=dict)
    _tables: dict[int, SkillTable] = field(default_factory=dict)
    _unavailable: dict[str, Entry] = field(default_factory=dict)

    def copy(self) -> Shelf:
        """Returns a shelf with the same entries, to try more on."""
        return Shelf(list(self._items), dict(self._by_name), dict(self._tables), dict(self._unavailable))

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The entries."""
        return tuple(item.entry for item in self._items)

    @property
    def table(self) -> SkillTable:
        """The skills."""
        return SkillTable(tuple(item.skill for item in self._items))

    def __contains__(self, name: str) -> bool:
        return self.entry(name) is not None

    def entry(self, name: str) -> Entry | None:
        """Returns the entry of that name, or None; it may be one that is not available here."""
        item = self._by_name.get(name)
        return self._unavailable.get(name) if item is None else item.entry

    def keep_name(self, entry: Entry) -> None:
        """Keeps the name of an entry that needs a package for when that is there again."""
        self._unavailable.setdefault(entry.name, entry)

    def skill(self, name: str) -> Skill | None:
        """Returns the skill of that name, or None."""
        item = self._by_name.get(name)
        return None if item is None else item.skill

    def hash_of(self, name: str) -> str | None:
        """Returns the content address of the entry of that name, or None."""
        item = self._by_name.get(name)
        return None if item is None else item.hash

    def table_of(self, names: Iterable[str]) -> SkillTable:
        """Returns the skills of these names and all that they call, in order."""
        reach = 0
        for name in names:
            reach |= self._by_name[name].reach
        if reach not in self._tables:
            skills = tuple(self._items[place].skill for place in _places(reach))
            self._tables[reach] = SkillTable(skills)
        return self._tables[reach]

    def new_entry(self, name: str, doc: str, body: str, cost: int, provenance: Provenance) -> Entry:
        """Returns an entry that calls skills of this shelf; it is not put there.

        Raises:
          InputError: a part of it may not be there.
        """
        check_name(name)
        if len(body) > MAX_BODY:
            raise InputError(f"a body should have at most {MAX_BODY:,} characters, not {len(body):,}")
        try:
            program = self._parse(body)
        except InputError:
            if name not in self._by_name and re.search(rf"&{name}\b|\b{name}\(", body):
                raise InputError(f"{name} calls itself, which no skill can") from None
            raise
        calls = {name: self._by_name[name].hash for name in sorted(program.called) if name in self._by_name}
        entry = Entry(name, doc, program.text, calls, cost, provenance)
        check_entry(entry)
        return entry

    def _parse(self, body: str) -> Program | AssemblyProgram | PythonFunction:
        # All that may be called stands in the text as a word; more than that is not looked at.
        words = dict.fromkeys(word for word in _WORD.findall(body) if word in self._by_name)
        if len(words) > MAX_CALLS:
            raise InputError(f"a body calls at most {MAX_CALLS} learnt skills, not {len(words):,}")
        try:
            return parse_body(body, self.table_of(words))
        except (ProgramError, RecursionError) as error:
            problem = printable(str(error))
            if len(problem) > LONGEST_PROBLEM:
                problem = f"{problem[:LONGEST_PROBLEM]}..."
            kind = UnavailableError if isinstance(error, NotInstalledError) else InputError
            raise kind(problem) from None

    def take(self, entry: Entry) -> Skill:
        """Puts an entry behind the others and returns its skill.

        Raises:
          MissingCallsError: it calls what is not there.
          UnavailableError: it is a Python function that is not installed.
          InputError: it may not be there; the shelf is as it was.
        """
        check_entry(entry)
        there = self.entry(entry.name)
        if there is not None and (entry.name in self._by_name or there.hash != entry.hash):
            raise InputError(f"there is another skill with the name {entry.name}")
        missing = {name: hash_ for name, hash_ in entry.calls.items() if self.hash_of(name) != hash_}
        if missing:
            raise MissingCallsError(missing, self._missing_text(entry, missing))
        program = self._parse(entry.body)
        if {name for name in program.called if name in self._by_name} != entry.calls.keys():
            raise InputError(f"the body of {entry.name} does not call what the entry says it calls")
        below = [self._by_name[name] for name in entry.calls]
        item = self._measured(entry, program, below)
        self._items.append(item)
        self._by_name[entry.name] = item
        return item.skill

    def take_new(self, entry: Entry) -> bool:
        """Puts an entry behind the others unless it is there; says whether it was not.

        Raises:
          NameTakenError: an entry of another content has its name.
          InputError: it may not be there; the shelf is as it was.
        """
        there = self.entry(entry.name)
        if there is not None and there.hash == entry.hash:
            return False
        if there is not None:
            raise NameTakenError(f"there is another skill with the name {entry.name}")
        self.take(entry)
        return True

    def _missing_text(self, entry: Entry, missing: dict[str, str]) -> str:
        name = min(missing)
        if name == entry.name:
            return f"{name} calls itself, which no skill can"
        if name in self._by_name:
            return f"{entry.name} calls {shown(name)}, but another one than is there"
        return f"{entry.name} calls {shown(name)}, which is not there"

    def _measured(
        self, entry: Entry, program: Program | AssemblyProgram | PythonFunction, below: list[_Item]
    ) -> _Item:
        """Returns the item of an entry.

        Raises:
          InputError: it is too long, or leads too deep or too far.
        """
        num_lines = len(program.lines) if isinstance(program, Program) else program.length
        if num_lines > MAX_LINES:
            raise InputError(f"a body should have at most {MAX_LINES} lines, not {num_lines:,}")
        depth = 1 + max((item.depth for item in below), default=0)
        if depth > MAX_DEPTH:
            raise InputError(
                f"{entry.name} calls skills that call skills {depth} deep, more than {MAX_DEPTH}"
            )
        reach = 0
        for item in below:
            reach |= item.reach
        reached = num_lines + sum(self._items[place].num_lines for place in _places(reach))
        if reached > MAX_REACHED_LINES:
            raise InputError(
                f"{entry.name} and all it calls have {reached:,} lines, more than {MAX_REACHED_LINES:,}"
            )
        skill = Skill(entry.name, entry.doc, program, entry.cost)
        return _Item(entry, entry.hash, skill, reach | 1 << len(self._items), depth, num_lines)


def _places(reach: int) -> Iterator[int]:
    """Yields the places whose bits are set, in order."""
    while reach:
        lowest = reach & -reach
        yield lowest.bit_length() - 1
        reach ^= lowest
