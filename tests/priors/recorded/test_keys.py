"""Equal requests have equal keys, in every process; different ones have different keys."""

import copy
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from priors.base import Prices
from priors.recorded.keys import answer_key
from priors.testing import price_requests, rank_requests

DIFFERENT = [
    None, True, False, 1, 0, -1, 1.0, 0.0, -0.0, 1e300, float("inf"), "1", "", "N", "True", [], [1], [[1]],
    [1.0], [True], ["1"], [1, 1], (), (1,), ([1],), "\ud800", "a\0b", 2**63, -(2**63),
]  # fmt: skip


def test_types_and_values_are_told_apart():
    assert len({answer_key("q", value) for value in DIFFERENT}) == len(DIFFERENT)


def test_where_a_part_ends_is_told_apart():
    assert (
        len({answer_key("q", *parts) for parts in (("ab", "c"), ("a", "bc"), ("abc",), ("ab", "c", ""))}) == 4
    )
    assert answer_key("q", [[1], [2]]) != answer_key("q", [[1, 2]])
    assert answer_key("q") != answer_key("r")


def test_every_request_of_the_contract_has_a_key_of_its_own():
    requests = [*price_requests(), *rank_requests()]
    assert len({answer_key("q", request) for request in requests}) == len(requests)
    assert [answer_key("q", copy.deepcopy(one)) for one in requests] == [
        answer_key("q", one) for one in requests
    ]


def _changes(request):
    for name in request.__dataclass_fields__:
        if name not in ("base", "price_request"):
            yield replace(request, **{name: "changed"})
    if hasattr(request, "base"):
        yield replace(request, base=Prices(np.ones(2), np.ones(1)))
    else:
        yield replace(request, price_request=price_requests()[3])


@pytest.mark.parametrize("request_", [price_requests()[0], rank_requests()[1]], ids=["prices", "ranks"])
def test_every_field_of_a_request_counts(request_):
    keys = [answer_key("q", changed) for changed in _changes(request_)]
    assert len({*keys, answer_key("q", request_)}) == len(request_.__dataclass_fields__) + 1


def test_numpy_numbers_are_the_numbers_they_stand_for():
    assert answer_key("q", np.int64(3), np.bool_(True), np.float64(0.5)) == answer_key("q", 3, True, 0.5)


def test_the_last_bits_of_a_base_price_do_not_count():
    request = price_requests()[0]
    nats = np.linspace(0.1, 5, len(request.skills))
    other = nats * (1 + 1e-15)
    assert not np.array_equal(nats, other)
    keys = {answer_key("q", replace(request, base=Prices(values, nats[:3]))) for values in (nats, other)}
    assert len(keys) == 1
    assert answer_key("q", replace(request, base=Prices(nats + 1e-6, nats[:3]))) not in keys


def test_what_no_request_holds_is_refused():
    with pytest.raises(TypeError, match="cannot hold a set"):
        answer_key("q", {1})


def test_keys_are_those_of_every_process_and_release():
    known = "a4e63354"
    script = (
        "from priors.recorded.keys import answer_key; from priors.testing import rank_requests; "
        "print(answer_key('ranks', *rank_requests()).hex())"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == answer_key("ranks", *rank_requests()).hex()
    assert answer_key("q", 1, [2.5, "x"], None, True).hex()[:8] == known
