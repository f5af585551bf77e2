"""Decides how a Python function that can be no skill is refused: by one sentence."""

from __future__ import annotations

from vm.program import ProgramError


class FunctionError(ProgramError):
    """A Python function can be no skill; the message is one sentence that says why."""


class NotInstalledError(FunctionError):
    """A Python function is not here, or is another one here."""
