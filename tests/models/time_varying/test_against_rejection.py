"""Weights, bridge and redrawn patients against rejection sampling on small trials.

Trials of 5 controls and 6 RT patients are drawn from the prior of each model, and kept where both
medians, the hazard ratio with its limits and the events fall in wide windows. The shares kept are
the evidences themselves; the kept trials are independent draws of patients.
"""

import math

import numpy as np
import pytest

from models.chain_diagnostics import mcse_mean
from models.printed import printed_figures
from models.reconstruction.problem import CONTROL_MEDIAN, PROBLEM, RT_MEDIAN
from models.settings import SamplerSettings
from models.time_varying.bridge import bridge
from models.time_varying.evidence import log_evidence
from models.time_varying.priors import (
    DelayedEffect,
    RandomWalkEffect,
    SeparateArms,
    WaningEffect,
)
from models.time_varying.redraw import can_be_redrawn, redraw_patients
from models.time_varying.weights import weigh_patients

CONTROL, N = 5, 11
MEDIANS = {CONTROL_MEDIAN: (4.0, 8.0), RT_MEDIAN: (8.0, 13.0)}
HR, LOWER, UPPER = (0.8, 2.6), (0.1, 0.9), (2.4, 9.0)
LEAST = (4, 3)
TRIALS = 80_000
NO_CHANGE = RandomWalkEffect(ratio=1.0 + 1e-9)
DELAYED = DelayedEffect(months=(2.0, 9.0))
WALK = RandomWalkEffect(ratio=2.5, probability=0.8)


def median_times(time, event):
    """First time with a Kaplan–Meier curve of at most one half, for many trials at once."""
    order = np.argsort(time, axis=1)
    seen = np.take_along_axis(event, order, axis=1)
    curve = np.cumprod(1 - seen / np.arange(time.shape[1], 0, -1), axis=1)
    place = (curve <= 0.5 + 1e-9).argmax(axis=1)
    found = np.take_along_axis(np.take_along_axis(time, order, axis=1), place[:, None], axis=1)
    return np.where(curve[:, -1] <= 0.5 + 1e-9, found[:, 0], np.inf)


def keep(trials):
    """Trials with the printed figures, and the share of them with its standard error."""
    time, event = trials.time, trials.event
    inside = np.ones(len(time), dtype=bool)
    for arm, window in ((slice(CONTROL), 0), (slice(CONTROL, None), 1)):
        inside &= event[:, arm].sum(axis=1) >= LEAST[window]
        found = median_times(time[:, arm], event[:, arm])
        low, high = MEDIANS[window]
        inside &= (found >= low) & (found < high)
    rows = np.flatnonzero(inside)
    figures = printed_figures(time[rows], event[rows], n_control=CONTROL)
    for name, (low, high) in (("hazard_ratio", HR), ("lower", LOWER), ("upper", UPPER)):
        with np.errstate(invalid="ignore"):
            inside[rows] &= (figures[name] >= low) & (figures[name] < high)
    share = float(inside.mean())
    error = math.sqrt((1 - share) / share / len(inside))
    return time[inside], event[inside], math.log(share), error


@pytest.fixture(scope="module")
def kept(made):
    """Patients kept under proportional hazards, a delay, a walk, and separate arms."""
    models = {"proportional": NO_CHANGE, "delayed": DELAYED, "random_walk": WALK}
    models["separate"] = SeparateArms()
    return {
        name: keep(made.prior_trials(model, TRIALS, seed=seed))
        for seed, (name, model) in enumerate(models.items(), start=11)
    }


def ratio_of_evidence(kept, model, name, made):
    time, event, below, below_error = kept["proportional"]
    given = {"n_control": CONTROL, "settings": made.small}
    weight = log_evidence(time, event, model=model, **given) - log_evidence(
        time, event, model=None, **given
    )
    exact = kept[name][2] - below
    return weight, exact, math.hypot(kept[name][3], below_error)


@pytest.mark.parametrize(
    ("name", "model"),
    [("delayed", DELAYED), ("random_walk", WALK), ("separate", SeparateArms())],
)
def test_weights_give_bayes_factors(kept, made, name, model):
    weight, exact, error = ratio_of_evidence(kept, model, name, made)
    chains = weight[: len(weight) // 4 * 4].reshape(4, -1)
    found = weigh_patients(chains, np.zeros_like(chains))
    error = math.hypot(error, found.standard_error)
    assert abs(found.log_bayes_factor - exact) < 4 * error, (
        f"{name}: log Bayes factor {found.log_bayes_factor:.3f} by {weight.size} weights, "
        f"{exact:.3f} by rejection of {TRIALS} trials each; SE {error:.3f}"
    )
    assert error < 0.2, f"standard error {error:.3f} is too large to show anything"


@pytest.mark.parametrize(("name", "model"), [("delayed", DELAYED), ("random_walk", WALK)])
def test_weighed_patients_follow_their_model(kept, made, name, model):
    """Events, months at risk and early events of the RT arm, with the weights' standard errors."""
    weight, _, _ = ratio_of_evidence(kept, model, name, made)
    share = np.exp(weight - weight.max())
    share /= share.sum()
    for what, at in FEATURES.items():
        before, after = at(*kept["proportional"][:2]), at(*kept[name][:2])
        mean = float(share @ before)
        error = math.hypot(
            float(np.sqrt((share**2 * (before - mean) ** 2).sum())),
            after.std(ddof=1) / math.sqrt(after.size),
        )
        assert abs(mean - after.mean()) < 4 * error, (
            f"{name}, {what}: weighed {mean:.3f}, rejection {after.mean():.3f}, SE {error:.3f}"
        )


FEATURES = {
    "events of control": lambda time, event: event[..., :CONTROL].sum(axis=-1).astype(float),
    "events of RT": lambda time, event: event[..., CONTROL:].sum(axis=-1).astype(float),
    "months of control": lambda time, event: time[..., :CONTROL].sum(axis=-1),
    "months of RT": lambda time, event: time[..., CONTROL:].sum(axis=-1),
    "early events of RT": lambda time, event: (
        ((time < 6) & (event > 0))[..., CONTROL:].sum(axis=-1).astype(float)
    ),
    "late events": lambda time, event: ((time > 12) & (event > 0)).sum(axis=-1).astype(float),
    "squared months": lambda time, event: (time**2).sum(axis=-1),
}


def small_problem(made):
    """The same trial as a problem of the sampler."""
    problem = np.zeros(1, PROBLEM)
    fields = {
        "n_control": CONTROL, "n": N, "intervals": 2, "cap": np.inf, "hr": HR, "lower": LOWER,
        "upper": UPPER, "z": 1.959964, "events_low": LEAST, "events_high": (5, 6),
        "shape": made.small.baseline.shape, "rate": made.small.baseline.rate,
        "rate_shape": 1.0, "rate_rate": 1.0, "walk_sd": 0.6, "walk_step": 0.4, "symmetric": 0.5,
        "log_hr_sd": made.small.log_hr.sd, "accrual": 18.0, "cut_low": 24.0, "cut_high": 24.0,
        "loss": 0.01,
    }  # fmt: skip
    for name, value in fields.items():
        problem[name] = value
    problem["cuts"][0, 0] = 6.0
    for role, window in MEDIANS.items():
        problem["used"][0, role] = 1
        problem["windows"][0, role] = window
    return problem


REDRAWN = {"separate": SeparateArms(), "delayed": DELAYED, "random_walk": WALK}


@pytest.fixture(
    scope="module",
    params=["separate", "delayed", pytest.param("random_walk", marks=pytest.mark.calibration)],
)
def redrawn(request, made):
    """Name of a model and patients redrawn under it."""
    sampler = SamplerSettings(levels=3, chunk=8_000, chunks=2, thin=4, moves=4, ess_wanted=1e9)
    settings = made.small.model_copy(update={"sampler": sampler})
    drawn = redraw_patients(small_problem(made), settings, model=REDRAWN[request.param], seed=3)
    return request.param, drawn


def test_redrawn_patients_follow_their_model(kept, redrawn):
    name, drawn = redrawn
    for what, at in FEATURES.items():
        after = at(*kept[name][:2])
        chain = at(drawn.time, drawn.event)
        error = math.hypot(after.std(ddof=1) / math.sqrt(after.size), float(mcse_mean(chain)))
        assert abs(chain.mean() - after.mean()) < 4 * error, (
            f"{name}, {what}: redrawn {chain.mean():.3f}, rejection {after.mean():.3f} "
            f"of {after.size}, SE {error:.4f}"
        )


def test_the_bridge_gives_the_bayes_factor(kept, redrawn, made):
    name, drawn = redrawn
    weight, exact, error = ratio_of_evidence(kept, REDRAWN[name], name, made)
    picks = slice(None, None, 8)
    given = {"n_control": CONTROL, "settings": made.small}
    time, event = drawn.time[:, picks], drawn.event[:, picks]
    above = log_evidence(time, event, model=REDRAWN[name], **given)
    above -= log_evidence(time, event, model=None, **given)
    found = bridge(weight[: len(weight) // 4 * 4].reshape(4, -1), above)
    error = math.hypot(error, found.standard_error)
    assert abs(found.log_bayes_factor - exact) < 4 * error, (
        f"{name}: bridge {found.log_bayes_factor:.3f}, rejection {exact:.3f}, SE {error:.3f}"
    )


def test_hazards_beside_redrawn_patients_follow_them(redrawn):
    """Under an effect that is none until month 2, early hazards of both arms are the same."""
    name, drawn = redrawn
    if name == "delayed":
        np.testing.assert_allclose(drawn.hazard[..., 0, 0], drawn.hazard[..., 1, 0])
    assert drawn.hazard.shape[-1] == {"separate": 2, "random_walk": 2, "delayed": 4}[name]
    assert (drawn.hazard > 0).all()


@pytest.mark.parametrize("model", [SeparateArms(), DELAYED], ids=lambda m: m.kind)
def test_one_seed_gives_one_answer_for_any_number_of_threads(made, model):
    sampler = SamplerSettings(levels=3, chains=2, chunk=400, chunks=1, thin=4, moves=2)
    settings = made.small.model_copy(update={"sampler": sampler})
    one, two = (
        redraw_patients(small_problem(made), settings, model=model, seed=5, threads=threads)
        for threads in (1, 2)
    )
    np.testing.assert_array_equal(one.time, two.time)
    np.testing.assert_array_equal(one.hazard, two.hazard)


def test_more_cells_than_the_sampler_takes_are_refused(made):
    model = WaningEffect(step=1.0)
    assert can_be_redrawn(WaningEffect(), made.small)
    assert not can_be_redrawn(model, made.small)
    with pytest.raises(ValueError, match="let the effect change in larger steps"):
        redraw_patients(small_problem(made), made.small, model=model, seed=1)
