"""The simulator's own tests, asked about real data sets, against R's survival package."""

import math
from collections.abc import Iterator

import numpy as np
import pandas as pd

from analyses.selftest.check import Check, Finding, Worst
from analyses.selftest.engine_data import Rows, rows_of
from analyses.selftest.oracles import oracle
from simulate.effect.cox import BRESLOW, EFRON, cox_fit
from simulate.effect.difference import new_curve_summary
from simulate.effect.log_rank import log_rank_score, log_rank_z
from simulate.effect.median_difference import arm_median
from simulate.effect.milestone import milestone_difference
from simulate.effect.restricted_mean import restricted_mean_difference
from simulate.effect.weighted_log_rank import fill_weighted_scores, new_weighted_state
from simulate.effect.weights import (
    capped_inverse,
    fleming_harrington,
    modestly_weighted,
    pack_weights,
)

EXACT, ITERATED = 1e-8, 1e-6
TIES = {"breslow": BRESLOW, "efron": EFRON}
POWERS = {
    "fh_0_0": (0.0, 0.0),
    "fh_1_0": (1.0, 0.0),
    "fh_0_1": (0.0, 1.0),
    "fh_1_1": (1.0, 1.0),
    "fh_half_half": (0.5, 0.5),
    "fh_0_2": (0.0, 2.0),
}
WEIGHTS = (*POWERS, "modest", "capped_2")
SOURCE = "R survival, {}.csv"


def _sets(kind: str) -> Iterator[tuple[str, pd.DataFrame, dict[str, float]]]:
    """Name, patients and R's answers of each data set."""
    told = oracle(f"{kind}_summaries")
    told = told[told["group"].isna()]
    for name, data in oracle(f"{kind}_data").groupby("set"):
        rows = told[told["set"] == name]
        yield str(name), data, dict(zip(rows["quantity"], rows["value"].astype(float), strict=True))


def _rows(kind: str, data: pd.DataFrame) -> Rows:
    return rows_of(data, stratified=kind == "stratified")


def compare_log_rank(kind: str) -> Finding:
    """Score, variance and z."""
    worst = Worst(EXACT, "relative difference")
    for name, data, told in _sets(kind):
        rows = _rows(kind, data)
        score = log_rank_score(rows.table, rows.filled)
        expected = told["log_rank_observed_treated"] - told["log_rank_expected_treated"]
        worst.relative(score.observed_minus_expected, expected, f"score of {name}")
        worst.relative(score.variance, told["log_rank_variance"], f"variance of {name}")
        z = log_rank_z(rows.table, rows.filled)
        signed = -math.copysign(math.sqrt(told["log_rank_chisq"]), expected)
        worst.relative(z, signed, f"z of {name}")
    return worst.finding()


def compare_cox(kind: str) -> Finding:
    """Log hazard ratio and its error, with ties by Breslow and by Efron."""
    worst = Worst(ITERATED, "difference")
    for name, data, told in _sets(kind):
        rows = _rows(kind, data)
        for ties, code in TIES.items():
            fit = cox_fit(rows.table, rows.filled, code)
            worst.absolute(fit.log_hr, told[f"cox_log_hr_{ties}"], f"log HR of {name}, {ties}")
            error = told[f"cox_standard_error_{ties}"]
            worst.absolute(fit.standard_error, error, f"standard error of {name}, {ties}")
    return worst.finding()


def _late(kind: str, name: str) -> dict[tuple[str, str, float], float]:
    """R's answers on late effects by group, quantity and month or power."""
    told = oracle("late_effects")
    told = told[(told["kind"] == kind) & (told["set"] == name)]
    keys = zip(told["group"].astype(object).fillna(""), told["quantity"],
               told["at"].astype(float).fillna(-1.0), strict=True)  # fmt: skip
    return dict(zip(keys, told["value"].astype(float), strict=True))


def compare_weighted() -> Finding:
    """Scores and covariances under eight weights, of all patients and within strata."""
    worst = Worst(EXACT, "relative difference")
    _weigh(worst, "survival", "plain")
    _weigh(worst, "stratified", "stratified")
    return worst.finding()


def _weigh(worst: Worst, kind: str, late: str) -> None:
    for name, data, _ in _sets(kind):
        told, rows = _late(late, name), _rows(kind, data)
        s_star = next(at for (_, quantity, at) in told if quantity == "score_modest")
        powers = [fleming_harrington(*pair) for pair in POWERS.values()]
        weights = pack_weights(*powers, modestly_weighted(s_star), capped_inverse(2.0))
        score, covariance = np.empty(len(WEIGHTS)), np.empty((len(WEIGHTS), len(WEIGHTS)))
        state = new_weighted_state(int(data.get("stratum", pd.Series([0])).max()) + 1, len(WEIGHTS))
        fill_weighted_scores(rows.table, rows.filled, weights, state, score, covariance)
        for i, first in enumerate(WEIGHTS):
            expected = told["", f"score_{first}", s_star]
            # Scores may be nearly 0; their standard deviation gives the scale.
            scale = math.sqrt(told["", f"covariance_{first}_and_{first}", s_star])
            worst.add((score[i] - expected) / scale, f"score {first} of {name}")
            for j, second in enumerate(WEIGHTS[i:], start=i):
                expected = told["", f"covariance_{first}_and_{second}", s_star]
                worst.relative(covariance[i, j], expected, f"covariance {first} of {name}")


def _both(told: dict[tuple[str, str, float], float], quantity: str) -> list[float]:
    """Months at which R has a quantity of both arms."""
    at = [{m for (g, q, m) in told if (g, q) == (arm, quantity)} for arm in ("control", "rt")]
    return sorted(at[0] & at[1])


def compare_differences() -> Finding:
    """Restricted means and survival at milestones, with their errors."""
    worst = Worst(EXACT, "difference")
    kernels = {"rmst": restricted_mean_difference, "survival": milestone_difference}
    for name, data, _ in _sets("survival"):
        told, rows = _late("plain", name), rows_of(data)
        for quantity, kernel in kernels.items():
            for at in _both(told, quantity):
                found = kernel(rows.table, rows.filled, at, rows.known, new_curve_summary(1))
                values = [told[arm, quantity, at] for arm in ("control", "rt")]
                where = f"{quantity} of {name} at {at:g}"
                worst.absolute(found.value, values[1] - values[0], where)
                errors = [
                    told.get((arm, f"{quantity}_standard_error", at), math.nan)
                    for arm in ("control", "rt")
                ]
                if not any(map(math.isnan, errors)) and (quantity == "rmst" or min(values) > 0):
                    worst.absolute(found.standard_error, math.hypot(*errors), f"error of {where}")
    return worst.finding()


def compare_medians() -> Finding:
    """Medians of the arms and their limits."""
    worst = Worst(EXACT, "difference")
    for name, data, _ in _sets("survival"):
        told, rows = _late("plain", name), rows_of(data)
        for place, arm in enumerate(("control", "rt")):
            median = arm_median(rows.table, rows.filled, place)
            for ours, theirs in (("estimate", ""), ("lower", "_lower"), ("upper", "_upper")):
                expected = told[arm, f"median{theirs}", -1.0]
                worst.absolute(getattr(median, ours), expected, f"{ours} median of {name}, {arm}")
    return worst.finding()


CHECKS = (
    Check(
        name="simulator: log-rank",
        requirement="simulate.tests",
        grade="external oracle",
        claim="The compiled log-rank test gives R's score, variance and z on real data.",
        source=SOURCE.format("survival_*"),
        subject="simulate.effect.log_rank.log_rank_score",
        compare=lambda: compare_log_rank("survival"),
    ),
    Check(
        name="simulator: stratified log-rank",
        requirement="simulate.tests",
        grade="external oracle",
        claim="So does the stratified one, down to strata of single patients.",
        source=SOURCE.format("stratified_*"),
        subject="simulate.effect.log_rank.log_rank_score",
        compare=lambda: compare_log_rank("stratified"),
    ),
    Check(
        name="simulator: Cox",
        requirement="simulate.tests",
        grade="external oracle",
        claim="The compiled Cox fit gives R's estimate and error under both ways with ties.",
        source=SOURCE.format("survival_*"),
        subject="simulate.effect.cox.cox_fit",
        compare=lambda: compare_cox("survival"),
    ),
    Check(
        name="simulator: stratified Cox",
        requirement="simulate.tests",
        grade="external oracle",
        claim="So does the stratified one.",
        source=SOURCE.format("stratified_*"),
        subject="simulate.effect.cox.cox_fit",
        compare=lambda: compare_cox("stratified"),
    ),
    Check(
        name="simulator: weighted log-rank tests",
        requirement="simulate.late_tests",
        grade="external oracle",
        claim="Fleming–Harrington, modest and capped weights give R's scores and covariances.",
        source=SOURCE.format("late_effects"),
        subject="simulate.effect.weighted_log_rank.fill_weighted_scores",
        compare=compare_weighted,
    ),
    Check(
        name="simulator: restricted means and milestones",
        requirement="simulate.late_tests",
        grade="external oracle",
        claim="Differences of restricted means and of survival at a month are those of R.",
        source=SOURCE.format("late_effects"),
        subject="simulate.effect.restricted_mean.restricted_mean_difference",
        compare=compare_differences,
    ),
    Check(
        name="simulator: medians",
        requirement="simulate.late_tests",
        grade="external oracle",
        claim="Medians and their log-log limits are those of R.",
        source=SOURCE.format("late_effects"),
        subject="simulate.effect.median_difference.arm_median",
        compare=compare_medians,
    ),
)
