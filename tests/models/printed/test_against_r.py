"""Pseudo-patient sets give the printed figures as R computes them, and as this project does."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analyses.selftest.oracles import FOLDER
from models.printed import printed_figures, record_windows
from models.record import load_record

ROOT = Path(__file__).parents[3]
FIXTURES = FOLDER
OURS = {
    "median_control": "control_median_first_at_half",
    "median_rt": "rt_median_first_at_half",
    "follow_up_minimum": "follow_up_minimum",
    "follow_up_median": "follow_up_median",
    "follow_up_maximum": "follow_up_maximum",
    "events_control": "control_events",
    "events_rt": "rt_events",
}


def answers(endpoint):
    """What R says, ratios turned to control versus RT as the paper prints them."""
    table = pd.read_csv(FIXTURES / f"pseudo_patients_{endpoint}_answers.csv", comment="#")
    found = {name: table[column].to_numpy(float) for name, column in OURS.items()}
    found["hazard_ratio"] = 1 / table["hr_rt_vs_control"].to_numpy(float)
    found["lower"] = 1 / table["upper"].to_numpy(float)
    found["upper"] = 1 / table["lower"].to_numpy(float)
    return found


@pytest.mark.parametrize("endpoint", ["pfs", "os"])
def test_r_prints_what_the_paper_prints(endpoint):
    record = load_record(ROOT / "analyses" / "sohaib2025" / "published.toml")
    theirs = answers(endpoint)
    windows = record_windows(record, endpoint)
    assert {"median_control", "median_rt", "hazard_ratio", "lower", "upper"} <= windows.keys()
    for name, (low, high) in windows.items():
        values = theirs[name]
        assert ((values >= low - 1e-9) & (values < high)).all(), f"{name}: {values}"


@pytest.mark.parametrize("endpoint", ["pfs", "os"])
def test_own_figures_equal_those_of_r(endpoint):
    sets = pd.read_csv(FIXTURES / f"pseudo_patients_{endpoint}.csv")
    count = sets["imputation"].nunique()
    time = sets["time"].to_numpy().reshape(count, -1)
    event = sets["event"].to_numpy().astype(bool).reshape(count, -1)
    n_control = int((sets["arm"] == "control").sum() / count)
    ours = printed_figures(time, event, n_control=n_control)
    for name, values in answers(endpoint).items():
        np.testing.assert_allclose(ours[name], values, rtol=1e-6, err_msg=name)
