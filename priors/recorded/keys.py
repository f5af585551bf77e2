"""Decides when two requests are the same: a key is a hash of everything that a request says.

The bytes that are hashed say of every value what it is, so `1`, `1.0`, `True` and `"1"` are told apart, and
of every record its fields by name, so that a new field changes the key instead of giving an old answer. They
depend on neither the process nor the version of Python. The base prior's prices count to a billionth of a
nat: their last bits are those of the processor's logarithm, and a recording is to be good on another one.
"""

from __future__ import annotations

import dataclasses
import hashlib
import math
import struct
from enum import Enum
from typing import Any, Final

import numpy as np

from priors.base import Prices

KEY_VERSION: Final = 1
"""Of these bytes and of what the contract's answers mean; another version is another key."""
KEY_BYTES: Final = 20
_PARTS_OF_A_NAT: Final = 10**9


def answer_key(question: str, *parts: object) -> bytes:
    """Returns the key of a question, such as `prices`, and of all that it was asked with.

    Raises:
      TypeError: a part holds something that no request can hold.
    """
    out = bytearray()
    _write((KEY_VERSION, question, parts), out)
    return hashlib.blake2b(out, digest_size=KEY_BYTES).digest()


def _write(value: Any, out: bytearray) -> None:
    """Appends the bytes that stand for a value; no value's are the beginning of another's."""
    if type(value) is int:  # first, since most of a request are numbers in lists
        _write_bytes(b"i", b"%d" % value, out)
        return
    if isinstance(value, np.generic):
        value = value.item()
    if value is None:
        out += b"N"
    elif isinstance(value, Enum):
        _write_all(b"E", (type(value).__name__, value.name), out)
    elif isinstance(value, bool):
        out += b"T" if value else b"F"
    elif isinstance(value, int):
        _write_bytes(b"i", b"%d" % value, out)
    elif isinstance(value, float):
        out += b"f" + (b"nan....." if math.isnan(value) else struct.pack(">d", value))
    elif isinstance(value, str):
        _write_bytes(b"s", value.encode("utf-8", "surrogatepass"), out)
    elif isinstance(value, Prices):
        _write_all(b"P", (_rounded(value.skills), _rounded(value.constants)), out)
    elif isinstance(value, tuple) and hasattr(value, "_fields"):
        _write_record(value, value._fields, out)
    elif isinstance(value, tuple):
        _write_all(b"t", value, out)
    elif isinstance(value, list):
        _write_all(b"l", value, out)
    elif dataclasses.is_dataclass(value):
        _write_record(value, tuple(field.name for field in dataclasses.fields(value)), out)
    else:
        raise TypeError(f"a request cannot hold a {type(value).__name__}")


def _write_bytes(kind: bytes, data: bytes, out: bytearray) -> None:
    out += kind + struct.pack(">Q", len(data)) + data


def _write_all(kind: bytes, values: tuple[Any, ...] | list[Any], out: bytearray) -> None:
    out += kind + struct.pack(">Q", len(values))
    for value in values:
        _write(value, out)


def _write_record(record: Any, names: tuple[str, ...], out: bytearray) -> None:
    pairs = tuple((name, getattr(record, name)) for name in names)
    _write_all(b"R", (type(record).__name__, *pairs), out)


def _rounded(nats: Any) -> tuple[int | float, ...]:
    """Returns prices in billionths of a nat; what is not finite stays as it is."""
    values = (float(value) for value in nats)
    return tuple(round(value * _PARTS_OF_A_NAT) if math.isfinite(value) else value for value in values)
