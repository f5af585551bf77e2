"""Decides how a suite that is written down as task documents becomes tasks: by the reader of task files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from mcts_compose.documents import Document
from mcts_compose.errors import UnsupportedError
from mcts_compose.task import Task, UnsupportedTask
from mcts_compose.task_files import task_of


def tasks_of(suite: str, documents: Iterable[dict[str, Any]]) -> list[Task | UnsupportedTask]:
    """Returns the tasks that the documents describe, in order; those beyond this version with their reason.

    Raises:
      InputError: a document is malformed; the message names the suite and the document's number.
    """
    return [_task(suite, line, value) for line, value in enumerate(documents, 1)]


def _task(suite: str, line: int, value: dict[str, Any]) -> Task | UnsupportedTask:
    document = Document(value, Path(suite), json.dumps(value, sort_keys=True), line)
    try:
        return task_of(document)
    except UnsupportedError as error:
        group = value.get("group", value["id"])
        return UnsupportedTask(value["id"], value["name"], group, str(error), _digest(document.text))


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
