"""What the kernels are given, and designs too large for them."""

import numpy as np
import pytest
from pydantic import ValidationError

from simulate.design import Randomisation
from simulate.design.consistency import MOST_STRATA
from simulate.enrolment.pack import coin, pack_enrolment
from simulate.enrolment.plan import BLOCKS, CELLS, FACTORS, PIECES, STRATIFIED_BLOCKS


def test_the_allocation_is_packed_in_lowest_terms(design):
    random = {"kind": "blocks", "block_sizes": (12, 18)}
    plan = pack_enrolment(design(patients=100, allocation=(4, 2), randomisation=random))[0]
    assert plan["ratio"].tolist() == [2, 1]
    assert plan["block_control"][:2].tolist() == [8, 12]
    assert plan["method"] == BLOCKS


def test_the_levels_of_a_stratum_are_counted_over_all_factors(design):
    factors = [(0.3, 0.7), (0.5, 0.3, 0.2)]
    random = {"kind": "minimisation"}
    plan = pack_enrolment(design(patients=100, factors=factors, randomisation=random))[0]
    levels = [[0, 2], [0, 3], [0, 4], [1, 2], [1, 3], [1, 4]]
    assert plan["level"][:6, :2].tolist() == levels
    assert (plan["factors"], plan["levels"], plan["cells"]) == (2, 5, 6)


def test_stratified_blocks_are_a_method_of_their_own(design):
    random = {"kind": "blocks", "block_sizes": (4,), "stratified": True}
    plan = pack_enrolment(design(patients=100, factors=[(0.3, 0.7)], randomisation=random))[0]
    assert plan["method"] == STRATIFIED_BLOCKS


@pytest.mark.parametrize(
    ("ratio", "shares"),
    [
        ((1, 1), (0.8, 0.5, 0.2)),
        ((2, 1), (0.9, 2 / 3, 0.2)),
        ((1, 2), (0.8, 1 / 3, 0.1)),
        ((3, 2), (1 - 0.2 * 2 / 3, 0.6, 0.2)),
    ],
)
def test_the_coin_keeps_the_ratio(ratio, shares):
    """If each arm is preferred as often as it is due, P(control) is control's share."""
    found = coin(*ratio, probability=0.8)
    assert found == pytest.approx(shares)
    due = ratio[0] / sum(ratio)
    assert due * found[0] + (1 - due) * found[2] == pytest.approx(due)


@pytest.mark.parametrize("expected", [2.0, 50.0, 5_000.0])
def test_there_is_room_for_all_poisson_patients(design, expected):
    """Chance of more than there is room for below 1e-15, but room no larger than that needs."""
    chosen = design(kind="poisson", rates=[(0.0, expected)], duration=1.0)
    most = int(pack_enrolment(chosen)["most_patients"][0])
    log_odds = most * np.log(most / expected) - most + expected
    assert log_odds > -np.log(1e-15)
    assert most < expected + 10 * np.sqrt(expected) + 30


def test_recruitment_of_too_many_pieces_is_refused_in_one_sentence(design):
    rates = [(0.5 * k, 5.0 + k) for k in range(PIECES + 1)]
    with pytest.raises(
        ValueError, match=f"has {PIECES + 1} pieces .* room for {PIECES}, use fewer"
    ):
        pack_enrolment(design(patients=2_000, rates=rates))


def test_there_is_room_for_every_design(design):
    """The design's own limits: strata, hence factors of two levels or more, and block sizes."""
    assert MOST_STRATA <= CELLS
    assert MOST_STRATA < 2**FACTORS
    sizes = tuple(range(2, 42, 2))
    plan = pack_enrolment(
        design(patients=900, randomisation={"kind": "blocks", "block_sizes": sizes})
    )[0]
    assert plan["block_size"][: plan["sizes"]].tolist() == list(sizes)
    with pytest.raises(ValidationError, match="at most 20"):
        Randomisation(kind="blocks", block_sizes=(*sizes, 42))
