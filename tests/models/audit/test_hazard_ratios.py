"""Hazard ratio checks on endpoints whose truth is known."""

from math import exp, log, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.audit.check import VERDICTS
from models.audit.hazard_ratios import check_hazard_ratios, log_limits
from models.audit.significance import normal_two_sided
from models.record import Record

Z = 1.959963984540054
SYMMETRY = "estimate in the middle"
P_VALUE = "p-value from estimate"
EVENTS = "enough events"
ERROR = "standard error as large"
DIRECTION = "favour the same arm"
MEDIANS = "ratio of medians"


def record(ratio, lower, upper, *, n=200, **more) -> Record:
    def figure(text, unit):
        return {"text": text, "unit": unit, "place": "Results"}

    endpoint = {
        "hazard_ratio": figure(ratio, "ratio"),
        "lower": figure(lower, "ratio"),
        "upper": figure(upper, "ratio"),
        "direction": "rt_vs_control",
        "p_value_test": "wald",
    }
    if "p" in more:
        endpoint["p_value"] = figure(more["p"], "probability")
    if "medians" in more:
        control, rt = more["medians"]
        endpoint["median"] = {"control": figure(control, "months"), "rt": figure(rt, "months")}
    if "events" in more:
        endpoint["events"] = {
            arm: {more.get("known", "exactly"): number, "place": "Results"}
            for arm, number in zip(("control", "rt"), more["events"], strict=True)
        }
    arm = {"n": n, "label": "arm", "place": "Methods"}
    return Record.model_validate(
        {
            "format": 1,
            "trial": {"name": "Test"},
            "arms": {"control": arm, "rt": arm},
            "endpoints": {"pfs": endpoint | more.get("override", {})},
        }
    )


def verdict(record: Record, part: str) -> str:
    (found,) = [check for check in check_hazard_ratios(record) if part in check.name]
    assert found.verdict in VERDICTS
    return found.verdict


@given(
    log_hr=st.floats(-1.2, 1.2),
    error=st.floats(0.1, 0.5),
    decimals=st.integers(2, 3),
)
def test_what_a_cox_fit_prints_always_passes(log_hr, error, decimals):
    ratio, lower, upper = (f"{exp(log_hr + shift * error):.{decimals}f}" for shift in (0, -Z, Z))
    printed = record(ratio, lower, upper, p=f"{normal_two_sided(log_hr / error):.3f}")
    assert verdict(printed, SYMMETRY) == "passed"
    assert verdict(printed, P_VALUE) == "passed"


@given(log_hr=st.floats(-1, 1), error=st.floats(0.15, 0.4), shift=st.floats(0.03, 0.2))
def test_an_estimate_off_the_middle_fails(log_hr, error, shift):
    ratio, lower, upper = (
        f"{exp(value):.3f}" for value in (log_hr + shift, log_hr - Z * error, log_hr + Z * error)
    )
    printed = record(ratio, lower, upper, p="0.5")
    assert verdict(printed, SYMMETRY) == "failed"
    assert verdict(printed, P_VALUE) == "not_checkable"


def test_the_range_of_p_is_that_of_all_numbers_that_round_so():
    printed = record("1.99", "1.16", "3.41", p="0.012").endpoints["pfs"]
    corners = log_limits(printed)
    ends = [Z * (a + b) / (b - a) for a, b in corners]
    inside = []
    for i in range(1, 100):
        for j in range(1, 100):
            a, b = log(1.155 + i * 1e-4), log(3.405 + j * 1e-4)
            if 1.985 <= exp((a + b) / 2) < 1.995:
                inside.append(Z * (a + b) / (b - a))
    assert min(ends) <= min(inside) <= max(inside) <= max(ends)
    assert min(inside) - min(ends) < 2e-3
    assert max(ends) - max(inside) < 2e-3


@pytest.mark.parametrize(
    ("p", "expected"), [("0.012", "passed"), ("0.013", "passed"), ("0.014", "failed")]
)
def test_p_values_beside_the_range_fail(p, expected):
    assert verdict(record("1.99", "1.16", "3.41", p=p), P_VALUE) == expected


def test_a_p_value_of_another_test_rests_on_an_assumption():
    stated = {"p_value_test": "log-rank"}
    near = record("1.99", "1.16", "3.41", p="0.012", override=stated)
    far = record("1.99", "1.16", "3.41", p="0.020", override=stated)
    assert [verdict(near, P_VALUE), verdict(far, P_VALUE)] == ["no_tension", "in_tension"]


@given(control=st.integers(20, 100), rt=st.integers(20, 100), log_hr=st.floats(-0.7, 0.7))
def test_the_smallest_possible_error_passes_and_a_smaller_one_fails(control, rt, log_hr):
    smallest = sqrt(1 / control + 1 / rt)
    for factor, expected in ((1.0, "passed"), (0.9, "failed")):
        limits = [exp(log_hr + sign * Z * factor * smallest) for sign in (-1, 1)]
        printed = record(f"{exp(log_hr):.4f}", *(f"{x:.4f}" for x in limits), events=(control, rt))
        assert verdict(printed, EVENTS) == expected


def test_the_number_of_patients_bounds_the_events():
    assert verdict(record("1.99", "1.16", "3.41", n=38), EVENTS) == "passed"
    assert verdict(record("1.99", "1.16", "3.41", n=26), EVENTS) == "failed"
    assert verdict(record("1.99", "1.16", "3.41"), ERROR) == "not_checkable"


def test_an_error_far_above_what_the_events_give_is_in_tension():
    plain = record("1.99", "1.16", "3.41", events=(35, 22), known="at_least")
    wide = record("1.99", "1.16", "3.41", events=(90, 80), known="at_least")
    assert [verdict(plain, ERROR), verdict(wide, ERROR)] == ["no_tension", "in_tension"]


def test_no_events_at_all_cannot_give_an_interval():
    assert verdict(record("0.50", "0.30", "0.83", events=(30, 0)), EVENTS) == "failed"


@pytest.mark.parametrize(
    ("medians", "direction", "ratio"),
    [
        (("10", "20"), "no_tension", "no_tension"),
        (("20", "10"), "in_tension", "in_tension"),
        (("10", "60"), "no_tension", "in_tension"),
    ],
)
def test_medians_against_the_ratio(medians, direction, ratio):
    printed = record("0.50", "0.30", "0.83", medians=medians)
    assert verdict(printed, DIRECTION) == direction
    assert verdict(printed, MEDIANS) == ratio


def test_the_inverse_direction_turns_the_medians_round():
    turned = {"direction": "control_vs_rt"}
    printed = record("2.00", "1.20", "3.33", medians=("10", "20"), override=turned)
    assert verdict(printed, DIRECTION) == verdict(printed, MEDIANS) == "no_tension"
    wrong = record("2.00", "1.20", "3.33", medians=("10", "20"))
    assert verdict(wrong, DIRECTION) == verdict(wrong, MEDIANS) == "in_tension"


def test_missing_medians_are_not_checkable():
    printed = record("0.50", "0.30", "0.83")
    assert verdict(printed, DIRECTION) == verdict(printed, MEDIANS) == "not_checkable"


def test_limits_that_almost_touch_do_not_divide_by_zero():
    assert verdict(record("1.0", "0.9", "1.0", p="0.9"), P_VALUE) in ("passed", "failed")
