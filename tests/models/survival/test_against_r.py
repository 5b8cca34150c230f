"""Second implementation: what R's survival package answered, stored in analyses/selftest/r."""

import numpy as np
import pandas as pd
import pytest

from analyses.selftest.oracles import FOLDER
from models.survival.cox import cox, hazard_ratio
from models.survival.kaplan_meier import (
    follow_up_median,
    kaplan_meier,
    median_time,
    numbers_at_risk,
    survival_at,
)
from models.survival.log_rank import log_rank

FIXTURES = FOLDER
EXACT, ITERATED = 1e-8, 1e-6


def read(name: str) -> pd.DataFrame:
    return pd.read_csv(FIXTURES / f"survival_{name}.csv", comment="#")


DATA, CURVES, SUMMARIES = read("data"), read("curves"), read("summaries")
SETS = tuple(DATA["set"].unique())
GROUPS = ("control", "rt", "all")


def patients(name: str, group: str = "all") -> pd.DataFrame:
    rows = DATA[DATA["set"] == name]
    return rows if group == "all" else rows[rows["arm"] == GROUPS.index(group)]


def answers(name: str, group: str, quantity: str) -> pd.DataFrame:
    ours = (SUMMARIES["set"] == name) & (SUMMARIES["quantity"] == quantity)
    rows = SUMMARIES[ours & (SUMMARIES["group"].fillna("") == group)]
    assert len(rows), f"R was not asked for {quantity} of {name}, {group}"
    return rows


def answer(name: str, group: str, quantity: str) -> float:
    (value,) = answers(name, group, quantity)["value"]
    return float(value)


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("name", SETS)
def test_kaplan_meier_is_that_of_r(name: str, group: str) -> None:
    data = patients(name, group)
    curve = kaplan_meier(data["time"], data["event"])
    expected = CURVES[(CURVES["set"] == name) & (CURVES["group"] == group)]
    np.testing.assert_allclose(curve.time, expected["time"], rtol=EXACT)
    np.testing.assert_array_equal(curve.at_risk, expected["at_risk"])
    np.testing.assert_array_equal(curve.events, expected["events"])
    np.testing.assert_allclose(curve.survival, expected["survival"], rtol=0, atol=EXACT)


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("name", SETS)
def test_medians_and_follow_up_are_those_of_r(name: str, group: str) -> None:
    data = patients(name, group)
    median = median_time(kaplan_meier(data["time"], data["event"]))
    reverse = median_time(kaplan_meier(data["time"], data["event"] == 0))
    assert median == pytest.approx(answer(name, group, "median_first_at_half"), rel=EXACT)
    assert reverse == pytest.approx(answer(name, group, "reverse_median_first_at_half"), rel=EXACT)
    expected = answer(name, group, "follow_up_median")
    assert follow_up_median(data["time"]) == pytest.approx(expected, rel=EXACT)


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("name", SETS)
def test_survival_and_numbers_at_risk_at_given_times_are_those_of_r(name: str, group: str) -> None:
    data = patients(name, group)
    survival, at_risk = answers(name, group, "survival_at"), answers(name, group, "at_risk_at")
    ours = survival_at(kaplan_meier(data["time"], data["event"]), survival["at"])
    np.testing.assert_allclose(ours, survival["value"], rtol=0, atol=EXACT)
    np.testing.assert_array_equal(numbers_at_risk(data["time"], at_risk["at"]), at_risk["value"])


@pytest.mark.parametrize("name", SETS)
def test_log_rank_is_that_of_r(name: str) -> None:
    data = patients(name)
    test = log_rank(data["time"], data["event"], data["arm"])
    assert test.z**2 == pytest.approx(answer(name, "", "log_rank_chisq"), rel=EXACT, abs=EXACT)
    assert test.observed == answer(name, "", "log_rank_observed_treated")
    expected = answer(name, "", "log_rank_expected_treated")
    assert test.expected == pytest.approx(expected, rel=EXACT)
    assert test.variance == pytest.approx(answer(name, "", "log_rank_variance"), rel=EXACT)


@pytest.mark.parametrize("ties", ["breslow", "efron"])
@pytest.mark.parametrize("name", SETS)
def test_cox_is_that_of_r(name: str, ties: str) -> None:
    data = patients(name)
    fit = cox(data["time"], data["event"], data["arm"], ties=ties)
    log_hr = answer(name, "", f"cox_log_hr_{ties}")
    standard_error = answer(name, "", f"cox_standard_error_{ties}")
    assert fit.log_hr == pytest.approx(log_hr, abs=ITERATED)
    assert fit.standard_error == pytest.approx(standard_error, abs=ITERATED)
    limits = hazard_ratio(fit)
    assert limits.estimate == pytest.approx(np.exp(log_hr), abs=ITERATED)
    assert limits.upper == pytest.approx(np.exp(log_hr + 1.959964 * standard_error), rel=ITERATED)
    assert limits.lower == pytest.approx(np.exp(log_hr - 1.959964 * standard_error), rel=ITERATED)


def test_the_two_conventions_of_the_median_differ_only_where_the_curve_is_flat_at_half() -> None:
    # R averages the ends of the stretch, so its median there lies later than ours.
    first = answer("flat_at_half", "control", "median_first_at_half")
    assert (first, answer("flat_at_half", "control", "median_survfit")) == (4.0, 5.5)
    for name, group in ((name, group) for name in SETS for group in GROUPS):
        curve = CURVES[(CURVES["set"] == name) & (CURVES["group"] == group)]
        flat = np.isclose(curve["survival"], 0.5, atol=1e-9).any()
        first = answer(name, group, "median_first_at_half")
        same = first == answer(name, group, "median_survfit")
        assert same or flat, f"{name}, {group}"


def test_the_data_sets_cover_ties_of_every_kind() -> None:
    ties = {name: patients(name)["time"].duplicated().mean() for name in SETS}
    assert ties["no_ties"] == 0
    assert ties["heavy_ties"] > 0.9
    assert 0 < ties["day_grid"] < 0.3
    breslow, efron = (answer("heavy_ties", "", f"cox_log_hr_{t}") for t in ("breslow", "efron"))
    assert abs(breslow - efron) > 10 * ITERATED
