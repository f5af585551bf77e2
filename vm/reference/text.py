"""Reference functions of the text instructions; a text is a list of characters."""

from __future__ import annotations

import re

from vm.isa import Status
from vm.reference.forms import Form
from vm.reference.lists import place
from vm.reference.registry import fault_unless, structural
from vm.reference.scalars import WHITE_SPACE, lower, upper
from vm.values import INT_MAX, INT_MIN

NUMBER = re.compile(r"([+-]?)0*([0-9]*)")
MOST_DIGITS = 19


@structural("title")
def title(text: Form) -> Form:
    return [
        upper(letter) if i == 0 or text[i - 1] in WHITE_SPACE else lower(letter)
        for i, letter in enumerate(text)
    ]


@structural("trim")
def trim(text: Form) -> Form:
    return list("".join(text).strip(WHITE_SPACE))


@structural("words")
def words(text: Form) -> Form:
    return len(re.findall(f"[^{WHITE_SPACE}]+", "".join(text)))


@structural("field")
def field(text: Form, separator: Form, position: int) -> Form:
    pieces = "".join(text).split(separator)
    fault_unless(place(position, len(pieces)) is not None, Status.BAD_INDEX)
    return list(pieces[position])


@structural("join")
def join(first: Form, middle: Form, second: Form) -> Form:
    return first + middle + second


@structural("starts_with")
def starts_with(text: Form, piece: Form) -> Form:
    return text[: len(piece)] == piece


@structural("ends_with")
def ends_with(text: Form, piece: Form) -> Form:
    return starts_with(text[::-1], piece[::-1])


@structural("find_text")
def find_text(text: Form, piece: Form) -> Form:
    return "".join(text).find("".join(piece))


@structural("contains_text")
def contains_text(text: Form, piece: Form) -> Form:
    return "".join(piece) in "".join(text)


@structural("count_text")
def count_text(text: Form, piece: Form) -> Form:
    return "".join(text).count("".join(piece)) if piece else 0


@structural("replace_text")
def replace_text(text: Form, old: Form, new: Form) -> Form:
    return list("".join(text).replace("".join(old), "".join(new))) if old else text


@structural("to_text")
def to_text(number: int) -> Form:
    return list(str(number))


@structural("parse_int")
def parse_int(text: Form) -> Form:
    stripped = "".join(trim(text))
    found = NUMBER.fullmatch(stripped)
    fault_unless(found is not None and stripped not in ("", "+", "-"), Status.BAD_VALUE)
    assert found is not None
    fault_unless(len(found[2]) <= MOST_DIGITS, Status.BAD_VALUE)
    number = int(found[1] + "0" + found[2])
    fault_unless(INT_MIN <= number <= INT_MAX, Status.BAD_VALUE)
    return number
