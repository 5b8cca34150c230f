"""Second implementation: what the data sets cover that R answered for.

The comparisons themselves are checks of the self-test (`analyses/selftest/checks/survival.py`), and
`tests/analyses/selftest` makes them.
"""

import numpy as np

from analyses.selftest.checks.survival import GROUPS, ITERATED, answer, data_sets, patients
from analyses.selftest.oracles import oracle

CURVES, SETS = oracle("survival_curves"), data_sets()


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


def test_public_data_sets_are_among_them() -> None:
    assert {"lung", "veteran", "ovarian", "aml", "gbsg"} <= set(SETS)
