"""Decides what the bundled model reads and writes: a task, a step of the search and a program as words.

    out:list[int] l00:.. l01:.. ...          the result: its type, what it is like
    in0:list[int] l00:.. ... ll00:.. ...     each argument: what it is like, and how the result lies to it
    in1:int s00:.. ... sl00:.. ...
    both u00:.. ul00:..                      the first two arguments together
    examples:5 <ex> <in> 3 1 2 <in> 4 <out> 1 2 3 <ex> ...

After a task comes either `<bag>`, where the model says which skills and constants solve it, with `<prg>` and
the program in prefix form after it; or `<focus>` with the focus of a node and then one arm, whose last word
`<way>` is where the model says whether the arm lies on the way to a solution.

Words are separated by blanks. A model is trained on one version of this text; what changes it needs a new
one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from priors.base import PriceRequest, RankRequest, SkillView
from priors.bundled.properties import LIST, Group, States, Values, of_pair, states_of
from vm.program import Apply, Bind, Constant, Program
from vm.values import Elem, HostValue, ValueType, encode

VERSION: Final = 1
MAX_INPUTS: Final = 3
MAX_EXAMPLES: Final = 3
MAX_SHOWN: Final = 9
"""Elements of a list that an example shows; `<more>` stands for the others."""
MAX_PROGRAM_WORDS: Final = 48
"""Longer programs are not written."""
INPUT_LIST_WORDS: Final = 4
"""Words about a list argument by itself: the first properties, the others matter for results only."""

INT, INTS = ValueType(Elem.INT, 0), ValueType(Elem.INT, 1)
BOOL, BOOLS = ValueType(Elem.BOOL, 0), ValueType(Elem.BOOL, 1)
KNOWN_TYPES: Final = (INT, INTS, BOOL, BOOLS)

EXACT: Final = 100
"""Ints from minus to plus this are words of their own."""
MAGNITUDES: Final = (200, 500, 1000, 10_000)
CONSTANTS: Final = range(-10, 101)
"""Constants that have a word."""
MAX_COUNTED: Final = 12

BOTH, EXAMPLE, IN, OUT, MORE = "both", "<ex>", "<in>", "<out>", "<more>"
BAG, PROGRAM, END = "<bag>", "<prg>", "<end>"
FOCUS, WAY, LEAF = "<focus>", "<way>", "<leaf>"
BOUND, FREE, LITERAL = "&", "_", "<list>"
YES, NO = "<yes>", "<no>"
MARKERS: Final = (
    BOTH, EXAMPLE, IN, OUT, MORE, BAG, PROGRAM, END, FOCUS, WAY, LEAF, BOUND, FREE, LITERAL, YES, NO,
    "true", "false",
)  # fmt: skip

_HEAD = re.compile(r"([A-Za-z_]\w*)\(")


class UnreadableError(ValueError):
    """Words are no program; one sentence says why."""


def is_known_type(request: PriceRequest) -> bool:
    """Says whether a task has types on which the model was trained."""
    types = (*request.input_types, request.output_type)
    return 1 <= len(request.input_types) <= MAX_INPUTS and all(type_ in KNOWN_TYPES for type_ in types)


def int_word(number: int) -> str:
    """Returns the word of an int in an example."""
    if -EXACT <= number <= EXACT:
        return str(number)
    sign = "+" if number > 0 else "-"
    bound = next((bound for bound in MAGNITUDES if abs(number) <= bound), "more")
    return f"{sign}<={bound}" if bound != "more" else f"{sign}more"


def int_words() -> list[str]:
    """Returns every word that `int_word` can give."""
    numbers = [*range(-EXACT, EXACT + 1), *(bound for one in (*MAGNITUDES, 10**6) for bound in (one, -one))]
    return list(dict.fromkeys(map(int_word, numbers)))


def skill_word(name: str) -> str:
    """Returns the word that stands for a skill."""
    return f"skill:{name}"


def constant_word(value: HostValue) -> str | None:
    """Returns the word that stands for a constant, None if it has none."""
    if isinstance(value, bool) or not isinstance(value, int) or value not in CONSTANTS:
        return None
    return f"c:{value}"


def _property_words(group: Group, states: States, is_input: bool) -> list[str]:
    return group.words(states, INPUT_LIST_WORDS if is_input and group is LIST else None)


def _value_words(values: Values, example: int) -> list[str]:
    begin, end = int(values.starts[example]), int(values.starts[example + 1])
    shown = values.words[begin : min(end, begin + MAX_SHOWN)].tolist()
    if values.is_bool:
        found = ["true" if word else "false" for word in shown]
    else:
        found = [int_word(word) for word in shown]
    return [*found, MORE] if end - begin > MAX_SHOWN else found


def words_of_values(
    types: Sequence[ValueType], inputs: Sequence[Values], output: Values, num_examples: int = MAX_EXAMPLES
) -> list[str]:
    """Returns the words of a task.

    Args:
      types: of the arguments and the result, known ones.
      inputs: of each argument.
      output: of the result.
      num_examples: how many examples are shown as such, besides the properties of all.
    """
    words: list[str] = []
    role = ""
    type_of = {f"in{number}": type_ for number, type_ in enumerate(types)} | {"out": types[-1]}
    for now, group, states in states_of(inputs, output):
        if now != role:
            role = now
            words.append(f"{role}:{type_of[role]}" if role in type_of else BOTH)
        words += _property_words(group, states, is_input=role.startswith("in"))
    words.append(f"examples:{min(output.examples, MAX_COUNTED)}")
    for example in range(min(num_examples, output.examples)):
        words.append(EXAMPLE)
        for values in inputs:
            words += [IN, *_value_words(values, example)]
        words += [OUT, *_value_words(output, example)]
    return words


def task_values(request: PriceRequest) -> tuple[list[Values], Values]:
    """Returns the values of a task's arguments and of its result; the types must be known."""
    columns = list(zip(*(example.inputs for example in request.examples), strict=True))
    inputs = [
        Values(encode(column, type_)) for column, type_ in zip(columns, request.input_types, strict=True)
    ]
    return inputs, Values(encode([example.output for example in request.examples], request.output_type))


def task_words(request: PriceRequest, num_examples: int = MAX_EXAMPLES) -> list[str]:
    """Returns the words of a task whose types are known; it has at least one example."""
    return words_of_values((*request.input_types, request.output_type), *task_values(request), num_examples)


def type_of_values(values: Sequence[HostValue]) -> ValueType | None:
    """Returns the known type that contents have, None if they have another; empty lists count as of ints."""
    is_list = all(isinstance(value, list) for value in values)
    scalars = [item for value in values for item in (value if isinstance(value, list) else (value,))]
    if not all(isinstance(item, int) for item in scalars):
        return None
    if not is_list and any(isinstance(value, list) for value in values):
        return None
    is_bool = bool(scalars) and all(isinstance(item, bool) for item in scalars)
    return ValueType(Elem.BOOL if is_bool else Elem.INT, int(is_list))


def head_word(text: str) -> str:
    """Returns the word of the skill that a nested call ends with, `<leaf>` if it is no call."""
    found = _HEAD.match(text)
    return LEAF if found is None else skill_word(found.group(1))


def step_words(head: str, type_: ValueType, values: Values, goal: Values) -> list[str]:
    """Returns the words of some contents: what made it, its type, and how the goal lies to it."""
    group, states = of_pair(values, goal)
    return [f"has:{type_}", head, *group.words(states)]


def focus_words(request: RankRequest, goal: Values) -> list[str]:
    """Returns the words of a node's focus, which come after the task's; none at the root."""
    if not request.focus_values:
        return []
    type_ = type_of_values(request.focus_values)
    if type_ is None:
        return [FOCUS]
    values = Values(encode(request.focus_values, type_))
    return [FOCUS, *step_words(head_word(request.focus), type_, values, goal)]


def arm_words(text: str, values: Sequence[HostValue], goal: Values) -> list[str] | None:
    """Returns the words of an arm, which come after the focus'; None if its contents have an unknown type."""
    type_ = type_of_values(values)
    if type_ is None:
        return None
    return [*step_words(head_word(text), type_, Values(encode(values, type_)), goal), WAY]


def program_words(program: Program) -> list[str] | None:
    """Returns a program in prefix form, None if it is too long or has a value that cannot be written.

    A call is the skill's word and then its operands; what several calls read is written as often as it is
    read. A skill as a value is `&`, its word and its slots, `_` where they are free.
    """
    words: list[str] = []

    def write(pointer: int) -> bool:
        if len(words) > MAX_PROGRAM_WORDS:
            return False
        if pointer < program.num_inputs:
            words.append(f"x{pointer}")
            return True
        line = program.lines[pointer - program.num_inputs]
        if isinstance(line, Constant):
            found = literal_words(line)
            words.extend(found or ())
            return found is not None
        if isinstance(line, Apply):
            words.append(skill_word(line.skill))
            return all(write(operand) for operand in line.args)
        return _write_bound(line)

    def _write_bound(line: Bind) -> bool:
        words.extend((BOUND, skill_word(line.skill)))
        for slot in line.slots:
            if slot is None:
                words.append(FREE)
            elif not write(slot):
                return False
        words.append(END)
        return True

    if program.num_inputs > MAX_INPUTS or not write(program.output) or len(words) > MAX_PROGRAM_WORDS:
        return None
    return words


def literal_words(constant: Constant) -> list[str] | None:
    """Returns the words of a constant in a program, None if it cannot be written."""
    if constant.type == INT:
        word = constant_word(constant.value)
        return None if word is None else [word]
    if constant.type != INTS or not isinstance(constant.value, list) or not constant.value:
        return None
    inside = [constant_word(item) for item in constant.value]
    return [LITERAL, *(word for word in inside if word), END] if all(inside) else None


def bag_words(program: Program) -> list[str] | None:
    """Returns the words of the skills and constants of a program, each once; None if it has none."""
    found: dict[str, None] = {}
    for line in program.lines:
        if isinstance(line, Constant):
            word = constant_word(line.value)
            if word is not None:
                found[word] = None
        else:
            found[skill_word(line.skill)] = None
    return list(found) or None


def arity_of(skill: SkillView) -> int:
    """Returns how many operands a skill takes."""
    parameters = skill.signature.partition(";")[0].partition("->")[0].strip()
    return parameters.count(",") + 1 if parameters else 0


class _Reader:
    def __init__(self, words: Sequence[str], arities: Mapping[str, int], names: Sequence[str]) -> None:
        self.words, self.at = words, 0
        self.arities, self.names = arities, names

    def take(self) -> str:
        if self.at >= len(self.words):
            raise UnreadableError("the program ends too early")
        self.at += 1
        return self.words[self.at - 1]

    def skill(self, word: str) -> tuple[str, int]:
        name = word.removeprefix("skill:")
        if name == word or name not in self.arities:
            raise UnreadableError(f"{word!r} is no skill of the request")
        return name, self.arities[name]

    def expression(self) -> str:
        word = self.take()
        if word[:1] == "x" and word[1:].isdecimal():
            if int(word[1:]) >= len(self.names):
                raise UnreadableError(f"there is no input {word!r}")
            return self.names[int(word[1:])]
        if word.startswith("c:"):
            return word[2:]
        if word == LITERAL:
            return f"[{', '.join(item.removeprefix('c:') for item in self.until_end())}]"
        if word == BOUND:
            return self.bound()
        name, arity = self.skill(word)
        return f"{name}({', '.join(self.expression() for _ in range(arity))})"

    def until_end(self) -> list[str]:
        found = []
        while (word := self.take()) != END:
            found.append(word)
        return found

    def bound(self) -> str:
        name, _ = self.skill(self.take())
        slots = []
        while self.at < len(self.words) and self.words[self.at] != END:
            if self.words[self.at] == FREE:
                slots.append(self.take())
            else:
                slots.append(self.expression())
        self.take()
        return f"&{name}({', '.join(slots)})" if slots else f"&{name}"


def program_text(
    words: Sequence[str],
    names: Sequence[str],
    input_types: Sequence[ValueType],
    output_type: ValueType,
    arities: Mapping[str, int],
) -> str:
    """Returns the text of the program that words in prefix form say; it may still not verify.

    Args:
      words: the program, without `<prg>` and the last `<end>`.
      names: of the arguments.
      input_types: of the arguments.
      output_type: of the result.
      arities: how many operands each skill of the request takes, by name.

    Raises:
      UnreadableError: the words are no program.
    """
    reader = _Reader(words, arities, names)
    body = reader.expression()
    if reader.at != len(words):
        raise UnreadableError("words follow the program")
    inputs = ", ".join(f"{name}: {type_}" for name, type_ in zip(names, input_types, strict=True))
    return f"({inputs}) -> {output_type}; return {body}"
