"""Tests for late effects on the engine's own trials, against plain numpy and scipy."""

import math

import numpy as np
import pytest
from scipy.stats import norm

from simulate.design import read_design
from simulate.engine.fields import FIELDS
from simulate.engine.pack import pack_scenario
from simulate.engine.run import simulate_block
from simulate.operating import statistics
from simulate.replay.patients import data_at, trial_patients

SEED, TRIALS = 23, 12
EQUAL = 1e-9
ALPHA = 0.025
EVERY = (
    "fleming_harrington",
    "modestly_weighted",
    "max_combo",
    "rmst",
    "milestone",
    "milestone_log_log",
    "median",
)
WITHIN_STRATA = EVERY[:5]
TWO = [{"rho": 0, "gamma": 0}, {"rho": 0, "gamma": 1}]
THREE = [*TWO, {"rho": 1, "gamma": 0}]
FOUR = [*THREE, {"rho": 1, "gamma": 1}]
DELAYED = {"kind": "delayed", "hr": 0.45, "delay": 4.0}
LOSS = {"control": {"per_12_months": 0.05}, "rt": {"per_12_months": 0.1}}
SIMPLE = {"name": "one", "control": {"median": 9}, "effect": DELAYED, "drop_out": LOSS}
STATES = {
    "kind": "illness_death",
    "name": "states",
    "progression": {"control": {"rates": [0.09]}, "effect": DELAYED},
    "death_without_progression": {"control": {"rates": [0.01]}, "effect": DELAYED},
    "death_after_progression": {"control": {"rates": [0.1]}, "effect": DELAYED},
    "drop_out": LOSS,
}
LEVELS = [{"name": "few", "prevalence": 0.6}, {"name": "many", "prevalence": 0.4}]
SPREAD = {"factors": [{"name": "spread", "levels": LEVELS}]}
SCANS = {"scans": {"schedule": [{"start": 0, "every": 2.0}]}}
BY_EVENTS = {"looks": [{"events": 70}, {"events": 120}]}
BY_BOTH = {"looks": [{"endpoint": "pfs", "events": 90}, {"endpoint": "os", "events": 110}]}
EFFICACY = {"efficacy": {"kind": "pocock"}}


def analysis(tests, *, components=TWO, stratified=False, months=14.0):
    return {
        "also": list(tests),
        "fleming_harrington": {"rho": 0.5, "gamma": 2.0},
        "modest_until": 5.0,
        "max_combo": components,
        "rmst_until": months,
        "milestone": months - 3.0,
        "stratified": stratified,
    }


def design(name, truth, **parts):
    return read_design(
        {
            "name": name,
            "alpha": ALPHA,
            "patients": 160,
            "recruitment": {"kind": "poisson", "rates": [{"start": 0, "per_month": 11}]},
            "randomisation": {"kind": "blocks", "block_sizes": [4]},
            "truths": [truth],
        }
        | parts
    )


def both(pfs, os):
    ends = [{"name": "pfs", "analysis": pfs}, {"name": "os", "analysis": os}]
    return {
        "endpoints": [end | EFFICACY for end in ends],
        "multiplicity": {"kind": "split", "weights": {"pfs": 0.5, "os": 0.5}},
    }


DESIGNS = [
    design("delayed", SIMPLE, analysis=analysis(EVERY), **BY_EVENTS, **EFFICACY),
    design(
        "three components, months that few reach",
        SIMPLE,
        analysis=analysis(EVERY, components=THREE, months=24.0),
        **BY_EVENTS,
        **EFFICACY,
    ),
    design(
        "in strata",
        SIMPLE | {"factors": {"spread": {"many": {"hazard_ratio": 1.8}}}},
        analysis=analysis(WITHIN_STRATA, stratified=True),
        **SPREAD,
        **BY_EVENTS,
        **EFFICACY,
    ),
    design(
        "scans, four components",
        STATES,
        **SCANS,
        **BY_BOTH,
        **both(analysis(EVERY, components=FOUR), analysis(("median", "rmst"), months=18.0)),
    ),
    design(
        "scans in strata",
        STATES | {"factors": {"spread": {"many": {"hazard_ratio": 1.8}}}},
        **SCANS,
        **BY_BOTH,
        **SPREAD,
        **both(
            analysis(WITHIN_STRATA, components=THREE, stratified=True),
            analysis(EVERY, months=16.0),
        ),
    ),
]
BY_NAME = {one.name: one for one in DESIGNS}


def looks_of(design, replicate):
    """Place, endpoint, look and its data: time, event, arm and stratum, one stratum for all."""
    scenario = pack_scenario(design, design.truths[0])
    found = simulate_block(scenario, seed=SEED, first=replicate, trials=1).endpoints[0]
    for place, end in enumerate(design.tested()):
        patients = trial_patients(scenario, seed=SEED, replicate=replicate, endpoint=place)
        for here in found[place]:
            data = data_at(patients, here[0])
            stratum = data["stratum"].to_numpy() * end.analysis.stratified
            yield (
                end.analysis,
                dict(zip(FIELDS, here, strict=True)),
                (
                    data["time"].to_numpy(),
                    data["event"].to_numpy(),
                    data["arm"].cat.codes.to_numpy(),
                    stratum,
                ),
            )


def expected(late, rule, data):
    """Fields of the wanted tests but MaxCombo."""
    tests, values = rule.late(), {}
    if "fleming_harrington" in tests:
        weighting = late.fleming_harrington(
            rule.fleming_harrington.rho, rule.fleming_harrington.gamma
        )
        values["fleming_harrington_z"] = late.weighted_z(weighting, *data)
    if "modestly_weighted" in tests:
        values["modestly_weighted_z"] = late.weighted_z(late.modest(rule.modest_until), *data)
    if "rmst" in tests:
        values["rmst"], values["rmst_error"] = late.difference(
            late.restricted_mean, rule.rmst_until, *data
        )
    if "milestone" in tests:
        values["milestone"], values["milestone_error"] = late.difference(
            late.greenwood, rule.milestone, *data
        )
    if "milestone_log_log" in tests:
        values["milestone_log_log_z"] = late.log_log_z(rule.milestone, *data[:3])
    if "median" in tests:
        names = ("median", "median_lower", "median_upper", "median_z")
        values |= dict(zip(names, late.median_difference(*data[:3]), strict=True))
    return values


@pytest.mark.parametrize("name", BY_NAME)
def test_every_test_is_that_of_plain_numpy(name, plain_late):
    """12 replicates, two looks, every endpoint; to 1e-9, not a number in the same places."""
    known = dict.fromkeys(FIELDS, 0)
    for replicate in range(TRIALS):
        for rule, here, data in looks_of(BY_NAME[name], replicate):
            values = expected(plain_late, rule, data)
            for field, value in values.items():
                context = f"{field} of replicate {replicate}"
                assert here[field] == pytest.approx(value, rel=EQUAL, abs=EQUAL, nan_ok=True), (
                    context
                )
                known[field] += math.isfinite(value)
            absent = set(FIELDS[FIELDS.index("fleming_harrington_z") :]) - {*values, "max_combo_z"}
            assert all(math.isnan(here[field]) for field in absent)
    looked_at = [field for field in known if field in values]
    assert all(known[field] >= TRIALS // 3 for field in looked_at), known


@pytest.mark.parametrize("name", [name for name in BY_NAME if "months that" not in name])
def test_max_combo_is_that_of_an_integrated_normal_law(name, plain_late):
    """p to 1e-6 by polar integration, and of two components by scipy.

    Of three components or more it is Bonferroni's bound where none alone is significant.
    """
    exact = spared = 0
    for replicate in range(TRIALS):
        for rule, here, data in looks_of(BY_NAME[name], replicate):
            if "max_combo" not in rule.late():
                continue
            parts = [plain_late.fleming_harrington(one.rho, one.gamma) for one in rule.max_combo]
            largest, correlation = plain_late.largest_and_correlation(parts, *data)
            alone = norm.sf(largest)
            context = f"replicate {replicate}: largest z {largest:.4f}"
            if len(parts) > 2 and alone > ALPHA:
                spared += 1
                bound = min(len(parts) * alone, 1.0)
                assert norm.sf(here["max_combo_z"]) == pytest.approx(bound, abs=1e-9), context
            else:
                exact += 1
                p = plain_late.maximum_tail(largest, correlation)
                ours = norm.sf(here["max_combo_z"])
                assert ours == pytest.approx(p, abs=1e-6), context
                if len(parts) == 2:
                    by_scipy = plain_late.scipy_tail(largest, correlation)
                    assert ours == pytest.approx(by_scipy, abs=1e-6), context
    assert exact >= 5
    assert spared >= 1 or len(BY_NAME[name].tested()[0].analysis.max_combo) == 2


@pytest.mark.parametrize(("hr", "sign"), [(0.25, 1), (4.0, -1)])
def test_z_above_zero_favours_rt(hr, sign):
    """A strong effect of either direction in 20 trials: every z of every test has its sign."""
    truth = SIMPLE | {"effect": {"kind": "proportional", "hr": hr}}
    one = design("strong", truth, analysis=analysis(EVERY, months=8.0), looks=[{"events": 110}])
    found = simulate_block(pack_scenario(one, one.truths[0]), seed=SEED, first=0, trials=20).found
    for test in one.analysis.computed():
        z = np.array([statistics.test_z(here[0], statistics.TESTS[test]) for here in found])
        assert (sign * z > 1).all(), f"{test}: {z}"


def test_late_weights_see_a_late_effect_best():
    """200 trials: FH(0, 1) above log-rank above FH(1, 0), which swapped powers would turn round."""
    means = []
    for rho, gamma in ((0, 1), (1, 0)):
        rule = {"also": ["fleming_harrington"], "fleming_harrington": {"rho": rho, "gamma": gamma}}
        one = design("late", SIMPLE, analysis=rule, looks=[{"events": 120}])
        found = simulate_block(pack_scenario(one, one.truths[0]), seed=1, first=0, trials=200).found
        z = {
            name: [statistics.test_z(here[0], place) for here in found]
            for name, place in statistics.TESTS.items()
        }
        means += [np.mean(z["fleming_harrington"]), np.mean(z["log_rank"])]
    late, log_rank, early, again = means
    assert log_rank == again
    assert late > log_rank + 0.2 > early + 0.4, f"{late:.2f}, {log_rank:.2f}, {early:.2f}"
