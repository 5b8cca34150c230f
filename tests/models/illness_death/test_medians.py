"""Medians against root finding on the other formulas, closed forms, and simulated patients."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from models.illness_death.constant import ConstantHazards, alive_at
from models.illness_death.cumulative import cumulative_at
from models.illness_death.medians import (
    OneArm,
    alive,
    medians_after_progression,
    outliving,
    overall_survival_medians,
)
from models.illness_death.survival import median_of, survival_at

CUTS, AFTER_CUTS = (3.0, 10.0), (2.0, 7.0)
PIECES = {
    "progression": [[[0.1, 0.0, 0.05], [0.2, 0.1, 0.02]], [[0.05, 0.03, 0.05], [0.1, 0.2, 0.3]]],
    "without": [[[0.01, 0.02, 0.0], [0.0, 0.05, 0.01]], [[0.02, 0.02, 0.03], [0.0, 0.0, 0.1]]],
    "after": [[[0.11, 0.03, 0.2], [0.2, 0.1, 0.05]], [[0.0, 0.08, 0.09], [0.1, 0.05, 0.01]]],
    "cuts": CUTS,
    "after_cuts": AFTER_CUTS,
}
RATE = st.floats(1e-3, 2.0)
RATES = st.lists(RATE, min_size=3, max_size=3)
clocks = pytest.mark.parametrize("clock", [0, 1])


def one_arm(packed, arm, draw):
    return OneArm(
        packed.cuts,
        packed.hazard[0, arm, draw].copy(),
        packed.hazard[1, arm, draw].copy(),
        packed.clock,
        packed.after_cuts,
        packed.after_hazard[arm, draw].copy(),
    )


@given(RATES, RATES, RATES, st.floats(0.0, 40.0), st.integers(0, 1))
@settings(deadline=None)
def test_survival_is_that_of_the_other_formulas(
    packed_of, progression, without, after, month, clock
):
    packed = packed_of(progression, without, after, cuts=CUTS, after_cuts=AFTER_CUTS, clock=clock)
    expected = survival_at(packed, [month], endpoint="os")[0, 0, 0]
    assert alive(month, one_arm(packed, 0, 0)) == pytest.approx(expected, rel=1e-9, abs=1e-14)


@clocks
def test_medians_are_roots_of_survival(packed_of, clock):
    packed = packed_of(**PIECES, clock=clock)
    found = overall_survival_medians(packed)
    np.testing.assert_allclose(found, median_of(packed, endpoint="os"), rtol=1e-10)


def test_months_from_progression_to_death_are_an_integral(packed_of):
    """Adaptive quadrature over the month of progression, to month 1,500."""
    packed = packed_of(**PIECES)
    for arm, draw in ((0, 0), (0, 1), (1, 1)):
        one = one_arm(packed, arm, draw)
        total = one.progression + one.without

        def density(u, months, one=one, total=total):
            spent = [
                cumulative_at(one.after, np.array([when]), cuts=one.after_cuts)[0]
                for when in (u, u + months)
            ]
            exposure = cumulative_at(total, np.array([u]), cuts=one.cuts)[0] + spent[1] - spent[0]
            return one.progression[np.searchsorted(one.cuts, u)] * math.exp(-exposure)

        for months in (0.0, 1.3, 4.0, 12.0):
            corners = sorted({*CUTS, *AFTER_CUTS, *(c - months for c in AFTER_CUTS if c > months)})
            parts = [0.0, *corners, 100.0, 300.0, 1500.0]
            expected = sum(
                quad(density, low, high, args=(months,), epsabs=1e-12)[0]
                for low, high in pairwise(parts)
            )
            assert outliving(months, one) == pytest.approx(expected, rel=1e-8)
    median = medians_after_progression(packed)
    for arm in range(2):
        one = one_arm(packed, arm, 0)
        share = outliving(median[arm, 0], one) / outliving(0.0, one)
        assert share == pytest.approx(0.5, abs=1e-10)


@clocks
def test_half_of_the_simulated_patients_outlive_the_median(packed_of, drawn, clock):
    """200,000 patients; the share beyond each median within 4 standard errors of one half."""
    packed = packed_of(**PIECES, clock=clock)
    patients = 200_000
    zero = np.zeros(patients)
    courses = drawn(packed, zero, zero, replicate=clock)[0]
    progressed = np.isfinite(courses.progression)
    lived = (courses.death - courses.progression)[progressed]
    for name, times, median in (
        ("overall survival", courses.death, overall_survival_medians(packed)[0, 0]),
        ("after progression", lived, medians_after_progression(packed)[0, 0]),
    ):
        share, error = (times > median).mean(), 0.5 / math.sqrt(times.size)
        assert abs(share - 0.5) < 4 * error, f"{name}: {share:.5f} beyond, error {error:.5f}"


def test_closed_forms(packed_of):
    packed = packed_of(0.08, 0.02, 0.05)
    assert medians_after_progression(packed) == pytest.approx(np.full((2, 1), math.log(2) / 0.05))
    reset = packed_of(0.08, 0.02, 0.05, clock=1)
    assert medians_after_progression(reset) == pytest.approx(np.full((2, 1), math.log(2) / 0.05))
    hazards = ConstantHazards(0.08, 0.02, 0.05)
    median = overall_survival_medians(packed)[0, 0]
    assert float(alive_at(hazards, median)) == pytest.approx(0.5, abs=1e-12)
    equal = overall_survival_medians(packed_of(0.08, 0.02, 0.1))[0, 0]
    assert float(alive_at(ConstantHazards(0.08, 0.02, 0.1), equal)) == pytest.approx(0.5, abs=1e-12)


@clocks
def test_limits(packed_of, clock):
    immortal = packed_of(0.1, 0.0, 0.0, clock=clock)
    assert np.isinf(overall_survival_medians(immortal)).all()
    assert np.isinf(medians_after_progression(immortal)).all()
    nobody = packed_of(0.0, 0.1, 0.3, clock=clock)
    assert np.isnan(medians_after_progression(nobody)).all()
    assert overall_survival_medians(nobody) == pytest.approx(np.full((2, 1), math.log(2) / 0.1))
