"""Directories of tiny models, written once for all tests of this folder."""

import pytest

from priors.causal_lm.prior import CausalLMPrior
from tests.priors.causal_lm.tiny_models import write_model


@pytest.fixture(scope="session")
def model_directory(tmp_path_factory):
    """Returns the directory of a model, written when first asked for."""
    written = {}

    def directory(kind="llama", *, chat=False, dtype="float32"):
        key = kind, chat, dtype
        if key not in written:
            written[key] = write_model(
                tmp_path_factory.mktemp("-".join(map(str, key))) / "model", kind, chat=chat, dtype=dtype
            )
        return written[key]

    return directory


@pytest.fixture
def make_causal_lm(model_directory):
    """Returns a prior on a tiny model."""

    def make(kind="llama", *, chat=False, **arguments):
        directory = model_directory(kind, chat=chat)
        return CausalLMPrior.from_arguments({"pretrained": str(directory), "threads": "1", **arguments})

    return make
