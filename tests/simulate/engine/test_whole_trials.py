"""Whole trials, statistic by statistic, against the plain-numpy trial with the same numbers."""

import math

import numpy as np
import pytest

from models.exact_posterior import exact_posterior
from models.settings import NormalPrior
from models.survival.cox import cox
from models.survival.exposure import tabulate
from simulate.engine.fields import FIELDS
from simulate.engine.pack import pack_scenario
from simulate.engine.run import simulate_block
from simulate.enrolment.enrol import NOBODY, enrol
from simulate.enrolment.pack import pack_enrolment
from simulate.enrolment.plan import new_scratch
from simulate.random_numbers import DROP_OUT, EVENT, Key, trial_key, uniform
from simulate.truth.pack import pack_truth

SEED, FIRST, TRIALS = 31, 900, 50
EQUAL = 1e-9
CHOSEN = ["small", "sites", "fixed time", "cured", "minimised two to one", "strata in the analysis"]


class PlainTrial:
    """A replicate's patients from its own enrolment and uniform numbers."""

    def __init__(self, reference, design, replicate):
        self.reference, self.design = reference, design
        key = Key(*map(np.uint64, trial_key(np.uint64(SEED), np.uint64(replicate))))
        plan, scratch = pack_enrolment(design), new_scratch()
        most = int(plan["most_patients"][0])
        entry, (arm, stratum) = np.empty(most), np.zeros((2, most), np.int64)
        count = enrol(plan[0], key, np.full(1, NOBODY), entry, arm, stratum, scratch[0])
        self.entry, self.arm, self.stratum = entry[:count], arm[:count], stratum[:count]
        numbers = ([uniform(key, i, p) for i in range(count)] for p in (EVENT, DROP_OUT))
        truth = pack_truth(design, design.truths[0])
        self.event, self.drop = reference.patient_times(truth, self.arm, self.stratum, *numbers)

    def month(self, look, before):
        """Calendar month of a look, and whether it was reached."""
        due = []
        if look.events:
            times = (self.entry, self.event, self.drop)
            due.append(self.reference.calendar_of_event(look.events, *times))
        if look.months is not None:
            due.append(look.months)
        if look.min_follow_up is not None:
            due.append(self.entry.max() + look.min_follow_up)
        month = min(due) if look.combine == "any" else max(due)
        if look.max_wait is not None:
            month = min(month, before + look.max_wait)
        if month < math.inf:
            return max(month, before), 1
        ends = self.entry + np.minimum(self.event, self.drop)
        return max(before, self.entry.max(), ends[np.isfinite(ends)].max()), 0

    def looks(self):
        """Data of every look, and every field but those of Cox models in strata and of Bayes."""
        before = 0.0
        for look in self.design.looks:
            before, reached = self.month(look, before)
            data = self.reference.cut(
                before, self.entry, self.event, self.drop, self.arm, self.stratum
            )
            yield data, {"month": before, "reached": reached, **self.analysis(data)}

    def analysis(self, data):
        rule = self.design.analysis
        columns = (data.time, data.event, data.arm, data.stratum if rule.stratified else None)
        sums = self.reference.log_rank_sums(*columns)
        score = self.reference.cox_score(0.0, *columns, ties=rule.ties)
        found = {
            "patients": data.time.size,
            "events_control": (data.event & (data.arm == 0)).sum(),
            "events_rt": (data.event & (data.arm == 1)).sum(),
            "person_months": data.time.sum(),
            "score": sums.observed - sums.expected,
            "variance": sums.variance,
            "cox_score_z": -score.score / math.sqrt(score.information),
        }
        if not rule.stratified:
            fit = cox(*columns[:3], ties=rule.ties)
            found |= {"log_hr": fit.log_hr, "standard_error": fit.standard_error}
        return found


def probabilities(design, every):
    """Posterior probability of each data set, all of them at once."""
    rule = design.analysis.bayes
    tables = [tabulate(data.time, data.event, data.arm, cuts=rule.cuts) for data in every]
    (part,) = rule.prior
    posterior = exact_posterior(
        [table.events for table in tables],
        [table.exposure for table in tables],
        baseline=rule.baseline,
        placement=rule.placement,
        log_hr=NormalPrior(mean=part.mean, sd=part.sd),
    )
    return posterior.probability_below(rule.hr)


@pytest.mark.parametrize("name", CHOSEN)
def test_every_statistic_is_that_of_the_plain_trial(designs, reference, name):
    """50 replicates; the posterior probability to 1e-7, all else to 1e-9."""
    design = designs[name]
    scenario = pack_scenario(design, design.truths[0])
    found = simulate_block(scenario, seed=SEED, first=FIRST, trials=TRIALS).found
    every = []
    for trial in range(TRIALS):
        plain = PlainTrial(reference, design, FIRST + trial)
        for look, (data, expected) in enumerate(plain.looks()):
            every.append(data)
            here = dict(zip(FIELDS, found[trial, look], strict=True))
            for field, value in expected.items():
                context = f"{field} of look {look} of replicate {FIRST + trial}"
                assert here[field] == pytest.approx(value, rel=EQUAL, abs=EQUAL), context
            if design.analysis.stratified:
                ties = design.analysis.ties
                at = reference.cox_score(here["log_hr"], *data[:4], ties=ties)
                assert abs(at.score / at.information) < EQUAL
                assert here["standard_error"] == pytest.approx(at.information**-0.5, rel=EQUAL)
    seen = found[:, :, FIELDS.index("probability")].ravel()
    np.testing.assert_allclose(seen, probabilities(design, every), rtol=0, atol=1e-7)


def test_the_chosen_designs_reach_every_branch(designs):
    chosen = [designs[name] for name in CHOSEN]
    kinds = {design.randomisation.kind for design in chosen}
    assert {"simple", "blocks", "minimisation"} <= kinds
    assert {design.analysis.ties for design in chosen} == {"efron", "breslow"}
    assert {design.analysis.stratified for design in chosen} == {False, True}
    assert any(design.truths[0].cured.rt for design in chosen)
    looks = [look for design in chosen for look in design.looks]
    for trigger in ("events", "months", "min_follow_up"):
        assert any(getattr(look, trigger) is not None for look in looks)


def test_looks_that_are_not_reached_are_said_to_be(designs, reference):
    """120 events are in reach of about half of these trials; 40 replicates hold both kinds."""
    design = designs["events out of reach"]
    scenario = pack_scenario(design, design.truths[0], every_test=False)
    found = simulate_block(scenario, seed=SEED, first=0, trials=40).found[:, 0]
    columns = dict(zip(FIELDS, found.T, strict=True))
    events = columns["events_control"] + columns["events_rt"]
    np.testing.assert_array_equal(columns["reached"] == 1, events == 120)
    assert 0 < columns["reached"].sum() < 40
    for trial in range(40):
        plain = PlainTrial(reference, design, trial)
        expected = plain.month(design.looks[0], 0.0)
        assert columns["month"][trial] == pytest.approx(expected[0], rel=EQUAL)
        assert columns["reached"][trial] == expected[1]


def test_what_is_not_wanted_is_not_a_number(designs):
    design = designs["plain"]
    block = simulate_block(
        pack_scenario(design, design.truths[0], every_test=False), seed=SEED, first=0, trials=5
    )
    columns = dict(zip(FIELDS, block.found[:, 0].T, strict=True))
    known = [name for name, column in columns.items() if np.isfinite(column).all()]
    assert known == [*FIELDS[: FIELDS.index("person_months")], "score", "variance"]
    assert all(np.isnan(columns[name]).all() for name in columns if name not in known)
