"""What every set must keep, hand-made curves with one answer, and printed figures."""

import math
from itertools import product

import numpy as np
import pytest

from models.curves.arm_sets import ArmSets, Misfit, draw_arm_sets
from models.curves.curve import ArmCurve, ReadingError
from models.curves.ensemble import reconstruct
from models.curves.layout import find_falls, lay_out
from models.curves.pairs import pair_sets
from models.curves.printed import PrintedFigures
from models.survival import cox, kaplan_meier, median_time, numbers_at_risk, survival_at

EXACT = ReadingError(survival=1e-4, time=0.0)


def curve_of(time, event, *, risk=(0.0,)):
    """The curve of patients, with a point just before each step and one at it."""
    km = kaplan_meier(time, event)
    steps = km.time[km.events > 0]
    months = np.unique(np.concatenate(([0.0], steps - 1e-3, steps, [max(time)])))
    counts = np.array(risk)
    return ArmCurve(months, survival_at(km, months), counts, numbers_at_risk(time, counts))


def draw(curve, *, error=EXACT, sets=20, events=None, seed=1):
    bounds = {} if events is None else {"events": events}
    layout = lay_out(curve, find_falls(curve, error=error, apart=2.0), error=error, **bounds)
    return draw_arm_sets(layout, sets=sets, rng=np.random.default_rng(seed))


def test_without_censoring_the_answer_is_the_patients():
    time = np.array([1.0, 2.0, 2.0, 4.0, 7.0, 7.0, 9.0, 11.0])
    found = draw(curve_of(time, np.ones(8, bool)))
    assert found.event.all()
    np.testing.assert_allclose(found.time, np.broadcast_to(time, (20, 8)), atol=1e-12)


def test_exact_steps_tell_how_many_were_censored_between_them():
    time = np.array([1.0, 1.5, 1.7, 3.0, 4.0, 4.5, 6.0, 8.0])
    event = np.array([1, 0, 0, 1, 1, 0, 1, 0], dtype=bool)
    found = draw(curve_of(time, event))
    np.testing.assert_array_equal(found.event, np.broadcast_to(event, (20, 8)))
    for patient in np.flatnonzero(event):
        np.testing.assert_allclose(found.time[:, patient], time[patient], atol=1e-12)
    between = found.time[:, 1:3]
    assert ((between > 1.0) & (between < 3.0)).all()
    assert between.std() > 0.3, "censoring times do not vary over the gap"
    assert (found.time[:, -1] == 8.0).all(), "nobody is followed to the end of the curve"


def test_nobody_dies_on_a_flat_stretch():
    rng = np.random.default_rng(3)
    time = np.concatenate(
        [rng.uniform(0.5, 6, 30), rng.uniform(14, 20, 20), rng.uniform(7, 22, 50)]
    )
    event = np.repeat([True, True, False], [30, 20, 50])
    km = kaplan_meier(time, event)
    months = np.linspace(0, 22, 401)
    noisy = survival_at(km, months) + rng.uniform(-0.002, 0.002, months.size)
    noisy[0] = 1.0
    counts = np.array([0.0, 5.0, 10.0, 15.0, 20.0])
    curve = ArmCurve(months, noisy, counts, numbers_at_risk(time, counts))
    error = ReadingError(survival=0.0021, time=22 / 400)
    found = draw(curve, error=error, sets=40)
    steps = np.unique(time[event])
    deaths = np.unique(found.time[found.event])
    off = np.abs(deaths[:, np.newaxis] - steps).min(axis=1)
    assert off.max() < 4 * 22 / 400, f"a death {off.max():.2f} months from every step"
    assert not ((deaths > 6.2) & (deaths < 13.8)).any(), "a death on the long flat stretch"


def test_totals_and_bounds_of_events_are_met():
    rng = np.random.default_rng(8)
    time, event = rng.exponential(10, 60), rng.random(60) < 0.7
    curve = curve_of(time, event, risk=(0.0, 6.0))
    error = ReadingError(survival=0.02)
    free = draw(curve, error=error, sets=60).event.sum(axis=1)
    assert free.min() < free.max(), "this test needs events that the curve leaves open"
    for low, high in ((free.max(), free.max()), (free.max(), 60), (free.min(), free.min())):
        held = draw(curve, error=error, events=(int(low), int(high))).event.sum(axis=1)
        assert ((held >= low) & (held <= high)).all()


def every_filling():
    """Chance of each (events, censorings before month 4) of the curve below, by enumeration.

    Five patients, two left at month 10, points at 3 and 4, where the curve may fall. Every
    division of the three who leave into events and censorings is alike; both fall at random,
    censorings with a linear density of unknown slope.
    """
    ends = np.array([0.3, 0.4, 1.0])
    chance = {}
    tilts = np.linspace(-1, 1, 401)
    below = ends + tilts[:, np.newaxis] * (ends**2 - ends)
    gaps = np.diff(below, axis=1, prepend=0)
    for who in product(range(5), repeat=3):
        died, censored = [0, 0], [0, 0, 0]
        for place in who:
            (died if place < 2 else censored)[place if place < 2 else place - 2] += 1
        left, level, fits = 5, 1.0, True
        for step, goal in enumerate((1.0, 0.66)):
            left -= censored[step]
            level *= 1 - died[step] / left
            left -= died[step]
            fits = fits and abs(level - goal) <= 0.09 + 1e-9
        if fits:
            # Each patient is told apart in `who`, so the chances of places multiply; the choice
            # of those who die is divided out again.
            weight = np.prod(np.array([0.75, 0.25]) ** died)
            weight *= np.prod(gaps**censored, axis=1).mean() / math.comb(3, sum(died))
            key = (sum(died), censored[0] + censored[1])
            chance[key] = chance.get(key, 0.0) + weight
    total = sum(chance.values())
    return {key: weight / total for key, weight in chance.items()}


def test_sets_are_as_frequent_as_they_should_be():
    sets = 1500
    error = ReadingError(survival=0.09)
    curve = ArmCurve(
        np.array([0.0, 3.0, 4.0, 10.0]),
        np.array([1.0, 1.0, 0.66, 0.66]),
        np.array([0.0, 10.0]),
        np.array([5, 2]),
    )
    layout = lay_out(curve, find_falls(curve, error=error, apart=0.0), error=error)
    found = draw_arm_sets(layout, sets=sets, rng=np.random.default_rng(4), scans=150)
    early = ((found.time < 4.0) & ~found.event).sum(axis=1)
    seen = list(zip(found.event.sum(axis=1).tolist(), early.tolist(), strict=True))
    chance = every_filling()
    assert set(seen) <= set(chance)
    for key, expected in chance.items():
        share = seen.count(key) / sets
        z = (share - expected) / math.sqrt(expected * (1 - expected) / sets)
        assert abs(z) < 4, f"{key}: {share:.3f}, {expected:.3f} expected, z {z:.1f} ({sets} sets)"


def test_contradictions_are_told_by_their_distance_and_month():
    time = np.linspace(1, 20, 20)
    curve = curve_of(time, np.ones(20, bool), risk=(0.0, 10.0))
    wrong = curve._replace(at_risk=np.array([20, 4]))
    found = draw(wrong)
    assert isinstance(found, Misfit)
    assert found.distance > 0.001
    with pytest.raises(ValueError, match="arm 'control': no patients fit the curve and the"):
        reconstruct(
            {"control": wrong, "rt": curve},
            error=EXACT,
            sets=2,
            rng=np.random.default_rng(1),
        )


@pytest.fixture(scope="module")
def two_arms():
    rng = np.random.default_rng(21)
    time = {"control": rng.exponential(9, 80), "rt": rng.exponential(14, 80)}
    cut = {arm: rng.uniform(6, 30, 80) for arm in time}
    event = {arm: time[arm] <= cut[arm] for arm in time}
    time = {arm: np.minimum(time[arm], cut[arm]) for arm in time}
    error = ReadingError(survival=0.003, time=0.12)
    curves = {}
    for arm in time:
        km = kaplan_meier(time[arm], event[arm])
        months = np.append(np.arange(0, time[arm].max(), 0.12), time[arm].max())
        noisy = survival_at(km, months) + rng.uniform(-0.0029, 0.0029, months.size)
        noisy[0] = 1.0
        counts = np.arange(0, time[arm].max(), 6.0)
        curves[arm] = ArmCurve(months, noisy, counts, numbers_at_risk(time[arm], counts))
    fit = cox(
        np.concatenate([time["control"], time["rt"]]),
        np.concatenate([event["control"], event["rt"]]),
        np.repeat([0, 1], 80),
    )
    medians = {arm: median_time(kaplan_meier(time[arm], event[arm])) for arm in time}
    return curves, error, fit, medians


def around(value, half):
    return (round(value, 2) - half, round(value, 2) + half)


def test_printed_figures_are_met_by_every_set(two_arms):
    curves, error, fit, medians = two_arms
    ratio = math.exp(-fit.log_hr)
    margin = math.exp(1.959964 * fit.standard_error)
    printed = PrintedFigures(
        medians={arm: around(month, 0.005) for arm, month in medians.items()},
        ratios={
            "hazard_ratio": around(ratio, 0.005),
            "lower": around(ratio / margin, 0.005),
            "upper": around(ratio * margin, 0.005),
        },
    )
    found = reconstruct(curves, error=error, printed=printed, sets=12, rng=np.random.default_rng(2))
    assert (found.sets, found.unmet) == (12, {})
    for arm, sets in found.arms.items():
        for time, event in zip(*sets, strict=True):
            low, high = printed.medians[arm]
            assert low <= median_time(kaplan_meier(time, event)) < high
    low, high = printed.ratios["hazard_ratio"]
    assert ((np.exp(-found.pairs.log_hr) >= low) & (np.exp(-found.pairs.log_hr) < high)).all()


def test_a_printed_figure_that_the_curve_contradicts_is_left_out_and_said(two_arms):
    curves, error, _, medians = two_arms
    printed = PrintedFigures(
        events={"rt": (79, 79)},
        medians={"control": around(medians["control"] + 3, 0.005)},
        ratios={"hazard_ratio": (4.0, 4.1), "lower": (3.0, 3.1), "upper": (5.0, 5.1)},
    )
    found = reconstruct(curves, error=error, printed=printed, sets=4, rng=np.random.default_rng(2))
    assert set(found.unmet) == {"events, rt", "median, control", "hazard ratio"}
    assert "printed 79, the curve needs" in found.unmet["events, rt"]
    assert "printed 4.05 (control versus RT)" in found.unmet["hazard ratio"]


def test_pairs_have_the_cox_fit_of_their_patients(two_arms):
    curves, error, _, _ = two_arms
    ensemble = reconstruct(curves, error=error, sets=3, rng=np.random.default_rng(5))
    table = ensemble.patients()
    for index, rows in table.groupby("imputation"):
        fit = cox(rows["time"], rows["event"], rows["arm"].cat.codes)
        assert ensemble.pairs.log_hr[index] == pytest.approx(fit.log_hr, abs=1e-8)
        assert ensemble.pairs.standard_error[index] == pytest.approx(fit.standard_error, abs=1e-8)


def test_ties_are_broken_as_breslow_does():
    time = np.array([[1.0, 2.0, 2.0, 5.0]]), np.array([[2.0, 2.0, 4.0, 5.0, 6.0]])
    event = np.array([[1, 1, 0, 1]], bool), np.array([[1, 0, 1, 1, 0]], bool)
    pairs = pair_sets(
        ArmSets(time[0], event[0]),
        ArmSets(time[1], event[1]),
        ratios={},
        wanted=1,
        rng=np.random.default_rng(0),
    )
    fit = cox(
        np.concatenate([time[0][0], time[1][0]]),
        np.concatenate([event[0][0], event[1][0]]),
        np.repeat([0, 1], [4, 5]),
    )
    assert pairs.log_hr[0] == pytest.approx(fit.log_hr, abs=1e-9)


def test_the_same_seed_gives_the_same_patients(two_arms):
    curves, error, _, _ = two_arms
    one, other = (
        reconstruct(curves, error=error, sets=2, rng=np.random.default_rng(9)) for _ in range(2)
    )
    for arm in curves:
        np.testing.assert_array_equal(one.arms[arm].time, other.arms[arm].time)


def test_a_reading_error_that_is_a_little_too_small_is_widened_and_said():
    time = np.arange(1.0, 21.0)
    curve = curve_of(time, np.ones(20, bool), risk=(0.0, 10.5))
    shaken = curve._replace(survival=curve.survival + 0.011 * (curve.time == 5.0))
    error = ReadingError(survival=0.01)
    found = reconstruct(
        {"control": curve, "rt": shaken}, error=error, sets=2, rng=np.random.default_rng(1)
    )
    assert found.unmet == {"curve, rt": "patients fit within 0.0115 only"}
