"""Kaplan–Meier, log-rank and Cox against R's survival package."""

import numpy as np
import pandas as pd

from analyses.selftest.check import Check, Finding, Worst
from analyses.selftest.oracles import oracle
from models.survival.cox import cox, hazard_ratio
from models.survival.kaplan_meier import (
    follow_up_median,
    kaplan_meier,
    median_time,
    numbers_at_risk,
    survival_at,
)
from models.survival.log_rank import log_rank

GROUPS = ("control", "rt", "all")
EXACT, ITERATED = 1e-8, 1e-6
SOURCE = "R survival, survival_*.csv"


def data_sets() -> tuple[str, ...]:
    """Name the data sets that R was asked about."""
    return tuple(oracle("survival_data")["set"].unique())


def patients(name: str, group: str = "all") -> pd.DataFrame:
    """Patients of a data set, or of one of its arms."""
    data = oracle("survival_data")
    rows = data[data["set"] == name]
    return rows if group == "all" else rows[rows["arm"] == GROUPS.index(group)]


def answers(name: str, group: str, quantity: str) -> pd.DataFrame:
    """Give R's answers to a question; `group` is empty for a comparison of the arms."""
    table = oracle("survival_summaries")
    ours = (table["set"] == name) & (table["quantity"] == quantity)
    rows = table[ours & (table["group"].fillna("") == group)]
    if not len(rows):
        raise LookupError(f"R was not asked for {quantity} of {name}, {group}")
    return rows


def answer(name: str, group: str, quantity: str) -> float:
    """Give the one answer to a question."""
    (value,) = answers(name, group, quantity)["value"]
    return float(value)


def compare_curves() -> Finding:
    """Every step of every curve."""
    worst, stored = Worst(EXACT, "difference"), oracle("survival_curves")
    for name in data_sets():
        for group in GROUPS:
            data = patients(name, group)
            curve = kaplan_meier(data["time"], data["event"])
            rows = stored[(stored["set"] == name) & (stored["group"] == group)]
            for column in ("time", "at_risk", "events", "survival"):
                found = getattr(curve, column)
                worst.absolute(found, rows[column], f"{column} of {name}, {group}")
    return worst.finding()


def compare_medians() -> Finding:
    """Medians, reverse medians and medians of follow-up."""
    worst = Worst(EXACT, "relative difference")
    for name in data_sets():
        for group in GROUPS:
            data = patients(name, group)
            found = {
                "median_first_at_half": median_time(kaplan_meier(data["time"], data["event"])),
                "reverse_median_first_at_half": median_time(
                    kaplan_meier(data["time"], data["event"] == 0)
                ),
                "follow_up_median": follow_up_median(data["time"]),
            }
            for quantity, value in found.items():
                expected = answer(name, group, quantity)
                worst.relative(value, expected, f"{quantity} of {name}, {group}")
    return worst.finding()


def compare_survival_at() -> Finding:
    """Survival and numbers at risk at given times."""
    worst = Worst(EXACT, "difference")
    for name in data_sets():
        for group in GROUPS:
            data = patients(name, group)
            told = answers(name, group, "survival_at")
            curve = kaplan_meier(data["time"], data["event"])
            where = f"{name}, {group}"
            worst.absolute(survival_at(curve, told["at"]), told["value"], f"survival of {where}")
            told = answers(name, group, "at_risk_at")
            at_risk = numbers_at_risk(data["time"], told["at"])
            worst.absolute(at_risk, told["value"], f"at risk of {where}")
    return worst.finding()


def compare_log_rank() -> Finding:
    """Observed and expected events, variance and chi-square."""
    worst = Worst(EXACT, "relative difference")
    for name in data_sets():
        data = patients(name)
        test = log_rank(data["time"], data["event"], data["arm"])
        found = {
            "log_rank_chisq": test.z**2,
            "log_rank_observed_treated": test.observed,
            "log_rank_expected_treated": test.expected,
            "log_rank_variance": test.variance,
        }
        for quantity, value in found.items():
            worst.relative(value, answer(name, "", quantity), f"{quantity} of {name}")
        direction = np.sign(test.expected - test.observed) - np.sign(test.z)
        worst.absolute(direction, 0.0, f"sign of {name}")
    return worst.finding()


def compare_cox() -> Finding:
    """Log hazard ratio, its error and its limits, with ties by Breslow and by Efron."""
    worst = Worst(ITERATED, "difference")
    for name in data_sets():
        data = patients(name)
        for ties in ("breslow", "efron"):
            fit = cox(data["time"], data["event"], data["arm"], ties=ties)
            log_hr = answer(name, "", f"cox_log_hr_{ties}")
            error = answer(name, "", f"cox_standard_error_{ties}")
            where = f"{name}, {ties}"
            worst.absolute(fit.log_hr, log_hr, f"log HR of {where}")
            worst.absolute(fit.standard_error, error, f"standard error of {where}")
            limits = hazard_ratio(fit)
            for sign, limit in ((-1, limits.lower), (0, limits.estimate), (1, limits.upper)):
                expected = np.exp(log_hr + sign * 1.959964 * error)
                worst.relative(limit, expected, f"hazard ratio or limit of {where}")
    return worst.finding()


CHECKS = (
    Check(
        name="Kaplan–Meier curves",
        requirement="survival.curves",
        grade="external oracle",
        claim="Times, numbers at risk, events and survival at every step are those of survfit.",
        source=SOURCE,
        subject="models.survival.kaplan_meier.kaplan_meier",
        compare=compare_curves,
    ),
    Check(
        name="medians and follow-up",
        requirement="survival.curves",
        grade="external oracle",
        claim="Medians, reverse medians and median follow-up are those of R, unreached ones too.",
        source=SOURCE,
        subject="models.survival.kaplan_meier.median_time",
        compare=compare_medians,
    ),
    Check(
        name="survival and numbers at risk at given times",
        requirement="survival.curves",
        grade="external oracle",
        claim="Survival and numbers at risk between and at event times are those of R.",
        source=SOURCE,
        subject="models.survival.kaplan_meier.survival_at",
        compare=compare_survival_at,
    ),
    Check(
        name="log-rank test",
        requirement="survival.log_rank",
        grade="external oracle",
        claim="Observed, expected, variance and chi-square are those of survdiff, with ties too.",
        source=SOURCE,
        subject="models.survival.log_rank.log_rank",
        compare=compare_log_rank,
    ),
    Check(
        name="Cox model",
        requirement="survival.cox",
        grade="external oracle",
        claim="Estimate, error and limits are those of coxph, with ties by Breslow and Efron.",
        source=SOURCE,
        subject="models.survival.cox.cox",
        compare=compare_cox,
    ),
)
