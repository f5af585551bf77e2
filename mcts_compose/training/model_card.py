"""Decides what the card of a trained model says: the file `README.md` beside its weights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from priors.bundled.settings import PriorSettings


def model_card(training: Mapping[str, Any], settings: PriorSettings) -> str:
    """Returns the card of a model.

    Args:
      training: what `training.json` says.
      settings: what `prior.json` says.
    """
    recipe = training["recipe"]
    start = f"the model with sha256 {recipe['init']}" if recipe["init"] else "random weights"
    length = f"{recipe['steps']} steps" if recipe["steps"] else f"{recipe['seconds']:g} seconds"
    lines = [
        "# A small language model for mcts-compose",
        "",
        "A causal language model (Llama architecture) that reads a task as properties and examples, and says",
        "which skills and constants its program is made of, how the program goes, and whether a step of the",
        "search leads to it. The prior `bundled` asks it: `--prior bundled --prior-args model=DIR`.",
        "",
        "| | |",
        "| --- | --- |",
        f"| size | preset `{recipe['preset']}`, {training['parameters']:,} parameters in float32 |",
        f"| data | {recipe['data']} |",
        f"| begun with | {start} |",
        f"| asked for | {length}, seed {recipe['seed']} |",
        f"| trained | {training['steps']:,} steps, {training['samples']:,} samples, "
        f"{training['words']:,} words, {training['seconds']:,.0f} s |",
        f"| prices | `{settings.mode}`, strength {settings.strength:g}, {settings.examples} examples shown |",
        f"| made with | mcts-compose {training['package_version']}, `mcts-compose train lm` |",
        "",
        "Losses on held-out samples, in nats: of the bag of skills and constants, of a word of the program,",
        "and of an arm. Samples of solved tasks, if there are any, count as much as made-up ones.",
        "",
        "| step | seconds | samples | bag | program | arm |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| {one['step']:,} | {one['seconds']:,.0f} | {one['samples']:,} | {one['bag']:.3f} | "
        f"{one['program']:.3f} | {one['way']:.3f} |"
        for one in training["evaluations"]
    ]
    lines += [
        "",
        "Its answers order a search and never decide what is right: programs are run on the examples.",
        "It knows lists, ints and bools; tasks of other types keep the base prior's prices.",
    ]
    return "\n".join(lines) + "\n"
