"""Every registered prior keeps the contract of `priors/base.py`.

What needs arguments is tested where it lives, with a file or a model that the test makes.
"""

import pytest

from priors.arguments import PriorArgumentError
from priors.base import Prior
from priors.guard import GuardedPrior
from priors.registry import PRIORS, make_prior
from priors.testing import PriorContract


def _made_without_arguments():
    for name in PRIORS.names():
        try:
            make_prior(name)
        except PriorArgumentError:
            continue
        yield name


@pytest.mark.parametrize("name", tuple(_made_without_arguments()))
class TestRegisteredPrior(PriorContract):
    @pytest.fixture
    def prior(self, name):
        return make_prior(name)

    def test_it_goes_by_its_registered_name(self, prior, name):
        assert prior.name == name


class TestGuardedPrior(PriorContract):
    @pytest.fixture
    def prior(self) -> Prior:
        return GuardedPrior(make_prior("frequency"))
