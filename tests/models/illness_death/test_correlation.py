"""Correlation of both times against closed forms and simulated patients."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.illness_death.constant import ConstantHazards
from models.illness_death.constant import times_correlation as constant_correlation
from models.illness_death.correlation import times_correlation

RATE = st.floats(0.005, 1.0)


@given(RATE, st.floats(0, 0.5), RATE)
def test_constant_hazards_have_a_closed_form(packed_of, progression, without, after):
    found = times_correlation(packed_of(progression, without, after))
    closed = constant_correlation(ConstantHazards(progression, without, after))
    np.testing.assert_allclose(found, closed, rtol=1e-9)
    in_pieces = packed_of(
        [progression] * 3, [without] * 3, [after] * 2, cuts=(2.0, 9.0), after_cuts=(4.0,)
    )
    np.testing.assert_allclose(times_correlation(in_pieces), closed, rtol=1e-8)


@pytest.mark.parametrize("clock", [0, 1])
def test_simulated_times_correlate_so(packed_of, drawn, clock):
    """400,000 patients; the standard error is that of 100 groups of 4,000."""
    packed = packed_of(
        [0.15, 0.05], [0.01, 0.02], [1.0, 0.3, 0.04], cuts=(6.0,), after_cuts=(3.0, 12.0),
        clock=clock,
    )  # fmt: skip
    zero = np.zeros(400_000)
    ends = drawn(packed, zero, zero, replicate=clock)[1]
    exact = times_correlation(packed)[0, 0]
    groups = [
        np.corrcoef(x, y)[0, 1]
        for x, y in zip(
            ends.pfs_months.reshape(100, -1), ends.os_months.reshape(100, -1), strict=True
        )
    ]
    found = np.corrcoef(ends.pfs_months, ends.os_months)[0, 1]
    error = np.std(groups, ddof=1) / 10
    assert abs(found - exact) < 4 * error, (found, exact, error)


def test_limits(packed_of):
    assert times_correlation(packed_of(0.1, 0.0, 1e6)) == pytest.approx(np.ones((2, 1)))
    assert np.isnan(times_correlation(packed_of(0.1, 0.0, 0.0))).all()
    assert np.isnan(times_correlation(packed_of(0.0, 0.0, 0.1))).all()
    only_deaths = times_correlation(packed_of(0.0, 0.1, 0.0))
    assert only_deaths == pytest.approx(np.ones((2, 1)))
    half = ConstantHazards(0.1, 0.0, 0.1)
    assert constant_correlation(half) == pytest.approx(1 / math.sqrt(2))
