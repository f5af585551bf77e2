"""Decides how the JSON files of a model directory are read: objects only; one sentence for what is none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from priors.arguments import PriorArgumentError


def read_object(path: Path) -> dict[str, Any]:
    """Returns the object in a JSON file of a model directory.

    Raises:
      PriorArgumentError: it cannot be read, or holds no object.
    """
    try:
        found = json.loads(path.read_bytes())
    except OSError as error:
        raise PriorArgumentError(f"model file {path}: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise PriorArgumentError(f"model file {path} is not JSON: {error}") from None
    if not isinstance(found, dict):
        raise PriorArgumentError(f"model file {path} must hold an object, not {type(found).__name__}")
    return found
