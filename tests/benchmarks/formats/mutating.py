"""Spoils good files in every way that disks, editors and hostile hands know."""

import random

_HUGE = (
    b"9" * 5000, b"-" + b"9" * 30, b"1e999", b"0x7f", b"18446744073709551616", b"-9223372036854775809",
)  # fmt: skip
_PIECES = (
    b"(", b")", b"[", b"]", b"{", b"}", b'"', b"'", b"|", b";", b",", b":", b".", b"#", b"-", b"~",
    b"\\u{110000}", b"\x00", b"\xff", b"\xed\xa0\x80", b"\r", b"\n\n", b"\t", b"null", b"true", b"NaN",
    b"(_ BitVec 0)", b"#x", b".i 99", b".type", b"(let ((x", b'{"input": ', b"\xe2\x80\xae", b"\x1b[2J",
    b'""', b"(- (- 1))", b"(_ bv1 9999999)",
)  # fmt: skip


def mutated(content: bytes, rng: random.Random) -> bytes:
    """Returns a file with one to three faults."""
    for _ in range(rng.choice((1, 1, 2, 3))):
        content = rng.choice(_FAULTS)(content, rng)
    return content


def _flip(content: bytes, rng: random.Random) -> bytes:
    if not content:
        return b"\x80"
    at = rng.randrange(len(content))
    return content[:at] + bytes([content[at] ^ 1 << rng.randrange(8)]) + content[at + 1 :]


def _drop_line(content: bytes, rng: random.Random) -> bytes:
    lines = content.splitlines(keepends=True)
    if lines:
        del lines[rng.randrange(len(lines))]
    return b"".join(lines)


def _double_line(content: bytes, rng: random.Random) -> bytes:
    lines = content.splitlines(keepends=True)
    if lines:
        at = rng.randrange(len(lines))
        lines.insert(rng.randrange(len(lines) + 1), lines[at])
    return b"".join(lines)


def _drop_bracket(content: bytes, rng: random.Random) -> bytes:
    places = [at for at, byte in enumerate(content) if byte in b'()[]{}"']
    if not places:
        return content + b"("
    at = rng.choice(places)
    return content[:at] + content[at + 1 :]


def _number(content: bytes, rng: random.Random) -> bytes:
    places = [at for at, byte in enumerate(content) if byte in b"0123456789"]
    at = rng.choice(places) if places else 0
    return content[:at] + rng.choice(_HUGE) + content[at + 1 :]


def _insert(content: bytes, rng: random.Random) -> bytes:
    at = rng.randint(0, len(content))
    return content[:at] + rng.choice(_PIECES) + content[at:]


def _nest(content: bytes, rng: random.Random) -> bytes:
    at = rng.randint(0, len(content))
    return content[:at] + rng.choice((b"(", b"[", b'{"a":', b"(not ", b"(let ((x ")) * 3000 + content[at:]


def _cut(content: bytes, rng: random.Random) -> bytes:
    return content[: rng.randint(0, len(content))]


def _swap_words(content: bytes, rng: random.Random) -> bytes:
    words = content.split(b" ")
    one, other = rng.randrange(len(words)), rng.randrange(len(words))
    words[one], words[other] = words[other], words[one]
    return b" ".join(words)


_FAULTS = (_flip, _drop_line, _double_line, _drop_bracket, _number, _insert, _nest, _cut, _swap_words)
