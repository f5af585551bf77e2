"""Decides what is kept beside a model of how its answers are used: the file `prior.json`.

Both are found out when the model is made: what it was trained on decides `generator`, and measurements on
solved tasks decide the rest.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Final, Literal

import msgspec

from priors.arguments import PriorArgumentError
from priors.bundled import text

SETTINGS_FILE: Final = "prior.json"
FORMAT_VERSION: Final = 1


class PriorSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the answers of one model become prices.

    Attributes:
      version: of the file format.
      text_version: of the text that the model reads.
      mode: `experts` multiplies the base prior's probabilities by what the task changed against an average
        task, `mixture` mixes the two.
      strength: in `experts` the exponent of the change, in `mixture` the model's share; 0 to 1.
      division: in `experts` the exponent of what the average task has, within the change; 0 to 1.
      examples: how many examples the prompt shows besides the properties of all.
      generator: the share of each skill's and constant's word in the average task that the model was trained
        on; a word that is not named has none.
      average: the model's hidden state at `<bag>`, on average over such tasks; stands in for `generator` for
        skills that have no word.
    """

    version: int = FORMAT_VERSION
    text_version: int = text.VERSION
    mode: Literal["experts", "mixture"] = "experts"
    strength: float = 0.9
    division: float = 0.4
    examples: int = 0
    generator: dict[str, float] = {}
    average: list[float] = []

    def __post_init__(self) -> None:
        if self.version != FORMAT_VERSION or self.text_version != text.VERSION:
            raise ValueError(
                f"versions {self.version} and {self.text_version} are not those that this release reads, "
                f"{FORMAT_VERSION} and {text.VERSION}"
            )
        if not (0 <= self.strength <= 1 and 0 <= self.division <= 1):
            raise ValueError("strength and division must be from 0 to 1")
        if not 0 <= self.examples <= text.MAX_EXAMPLES:
            raise ValueError(f"examples must be from 0 to {text.MAX_EXAMPLES}")
        if not all(0 <= share <= 1 for share in self.generator.values()):
            raise ValueError("a share of generator is not between 0 and 1")
        if not all(math.isfinite(number) for number in self.average):
            raise ValueError("average holds NaN or infinity")


def load_settings(directory: Path) -> PriorSettings:
    """Returns the settings of the model in a directory.

    Raises:
      PriorArgumentError: the file cannot be read, or holds something else.
    """
    path = directory / SETTINGS_FILE
    try:
        return msgspec.json.decode(path.read_bytes(), type=PriorSettings)
    except OSError as error:
        raise PriorArgumentError(f"model file {path}: {error.strerror}") from None
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise PriorArgumentError(f"model file {path} holds no settings of a prior: {error}") from None


def settings_bytes(settings: PriorSettings) -> bytes:
    """Returns the content of a settings file."""
    return msgspec.json.format(msgspec.json.encode(settings), indent=1) + b"\n"
