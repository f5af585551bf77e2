"""Decides how sources of C, C++ and assembly become a library for a measurement."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path


class MissingCompilerError(RuntimeError):
    """There is no compiler to compare with; the message says so."""


def build_library(
    command: Sequence[str], sources: Sequence[Path], target: Path, compared: str
) -> ctypes.CDLL:
    """Returns a library, compiled now on this machine.

    Args:
      command: the compiler with its flags.
      sources: files.
      target: where the library goes.
      compared: what is not compared if this fails, with what; ends a sentence.

    Raises:
      MissingCompilerError: there is no such compiler, or it does not compile the sources.
    """
    names = " and ".join(source.name for source in sources)
    if shutil.which(command[0]) is None:
        raise MissingCompilerError(f"there is no {command[0]} here, so {compared}")
    done = subprocess.run([*command, "-o", target, *sources], capture_output=True, text=True, check=False)
    if done.returncode:
        raise MissingCompilerError(f"{command[0]} does not compile {names}: {done.stderr.strip()[:200]}")
    return ctypes.CDLL(str(target))
