"""Every registered prior keeps the contract of `priors/base.py`."""

import pytest

from priors.base import Prior
from priors.guard import GuardedPrior
from priors.registry import PRIORS, make_prior
from priors.testing import PriorContract


@pytest.mark.parametrize("name", PRIORS.names())
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
