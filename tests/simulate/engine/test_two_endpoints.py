"""Whole trials of two endpoints, field by field, against plain Python with the same numbers."""

import math
from dataclasses import replace
from functools import cache, partial

import numpy as np
import pytest

from models.exact_posterior import exact_posterior
from models.settings import NormalPrior
from models.survival.exposure import tabulate
from simulate.design import read_design
from simulate.engine.fields import FIELDS
from simulate.engine.pack import pack_scenario
from simulate.engine.run import BLOCK, simulate_block, simulate_blocks
from simulate.enrolment.enrol import NOBODY, enrol
from simulate.enrolment.pack import pack_enrolment
from simulate.enrolment.plan import new_scratch
from simulate.illness_death.pack import pack_illness_death
from simulate.random_numbers import Key, trial_key
from simulate.replay.patients import data_at, trial_patients
from simulate.truth.kinds import solve

SEED, FIRST, TRIALS = 17, 300, 20
EQUAL = 1e-8
ENDPOINTS = ("pfs", "os")

HALF_YEARLY = {"schedule": [{"start": 0, "every": 1.5}, {"start": 6, "every": 3}], "window": 0.4}
REGULAR = {"schedule": [{"start": 0, "every": 2.0}]}
LATE_SCANS = {"schedule": [{"start": 0, "every": 2}, {"start": 5, "every": 1}], "window": 0.2}
FACTORS = [
    {"name": name, "levels": [{"name": "a", "prevalence": a}, {"name": "b", "prevalence": b}]}
    for name, a, b in (("spread", 0.6, 0.4), ("site", 0.5, 0.5))
]
LEVELS = {"spread": {"b": {"hazard_ratio": 1.7, "effect_ratio": 1.2}}}
PROPORTIONAL = {"kind": "proportional", "hr": 0.7}
SIMPLE = {
    "kind": "illness_death",
    "name": "simple",
    "progression": {"control": {"rates": [0.06]}, "effect": PROPORTIONAL},
    "death_after_progression": {
        "control": {"rates": [0.08]},
        "effect": {"kind": "proportional", "hr": 0.9},
    },
}
LOSSES = {
    "drop_out": {"control": {"per_12_months": 0.1}, "rt": {"per_12_months": 0.05}},
    "drop_out_after_progression": {"control": {"per_12_months": 0.3}, "rt": {"per_12_months": 0.2}},
}
LOSSES_IN_PIECES = {
    "drop_out": {"control": {"cuts": [4.0], "rates": [0.02, 0.0]}, "rt": {"per_12_months": 0.1}},
    "drop_out_after_progression": {"control": {"cuts": [9.0], "rates": [0.05, 0.01]}},
}
DYING_BEFORE = {"control": {"rates": [0.01]}, "effect": {"kind": "proportional", "hr": 1.3}}
IN_PIECES = SIMPLE | {
    "progression": {
        "control": {"cuts": [3.0, 9.0], "rates": [0.12, 0.06, 0.03]},
        "effect": {"kind": "delayed", "hr": 0.6, "delay": 2.0},
    },
    "death_without_progression": DYING_BEFORE,
    "death_after_progression": {
        "control": {"cuts": [4.0], "rates": [0.1, 0.05]},
        "effect": {"kind": "crossing", "before": 1.2, "after": 0.6, "at": 6.0},
        "clock": "reset",
    },
}
SWITCHING = {"switching": {"probability": 0.5, "delay": 0.6, "hr": 0.5}}
MARGINAL = {
    "kind": "marginals",
    "name": "marginals",
    "control": {"pfs_median": 10.93, "os_median": 13.73},
    "rt": {"pfs_hr": 0.7, "os_hr": 0.75},
    "deaths_without_progression": 0.1,
    "drop_out": LOSSES["drop_out"],
}
ALIKE = MARGINAL | {
    "control": {"pfs_median": 10.93, "os_median": 30.0},
    "rt": {"pfs_hr": 0.7},
    "os_null": True,
}
BY_BOTH = (
    {"endpoint": "pfs", "events": 50},
    {"endpoint": "os", "events": 50, "analyse": ["os"]},
    {"endpoint": "pfs", "events": 90},
    {"endpoint": "os", "events": 90},
)
CALENDAR = ({"months": 14.0}, {"months": 26.0, "analyse": ["os"]}, {"min_follow_up": 9.0})
PATIENT = (
    {"endpoint": "os", "events": 40, "max_wait": 13.0},
    {"endpoint": "pfs", "events": 100, "months": 30.0, "combine": "any", "analyse": ["pfs"]},
    {"endpoint": "os", "events": 95, "min_follow_up": 6.0},
)
OUT_OF_REACH = ({"endpoint": "pfs", "events": 70}, {"endpoint": "os", "events": 92})


def design(name, truth, *, looks=BY_BOTH, scans=None, delay=0.0, strata=(), ties="efron", **more):
    """120 patients; the harm model has another baseline than that of either endpoint."""
    analysis = {
        "stratified": bool(strata),
        "ties": ties,
        "bayes": {"hr": 0.9, "prior": [{"mean": -0.1, "sd": 0.7}], "cuts": [3.0, 8.0]},
    }
    other = analysis | {"bayes": {"hr": 1.0, "cuts": [5.0], "placement": "control"}}
    return read_design(
        {
            "name": name,
            "patients": 120,
            "recruitment": {"kind": "poisson", "rates": [{"start": 0, "per_month": 8}]},
            "randomisation": {"kind": "blocks", "block_sizes": [4]},
            "factors": FACTORS if strata else [],
            "scans": scans,
            "data_cut_delay": delay,
            "endpoints": [
                {"name": end, "analysis": one, "efficacy": {"kind": "pocock"}}
                for end, one in zip(ENDPOINTS, (analysis, other), strict=True)
            ],
            "multiplicity": {"kind": "hierarchical", "order": ["pfs", "os"]},
            "harm": {"hr": 1.1, "prior": [{"sd": 0.5}], "cuts": [4.0, 12.0], "probability": 0.9},
            "looks": list(looks),
            "truths": [truth],
        }
        | more
    )


DESIGNS = {
    "simple": partial(design, truth=SIMPLE),
    "scans": partial(design, truth=SIMPLE | LOSSES, scans=REGULAR, delay=0.7, ties="breslow"),
    "all of it": partial(
        design,
        truth=IN_PIECES | SWITCHING | LOSSES_IN_PIECES | {"factors": LEVELS},
        scans=HALF_YEARLY,
        delay=0.4,
        strata=FACTORS,
        randomisation={"kind": "blocks", "block_sizes": [2, 4], "stratified": True},
    ),
    "forward": partial(
        design,
        truth=IN_PIECES
        | SWITCHING
        | {"death_after_progression": IN_PIECES["death_after_progression"] | {"clock": "forward"}},
        scans=LATE_SCANS,
        looks=PATIENT,
        delay=0.3,
        allocation={"control": 1, "rt": 2},
        randomisation={"kind": "simple"},
    ),
    "switching, constant": partial(
        design,
        truth=SIMPLE | SWITCHING | LOSSES | {"death_without_progression": DYING_BEFORE},
        looks=CALENDAR,
        scans=HALF_YEARLY,
    ),
    "marginals": partial(design, truth=MARGINAL, scans=REGULAR, looks=PATIENT),
    "alike": partial(design, truth=ALIKE, scans=LATE_SCANS, looks=CALENDAR, delay=1.0),
    "out of reach": partial(design, truth=SIMPLE | LOSSES, looks=OUT_OF_REACH, scans=REGULAR),
}


@cache
def by_name(name):
    return DESIGNS[name](name)


class PlainTrial:
    """Patients of a replicate, followed one at a time from their own random numbers."""

    def __init__(self, reference, courses, design, replicate):
        self.reference, self.design = reference, design
        key = Key(*map(np.uint64, trial_key(np.uint64(SEED), np.uint64(replicate))))
        plan, scratch = pack_enrolment(design), new_scratch()
        most = int(plan["most_patients"][0])
        entry, (arm, stratum) = np.empty(most), np.zeros((2, most), np.int64)
        count = enrol(plan[0], key, np.full(1, NOBODY), entry, arm, stratum, scratch[0])
        self.entry, self.arm, self.stratum = entry[:count], arm[:count], stratum[:count]
        packed = pack_illness_death(design, solve(design.truths[0]))
        self.courses = np.array(
            [courses.course(key, i, arm[i], stratum[i], packed, design.scans) for i in range(count)]
        )
        seen, death, self.drop = self.courses[:, 1], self.courses[:, 3], self.courses[:, 4]
        self.event = {"pfs": np.minimum(seen, death), "os": death}

    def month(self, look, before):
        """Calendar month of a data cut, and whether its triggers were met."""
        due = []
        if look.events:
            times = (self.entry, self.event[look.endpoint], self.drop)
            due.append(self.reference.calendar_of_event(look.events, *times))
        if look.months is not None:
            due.append(look.months)
        if look.min_follow_up is not None:
            due.append(self.entry.max() + look.min_follow_up)
        month = min(due) if look.combine == "any" else max(due)
        if look.max_wait is not None:
            month = min(month, before + look.max_wait)
        if month < math.inf:
            return max(month + self.design.data_cut_delay, before), 1
        ends = self.entry + np.minimum(self.event["os"], self.drop)
        return max(before, self.entry.max(), ends[np.isfinite(ends)].max()), 0

    def looks(self):
        """Month, whether reached, and the data of both endpoints, look by look."""
        before = 0.0
        for look in self.design.looks:
            before, reached = self.month(look, before)
            data = {
                name: self.reference.cut(
                    before, self.entry, event, self.drop, self.arm, self.stratum
                )
                for name, event in self.event.items()
            }
            yield before, reached, data


def expected(reference, analysis, data):
    """Every field that is summed over patients, and the Cox fit by bisection."""
    columns = (data.time, data.event, data.arm, data.stratum if analysis.stratified else None)
    sums = reference.log_rank_sums(*columns)
    score = reference.cox_score(0.0, *columns, ties=analysis.ties)
    return {
        "patients": data.time.size,
        "events_control": (data.event & (data.arm == 0)).sum(),
        "events_rt": (data.event & (data.arm == 1)).sum(),
        "person_months": data.time.sum(),
        "score": sums.observed - sums.expected,
        "variance": sums.variance,
        "cox_score_z": -score.score / math.sqrt(score.information),
    }


def is_cox_fit(reference, analysis, data, log_hr, standard_error):
    """Whether the score is zero at the estimate and the information there gives the error.

    There is no estimate where one arm has no events.
    """
    by_arm = [(data.event & (data.arm == arm)).sum() for arm in (0, 1)]
    if not min(by_arm):
        return math.isnan(standard_error) and not math.isfinite(log_hr)
    columns = (data.time, data.event, data.arm, data.stratum if analysis.stratified else None)
    at = reference.cox_score(log_hr, *columns, ties=analysis.ties)
    small = abs(at.score / at.information) < EQUAL
    return small and math.isclose(standard_error, at.information**-0.5, rel_tol=EQUAL)


def posterior_of(rule, every):
    """Exact posterior of log HR of each data set, all at once."""
    tables = [tabulate(data.time, data.event, data.arm, cuts=rule.cuts) for data in every]
    (part,) = rule.prior
    return exact_posterior(
        [table.events for table in tables],
        [table.exposure for table in tables],
        baseline=rule.baseline,
        placement=rule.placement,
        log_hr=NormalPrior(mean=part.mean, sd=part.sd),
    )


@pytest.mark.parametrize("name", DESIGNS)
def test_every_field_is_that_of_the_plain_trial(name, reference, plain_courses):
    """20 replicates; months, counts, scores and Cox to 1e-8, posterior probabilities to 1e-7."""
    design = by_name(name)
    found = simulate_block(
        pack_scenario(design, design.truths[0]), seed=SEED, first=FIRST, trials=TRIALS
    ).endpoints
    every = {name: [] for name in ENDPOINTS}
    for trial in range(TRIALS):
        plain = PlainTrial(reference, plain_courses, design, FIRST + trial)
        for look, (month, reached, data) in enumerate(plain.looks()):
            for place, end in enumerate(design.endpoints):
                here = dict(zip(FIELDS, found[trial, place, look], strict=True))
                values = {"month": month, "reached": reached}
                values |= expected(reference, end.analysis, data[end.name])
                where = f"{end.name}, look {look}, replicate {FIRST + trial}"
                for field, value in values.items():
                    assert here[field] == pytest.approx(value, rel=EQUAL, abs=EQUAL), (
                        f"{field} of {where}"
                    )
                fit = here["log_hr"], here["standard_error"]
                assert is_cox_fit(reference, end.analysis, data[end.name], *fit), where
                every[end.name].append(data[end.name])
    for place, end in enumerate(design.endpoints):
        rule = end.analysis.bayes
        below = posterior_of(rule, every[end.name]).probability_below(rule.hr)
        seen = found[:, place, :, FIELDS.index("probability")].ravel()
        np.testing.assert_allclose(seen, below, rtol=0, atol=1e-7)
    harm = 1 - posterior_of(design.harm, every["os"]).probability_below(design.harm.hr)
    seen = found[:, 0, :, FIELDS.index("harm")].ravel()
    np.testing.assert_allclose(seen, harm, rtol=0, atol=1e-7)
    assert np.isnan(found[:, 1, :, FIELDS.index("harm")]).all()


def test_the_designs_reach_every_branch(reference, plain_courses):
    """Patients who switch, who die unseen, who drop out in between; ties; looks out of reach."""
    courses = np.concatenate(
        [
            PlainTrial(reference, plain_courses, by_name("all of it"), FIRST + trial).courses
            for trial in range(3)
        ]
    )
    progression, seen, switch, death, drop = courses.T
    assert (switch < np.inf).sum() > 20
    assert ((progression < np.inf) & (seen == np.inf)).sum() > 5
    assert ((seen < drop) & (drop < death)).sum() > 5
    scanned = PlainTrial(reference, plain_courses, by_name("scans"), FIRST)
    assert np.unique(scanned.event["pfs"]).size < 0.6 * scanned.event["pfs"].size
    design = by_name("out of reach")
    found = simulate_block(
        pack_scenario(design, design.truths[0], every_test=False), seed=SEED, first=FIRST, trials=50
    ).endpoints
    reached = found[:, 0, 1, FIELDS.index("reached")]
    assert 0 < reached.sum() < 50


def test_the_order_of_endpoints_changes_nothing_but_their_places():
    design = by_name("all of it")
    turned = design.model_copy(update={"endpoints": design.endpoints[::-1]})
    first, second = (
        simulate_block(pack_scenario(one, one.truths[0]), seed=SEED, first=0, trials=50).endpoints
        for one in (design, turned)
    )
    harm = FIELDS.index("harm")
    np.testing.assert_array_equal(first[:, 0, :, harm], second[:, 0, :, harm])
    first[..., harm] = second[..., harm] = 0.0
    np.testing.assert_array_equal(first, second[:, ::-1])


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_one_endpoint_alone_is_analysed_as_beside_the_other(endpoint):
    """Looks by the calendar: the same trials whether the design tests one endpoint or both."""
    design = by_name("switching, constant")
    looks = tuple(look.model_copy(update={"analyse": None}) for look in design.looks)
    design = design.model_copy(update={"looks": looks})
    scenario = pack_scenario(design, design.truths[0])
    both = simulate_block(scenario, seed=SEED, first=0, trials=50).of(ENDPOINTS.index(endpoint))
    view = design.seen_by(endpoint)
    alone = simulate_block(pack_scenario(view, view.truths[0]), seed=SEED, first=0, trials=50)
    harm = FIELDS.index("harm")
    both[..., harm] = alone.found[..., harm] = 0.0
    np.testing.assert_array_equal(alone.found, both)


def test_replayed_patients_are_those_of_the_trial(reference, plain_courses):
    design = by_name("all of it")
    scenario = pack_scenario(design, design.truths[0])
    plain = PlainTrial(reference, plain_courses, design, FIRST)
    looks = list(plain.looks())
    for place, name in enumerate(ENDPOINTS):
        patients = trial_patients(scenario, seed=SEED, replicate=FIRST, endpoint=place)
        for month, _, data in looks:
            seen = data_at(patients, month)
            np.testing.assert_allclose(seen["time"], data[name].time, rtol=EQUAL, atol=EQUAL)
            np.testing.assert_array_equal(seen["event"], data[name].event)
            np.testing.assert_array_equal(seen["arm"].cat.codes, data[name].arm)


@pytest.fixture(scope="module")
def scenario():
    design = by_name("all of it")
    return pack_scenario(design, design.truths[0])


@pytest.fixture(scope="module")
def whole(scenario):
    return simulate_block(scenario, seed=SEED, first=0, trials=2 * BLOCK + 217).endpoints


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_any_number_of_workers_gives_the_same_bits(scenario, whole, workers):
    blocks = simulate_blocks(scenario, seed=SEED, trials=len(whole), workers=workers)
    np.testing.assert_array_equal(np.concatenate([one.endpoints for one in blocks]), whole)


@pytest.mark.parametrize("cuts", [(1,), (7, 8, 500), (BLOCK + 1, 2_000)])
def test_any_split_gives_the_same_bits(scenario, whole, cuts):
    starts, stops = (0, *cuts), (*cuts, len(whole))
    parts = [
        simulate_block(scenario, seed=SEED, first=start, trials=stop - start).endpoints
        for start, stop in zip(starts, stops, strict=True)
    ]
    np.testing.assert_array_equal(np.concatenate(parts), whole)


def test_wanting_less_changes_nothing_that_is_computed(whole):
    design = by_name("all of it")
    scenario = pack_scenario(design, design.truths[0], every_test=False)
    few = simulate_block(scenario, seed=SEED, first=0, trials=100).endpoints
    same = ~np.isnan(few)
    np.testing.assert_array_equal(few[same], whole[:100][same])
    known = [name for name, kept in zip(FIELDS, same.any(axis=(0, 1, 2)), strict=True) if kept]
    needed = [*FIELDS[: FIELDS.index("person_months")], "score", "variance", "harm"]
    assert known == needed, "the design stops for harm; nothing else but its own tests is needed"


def test_harm_is_read_where_a_bayesian_rule_asks_the_same(two_endpoints):
    """Overall survival's rule does; harm that is computed anew is the same to the bit."""
    design = two_endpoints()
    scenario = pack_scenario(design, design.truths[0])
    harm = scenario.plan.harm
    assert harm.asked == ENDPOINTS.index("os")
    plan = scenario.plan._replace(harm=harm._replace(asked=NOBODY))
    read, anew = (
        simulate_block(one, seed=SEED, first=0, trials=TRIALS).of(0)[..., FIELDS.index("harm")]
        for one in (scenario, replace(scenario, plan=plan))
    )
    np.testing.assert_array_equal(read, anew)
    assert np.isfinite(read).all()


def test_harm_by_another_threshold_is_not(two_endpoints):
    design = two_endpoints(harm={"hr": 1.1, "probability": 0.9})
    assert pack_scenario(design, design.truths[0]).plan.harm.asked == NOBODY
