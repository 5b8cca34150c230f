"""Trials drawn for predictive checks: closed forms, what is compared, and the seed."""

import math
from pathlib import Path

import numpy as np
import pytest

from models.illness_death.exposure import FollowedPatients
from models.illness_death.packed import FORWARD, PackedIllnessDeath
from models.joint.assemble import assemble_joint
from models.joint.predict import (
    draw_followed,
    hold_jointly,
    joint_predictions,
    predictive_findings,
)
from models.joint.run import JointDraws, common_cuts
from models.joint.settings import load_joint_settings
from models.printed import FollowUpDraws, printed_figures
from models.reanalysis.predict import DRAWS
from models.record import load_record

STUDY = Path(__file__).parents[3] / "analyses" / "sohaib2025"
SIZES = (38, 37)
PROGRESSION, WITHOUT, AFTER = np.array([0.064, 0.044]), 0.004, np.array([0.14, 0.12])


@pytest.fixture(scope="module")
def record():
    return load_record(STUDY / "published.toml")


@pytest.fixture(scope="module")
def settings():
    return load_joint_settings(STUDY / "joint.toml")


@pytest.fixture(scope="module")
def problem(record, settings):
    return assemble_joint(record, settings)[0]


def constant(trials, *, after=AFTER):
    """Constant hazards, alike in all trials."""
    hazard = np.empty((2, 2, trials, 1))
    hazard[0], hazard[1] = PROGRESSION[:, np.newaxis, np.newaxis], WITHOUT
    return PackedIllnessDeath(
        cuts=np.empty(0),
        hazard=hazard,
        clock=FORWARD,
        after_cuts=np.empty(0),
        after_hazard=np.broadcast_to(np.asarray(after).reshape(-1, 1, 1), (2, trials, 1)),
        drop_cuts=np.empty(0),
        drop_out=np.zeros((2, 2, 1)),
    )


def followed(problem, *, trials=400, after=AFTER, cut=24.0, seed=1):
    ends = FollowUpDraws(np.full(trials, cut), 0.0, np.zeros(trials))
    rng = np.random.default_rng(seed)
    return draw_followed(constant(trials, after=after), follow_up=ends, problem=problem, rng=rng)


def posterior(settings, *, scale=1.0, chains=2, draws=300):
    """Draws of a run whose hazards scatter about constant ones."""
    cuts = common_cuts(settings)
    rng = np.random.default_rng(3)
    hazard = np.stack([PROGRESSION, [WITHOUT, WITHOUT], AFTER])[..., np.newaxis]
    hazard = scale * hazard * np.exp(rng.normal(0, 0.1, (chains, draws, 3, 2, cuts.size + 1)))
    each = np.zeros((chains, draws, 3))
    status = np.zeros((chains, draws, sum(SIZES)), np.int8)
    return JointDraws(
        log_hr=each,
        rate=each,
        walk_sd=each,
        hazard=hazard,
        cuts=cuts,
        cut=np.full((chains, draws), 36.0),
        loss=np.full((chains, draws), 0.005),
        first=status.astype(float),
        last=status.astype(float),
        progressed=status,
        died=status,
        n_control=SIZES[0],
    )


def predicted(record, settings, *, seed=1, **options):
    problem = assemble_joint(record, settings)[0]
    draws = posterior(settings, **options)
    return joint_predictions(record, draws=draws, problem=problem, settings=settings, seed=seed)


def test_shares_with_an_event_are_those_of_the_exponential_law(record, settings, problem):
    """400 trials of 75 patients, 24 months each: shares within 4 standard errors.

    Where death has one hazard before and after progression, survival is exponential, too.
    """
    figures = hold_jointly(
        followed(problem, after=(WITHOUT, WITHOUT)), record, problem=problem, settings=settings
    ).figures
    hazards = {"pfs": PROGRESSION + WITHOUT, "os": np.array([WITHOUT, WITHOUT])}
    for endpoint, both in hazards.items():
        for arm, hazard, size in zip(("control", "rt"), both, SIZES, strict=True):
            exact = 1.0 - math.exp(-24.0 * hazard)
            found = float(figures[f"events_{arm}"].sel(endpoint=endpoint).mean()) / size
            error = math.sqrt(exact * (1 - exact) / (400 * size))
            assert abs(found - exact) < 4 * error, (endpoint, arm, found, exact, error)
    for arm, hazard, size in zip(("control", "rt"), PROGRESSION, SIZES, strict=True):
        exact = hazard / (hazard + WITHOUT) * (1.0 - math.exp(-24.0 * (hazard + WITHOUT)))
        found = float(figures["progressions"].sel(arm=arm).mean()) / size
        error = math.sqrt(exact * (1 - exact) / (400 * size))
        assert abs(found - exact) < 4 * error, (arm, found, exact, error)


def test_figures_are_those_of_the_patients(record, settings, problem):
    """Days are counted, PFS ends with progression or death, OS with death."""
    patients = followed(problem, trials=5)
    held = hold_jointly(patients, record, problem=problem, settings=settings)
    day = 1 / settings.days_per_month
    for endpoint, months, event in (
        ("pfs", patients.progression, patients.progressed | patients.died),
        ("os", patients.last, patients.died),
    ):
        recorded = np.floor(months / day + 0.5) * day
        expected = printed_figures(recorded, event, n_control=SIZES[0])
        for name, values in expected.items():
            found = held.figures[name].sel(endpoint=endpoint).values
            np.testing.assert_allclose(found, values, rtol=1e-12, err_msg=f"{endpoint} {name}")
    assert held.figures["hazard_ratio"].attrs["unit"] == "ratio, control vs rt"


def test_every_printed_figure_is_placed_once(record, settings, problem):
    table = hold_jointly(
        followed(problem, trials=40), record, problem=problem, settings=settings
    ).table
    assert not table.duplicated(["endpoint", "figure"]).any()
    assert table.groupby("endpoint", sort=False).size().to_dict() == {"pfs": 10, "os": 9}
    pfs = table[table["endpoint"] == "pfs"].set_index("figure")
    assert pfs.loc["events_control", "printed"] == 35.0
    assert pfs.loc["progressions_rt", ["unit", "printed"]].tolist() == ["patients", 22.0]
    assert list(table.columns[:2]) == ["endpoint", "figure"]


def test_a_fixed_number_of_progressions_has_two_tails_and_a_bound_of_events_one(
    record, settings, problem
):
    """In 36 trials of 40 all 38 controls progress, in 4 none: 35 is further out as a number."""
    shape = (40, sum(SIZES))
    progressed = np.zeros(shape, bool)
    progressed[4:] = True
    months = np.broadcast_to(np.linspace(2.0, 30.0, sum(SIZES)), shape)
    patients = FollowedPatients(months, progressed, months, np.zeros(shape, bool))
    table = hold_jointly(patients, record, problem=problem, settings=settings).table
    rows = table[table["endpoint"] == "pfs"].set_index("figure")
    assert rows.loc["events_control", "p"] == pytest.approx(36 / 40)
    assert rows.loc["progressions_control", "p"] == pytest.approx(2 * 4 / 40)


def test_progressions_are_compared_only_where_they_are_fixed(record, settings):
    loose = settings.model_copy(update={"documented_progressions": "at_least"})
    problem = assemble_joint(record, loose)[0]
    held = hold_jointly(followed(problem, trials=40), record, problem=problem, settings=loose)
    assert not held.table["figure"].str.startswith("progressions").any()
    assert "progressions" in held.figures


def test_the_seed_fixes_the_trials_to_the_bit(record, settings):
    one, same, other = (predicted(record, settings, seed=seed) for seed in (1, 1, 2))
    for held in ("before", "after"):
        first, second = (getattr(found, held).figures for found in (one, same))
        assert first.identical(second)
        assert not first.equals(getattr(other, held).figures)
    assert one.prior.identical(same.prior)
    assert one.prior.sizes["draw"] == one.before.figures.sizes["draw"] == DRAWS
    assert one.after.figures.sizes == {"endpoint": 2, "draw": DRAWS, "arm": 2}


def test_fewer_draws_than_wanted_are_each_taken_once(record, settings):
    found = predicted(record, settings, draws=20)
    assert found.after.figures.sizes["draw"] == 40


def test_what_no_drawn_trial_has_is_not_judged(record, settings, problem):
    """Nobody dies: there is no hazard ratio of survival, and no ratio of medians."""
    shape = (10, sum(SIZES))
    months = np.broadcast_to(np.linspace(2.0, 30.0, sum(SIZES)), shape)
    patients = FollowedPatients(months, np.ones(shape, bool), months, np.zeros(shape, bool))
    held = hold_jointly(patients, record, problem=problem, settings=settings)
    rows = held.table[held.table["endpoint"] == "os"].set_index("figure")
    for name in ("hazard_ratio", "ratio_of_medians"):
        assert np.isnan(rows.loc[name, ["median", "lower", "upper", "p"]].astype(float)).all()
    assert rows.loc["median_control", "p"] == 0.0


def test_a_posterior_far_from_the_print_is_found_and_prior_is_told_apart(record, settings):
    """Hazards a tenth of what the print speaks for: no median is reached, few events are seen."""
    checks = predictive_findings(predicted(record, settings, scale=0.1))
    names = [check.name for check in checks]
    assert len(set(names)) == len(names) == 2 * 19
    verdict = {check.name: check.passed for check in checks}
    for figure in ("control median", "RT median", "events, control", "progressions, RT"):
        assert verdict[f"PFS, posterior predictive: {figure}"] is False, figure
        assert verdict[f"PFS, prior predictive: {figure}"] is True, figure
    assert verdict["OS, posterior predictive: control median"] is False


def test_medians_and_ratios_near_the_print_are_not_surprising(record, settings):
    """The draws lie about constant hazards whose medians are near the printed ones."""
    table = predicted(record, settings).after.table
    table = table[table["figure"].str.contains("median|hazard_ratio|^lower|^upper")]
    assert len(table) == 13
    assert (table["p"] > 0.05).all(), table.to_string()
