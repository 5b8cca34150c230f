"""Spending functions: closed forms, limits, and what is refused."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from simulate.boundaries.normal import upper_quantile, upper_tail
from simulate.boundaries.spending import SpendingFunction, cumulative_error

FRACTIONS = (0.1, 0.35, 0.8, 1.0)
KINDS: Any = ("obrien_fleming", "pocock", "hwang_shih_decani", "power")


def function(kind: Any, *, total: float = 0.025, parameter: float = 0.0) -> SpendingFunction:
    return SpendingFunction(kind=kind, total=total, parameter=parameter)


def test_obrien_fleming_type_is_one_sided() -> None:
    spent = cumulative_error(function("obrien_fleming"), FRACTIONS)
    np.testing.assert_allclose(
        spent, 2 - 2 * norm.cdf(norm.ppf(1 - 0.0125) / np.sqrt(FRACTIONS)), rtol=1e-9, atol=1e-15
    )


def test_pocock_type() -> None:
    spent = cumulative_error(function("pocock"), FRACTIONS)
    expected = 0.025 * np.log(1 + (math.e - 1) * np.array(FRACTIONS))
    np.testing.assert_allclose(spent, expected, rtol=1e-13)


@pytest.mark.parametrize("gamma", [-4.0, -1.0, 0.7, 3.0])
def test_hwang_shih_decani(gamma: float) -> None:
    spent = cumulative_error(function("hwang_shih_decani", parameter=gamma), FRACTIONS)
    t = np.array(FRACTIONS)
    expected = 0.025 * (1 - np.exp(-gamma * t)) / (1 - np.exp(-gamma))
    np.testing.assert_allclose(spent, expected, rtol=1e-12)


def test_gamma_of_0_and_rho_of_1_spend_evenly() -> None:
    even = 0.025 * np.array(FRACTIONS)
    for gamma in (0.0, 1e-12, 1e-7):
        spent = cumulative_error(function("hwang_shih_decani", parameter=gamma), FRACTIONS)
        np.testing.assert_allclose(spent, even, rtol=1e-6)
    spent = cumulative_error(function("power", parameter=1.0), FRACTIONS)
    np.testing.assert_allclose(spent, even, rtol=1e-14)


def test_power_family() -> None:
    spent = cumulative_error(function("power", parameter=2.5), FRACTIONS)
    np.testing.assert_allclose(spent, 0.025 * np.array(FRACTIONS) ** 2.5, rtol=1e-14)


def test_a_table_goes_by_look_whatever_the_fraction() -> None:
    table = SpendingFunction(kind="user", total=0.025, table=(0.001, 0.01, 0.025))
    assert cumulative_error(table, (0.9, 0.91, 0.92)).tolist() == [0.001, 0.01, 0.025]


def test_nothing_is_spent_before_the_end_without_a_function() -> None:
    assert cumulative_error(function("none"), (0.3, 0.9, 1.0)).tolist() == [0, 0, 0.025]


@given(
    kind=st.sampled_from(KINDS),
    total=st.floats(1e-4, 0.49),
    parameter=st.floats(0.05, 20.0),
    sign=st.sampled_from([-1.0, 1.0]),
    fractions=st.lists(st.floats(1e-3, 1.5), min_size=2, max_size=12).map(sorted),
)
def test_spending_rises_from_0_to_its_total(
    kind: Any, total: float, parameter: float, sign: float, fractions: list[float]
) -> None:
    if kind == "hwang_shih_decani":
        parameter *= sign
    spent = cumulative_error(function(kind, total=total, parameter=parameter), fractions)
    assert (np.diff(spent) >= -1e-15).all()
    assert spent[0] >= 0
    assert spent[-1] == total
    beyond = [value for value, t in zip(spent, fractions, strict=True) if t >= 1]
    assert all(value == total for value in beyond)


@given(st.floats(1e-300, 1 - 1e-12))
def test_quantiles_are_those_of_scipy(probability: float) -> None:
    assert upper_quantile(probability) == pytest.approx(norm.isf(probability), rel=1e-9, abs=1e-9)


def test_quantiles_and_tails_at_the_ends() -> None:
    assert upper_quantile(0.0) == math.inf
    assert upper_quantile(1.0) == -math.inf
    assert upper_quantile(0.5) == pytest.approx(0, abs=1e-15)
    assert upper_tail(10.0) == pytest.approx(norm.sf(10), rel=1e-12)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"kind": "fleming"}, "`kind` must be one of none, obrien_fleming"),
        ({"kind": "pocock", "total": 0.0}, "`total` must be above 0 and below 1"),
        ({"kind": "obrien_fleming", "total": 0.5}, "below 0.5 for 'obrien_fleming', got 0.5"),
        ({"kind": "power", "parameter": 0.0}, "`parameter` of 'power' must be positive"),
        ({"kind": "hwang_shih_decani", "parameter": math.inf}, "from -100 to 100, got inf"),
        ({"kind": "user"}, "`table` is for kind 'user' alone and needed there"),
        ({"kind": "pocock", "table": (0.025,)}, "`table` is for kind 'user' alone"),
        ({"kind": "user", "table": (0.01, 0.005, 0.025)}, "`table` must rise"),
        ({"kind": "user", "table": (0.01, 0.02)}, "to `total` = 0.025"),
    ],
)
def test_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        SpendingFunction(**settings)


def test_looks_and_tables_must_match() -> None:
    table = SpendingFunction(kind="user", total=0.025, table=(0.001, 0.025))
    with pytest.raises(ValueError, match="got 2 for 3 looks"):
        cumulative_error(table, (0.3, 0.6, 1.0))
    with pytest.raises(ValueError, match="from 1 to 20, got 21"):
        cumulative_error(function("pocock"), np.linspace(0.01, 1, 21))
