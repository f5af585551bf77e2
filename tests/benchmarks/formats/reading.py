"""Writes a text to a file and reads it by a format."""

import json
from pathlib import Path

from benchmarks.formats.importing import Imported, import_files
from benchmarks.formats.registry import FORMATS


def imported(place: Path, format_name: str, name: str, text: str | bytes, **columns: object) -> Imported:
    file = place / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    format_ = FORMATS.load(format_name)()
    return import_files(format_.with_columns(columns.get("outputs", ()), columns.get("types", {})), file)


def read(place: Path, format_name: str, name: str, text: str, **columns: object) -> list[dict]:
    return [json.loads(line) for line in imported(place, format_name, name, text, **columns).lines]


def read_one(place: Path, format_name: str, name: str, text: str, **columns: object) -> dict:
    (fields,) = read(place, format_name, name, text, **columns)
    return fields
