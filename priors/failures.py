"""Decides how whatever a prior raises while it is made is told: in one line, with what to do about it.

Third parties raise what they like, and libraries of models have messages of many lines.
"""

from __future__ import annotations

from typing import Final

_LONGEST: Final = 200
"""Characters of a foreign message."""
_EXTRAS: Final = dict.fromkeys(
    ("torch", "transformers", "tokenizers", "accelerate", "safetensors", "peft", "huggingface_hub"), "lm"
)
"""By the name of a package: the extra of this one that brings it."""


def cause(error: BaseException, origin: str = "") -> str:
    """Returns what was wrong: the error's class and message, or which package is missing.

    Args:
      error: what was raised.
      origin: the distribution whose code raised it, if that is not this one.
    """
    if isinstance(error, ModuleNotFoundError) and error.name:
        package = error.name.partition(".")[0]
        extra = _EXTRAS.get(package)
        if extra is not None:
            return f"{package} is not installed; install it with pip install 'mcts-compose[{extra}]'"
        elsewhere = f" or as {origin} says" if origin else ""
        return f"{package} is not installed; install it with pip install {package}{elsewhere}"
    return f"{type(error).__name__}: {' '.join(str(error).split())[:_LONGEST] or 'no message'}"
