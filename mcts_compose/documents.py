"""Decides how a file becomes plain values: JSON Lines, or one JSON, YAML or TOML document.

Files may come from hostile hands. What one may cost is bounded before it is parsed; what readers let pass in
silence (a key given twice, NaN, endless aliases) is refused. What values mean is not known here.
"""

from __future__ import annotations

import io
import json
import re
import stat
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from mcts_compose.errors import InputError, located, printable, shown

MAX_FILE_BYTES = 512 * 2**20
MAX_DOCUMENT_BYTES = 16 * 2**20
"""One task: a line of JSON Lines, or a whole file of another format."""
MAX_SLOW_DOCUMENT_BYTES = 2 * 2**20
"""The same for YAML and TOML, whose readers take a second or more for each megabyte."""
MAX_DEPTH = 32
MAX_INT_DIGITS = 40
"""Longer integers are refused before they are converted, since conversion takes quadratic time."""
FORMATS = (".jsonl", ".json", ".yaml", ".yml", ".toml")


@dataclass(frozen=True)
class Document:
    """One mapping read from a file, with what is needed to say where it stands.

    Attributes:
      value: the mapping; keys are strings.
      file: where it was read.
      text: its own text.
      line: the line of JSON Lines, or None when the document is the whole file.
    """

    value: dict[str, Any]
    file: Path
    text: str
    line: int | None

    def error(self, problem: str, field: str = "") -> InputError:
        """Returns an error that names file, line and field."""
        return InputError(self.located(problem, field))

    def located(self, problem: str, field: str = "") -> str:
        """Returns `problem` with file, line and field before it."""
        return located(problem, self.file, self.line or self._line_of(field), field)

    def _line_of(self, field: str) -> int | None:
        """Returns the line where a field's outermost key is written in a whole-file document, if found."""
        key = re.match(r"\w*", field)
        if key is None or not key.group():
            return None
        name = key.group()
        pattern = rf"^[ \t]*(?:[\"']?{name}[\"']?[ \t]*[:=]|\[{name}[].])"
        if self.file.suffix.lower() == ".json":
            pattern = rf"\"{name}\"\s*:"
        found = re.search(pattern, self.text, re.MULTILINE)
        return self.text.count("\n", 0, found.start()) + 1 if found else None


def read_documents(path: Path, kind: str = "task") -> Iterator[Document]:
    """Yields every document of a file, in order.

    Args:
      path: the file.
      kind: what a document is, for messages.

    Raises:
      InputError: the file cannot be read or is not what its name says; the message names file and line.
    """
    suffix = path.suffix.lower()
    if suffix not in FORMATS:
        raise InputError(located(f"the name should end in one of {', '.join(FORMATS)}", path))
    limit = {".jsonl": MAX_FILE_BYTES, ".json": MAX_DOCUMENT_BYTES}.get(suffix, MAX_SLOW_DOCUMENT_BYTES)
    data = read_bounded(path, limit)
    if suffix == ".jsonl":
        yield from _read_lines(path, data, kind)
        return
    text = decode_text(data, path)
    parse: Callable[[str], Any] = {".json": _parse_json, ".toml": _parse_toml}.get(suffix, _parse_yaml)
    yield _checked(_guarded(parse, text, path, None), path, text, None, kind)


def read_bounded(path: Path, limit: int) -> bytes:
    """Returns the bytes of a regular file of at most `limit` bytes.

    Raises:
      InputError: it does not exist, is no regular file, cannot be read, or is larger.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            kind = "a directory" if stat.S_ISDIR(status.st_mode) else "not a regular file"
            raise InputError(located(f"it is {kind}, but should be a file", path))
        if status.st_size > limit:
            raise InputError(located(f"{status.st_size:,} bytes are more than the limit of {limit:,}", path))
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        raise InputError(located(f"cannot be read ({error.strerror})", path)) from None
    except ValueError as error:
        if isinstance(error, InputError):
            raise
        raise InputError(located("is not a file name", path)) from None
    if len(data) > limit:
        raise InputError(located(f"it is longer than the limit of {limit:,} bytes", path))
    return data


def _read_lines(path: Path, data: bytes, kind: str) -> Iterator[Document]:
    for number, line in enumerate(io.BytesIO(data), start=1):
        if not line.strip():
            continue
        if len(line) > MAX_DOCUMENT_BYTES:
            problem = f"{len(line):,} bytes are more than the limit of {MAX_DOCUMENT_BYTES:,} for one {kind}"
            raise InputError(located(problem, path, number))
        text = decode_text(line.rstrip(b"\r\n"), path, number)
        yield _checked(_guarded(_parse_json, text, path, number), path, text, number, kind)


def decode_text(data: bytes, path: Path, line: int | None = None) -> str:
    """Returns the text that bytes of a file say in UTF-8; `line` is theirs when they are one line of it.

    Raises:
      InputError: they are not UTF-8; the message names the line.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        at = line if line is not None else data.count(b"\n", 0, error.start) + 1
        problem = f"byte {error.start} (0x{data[error.start]:02x}) is not UTF-8, but the file should be"
        raise InputError(located(problem, path, at)) from None


def _guarded(parse: Callable[[str], Any], text: str, path: Path, line: int | None) -> Any:
    """Runs a parser and turns whatever it raises into one sentence."""
    try:
        return parse(text)
    except _SyntaxError as error:
        raise InputError(located(str(error), path, line if line is not None else error.line)) from None
    except InputError as error:
        raise InputError(located(str(error), path, line)) from None
    except RecursionError:
        raise InputError(located(_too_deep(), path, line)) from None
    except ValueError as error:
        raise InputError(located(printable(str(error)), path, line)) from None


def _checked(value: Any, path: Path, text: str, line: int | None, kind: str) -> Document:
    if not isinstance(value, dict):
        is_list = isinstance(value, list)
        this = f"a list; write several {kind}s as JSON Lines" if is_list else shown(value)
        problem = f"a {kind} should be a mapping of fields, but this is {this}"
        raise InputError(located(problem, path, line))
    _check_depth(value, path, line)
    return Document(value, path, text, line)


def _check_depth(value: Any, path: Path, line: int | None) -> None:
    level = [value]
    for _ in range(MAX_DEPTH + 1):
        level = [
            item
            for outer in level
            if isinstance(outer, dict | list)
            for item in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not level:
            return
    raise InputError(located(_too_deep(), path, line))


def _too_deep() -> str:
    return f"values are nested more than {MAX_DEPTH} deep"


class _SyntaxError(Exception):
    """Text that a parser cannot read, with the line where it noticed."""

    def __init__(self, problem: str, line: int | None) -> None:
        super().__init__(problem)
        self.line = line


def _parse_int(digits: str) -> int:
    if len(digits) > MAX_INT_DIGITS:
        raise InputError(f"an integer of {len(digits.lstrip('-')):,} digits does not fit in 64 bits")
    return int(digits)


def _refuse_constant(name: str) -> NoReturn:
    raise InputError(f"{name} is not JSON; floats of an example should be finite")


def _refuse_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping: dict[str, Any] = {}
    for key, value in pairs:
        if key in mapping:
            raise InputError(f"the key {shown(key)} is given twice in one mapping, but should be given once")
        mapping[key] = value
    return mapping


def _parse_json(text: str) -> Any:
    try:
        return json.loads(
            text, object_pairs_hook=_refuse_twins, parse_int=_parse_int, parse_constant=_refuse_constant
        )
    except json.JSONDecodeError as error:
        hint = (
            "; one task a line is read from a file whose name ends in .jsonl"
            if error.msg == "Extra data"
            else ""
        )
        raise _SyntaxError(
            f"not JSON: {error.msg[0].lower()}{error.msg[1:]} at column {error.colno}{hint}", error.lineno
        ) from None


def _parse_toml(text: str) -> Any:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r" \(at line (\d+), column (\d+)\)$", str(error))
        problem = str(error)[: place.start()] if place else str(error)
        raise _SyntaxError(
            f"not TOML: {printable(problem)}", int(place.group(1)) if place else None
        ) from None


def _parse_yaml(text: str) -> Any:
    import yaml

    class Loader(yaml.CSafeLoader):
        """The safe loader, with keys given twice refused."""

    def construct(loader: Any, node: Any) -> dict[Any, Any]:
        loader.flatten_mapping(node)
        keys = [loader.construct_object(key, deep=True) for key, _ in node.value]
        seen: set[str] = set()
        for key, (key_node, _) in zip(keys, node.value, strict=True):
            if not isinstance(key, str):
                raise _SyntaxError(f"the key {shown(key)} should be text", key_node.start_mark.line + 1)
            if key in seen:
                problem = f"the key {shown(key)} is given twice in one mapping, but should be given once"
                raise _SyntaxError(problem, key_node.start_mark.line + 1)
            seen.add(key)
        return {
            key: loader.construct_object(value, deep=True)
            for key, (_, value) in zip(keys, node.value, strict=True)
        }

    Loader.add_constructor("tag:yaml.org,2002:map", construct)
    try:
        _check_yaml_events(yaml.parse(text, Loader=yaml.CSafeLoader), yaml)
        return yaml.load(text, Loader=Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _SyntaxError(
            f"not YAML: {printable(str(error.problem))}", mark.line + 1 if mark else None
        ) from None
    except yaml.YAMLError as error:
        raise _SyntaxError(f"not YAML: {printable(str(error))}", None) from None


def _check_yaml_events(events: Any, yaml: Any) -> None:
    """Refuses aliases, deep nesting and a second document before anything is built from them."""
    depth = documents = 0
    for event in events:
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent):
            raise _SyntaxError(f"the alias *{printable(event.anchor)} should be written out", line)
        if (
            isinstance(event, yaml.ScalarEvent)
            and len(event.value) > MAX_INT_DIGITS
            and event.value.lstrip("-").isdigit()
        ):
            _parse_int(event.value)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        documents += isinstance(event, yaml.DocumentStartEvent)
        if depth > MAX_DEPTH:
            raise _SyntaxError(_too_deep(), line)
        if documents > 1:
            raise _SyntaxError("the file should hold one document; write several tasks as JSON Lines", line)
