"""Pseudo-patient sets whose figures R computed, as far as checks of the self-test do not say it."""

import pytest

from analyses.selftest.checks.published import RECORD, r_figures
from models.printed import record_windows
from models.record import load_record


@pytest.mark.parametrize("endpoint", ["pfs", "os"])
def test_r_was_asked_for_every_figure_that_is_printed(endpoint):
    windows = record_windows(load_record(RECORD), endpoint)
    assert {"median_control", "median_rt", "hazard_ratio", "lower", "upper"} <= windows.keys()
    assert windows.keys() <= r_figures(endpoint).keys()
    assert all(len(values) == 10 for values in r_figures(endpoint).values())
