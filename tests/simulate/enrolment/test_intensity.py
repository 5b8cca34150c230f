"""Cumulative intensity against numerical integration, and its inverse against itself."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate

from simulate.enrolment.intensity import (
    expected_patients,
    months_until,
    piecewise_intensity,
    sites_intensity,
)

STEPS = ([0.0, 4.0, 10.0, 12.0], [3.0, 8.0, 0.0, 12.0])


def stepwise(t, ramp_up):
    rate = STEPS[1][np.searchsorted(STEPS[0], t, side="right") - 1]
    return rate * (min(1.0, t / ramp_up) if ramp_up else 1.0)


def opening(t, number, opening_months, per_site, ramp_up):
    opened = sum(t >= opening_months * j / (number - 1) for j in range(number))
    return opened * per_site * (min(1.0, t / ramp_up) if ramp_up else 1.0)


@pytest.mark.parametrize("ramp_up", [0.0, 2.5, 4.0, 11.0, 20.0])
@pytest.mark.parametrize("months", [0.0, 1.0, 4.0, 7.3, 11.0, 30.0])
def test_steps_and_ramp_are_integrated(ramp_up, months):
    intensity = piecewise_intensity(*STEPS, ramp_up=ramp_up)
    points = sorted({p for p in (*STEPS[0], ramp_up) if 0 < p < months})
    direct = integrate.quad(stepwise, 0, months, args=(ramp_up,), points=points or None)[0]
    assert expected_patients(intensity, months) == pytest.approx(direct, abs=1e-9)


@pytest.mark.parametrize("ramp_up", [0.0, 5.0])
@pytest.mark.parametrize("months", [0.5, 6.0, 9.0, 25.0])
def test_sites_open_one_by_one(ramp_up, months):
    intensity = sites_intensity(7, opening_months=9.0, per_site_month=0.3, ramp_up=ramp_up)
    points = sorted({p for p in (*np.linspace(0, 9, 7), ramp_up) if 0 < p < months})
    direct = integrate.quad(opening, 0, months, args=(7, 9.0, 0.3, ramp_up), points=points)[0]
    assert expected_patients(intensity, months) == pytest.approx(direct, abs=1e-9)


@pytest.mark.parametrize(("number", "months"), [(1, 9.0), (12, 0.0)])
def test_one_site_or_all_at_once_is_a_constant_rate(number, months):
    intensity = sites_intensity(number, opening_months=months, per_site_month=0.3, ramp_up=0.0)
    assert intensity.rate.tolist() == pytest.approx([number * 0.3])


def test_recruitment_pauses_and_its_inverse_ends_before_the_pause():
    intensity = piecewise_intensity(*STEPS, ramp_up=0.0)
    assert expected_patients(intensity, [10.0, 11.0, 12.0]).tolist() == [60.0, 60.0, 60.0]
    assert months_until(intensity, [60.0, 72.0]).tolist() == [10.0, 13.0]


def test_what_is_never_expected_takes_for_ever():
    intensity = piecewise_intensity([0.0, 5.0], [2.0, 0.0], ramp_up=0.0)
    assert months_until(intensity, [10.0, 10.1]).tolist() == [5.0, np.inf]


widths = st.lists(st.floats(0.01, 50), min_size=0, max_size=6)
rates = st.lists(st.floats(0.001, 500), min_size=7, max_size=7)


@given(
    widths=widths,
    rates=rates,
    ramp_up=st.sampled_from([0.0, 0.3, 6.0, 200.0]),
    share=st.floats(1e-6, 3.0),
)
def test_months_until_inverts_expected_patients(widths, rates, ramp_up, share):
    start = np.concatenate([[0.0], np.cumsum(widths)])
    intensity = piecewise_intensity(start, rates[: start.size], ramp_up=ramp_up)
    months = share * (start[-1] + 1.0)
    patients = expected_patients(intensity, months)
    assert months_until(intensity, patients) == pytest.approx(months, rel=1e-6)
