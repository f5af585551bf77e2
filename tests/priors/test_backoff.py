"""What skills get that few programs use: by hand on a small table, and what must hold on the whole one."""

import math

import pytest

from priors import backoff
from priors.backoff import backed_off, left_out_nats

TABLE = {"join": "text", "field": "text", "sort": "order", "grade": "order"}


@pytest.fixture
def small_table(monkeypatch):
    monkeypatch.setattr(backoff, "families", lambda: TABLE)


def test_families_lend_by_their_use_and_skills_share_by_theirs_elsewhere(small_table):
    shares = backed_off({"join": 3.0, "my_own": 9.0}, {"sort": 4.0}, mass=12.0)
    # Families: text 3 + 1 of 5, order 0 + 1 of 5. Within order: sort 4 + 2, grade 0 + 2.
    assert shares == pytest.approx(
        {"join": 3 + 12 * 0.8 / 2, "field": 12 * 0.8 / 2, "sort": 12 * 0.2 * 6 / 8, "grade": 12 * 0.2 * 2 / 8}
    )


def test_all_counts_together_grow_by_the_mass():
    counts = {"field": 5.0, "take": 2.0}
    shares = backed_off(counts, {"sort": 7.0}, mass=40.0)
    assert sum(shares.values()) == pytest.approx(47.0)
    assert all(share > counts.get(name, 0.0) for name, share in shares.items())
    assert shares["upper"] > shares["sort_down"]


def test_a_left_out_program_does_not_count_for_itself(small_table):
    programs = [frozenset({"join"}), frozenset({"sort"})]
    # Without the one, only the other is counted: 2 of 3 for its family, and the same share within each.
    expected = math.log((1 + 6) / (6 * 1 / 3 / 2))
    assert left_out_nats(programs, {}, mass=6.0) == pytest.approx(expected)
