"""Quantiles with their intervals, the grid held against its worst point, and nuisance values."""

import math

import numpy as np
import pytest

from simulate.design import read_design
from simulate.threshold import calibrate as module
from simulate.threshold.at_level import error_at, quantile
from simulate.threshold.calibrate import calibrate, check_endpoint
from simulate.threshold.largest import largest_probabilities
from simulate.threshold.nuisance import Nuisance, NuisanceGrid, design_at, null_truth
from simulate.threshold.of_design import calibrate_threshold

SEED = 4


@pytest.fixture(scope="module")
def bayes():
    """Two looks by the Bayesian rule, with fields replaced."""

    def make(**changes):
        return read_design(
            {
                "name": "Bayesian",
                "patients": 80,
                "recruitment": {"kind": "poisson", "rates": [{"start": 0.0, "per_month": 8.0}]},
                "randomisation": {"kind": "blocks", "block_sizes": [4]},
                "looks": [{"events": 25}, {"events": 50}],
                "analysis": {"test": "bayes"},
                "truths": [
                    {
                        "name": "planning",
                        "control": {"median": 10.0},
                        "effect": {"kind": "proportional", "hr": 0.6},
                    }
                ],
            }
            | changes
        )

    return make


def test_the_threshold_is_passed_by_alpha_of_the_trials():
    values = np.random.default_rng(1).random(4_000)
    found = quantile(values, 0.025)
    assert (values >= found.value).sum() == 100
    assert found.lower < found.value < found.upper
    assert error_at(values, found.value).value == 0.025
    assert error_at(values, 2.0).mcse == pytest.approx(1 / 4_000)


def test_the_interval_of_the_threshold_covers():
    """1,000 samples of 2,000 uniform numbers: coverage of 0.975 within 4 standard errors, 0.028."""
    rng = np.random.default_rng(2)
    found = [quantile(rng.random(2_000), 0.025) for _ in range(1_000)]
    share = np.mean([one.lower <= 0.975 <= one.upper for one in found])
    assert abs(share - 0.95) < 4 * math.sqrt(0.95 * 0.05 / 1_000), share


def test_the_worst_point_gives_the_threshold_and_holds_the_error(bayes, monkeypatch):
    """Points whose probabilities are powers of the same uniform numbers: the truth is known.

    The largest probability at a point is u^(1/k), so its threshold is 0.975^(1/k), and the highest
    belongs to k = 5; within 4 standard errors of it, 0.0008.
    """

    def powers(design, nuisance, *, endpoint, seed, first, trials, workers):
        k = 5.0 if nuisance.hazard == 2.0 else 3.0 + nuisance.accrual
        return np.random.default_rng([seed, first]).random(trials) ** (1 / k)

    monkeypatch.setattr(module, "largest_probabilities", powers)
    grid = NuisanceGrid(hazard=(1.0, 2.0), accrual=(0.5, 1.0), drop_out=(None,))
    found = calibrate(bayes(), grid, endpoint="os", alpha=0.025, trials=4_000, seed=SEED, workers=1)
    assert found.worst.hazard == 2.0
    exact = 0.975 ** (1 / 5)
    assert abs(found.threshold.value - exact) < 0.0008, found.threshold
    assert abs(found.error.value - 0.025) < 4 * math.hypot(found.error.mcse, 0.0011), found.error
    assert 0 <= found.rounded - found.threshold.value < 1e-4
    assert found.trials == 4_000 * (4 + 4 * 5)
    for point in found.points:
        k = 5.0 if point.nuisance.hazard == 2.0 else 3.0 + point.nuisance.accrual
        half = (point.threshold.upper - point.threshold.lower) / 2
        assert abs(point.threshold.value - 0.975 ** (1 / k)) < 4 * half / 1.96, point
        assert abs(point.planned.value - (1 - 0.975**k)) < 4 * point.planned.mcse, point


def test_largest_probabilities_are_those_of_the_rule(bayes):
    """Success at a threshold is the rule's own success in `simulate_outcomes`."""
    from simulate.operating.outcomes import simulate_outcomes

    design = bayes()
    largest = largest_probabilities(
        design, Nuisance(), endpoint="os", seed=SEED, first=0, trials=300, workers=1
    )
    truth = null_truth(design.truths[0], Nuisance())
    outcomes = simulate_outcomes(design, truth, seed=SEED, trials=300)
    np.testing.assert_array_equal(largest >= 0.975, outcomes.success)
    assert 0 < outcomes.success.sum() < 300


def test_looks_after_a_binding_futility_stop_do_not_count(bayes):
    options = {"endpoint": "os", "seed": SEED, "first": 0, "trials": 300, "workers": 1}
    rule = {"kind": "hazard_ratio", "hr": [0.9]}
    free = largest_probabilities(bayes(futility=rule), Nuisance(), **options)
    bound = largest_probabilities(bayes(futility=rule | {"binding": True}), Nuisance(), **options)
    assert np.all(bound <= free)
    assert np.any(bound < free)


def test_nuisance_values_change_hazard_recruitment_and_drop_out(bayes, two_endpoints):
    nuisance = Nuisance(hazard=2.0, accrual=0.5, drop_out=0.1)
    design = bayes()
    assert design_at(design, nuisance).recruitment.rates[0].per_month == 4.0
    truth = null_truth(design.truths[0], nuisance)
    assert truth.control.pieces().values == pytest.approx((2 * math.log(2) / 10,))
    assert truth.effect.hr == 1.0
    assert truth.drop_out.rt.per_12_months == 0.1
    both = null_truth(two_endpoints().truths[0], nuisance)
    assert both.progression.control.rates == pytest.approx((0.16,))
    assert both.death_after_progression.control.rates == pytest.approx((0.24,))
    assert both.death_after_progression.effect.hr == 1.0


def test_what_has_no_rule_is_one_sentence(bayes, two_endpoints):
    assert check_endpoint(bayes(), None) == "os"
    with pytest.raises(ValueError, match="decides pfs, os without the Bayesian rule"):
        check_endpoint(two_endpoints(), None)
    with pytest.raises(ValueError, match="--endpoint is 'pfs' but the Bayesian rule decides os"):
        check_endpoint(bayes(), "pfs")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"hazard": (0.0,)}, "hazard 0; it is a factor and must be from 0.01 to 100"),
        ({"drop_out": (1.0,)}, "drop_out 1; it is a probability within 12 months"),
        ({"accrual": (1.0, 1.0)}, "accrual 1, 1; each value counts once"),
        ({"accrual": ()}, "--grid has 0 points"),
    ],
)
def test_bad_grids_are_one_sentence(changes, words):
    with pytest.raises(ValueError) as told:
        NuisanceGrid(**changes)
    assert words in str(told.value)


def test_one_call_is_the_calibration_over_the_grid_that_it_names(bayes):
    values = {"hazard": [1.0, 2.0], "accrual": [1.0], "drop_out": [None]}
    found = calibrate_threshold(bayes(), alpha=0.05, seed=SEED, trials=400, **values)
    grid = NuisanceGrid(hazard=(1.0, 2.0), accrual=(1.0,), drop_out=(None,))
    plain = calibrate(bayes(), grid, endpoint="os", alpha=0.05, trials=400, seed=SEED, workers=1)
    assert found == plain
    assert found.table["hazard"].tolist() == [1.0, 2.0]
    assert found.table["worst"].sum() == 1
    assert found.table["threshold"].tolist() == [one.threshold.value for one in found.points]
    tested = bayes(analysis={"test": "log_rank"}, efficacy={"kind": "obrien_fleming"})
    with pytest.raises(ValueError, match=r'a threshold needs analysis.test "bayes"'):
        calibrate_threshold(tested, alpha=0.05, seed=SEED)
