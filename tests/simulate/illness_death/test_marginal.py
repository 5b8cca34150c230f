"""Endpoints on their own against occupancy, the Cox limit of simulated patients, and limits."""

import math

import numpy as np
import pytest

from models.illness_death.occupancy import occupancy
from models.illness_death.survival import median_of
from models.survival import cox
from models.survival.hazard import survival
from simulate.illness_death.marginal import marginal_truth
from simulate.truth.cox_limit import cox_limit
from simulate.truth.crude_incidence import crude_incidence
from simulate.truth.follow_up import fixed_follow_up
from simulate.truth.mixture import mixture_median
from simulate.truth.observed_events import observed_events
from simulate.truth.scans import Scans, dates_beyond

SCANS = Scans.model_validate({"schedule": [{"start": 0, "every": 2}, {"start": 8, "every": 3}]})
EFFECT = np.array([1.0, 0.6])[:, np.newaxis, np.newaxis]
PLAIN = {"progression": 0.1 * EFFECT, "without": 0.01, "after": 0.09}
RESET = {**PLAIN, "after": [0.12, 0.05], "after_cuts": (6.0,), "clock": 1}
SWITCH = {**PLAIN, "switch": (0.4, 1.0, 0.6)}
LOST = {"drop_out": [[[0.004], [0.004]], [[0.03], [0.02]]]}


@pytest.mark.parametrize("hazards", [PLAIN, RESET, SWITCH], ids=["plain", "reset", "switch"])
@pytest.mark.parametrize("scans", [None, SCANS])
def test_survival_is_exact_on_the_grid_and_close_between(packed_of, hazards, scans):
    packed = packed_of(**hazards)
    marginal = marginal_truth(packed, endpoint="os", scans=scans)
    dates = dates_beyond(scans, until=marginal.cuts[-1])
    exact = occupancy(packed, marginal.cuts, dates=dates).alive()
    on_grid = survival(marginal.hazard, marginal.cuts, cuts=marginal.cuts)
    np.testing.assert_allclose(on_grid, exact, atol=1e-13)
    months = np.linspace(0.0, 119.0, 1500)
    between = survival(marginal.hazard, months, cuts=marginal.cuts)
    exact = occupancy(packed, months, dates=dates).alive()
    np.testing.assert_allclose(between, exact, atol=1e-4)


def test_progression_free_survival_keeps_its_own_pieces(packed_of):
    packed = packed_of([0.1, 0.05], [0.01, 0.02], 0.09, cuts=(4.0,), drop_out=0.01)
    marginal = marginal_truth(packed, endpoint="pfs")
    assert marginal.cuts.tolist() == [4.0]
    assert marginal.hazard[0, 0] == pytest.approx([0.11, 0.07])
    assert marginal.drop_out.tolist() == [[0.01], [0.01]]


@pytest.mark.parametrize("hazards", [PLAIN, RESET], ids=["plain", "reset"])
def test_progression_is_seen_at_scans(packed_of, drawn, hazards):
    """200,000 patients an arm: survival of what is seen around scans within 4 standard errors."""
    packed, patients = packed_of(**hazards), 200_000
    marginal = marginal_truth(packed, endpoint="pfs", scans=SCANS)
    months = np.array([1.98, 2.0, 3.0, 7.98, 8.0, 10.98, 11.0, 20.0, 30.0])
    exact = survival(marginal.hazard, months, cuts=marginal.cuts)
    for arm in range(2):
        ones = np.ones(patients, np.int64)
        ends = drawn(packed, arm * ones, 0 * ones, scans=SCANS, replicate=arm)[1]
        for month, share in zip(months, exact[arm, 0], strict=True):
            found = (ends.pfs_months > month).mean()
            error = math.sqrt(share * (1 - share) / patients)
            assert abs(found - share) <= 4 * error + 1e-4, (arm, month, found, share, error)


@pytest.mark.parametrize("hazards", [PLAIN, RESET, SWITCH], ids=["plain", "reset", "switch"])
@pytest.mark.parametrize("scans", [None, SCANS])
def test_cox_limit_of_survival_where_drop_out_depends_on_progression(
    packed_of, drawn, hazards, scans
):
    """100,000 patients an arm followed for 30 months: Cox estimate and events within 4 errors."""
    packed, patients, end = packed_of(**hazards, **LOST), 100_000, 30.0
    marginal = marginal_truth(packed, endpoint="os", scans=scans)
    observed = observed_events(
        marginal, prevalences=[1.0], allocation=(1, 1), follow_up=fixed_follow_up(end)
    )
    arm = np.arange(2 * patients) % 2
    ends = drawn(packed, arm, 0 * arm, scans=scans, replicate=8)[1]
    time, event = np.minimum(ends.os_months, end), (ends.os_months <= end) & (ends.os_status == 1)
    fit = cox(time, event, arm)
    limit = cox_limit(observed)
    seen = (fit.log_hr, limit, fit.standard_error)
    assert abs(fit.log_hr - limit) < 4 * fit.standard_error, seen
    for one in range(2):
        share = crude_incidence(marginal, [end])[one, 0, 0]
        found = event[arm == one].mean()
        error = math.sqrt(share * (1 - share) / patients)
        assert abs(found - share) < 4 * error + 1e-5, (one, found, share, error)


def test_drop_out_alike_in_both_states_is_left_as_it_is(packed_of):
    packed = packed_of(**PLAIN, drop_out=[[[0.01, 0.02], [0.0, 0.01]]] * 2, drop_cuts=(5.0,))
    marginal = marginal_truth(packed, endpoint="os")
    assert marginal.drop_cuts.tolist() == [5.0]
    np.testing.assert_array_equal(marginal.drop_out, packed.drop_out[0])


def test_both_ways_agree_where_drop_out_hardly_depends_on_progression(packed_of):
    alike = packed_of(**PLAIN, drop_out=0.01)
    nearly = alike._replace(drop_out=alike.drop_out * np.array([1, 1 + 1e-9])[:, None, None])
    one, two = (marginal_truth(packed, endpoint="os") for packed in (alike, nearly))
    months = np.linspace(0, 60, 200)
    np.testing.assert_allclose(
        survival(one.hazard, months, cuts=one.cuts),
        survival(two.hazard, months, cuts=two.cuts),
        atol=1e-6,
    )
    np.testing.assert_allclose(two.drop_out[:, :-2], 0.01, rtol=1e-4)


def test_the_median_is_that_of_the_states(packed_of):
    packed = packed_of(**PLAIN)
    marginal = marginal_truth(packed, endpoint="os")
    found = mixture_median(marginal, prevalences=[1.0])
    np.testing.assert_allclose(found, median_of(packed, endpoint="os")[:, 0], atol=1e-3)


def test_a_grid_of_ones_own_and_a_tail_without_anyone(packed_of):
    packed = packed_of(3.0, 0.0, 20.0)
    marginal = marginal_truth(packed, endpoint="os", times=[1.0, 2.0, 500.0, 900.0])
    assert marginal.cuts.tolist() == [1.0, 2.0, 500.0, 900.0]
    assert np.isfinite(marginal.hazard).all()
    exact = occupancy(packed, [2.0]).alive()
    np.testing.assert_allclose(survival(marginal.hazard, [2.0], cuts=marginal.cuts), exact)
