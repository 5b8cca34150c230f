"""Hazards from medians and ratios, and back; overall survival alike; what is impossible."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from models.illness_death.constant import (
    ConstantHazards,
    alive_at,
    average_os_log_hr,
    death_hazard_at,
    times_correlation,
)
from models.illness_death.survival import endpoint_hazard, median_of, survival_at
from simulate.illness_death.marginal import marginal_truth
from simulate.illness_death.os_null import os_null
from simulate.illness_death.solve import solve_arm, solve_arm_by_correlation, with_os_hr
from simulate.truth.cox_limit import average_log_hr
from simulate.truth.follow_up import fixed_follow_up
from simulate.truth.observed_events import observed_events

RATE = st.floats(0.01, 0.5)


@given(RATE, st.floats(0, 0.6), RATE)
def test_an_arm_is_found_again_from_its_medians_and_share(packed_of, leaving, share, after):
    hazards = ConstantHazards(leaving * (1 - share), leaving * share, after)
    packed = packed_of(*hazards)
    medians = [median_of(packed, endpoint=endpoint)[0, 0] for endpoint in ("pfs", "os")]
    found = solve_arm(
        pfs_median=medians[0], os_median=medians[1], deaths_without_progression=share, arm="control"
    )
    assert found == pytest.approx(hazards, rel=1e-6)


@settings(max_examples=40)
@given(st.floats(2, 20), st.floats(1.2, 4), st.floats(0.05, 0.95))
def test_the_correlation_is_kept_or_its_range_said(pfs_median, ratio, correlation):
    os_median = pfs_median * ratio
    try:
        found = solve_arm_by_correlation(
            pfs_median=pfs_median, os_median=os_median, correlation=correlation, arm="control"
        )
    except ValueError as error:
        message = str(error)
        assert f"correlation is {correlation:g}" in message
        low, high = (float(part) for part in message.split("from ")[1].split(",")[0].split(" to "))
        assert not low <= correlation <= high
        return
    assert times_correlation(found) == pytest.approx(correlation, abs=1e-9)
    assert math.log(2) / found.leaving() == pytest.approx(pfs_median)
    assert float(alive_at(found, os_median)) == pytest.approx(0.5, abs=1e-12)


@given(st.floats(0.4, 1.3), st.floats(0.5, 1.4), st.floats(0, 0.4))
def test_the_average_hazard_ratio_is_as_wanted(pfs_hr, os_hr, share):
    control = solve_arm(pfs_median=8, os_median=16, deaths_without_progression=share, arm="control")
    leaving = control.leaving() * pfs_hr
    try:
        rt = with_os_hr(control, leaving=leaving, os_hr=os_hr, horizon=48.0)
    except ValueError as error:
        low, high = (float(x) for x in str(error).split("from ")[1].split(",")[0].split(" to "))
        assert not low <= os_hr <= high
        return
    assert rt.leaving() == pytest.approx(leaving)
    assert rt.deaths_without_progression() == pytest.approx(share)
    found = average_os_log_hr(control, rt, horizon=48.0)
    assert found == pytest.approx(math.log(os_hr), abs=1e-10)


def test_the_average_is_that_of_the_marginal_truth(packed_of):
    control, rt = ConstantHazards(0.1, 0.01, 0.09), ConstantHazards(0.06, 0.006, 0.1)
    both = np.array([control, rt])[:, :, np.newaxis, np.newaxis]
    packed = packed_of(both[:, 0], both[:, 1], both[:, 2])
    marginal = marginal_truth(packed, endpoint="os", times=np.arange(0.05, 60, 0.05))
    observed = observed_events(
        marginal, prevalences=[1.0], allocation=(1, 1), follow_up=fixed_follow_up(36.0)
    )
    found = average_os_log_hr(control, rt, horizon=36.0)
    assert found == pytest.approx(average_log_hr(observed), abs=2e-5)
    months = np.array([0.5, 4.0, 30.0])
    hazard = endpoint_hazard(packed, months, endpoint="os")
    np.testing.assert_allclose(death_hazard_at(control, months), hazard[0, 0], rtol=1e-12)
    np.testing.assert_allclose(
        alive_at(rt, months), survival_at(packed, months, endpoint="os")[1, 0]
    )


@given(st.floats(0.85, 1.3), st.floats(0.0, 0.2), st.floats(0.03, 0.09))
def test_overall_survival_alike_at_every_point_of_the_grid(packed_of, pfs_hr, share, after):
    leaving = 0.1
    without = share * leaving
    start = np.array([leaving, leaving * pfs_hr])[:, np.newaxis, np.newaxis] - without
    alike = os_null(packed_of(start, without, after), horizon=48.0)
    on_grid = survival_at(alike, alike.after_cuts, endpoint="os")
    assert np.abs(on_grid[1] - on_grid[0]).max() < 1e-9
    between = survival_at(alike, np.linspace(0, 48, 1201), endpoint="os")
    assert np.abs(between[1] - between[0]).max() < 1e-4
    assert np.all(alike.after_hazard >= 0)
    np.testing.assert_array_equal(alike.after_hazard[0], after)


def test_alike_in_each_stratum_under_hazards_in_pieces(packed_of):
    packed = packed_of(
        [[[0.12, 0.06], [0.2, 0.1]], [[0.1, 0.05], [0.17, 0.1]]],
        [[[0.01, 0.02], [0.02, 0.0]]] * 2,
        [[0.05, 0.08], [0.09, 0.05]],
        cuts=(4.1,),
        after_cuts=(7.3,),
    )
    alike = os_null(packed, horizon=30.0)
    survival = survival_at(alike, alike.after_cuts, endpoint="os")
    assert np.abs(survival[1] - survival[0]).max() < 1e-9
    before = survival_at(packed, [12.0], endpoint="os")
    assert np.all(np.abs(before[1] - before[0]) > 1e-3)
    np.testing.assert_allclose(before[0], survival_at(alike, [12.0], endpoint="os")[0])


def test_simulated_patients_have_overall_survival_alike(packed_of, drawn):
    """200,000 patients an arm: four months, difference within 4 standard errors."""
    patients, start = 200_000, np.array([0.1, 0.085])[:, np.newaxis, np.newaxis]
    alike = os_null(packed_of(start, 0.01, 0.07), horizon=48.0)
    arm = np.arange(2 * patients) % 2
    ends = drawn(alike, arm, 0 * arm, replicate=4)[1]
    for month in (3.0, 12.0, 24.0, 40.0):
        alive = [(ends.os_months[arm == one] > month).mean() for one in range(2)]
        error = math.sqrt(2 * alive[0] * (1 - alive[0]) / patients)
        assert abs(alive[1] - alive[0]) < 4 * error, (month, alive, error)
    free = [(ends.pfs_months[arm == one] > 12).mean() for one in range(2)]
    assert free[1] - free[0] > 0.03


def test_what_cannot_be_is_said_in_one_sentence(packed_of):
    with pytest.raises(
        ValueError, match=r"os_median of rt is 6 and pfs_median 8 months; .* above 8"
    ):
        solve_arm(pfs_median=8, os_median=6, deaths_without_progression=0.1, arm="rt")
    with pytest.raises(ValueError, match=r"deaths_without_progression is 0\.8 .* below 0\.666"):
        solve_arm(pfs_median=6, os_median=12, deaths_without_progression=0.8, arm="control")
    with pytest.raises(ValueError, match="more RT patients are free of progression"):
        os_null(packed_of([[[0.1]], [[0.04]]], 0.0, 0.09))
    with pytest.raises(ValueError, match="would need a negative hazard"):
        os_null(packed_of(0.1, [[[0.0]], [[0.2]]], 0.05))
    with pytest.raises(ValueError, match="leave out switching and set clock to forward"):
        os_null(packed_of(0.1, 0.01, 0.05, switch=(0.5, 1.0, 0.6)))


@given(st.floats(0.0, 0.6))
def test_the_largest_share_of_deaths_is_the_largest(share):
    """Just below the stated bound there is an arm, at the bound there is none."""
    most = 0.5 / (1 - 2 ** (-(1.5 + share)))
    assume(most < 0.99)
    figures = {"pfs_median": 10.0, "os_median": 10.0 * (1.5 + share), "arm": "control"}
    found = solve_arm(**figures, deaths_without_progression=most * 0.999)
    assert found.after > 0
    with pytest.raises(ValueError, match="deaths_without_progression"):
        solve_arm(**figures, deaths_without_progression=most)
