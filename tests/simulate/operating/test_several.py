"""Trials of two endpoints tallied: against counting one by one, and against plain formulas."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
from scipy import stats

from simulate.boundaries.boundaries import pack_monitor
from simulate.boundaries.monitor import new_track, next_look
from simulate.boundaries.spending import SpendingFunction
from simulate.engine.fields import EVENTS_CONTROL, EVENTS_RT, FIELDS, HARM, MONTH
from simulate.engine.pack import pack_scenario
from simulate.engine.run import simulate_block
from simulate.multiplicity.decide import HARMED, SETTLED, SUCCEEDED
from simulate.operating.characteristics import characteristics
from simulate.operating.decide import FAILURE, FUTILITY, SUCCESS
from simulate.operating.judge_several import SeveralJudge
from simulate.operating.monitoring import all_planned_events, planned_events, planning_ratio
from simulate.operating.several import PATHS, simulate_several
from simulate.operating.statistics import TESTS, gauge_z, takes_credit
from simulate.operating.statistics import test_z as z_of
from simulate.operating.trial_characteristics import trial_characteristics
from simulate.operating.trial_tally import TRIAL_MEASURES, TrialTally
from simulate.truth.null import without_effect

SEED, TRIALS = 5, 300
NAMES = ("pfs", "os")
NULL = np.array([True, False])
RULES = {
    "hierarchical": {},
    "split, stopping at any success": {
        "multiplicity": {"kind": "split", "weights": {"pfs": 0.4, "os": 0.6}},
        "success": "any",
        "stop_at_success": True,
    },
    "co-primary": {"multiplicity": {"kind": "co_primary"}},
    "graph, harm watched only": {
        "multiplicity": {
            "kind": "graph",
            "weights": {"pfs": 0.5, "os": 0.5},
            "transitions": {"pfs": {"os": 1.0}, "os": {"pfs": 1.0}},
        },
        "success": "os",
        "harm": {"hr": 1.0},
    },
}
QUICK = {
    "endpoints": [{"name": name, "efficacy": {"kind": "pocock"}} for name in ("pfs", "os")],
    "harm": None,
    "patients": 60,
    "looks": [{"endpoint": "pfs", "events": 30}, {"endpoint": "os", "events": 45}],
}


@pytest.fixture(scope="module")
def planned(two_endpoints):
    return all_planned_events(two_endpoints(), seed=SEED)


@pytest.fixture(scope="module", params=["planning", "no effect"])
def case(request, two_endpoints, planned):
    """A design, what was simulated of it, and the block of its trials with their decisions."""
    design = two_endpoints()
    truth = next(one for one in design.truths if one.name == request.param)
    block = simulate_block(pack_scenario(design, truth), seed=SEED, first=0, trials=TRIALS)
    judge = SeveralJudge(design, planned)
    statistics = judge.statistics(block)
    whole = simulate_several(design, truth, events=planned, seed=SEED, trials=TRIALS)
    return SimpleNamespace(
        design=design, truth=truth, block=block, judge=judge, statistics=statistics,
        own=judge.decide(statistics), whole=whole,
    )  # fmt: skip


def row_of(decisions, trial):
    """Decisions on one trial."""
    return SimpleNamespace(**{key: value[trial] for key, value in decisions._asdict().items()})


def count_trials(found, decisions, *, joint):
    """Tally trial by trial."""
    looks = found.shape[2]
    mine = SimpleNamespace(
        success=0, any_won=0, all_won=0, false_win=0, harm=np.zeros(looks),
        rejected=np.zeros((2, looks), int), dropped=np.zeros((2, looks), int),
        stopped=np.zeros((3, looks), int), at_look=np.zeros(looks, int), split=np.zeros(3, int),
    )  # fmt: skip
    for trial, rows in enumerate(found):
        one = row_of(decisions, trial)
        won = [look >= 0 for look in one.rejected]
        mine.success += int(one.success)
        mine.any_won += any(won)
        mine.all_won += all(won)
        mine.false_win += any(w and null for w, null in zip(won, NULL, strict=True)) and (
            all(won) or not joint
        )
        mine.split[sum(won)] += 1
        mine.stopped[one.reason, one.stop] += 1
        for look in range(one.stop + 1):
            mine.at_look[look] += 1
            mine.harm[look] += rows[0, look, HARM]
        for e in range(2):
            for total, look in ((mine.rejected, one.rejected[e]), (mine.dropped, one.dropped[e])):
                if look >= 0:
                    total[e, look] += 1
    return mine


@pytest.mark.parametrize("rule", RULES)
def test_trials_are_tallied_as_counted_one_by_one(two_endpoints, planned, case, rule):
    design = two_endpoints(**RULES[rule])
    judge = SeveralJudge(design, planned)
    decisions = judge.decide(judge.statistics(case.block))
    joint = rule == "co-primary"
    tally = TrialTally(3, 2, widths=np.array([0.05, 1.0, 6.0]), null=NULL, joint=joint)
    for part in (slice(0, 100), slice(100, TRIALS)):
        tally.add(case.block.endpoints[part], type(decisions)(*(one[part] for one in decisions)))
    mine = count_trials(case.block.endpoints, decisions, joint=joint)
    assert tally.trials == TRIALS
    for name, value in vars(mine).items():
        np.testing.assert_allclose(getattr(tally, name), value, rtol=1e-12, err_msg=name)
    assert tally.split.sum() == tally.stopped.sum() == TRIALS
    reasons = {SETTLED} if design.harm.probability is None else {SETTLED, HARMED}
    assert set(decisions.reason) <= reasons | ({SUCCEEDED} if design.stop_at_success else set())


def test_every_way_to_end_is_met(case):
    """Or the counting above would compare zeros."""
    own = case.own
    if case.truth.name == "planning":
        assert (own.rejected >= 0).any(axis=0).all()
        assert set(own.rejected[:, 1]) == {-1, 0, 1, 2}
    else:
        assert (own.dropped >= 0).any(axis=0).all()
        assert {SETTLED, HARMED} <= set(own.reason)


def test_months_patients_and_person_months_are_those_of_the_stop(case):
    table = trial_characteristics([case.whole]).isel(truth=0)
    rows = case.block.endpoints[np.arange(TRIALS), 1, case.own.stop]
    for measure in TRIAL_MEASURES:
        values = rows[:, FIELDS.index(measure)]
        mean, half = float(table["trial_stop_mean"].sel(measure=measure)), values.std() / 16.0
        assert mean == pytest.approx(values.mean(), rel=1e-12)
        error = float(table["trial_stop_mean_mcse"].sel(measure=measure))
        assert error == pytest.approx(values.std(ddof=1) / math.sqrt(TRIALS), rel=1e-9)
        middle = float(table["trial_stop_quantile"].sel(measure=measure, quantile=0.5))
        assert abs(middle - np.median(values)) < half + 1.0


def test_the_dataset_of_the_trial_holds_the_shares(case):
    table, own = trial_characteristics([case.whole]).isel(truth=0), case.own
    won = own.rejected >= 0
    assert float(table["trial_success"]) == own.success.mean()
    assert table["endpoint_success"].values.tolist() == won.mean(axis=0).tolist()
    assert float(table["trial_stop"].sum()) == pytest.approx(1.0)
    assert table["trial_stop"].sel(reason="harm").sum() == pytest.approx(
        (own.reason == HARMED).mean()
    )
    null = case.truth.name == "no effect"
    assert table["without_effect"].values.tolist() == [null, null]
    wrong = float(table["family_wise_error"])
    assert wrong == won.any(axis=1).mean() if null else math.isnan(wrong)


@pytest.mark.parametrize("place", [0, 1])
def test_endpoints_are_tallied_as_counted_one_by_one(case, place):
    analysed = (0, 1) if place == 0 else (0, 1, 2)
    variants = case.judge.variants(case.statistics, place, case.own)
    for test, decisions in variants.items():
        stopped, came = np.zeros((3, 3), int), np.zeros(3, int)
        for trial in range(TRIALS):
            one = row_of(decisions, trial)
            rejected, dropped = int(one.rejected[place]), int(one.dropped[place])
            result = SUCCESS if rejected >= 0 else FUTILITY if dropped >= 0 else FAILURE
            end = {SUCCESS: rejected, FUTILITY: dropped}.get(result, min(one.stop, analysed[-1]))
            stopped[result, end] += 1
            came[[look for look in analysed if look <= end]] += 1
        tally = case.whole.endpoints[NAMES[place]].tallies[test]
        np.testing.assert_array_equal(tally.stopped, stopped, err_msg=test)
        np.testing.assert_array_equal(tally.at_look, came, err_msg=test)
        assert tally.success == stopped[SUCCESS].sum()
    won = {test: found.rejected[:, place] >= 0 for test, found in variants.items()}
    agreement = case.whole.endpoints[NAMES[place]].agreement
    for test, wins in won.items():
        assert agreement.only_this[test] == (wins & ~won["log_rank"]).sum()
        assert agreement.only_deciding[test] == (~wins & won["log_rank"]).sum()
        differ = np.flatnonzero(wins != won["log_rank"])
        assert agreement.replicates[test] == differ[:20].tolist()
    ignored = case.judge.decide(case.statistics, obey=False).rejected[:, place] >= 0
    tallies = case.whole.endpoints[NAMES[place]].tallies
    assert tallies["log_rank"].unhindered_success == ignored.sum()
    assert math.isnan(tallies["bayes"].unhindered_success)


def test_looks_that_harm_leaves_untested_are_not_undefined(case):
    harmed = (case.own.reason == HARMED).sum()
    assert harmed > 0 if case.truth.name == "no effect" else harmed == 0
    for part in case.whole.endpoints.values():
        for test in ("log_rank", "cox_wald", "bayes"):
            assert part.tallies[test].undefined.sum() == 0, test


def test_an_endpoint_is_analysed_at_its_own_looks(case):
    tables = {name: characteristics([part]) for name, part in case.whole.endpoints.items()}
    assert tables["pfs"]["analysed"].values.tolist() == [True, True, False]
    assert tables["os"]["analysed"].values.tolist() == [True, True, True]
    row = tables["pfs"].sel(test="log_rank", look=2).isel(truth=0)
    if case.truth.name == "planning":
        assert float(row["at_look_mean"].sel(measure="events")) == pytest.approx(80.0, abs=4.0)
    assert case.whole.endpoints["pfs"].paths.shape == (PATHS, 2)
    assert case.whole.endpoints["os"].paths.shape == (PATHS, 3)
    np.testing.assert_array_equal(
        case.whole.endpoints["os"].paths, case.statistics.z[TESTS["log_rank"], :PATHS, :, 1]
    )


@pytest.mark.parametrize("place", [0, 1])
def test_a_variant_changes_the_test_of_one_endpoint(two_endpoints, planned, case, place):
    """Under a split, which passes nothing on, the other endpoint is decided as before."""
    rule = {"kind": "split", "weights": {"pfs": 0.4, "os": 0.6}}
    design = two_endpoints(multiplicity=rule, harm={"hr": 1.0})
    judge = SeveralJudge(design, planned)
    statistics = judge.statistics(case.block)
    own = judge.decide(statistics)
    variants = judge.variants(statistics, place, own)
    assert tuple(variants) == design.endpoints[place].analysis.computed()
    assert variants["log_rank"] is own
    for test, found in variants.items():
        for e, used in ((place, test), (1 - place, "log_rank")):
            z = statistics.z[TESTS[used], ..., e]
            seen = ~np.isnan(found.z[..., e])
            np.testing.assert_array_equal(found.z[..., e][seen], z[seen], err_msg=test)
        np.testing.assert_array_equal(found.rejected[:, 1 - place], own.rejected[:, 1 - place])
        np.testing.assert_array_equal(found.dropped[:, 1 - place], own.dropped[:, 1 - place])
    if place == 1:
        late = variants["fleming_harrington"].rejected[:, 1]
        assert (late != own.rejected[:, 1]).any()


def test_z_of_every_test_is_its_formula():
    rng = np.random.default_rng(1)
    for _ in range(50):
        row = rng.normal(0.0, 1.0, len(FIELDS))
        here = SimpleNamespace(**dict(zip(FIELDS, row.tolist(), strict=True)))
        squared = np.sqrt(here.variance) if here.variance > 0 else math.nan
        log_rank = -here.score / squared
        gauge = {"cox_wald": -here.log_hr / here.standard_error, "cox_score": here.cox_score_z}
        z = {
            **gauge, "log_rank": log_rank, "bayes": log_rank,
            "fleming_harrington": here.fleming_harrington_z,
            "modestly_weighted": here.modestly_weighted_z, "max_combo": here.max_combo_z,
            "rmst": here.rmst / here.rmst_error if here.rmst_error > 0 else math.nan,
            "milestone": (
                here.milestone / here.milestone_error if here.milestone_error > 0 else math.nan
            ),
            "milestone_log_log": here.milestone_log_log_z, "median": here.median_z,
        }  # fmt: skip
        assert set(z) == set(TESTS)
        for name, place in TESTS.items():
            assert z_of(row, place) == pytest.approx(z[name], nan_ok=True), name
            assert gauge_z(row, place) == pytest.approx(gauge.get(name, log_rank), nan_ok=True)


def test_certain_probabilities_of_the_bayesian_rule_are_beyond_any_bound(case):
    needed = case.design.endpoints[1].analysis.bayes.probability
    won = case.block.endpoints[:, 1, :, FIELDS.index("probability")] > needed
    z = case.statistics.z[TESTS["bayes"], ..., 1]
    np.testing.assert_array_equal(z, np.where(won, 37.0, -37.0))


def test_scores_alone_take_credit_for_their_correlation():
    credited = {test for test in TESTS if takes_credit(test)}
    assert credited == {"log_rank", "cox_wald", "cox_score", "bayes"}


def spent(kind, fraction, alpha=0.025):
    """Error spending functions as published (Lan & DeMets)."""
    part = min(fraction, 1.0)
    if kind == "pocock":
        return alpha * math.log(1.0 + (math.e - 1.0) * part)
    return 2.0 * stats.norm.sf(stats.norm.isf(alpha / 2.0) / math.sqrt(part))


@pytest.mark.parametrize("kind", ["pocock", "obrien_fleming"])
def test_apart_each_look_spends_its_increment_alone(kind):
    planned = (40.0, 70.0, 100.0)
    monitor = pack_monitor(planned, efficacy=SpendingFunction(kind=kind), apart=True)
    together = pack_monitor(planned, efficacy=SpendingFunction(kind=kind))
    track, other = new_track(), new_track()
    before = 0.0
    for look, events in enumerate((35.0, 78.0, 96.0)):
        target = 0.025 if look == 2 else spent(kind, events / 100.0)
        upper = next_look(track[0], monitor[0], look, events, look == 2).upper
        assert upper == pytest.approx(stats.norm.isf(target - before), rel=1e-7)
        credited = next_look(other[0], together[0], look, events, look == 2).upper
        assert upper >= credited - 1e-9
        before = target


def test_late_tests_of_a_simulated_trial_are_decided_apart(case, planned):
    """Bounds of each trial at its own events, alpha of survival being all of it once PFS is won."""
    decisions = case.judge.variants(case.statistics, 1, case.own)["max_combo"]
    checked = 0
    for trial in range(TRIALS):
        before = 0.0
        for look in range(3):
            fraction = case.statistics.events[trial, look, 1] / planned["os"][-1]
            target = 0.025 if look == 2 else spent("obrien_fleming", fraction)
            upper = decisions.upper[trial, look, 1]
            if math.isfinite(upper) and target > before:
                assert upper == pytest.approx(stats.norm.isf(target - before), rel=1e-6)
                checked += 1
            before = max(before, target)
    if case.truth.name == "planning":
        assert checked > TRIALS / 2


def test_simulation_goes_on_to_the_wanted_standard_error(two_endpoints):
    design = two_endpoints(**QUICK)
    asked = {"events": all_planned_events(design, seed=1), "seed": 2}
    truth = design.truths[0]
    found = simulate_several(design, truth, **asked, trials=50_000, mcse=0.013).trial
    share = found.success / found.trials
    error = math.sqrt(share * (1 - share) / found.trials)
    said = f"{found.trials} trials, success {share:.3f}, standard error {error:.4f}"
    assert found.trials == 2000, said
    assert error <= 0.013 < math.sqrt(2.0) * error, said
    most = simulate_several(design, truth, **asked, trials=1200, mcse=0.0001).trial
    assert most.trials == 1200


def test_numbers_do_not_depend_on_the_workers(two_endpoints):
    design = two_endpoints(**QUICK)
    events = all_planned_events(design, seed=1)
    one, three = (
        simulate_several(
            design, design.truths[0], events=events, seed=2, trials=2100, workers=workers
        )
        for workers in (1, 3)
    )
    assert trial_characteristics([one]).identical(trial_characteristics([three]))
    for name in NAMES:
        first, second = (characteristics([run.endpoints[name]]) for run in (one, three))
        assert first.identical(second)


def test_looks_by_another_endpoint_have_their_mean_events_planned(two_endpoints, planned):
    design = two_endpoints()
    block = simulate_block(pack_scenario(design, design.truths[0]), seed=SEED, first=0, trials=1000)
    deaths = block.endpoints[:, 1, :, [EVENTS_CONTROL, EVENTS_RT]].sum(axis=0).mean(axis=0)
    assert planned["pfs"].tolist() == [50.0, 80.0]
    assert planned["os"].tolist() == [*np.rint(deaths[:2]), 80.0]
    for name in NAMES:
        np.testing.assert_array_equal(
            planned_events(design, seed=SEED, endpoint=name), planned[name]
        )


def test_the_planning_ratio_of_a_constant_effect_is_that_effect(two_endpoints):
    """Both ways out of the first state at 0.6: PFS is proportional, whatever the scans show."""
    design = two_endpoints()
    pfs, survival = (design.seen_by(name) for name in NAMES)
    assert planning_ratio(pfs, design.truths[0]) == pytest.approx(0.6, rel=1e-6)
    assert 0.4 < planning_ratio(survival, design.truths[0]) < 0.6
    for view in (pfs, survival):
        assert planning_ratio(view, design.truths[1]) == pytest.approx(1.0, abs=1e-9)
    shown = {
        "kind": "marginals", "name": "wanted", "deaths_without_progression": 0.1,
        "control": {"pfs_median": 8.0, "os_median": 14.0}, "rt": {"pfs_hr": 0.7, "os_hr": 0.8},
    }  # fmt: skip
    wanted = two_endpoints(truths=[shown])
    ratios = [planning_ratio(wanted.seen_by(name), wanted.truths[0]) for name in NAMES]
    assert ratios == pytest.approx([0.7, 0.8], abs=0.01)


def test_endpoints_without_effect_are_found(two_endpoints):
    wait = {"kind": "delayed", "hr": 0.4, "delay": 2.0}
    passages = two_endpoints().model_dump()["truths"][1]
    os_null = {
        "kind": "marginals", "name": "PFS alone", "os_null": True, "rt": {"pfs_hr": 0.7},
        "deaths_without_progression": 0.1, "control": {"pfs_median": 8.0, "os_median": 24.0},
    }  # fmt: skip
    after = passages["death_after_progression"] | {"effect": wait, "clock": "reset"}
    os_alone = passages | {"name": "OS alone", "death_after_progression": after}
    base = two_endpoints().model_dump(mode="json", exclude_none=True)
    design = two_endpoints(truths=[*base["truths"], os_null, os_alone])
    found = {truth.name: without_effect(design, truth, until=60.0) for truth in design.truths}
    assert found == {
        "planning": (False, False),
        "no effect": (True, True),
        "PFS alone": (False, True),
        "OS alone": (True, False),
    }
    hidden = design.model_copy(update={"scans": None})
    assert {t.name: without_effect(hidden, t) for t in design.truths} == found


def test_looks_of_a_trial_come_in_order_for_both_endpoints(case):
    months = case.block.endpoints[..., MONTH]
    np.testing.assert_array_equal(months[:, 0], months[:, 1])
    assert (np.diff(months[:, 0], axis=1) >= 0).all()
