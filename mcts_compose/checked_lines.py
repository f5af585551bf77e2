"""Decides how a JSON line says that it is what was written: it ends with a checksum of all before."""

from __future__ import annotations

import hashlib
import re

_CHECKSUM = re.compile(rb',"checksum":"([0-9a-f]{16})"\}')
_LENGTH = len(b',"checksum":""}') + 16


class DamagedLineError(ValueError):
    """A line that is not what was written; the message says in what way."""


def checked_line(body: bytes) -> bytes:
    """Returns a JSON object, which may not be empty, as a line that ends with its checksum."""
    return body[:-1] + b',"checksum":"' + _checksum(body).encode() + b'"}\n'


def body_of_line(line: bytes) -> bytes:
    """Returns the JSON object that a line holds without its line end.

    Raises:
      DamagedLineError: the checksum is missing or wrong.
    """
    found = _CHECKSUM.fullmatch(line, max(0, len(line) - _LENGTH))
    if found is None:
        raise DamagedLineError("it does not end with a checksum")
    body = line[: found.start()] + b"}"
    if _checksum(body) != found.group(1).decode():
        raise DamagedLineError("its checksum does not match what it says")
    return body


def _checksum(body: bytes) -> str:
    return hashlib.blake2b(body, digest_size=8).hexdigest()
