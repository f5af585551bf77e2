"""A model directory as `mcts-compose train lm` writes it, with random weights."""

from pathlib import Path

import msgspec
import numpy as np

from priors.bundled import text
from priors.bundled.roles import roles_of
from priors.bundled.settings import SETTINGS_FILE, PriorSettings, settings_bytes
from priors.bundled.vocabulary import default_vocabulary, write_tokenizer
from priors.training.model_files import state_of, write_weights
from priors.training.presets import Preset
from priors.training.trainee import new_model


def write_directory(directory: Path, *, layers=1, seed=0, **settings):
    """Writes it, and returns the model as transformers has it."""
    directory.mkdir(exist_ok=True)
    vocabulary = default_vocabulary()
    roles = roles_of(vocabulary)
    model = new_model(Preset(layers, 16, 2, 24), roles, end=vocabulary.id(text.END), seed=seed).eval()
    write_weights(directory, model, state_of(model))
    write_tokenizer(vocabulary, directory)
    rng = np.random.default_rng(seed)
    shares = rng.dirichlet(np.ones(len(vocabulary.bag_ids)))
    usual = PriorSettings(
        generator={
            vocabulary.words[number]: float(share)
            for number, share in zip(vocabulary.bag_ids, shares, strict=True)
        },
        average=rng.normal(size=16).tolist(),
    )
    wanted = msgspec.structs.replace(usual, **settings)
    (directory / SETTINGS_FILE).write_bytes(settings_bytes(wanted))
    return model
