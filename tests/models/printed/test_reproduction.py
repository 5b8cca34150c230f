"""Rounding windows of a record, and whether figures of pseudo-patients fall into them."""

import math
from pathlib import Path

import numpy as np
import pytest

from models.printed import record_windows, reproduction_check, reproduction_table
from models.record import load_record

ROOT = Path(__file__).parents[3]
PUBLISHED = load_record(ROOT / "analyses" / "sohaib2025" / "published.toml")
INVENTED = load_record(ROOT / "tests" / "data" / "records" / "consistent.toml")


def test_windows_of_a_ratio_printed_control_versus_rt_are_those_of_the_digits():
    windows = record_windows(PUBLISHED, "pfs")
    assert windows["hazard_ratio"] == pytest.approx((1.985, 1.995))
    assert windows["lower"] == pytest.approx((1.155, 1.165))
    assert windows["upper"] == pytest.approx((3.405, 3.415))
    assert windows["median_rt"] == pytest.approx((15.365, 15.375))
    assert windows["median_control"] == pytest.approx((10.925, 10.935))


def test_windows_of_a_ratio_printed_rt_versus_control_are_turned_and_limits_swapped():
    windows = record_windows(INVENTED, "pfs")
    assert windows["hazard_ratio"] == pytest.approx((1 / 0.625, 1 / 0.615))
    assert windows["lower"] == pytest.approx((1 / 0.995, 1 / 0.985))
    assert windows["upper"] == pytest.approx((1 / 0.395, 1 / 0.385))
    assert all(low < high for low, high in windows.values())


def test_follow_up_is_a_figure_of_overall_survival_only():
    assert record_windows(PUBLISHED, "os")["follow_up_median"] == pytest.approx((13.495, 13.505))
    assert not any(name.startswith("follow_up") for name in record_windows(PUBLISHED, "pfs"))
    reverse = INVENTED.model_copy(
        update={"follow_up": INVENTED.follow_up.model_copy(update={"of": "reverse Kaplan-Meier"})}
    )
    assert not any(name.startswith("follow_up") for name in record_windows(reverse, "os"))


def test_events_are_counts_or_bounds():
    bounds, counts = record_windows(PUBLISHED, "pfs"), record_windows(INVENTED, "pfs")
    assert bounds["events_rt"] == (22, PUBLISHED.arms["rt"].n + 1)
    assert bounds["events_control"] == (35, PUBLISHED.arms["control"].n + 1)
    assert (counts["events_rt"], counts["events_control"]) == ((35.5, 36.5), (37.5, 38.5))
    assert not any(name.startswith("events") for name in record_windows(PUBLISHED, "os"))


def test_a_median_that_is_not_printed_has_no_window():
    printed = PUBLISHED.endpoints["os"]
    without = printed.model_copy(update={"median": type(printed.median)(rt=printed.median["rt"])})
    record = PUBLISHED.model_copy(update={"endpoints": {"os": without}})
    windows = record_windows(record, "os")
    assert "median_rt" in windows
    assert "median_control" not in windows


def test_low_ends_are_inside_and_high_ends_outside():
    values = {"median_rt": np.array([15.364, 15.365, 15.37, 15.375, math.inf, math.nan])}
    table = reproduction_table(values, {"median_rt": (15.365, 15.375)})
    row = table.iloc[0]
    assert (row["figure"], row["unit"]) == ("median_rt", "months")
    assert (row["reproduced"], row["sets"]) == (2, 6)
    assert (row["window_low"], row["window_high"]) == (15.365, 15.375)


def test_whole_days_on_the_edge_of_a_window_count_whatever_their_last_bit():
    """0.1 + 0.2 exceeds 0.3 in its last bit only."""
    edge = 0.1 + 0.2
    table = reproduction_table({"median_rt": np.array([0.3, edge])}, {"median_rt": (edge, 0.4)})
    assert table["reproduced"].item() == 2


def test_the_gate_passes_when_every_set_gives_every_figure_and_names_what_is_missed():
    windows = {"median_rt": (15.365, 15.375), "events_rt": (22, 38)}
    figures = {"median_rt": np.array([15.37, 15.37]), "events_rt": np.array([22.0, 37.0])}
    passed = reproduction_check(reproduction_table(figures, windows))
    assert passed.passed is True
    assert passed.text == "all 2 pseudo-patient sets reproduce all 2 printed figures"
    figures["events_rt"] = np.array([21.0, 37.0])
    failed = reproduction_check(reproduction_table(figures, windows))
    assert failed.passed is False
    assert failed.values["figures_missed"] == 1
    assert failed.text == (
        "of 2 pseudo-patient sets only some reproduce the printed figures: events_rt in 1"
    )
