"""Inference by stage-wise ordering: definition, limits, and coverage in simulated trials."""

import math
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from simulate.boundaries.boundaries import Boundaries, boundaries, pack_monitor
from simulate.boundaries.crossing import crossing_probabilities
from simulate.boundaries.futility import FutilityRule
from simulate.boundaries.monitor import new_track, next_look
from simulate.boundaries.process import PROCESS
from simulate.boundaries.spending import SpendingFunction
from simulate.boundaries.stage_wise import drift_where, stage_wise

OF = SpendingFunction(kind="obrien_fleming")
POCOCK = SpendingFunction(kind="pocock")


@cache
def bounds() -> Boundaries:
    return boundaries([90, 150, 240], efficacy=POCOCK)


def test_without_looks_it_is_the_usual_inference() -> None:
    found = stage_wise(1.3, information=[50], upper=[])
    se = 1 / math.sqrt(50)
    assert found.p == pytest.approx(norm.sf(1.3), rel=1e-10)
    assert found.hazard_ratio == pytest.approx(math.exp(-1.3 * se), rel=1e-10)
    assert found.naive == pytest.approx(found.hazard_ratio, rel=1e-10)
    assert found.lower == pytest.approx(math.exp((-1.3 - 1.9599639845) * se), rel=1e-9)
    assert found.upper == pytest.approx(math.exp((-1.3 + 1.9599639845) * se), rel=1e-9)


@pytest.mark.parametrize("look", [0, 1, 2])
def test_at_the_bound_p_is_the_alpha_spent_and_the_limit_is_1(look: int) -> None:
    found = stage_wise(
        bounds().z[look], information=bounds().information[: look + 1], upper=bounds().z[:look]
    )
    assert found.p == pytest.approx(bounds().alpha[look], abs=1e-11)
    if look == 2:
        assert found.upper == pytest.approx(1, abs=1e-9)


@settings(max_examples=40)
@given(
    looks=st.integers(1, 3),
    z=st.floats(-4, 7),
    binding=st.booleans(),
    level=st.floats(0.5, 0.99),
)
def test_limits_are_the_effects_that_make_the_outcome_so_likely(
    looks: int, z: float, binding: bool, level: float
) -> None:
    information, upper = bounds().information[:looks], bounds().z[: looks - 1]
    lower = np.array([-0.3, 0.7])[: looks - 1] if binding else np.full(looks - 1, -math.inf)
    found = stage_wise(z, information=information, upper=upper, lower=lower, level=level)
    tail = (1 - level) / 2
    for ratio, probability in (
        (found.hazard_ratio, 0.5),
        (found.lower, 1 - tail),
        (found.upper, tail),
    ):
        stops = crossing_probabilities(
            information, lower=[*lower, -math.inf], upper=[*upper, z], drift=-math.log(ratio)
        )
        assert stops.above.sum() == pytest.approx(probability, abs=1e-7)
    assert found.lower < found.hazard_ratio < found.upper


def test_stopping_early_pulls_the_estimate_towards_1() -> None:
    found = stage_wise(2.9, information=bounds().information[:2], upper=bounds().z[:1])
    assert found.naive < found.hazard_ratio < 1


def simulated(drift: float, trials: int) -> tuple[Any, Any]:
    """Look (from 0) at which each trial stops, and z there."""
    rng = np.random.default_rng(20250317)
    steps = np.diff(bounds().information, prepend=0)
    gains = rng.normal(drift * steps, np.sqrt(steps), size=(trials, 3))
    z = np.cumsum(gains, 1) / np.sqrt(bounds().information)
    crossed = z >= bounds().z
    crossed[:, -1] = True
    look = crossed.argmax(1)
    return look, z[np.arange(trials), look]


@pytest.mark.parametrize("hazard_ratio", [1.0, 0.72])
def test_estimates_are_median_unbiased_and_limits_cover(hazard_ratio: float) -> None:
    # 4,000 trials: SE of the share below the truth 0.0079, of the coverage 0.0034; 4 SE each.
    trials, drift = 4000, -math.log(hazard_ratio)
    scratch: Any = np.zeros(1, PROCESS)[0]
    rows = [np.concatenate(([0.0], row)) for row in (bounds().information, bounds().z)]
    low = np.full(4, -math.inf)
    below, covered = 0, 0
    for look, z in zip(*simulated(drift, trials), strict=True):
        estimate, left, right = (
            drift_where(scratch, rows[0], low, rows[1], int(look) + 1, float(z), probability)
            for probability in (0.5, 0.025, 0.975)
        )
        below += estimate < drift
        covered += left < drift < right
    assert below / trials == pytest.approx(0.5, abs=4 * 0.0079)
    assert covered / trials == pytest.approx(0.95, abs=4 * 0.0034)


def test_a_track_holds_all_that_inference_needs() -> None:
    rule = FutilityRule(
        kind="beta_spending", spending=SpendingFunction(kind="pocock", total=0.1), binding=True
    )
    planned = (90, 150, 240)
    monitor: Any = pack_monitor(planned, efficacy=OF, futility=rule, planning_hr=0.7)[0]
    track: Any = new_track()[0]
    for look, events in enumerate((90, 90, 150)):
        next_look(track, monitor, look, float(events), False)
    null = track["null"]
    found = drift_where(
        np.zeros(1, PROCESS)[0],
        null["information"],
        null["lower"],
        null["upper"],
        int(track["steps"][2]),
        2.6,
        0.5,
    )
    expected = stage_wise(
        2.6, information=[22.5, 37.5], upper=null["upper"][1:2], lower=null["lower"][1:2]
    )
    assert math.exp(-found) == pytest.approx(expected.hazard_ratio, rel=1e-10)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"upper": [2.0, 2.0]}, "one bound per look before the last, got 2"),
        ({"information": [20, 20]}, "`information` must rise from look to look"),
        ({"lower": [2.5]}, "`lower` must be at most `upper`"),
        ({"z": math.inf}, "`z` must be finite"),
        ({"level": 1.0}, "`level` above 0 and below 1"),
    ],
)
def test_refused(change: dict[str, Any], message: str) -> None:
    choices: Any = {"z": 2.5, "information": [20, 30], "upper": [2.2]} | change
    with pytest.raises(ValueError, match=message):
        stage_wise(choices.pop("z"), **choices)
