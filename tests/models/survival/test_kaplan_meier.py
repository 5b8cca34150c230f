import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter

from models.survival.kaplan_meier import (
    follow_up_median,
    kaplan_meier,
    median_time,
    numbers_at_risk,
    survival_at,
)

patients = st.lists(st.tuples(st.integers(1, 12), st.booleans()), min_size=1, max_size=40)


def test_hand_computed_curve_with_ties():
    curve = kaplan_meier([1, 2, 2, 2, 4, 5], [True, True, False, True, False, True])
    assert curve.at_risk.tolist() == [6, 5, 2, 1]
    assert curve.events.tolist() == [1, 2, 0, 1]
    np.testing.assert_allclose(curve.survival, [5 / 6, 0.5, 0.5, 0.0])
    assert median_time(curve) == 2
    np.testing.assert_allclose(survival_at(curve, [0, 0.99, 1, 3, 5, 9]), [1, 1, 5 / 6, 0.5, 0, 0])


def test_median_is_the_first_time_at_one_half_despite_rounding():
    survival = 1.0
    for at_risk in range(38, 19, -1):
        survival *= 1 - 1 / at_risk
    assert survival > 0.5
    time = np.arange(1.0, 39.0)
    assert median_time(kaplan_meier(time, np.ones(38, dtype=bool))) == 19.0


def test_median_never_reached_is_infinite():
    assert median_time(kaplan_meier([1.0, 2.0, 3.0], [True, False, False])) == math.inf


@given(patients)
def test_agrees_with_lifelines(rows):
    time = np.array([row[0] for row in rows], dtype=float)
    event = np.array([row[1] for row in rows])
    curve = kaplan_meier(time, event)
    oracle = KaplanMeierFitter().fit(time, event)
    grid = np.arange(0.0, 14.0, 0.5)
    np.testing.assert_allclose(
        survival_at(curve, grid), oracle.survival_function_at_times(grid), atol=1e-12
    )
    below = oracle.survival_function_["KM_estimate"] <= 0.5 + 1e-9
    assert median_time(curve) == (below.idxmax() if below.any() else math.inf)


def test_numbers_at_risk_count_patients_with_time_at_or_beyond():
    assert numbers_at_risk([1, 3, 3, 8], [0, 1, 2, 3, 3.5, 9]).tolist() == [4, 4, 3, 3, 1, 0]


def test_follow_up_median_ignores_status():
    assert follow_up_median([5.0, 1.0, 9.0]) == 5.0


def test_unusable_patients_are_named():
    with pytest.raises(ValueError, match=r"`time` and `event`.*\(2,\) and \(1,\)"):
        kaplan_meier([1, 2], [True])
    with pytest.raises(ValueError, match=r"`time` must be finite.*-3"):
        kaplan_meier([1, -3], [True, True])
    with pytest.raises(ValueError, match="at least one patient"):
        kaplan_meier([], [])
