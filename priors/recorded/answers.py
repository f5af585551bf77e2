"""Decides how one answer is written: its arrays bit for bit, little end first, behind a letter for its kind.

P  number of skills as uint32, float64 prices of skills, then of constants
N  no opinion
R  float32 log-priors
V  float32 log-priors, then as many float32 values
L  lines as JSON
"""

from __future__ import annotations

import json
import struct
from typing import Final

import numpy as np

from priors.base import PriceRequest, Prices, PriorError, RankRequest, Ranks

_COUNT: Final = struct.Struct("<I")


class DamagedAnswerError(PriorError):
    """Bytes that are no written answer."""


def written_prices(request: PriceRequest, answer: object) -> bytes | None:
    """Returns the bytes of an answer, or None if it is not a sound one, which nobody should read again."""
    if not isinstance(answer, Prices):
        return None
    skills = _sound(answer.skills, len(request.skills), "<f8")
    constants = _sound(answer.constants, len(request.constants), "<f8")
    if skills is None or constants is None:
        return None
    return b"P" + _COUNT.pack(len(request.skills)) + skills + constants


def read_prices(data: bytes) -> Prices:
    """Returns the prices that were written.

    Raises:
      DamagedAnswerError: the bytes are not those of prices.
    """
    if data[:1] != b"P" or len(data) < 1 + _COUNT.size:
        raise DamagedAnswerError("no prices")
    (num_skills,) = _COUNT.unpack_from(data, 1)
    nats = _array(data[1 + _COUNT.size :], "<f8").astype(np.float64)
    if len(nats) < num_skills:
        raise DamagedAnswerError("prices are missing")
    return Prices(nats[:num_skills].copy(), nats[num_skills:].copy())


def written_ranks(request: RankRequest, answer: object) -> bytes | None:
    """Returns the bytes of an answer, or None if it is not a sound one, which nobody should read again."""
    if answer is None:
        return b"N"
    if not isinstance(answer, Ranks):
        return None
    log_priors = _sound(answer.log_priors, len(request.arms), "<f4")
    if log_priors is None:
        return None
    if answer.values is None:
        return b"R" + log_priors
    values = _sound(answer.values, len(request.arms), "<f4")
    return None if values is None else b"V" + log_priors + values


def read_ranks(data: bytes) -> Ranks | None:
    """Returns the ranks that were written.

    Raises:
      DamagedAnswerError: the bytes are not those of ranks.
    """
    kind = data[:1]
    if data == b"N":
        return None
    if kind not in (b"R", b"V"):
        raise DamagedAnswerError("no ranks")
    numbers = _array(data[1:], "<f4").astype(np.float32)
    if kind == b"R":
        return Ranks(numbers)
    if len(numbers) % 2:
        raise DamagedAnswerError("values are missing")
    half = len(numbers) // 2
    return Ranks(numbers[:half].copy(), numbers[half:].copy())


def written_lines(answer: object) -> bytes | None:
    """Returns the bytes of sampled lines, or None if they are not a list of texts."""
    if not isinstance(answer, list) or not all(isinstance(line, str) for line in answer):
        return None
    return b"L" + json.dumps(answer).encode()


def read_lines(data: bytes) -> list[str]:
    """Returns the lines that were written.

    Raises:
      DamagedAnswerError: the bytes are not those of lines.
    """
    if data[:1] != b"L":
        raise DamagedAnswerError("no lines")
    try:
        lines: list[str] = json.loads(data[1:])
    except ValueError as error:
        raise DamagedAnswerError(str(error)) from None
    return lines


def _sound(values: object, size: int, dtype: str) -> bytes | None:
    """Returns the bytes of `[size]` finite numbers, or None if `values` are something else."""
    try:
        array = np.asarray(values).astype(dtype)
    except (TypeError, ValueError):
        return None
    return array.tobytes() if array.shape == (size,) and np.isfinite(array).all() else None


def _array(data: bytes, dtype: str) -> np.ndarray:
    if len(data) % np.dtype(dtype).itemsize:
        raise DamagedAnswerError("half a number")
    return np.frombuffer(data, dtype=dtype)
