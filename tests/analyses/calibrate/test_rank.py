"""Ranking, thinning, seeds, and one whole trial."""

from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from analyses.calibrate.plan import (
    RANKED,
    SHOWN,
    describe,
    fingerprint,
    plan_calibration,
    trial_numbers,
)
from analyses.calibrate.rank import (
    StoppedError,
    rank_among,
    rank_trial,
    thin_draws,
    trial_seeds,
    true_values,
)
from models.record import load_record
from models.settings import AnalysisSettings, load_settings
from simulate.phase2 import draw_published_trial

STUDY = Path(__file__).parents[3] / "analyses" / "sohaib2025"


def test_rank_without_ties_counts_draws_below():
    rng = np.random.default_rng(1)
    assert rank_among(2.5, np.array([1.0, 2.0, 3.0]), rng=rng) == 2
    assert rank_among(0.0, np.array([1.0, 2.0, 3.0]), rng=rng) == 0
    assert rank_among(9.0, np.array([1.0, 2.0, 3.0]), rng=rng) == 3


def test_ranks_of_tied_counts_are_uniform():
    """Truth and 9 draws from one coin: each rank has probability 1/10."""
    rng = np.random.default_rng(2)
    ranks = [
        rank_among(float(values[0]), values[1:], rng=rng)
        for values in rng.binomial(1, 0.3, (20_000, 10)).astype(float)
    ]
    share = np.bincount(ranks, minlength=10) / 20_000
    # 20,000 replicates: standard error 0.0021.
    np.testing.assert_allclose(share, 0.1, atol=4 * 0.0021)


def test_thinned_draws_are_evenly_spaced_over_all_chains():
    values = np.arange(1000.0).reshape(2, 500)
    np.testing.assert_array_equal(thin_draws(values, 10), np.arange(50, 1000, 100))
    assert np.unique(thin_draws(values, 99)).size == 99


def test_each_trial_has_its_own_seeds(made):
    plan = made.reference_plan()
    states = {
        tuple(seed.generate_state(2))
        for kind in ("os", "pfs")
        for number in range(50)
        for seed in trial_seeds(plan, kind, number)
    }
    assert len(states) == 300
    one, two = (trial_seeds(plan, "os", 4)[1].generate_state(4) for _ in range(2))
    np.testing.assert_array_equal(one, two)


def test_truths_are_those_of_the_trial(made):
    plan = made.reference_plan()
    trial = draw_published_trial(
        plan.settings, kind="os", rules=plan.rules, rng=np.random.default_rng(4)
    )
    truth = true_values(trial, plan.settings)
    assert tuple(truth) == RANKED + SHOWN
    assert truth["log HR"] == pytest.approx(np.log(trial.hazard[1, 0] / trial.hazard[0, 0]))
    assert truth["events RT"] == trial.event[38:].sum()
    exposure = np.array([3, 3, 3, 3, 0, 0])
    assert truth["S(12) control"] == pytest.approx(np.exp(-trial.hazard[0] @ exposure))


def test_trials_alternate_between_the_kinds():
    assert trial_numbers(trials=5, kinds=("os", "pfs")) == [
        ("os", 0),
        ("pfs", 0),
        ("os", 1),
        ("pfs", 1),
        ("os", 2),
    ]
    assert trial_numbers(trials=2, kinds=("pfs",)) == [("pfs", 0), ("pfs", 1)]


def test_plan_of_the_study_takes_sizes_and_calendar_from_the_record():
    record = load_record(STUDY / "published.toml")
    reference = plan_calibration(record, load_settings(STUDY / "reference.toml"), seed=1)
    assert reference.rules.sizes == (38, 37)
    assert reference.rules.events_at_least == (25, 22)
    free = plan_calibration(record, AnalysisSettings(name="default"), seed=1)
    assert free.settings.follow_up.accrual == pytest.approx(852 / 30)
    assert free.settings.follow_up.latest == pytest.approx(1443 / 30)


def test_fingerprint_follows_plan_and_code(made):
    plan = made.reference_plan()
    assert fingerprint(plan, code="a") == fingerprint(made.reference_plan(), code="a")
    others = [
        fingerprint(plan, code="b"),
        fingerprint(made.reference_plan(seed=4), code="a"),
        fingerprint(made.reference_plan(draws=199), code="a"),
    ]
    assert len({fingerprint(plan, code="a"), *others}) == 4
    assert describe(plan)["settings"]["sampler"].keys() == {"levels", "moves"}


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"seed": -1}, "`seed` is -1; it must not be negative"), ({"draws": 0}, "`draws` is 0; it")],
)
def test_bad_plans_are_refused(made, changes, words):
    with pytest.raises(ValueError, match=words):
        made.reference_plan(**changes)


@pytest.mark.slow
def test_a_trial_alone_gives_its_ranks_again(made):
    plan = made.reference_plan(chunk=400, thin=4, chunks=2)
    one, two = (asdict(rank_trial(plan, "pfs", 5)) for _ in range(2))
    assert one.pop("seconds") > 0
    assert two.pop("seconds") > 0
    assert one == two
    assert one["scans"] == 800
    assert set(one["ranks"]) == set(RANKED + SHOWN)
    assert all(0 <= rank <= 99 for rank in one["ranks"].values())
    assert "effective sample size of" in one["failure"]


@pytest.mark.slow
def test_a_trial_stops_when_asked(made):
    with pytest.raises(StoppedError):
        rank_trial(made.reference_plan(), "pfs", 5, stopped=lambda: True)


@pytest.mark.slow
def test_a_trial_without_a_start_is_a_failure_without_ranks(made, monkeypatch):
    def fail(*_args, **_kwargs):
        raise ValueError("no set of patients")

    monkeypatch.setattr("analyses.calibrate.rank.start_chain", fail)
    trial = rank_trial(made.reference_plan(), "os", 0)
    assert trial.failure == "no set of patients"
    assert trial.ranks == {}
