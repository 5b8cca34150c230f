"""Inference after a group-sequential trial, by stage-wise ordering.

Outcomes are ordered by the look at which the upper bound was crossed, earlier being stronger, and
by z within a look. The p value is the probability without an effect of an outcome at least as
strong; limits and the median-unbiased estimate are the effects that make it a given probability
(Armitage 1957, doi 10.1093/biomet/44.1-2.9; Tsiatis, Rosner & Mehta 1984, doi 10.2307/2530924;
Jennison & Turnbull 2000, sections 8.4 and 8.5).
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.compiled import kernel
from simulate.boundaries.crossing import checked_information
from simulate.boundaries.normal import upper_quantile, upper_tail
from simulate.boundaries.process import PROCESS, REACH, Process, go_on, resolve, restart

Floats = NDArray[np.float64]

FURTHEST = 3.0
CENTRES = 8
SECANTS = 60
PRECISION = 1e-11
LEAST = 1e-300
EPSILON = 1e-16


@kernel
def follow(
    process: Process, drift: float, information: Floats, lower: Floats, upper: Floats, steps: int
) -> None:
    """Place the nodes of all steps but the last under a drift; row 0 of the arrays is the start."""
    restart(process, drift)
    for step in range(1, steps + 1):
        resolve(process, step - 1, information[step])
        go_on(process, step, information[step], lower[step], upper[step])


@kernel
def tilted_beyond(process: Process, step: int, z: float, tilt: float) -> float:
    """Probability, the drift changed by `tilt`, of reaching `step` and lying above z there.

    Densities under two drifts differ by a likelihood ratio of the score alone, so that nothing is
    integrated anew.
    """
    before, reached = process.information[step - 1], process.information[step]
    change, drift = reached - before, process.drift + tilt
    scale = 1.0 / math.sqrt(change)
    centre = z * math.sqrt(reached) - drift * change
    offset = 0.5 * tilt * (drift + process.drift) * before
    total = 0.0
    for j in range(process.points[step - 1]):
        score = process.node[step - 1, j]
        ratio = math.exp(tilt * score - offset)
        total += process.weight[step - 1, j] * ratio * upper_tail((centre - score) * scale)
    return total


@kernel
def stronger(process: Process, steps: int, z: float, drift: float) -> float:
    """Probability under a drift of an outcome at least as strong as z at the last of `steps`.

    `follow` must have been called with a drift within some standard errors of this one.
    """
    tilt = drift - process.drift
    total = 0.0
    for step in range(1, steps):
        if process.upper[step] < math.inf:
            total += tilted_beyond(process, step, process.upper[step], tilt)
    return total + tilted_beyond(process, steps, z, tilt)


@kernel
def probit_excess(process: Process, steps: int, z: float, drift: float, wanted: float) -> float:
    """Compare `stronger` with a wanted quantile: 0 at the root, nearly linear in the drift."""
    reached = min(max(stronger(process, steps, z, drift), LEAST), 1.0 - EPSILON)
    return wanted - upper_quantile(reached)


@kernel
def solve_near(process: Process, steps: int, z: float, probability: float) -> float:
    """Secant method from the drift of `follow`; rising functions stay bracketed."""
    root = math.sqrt(process.information[steps])
    wanted = upper_quantile(probability)
    low, high = -math.inf, math.inf
    drift = process.drift
    excess = probit_excess(process, steps, z, drift, wanted)
    slope = root
    for _ in range(SECANTS):
        if abs(excess) < PRECISION:
            break
        if excess < 0.0:
            low = drift
        else:
            high = drift
        trial = drift - excess / slope
        if not low < trial < high:
            trial = 0.5 * (low + high)
        trial = min(max(trial, process.drift - REACH / root), process.drift + REACH / root)
        if trial == drift:
            break
        after = probit_excess(process, steps, z, trial, wanted)
        slope = (after - excess) / (trial - drift) if after != excess else root
        drift, excess = trial, after
    return drift


@kernel
def drift_where(
    process: Process,
    information: Floats,
    lower: Floats,
    upper: Floats,
    steps: int,
    z: float,
    probability: float,
) -> float:
    """Drift under which an outcome at least as strong has this probability.

    Parameters
    ----------
    process : Process
        Scratch; not the one the bounds come from.
    information, lower, upper : array (step,)
        Row 0 is the start, as in a `Process`; the fields `information`, `lower` and `upper` of
        `Track.null` will do.
    steps : int
        Step at which the trial stopped, from 1: `Track.steps` of its last look.
    z : float
        Test statistic there, finite.
    probability : float
        0.5 for the median-unbiased estimate, 0.025 and 0.975 for limits of 95%.

    Returns
    -------
    float
        -log HR, RT versus control.
    """
    root = math.sqrt(information[steps])
    drift = z / root
    for _ in range(CENTRES):
        follow(process, drift, information, lower, upper, steps)
        found = solve_near(process, steps, z, probability)
        if abs(found - drift) * root < FURTHEST:
            return found
        drift = found
    return found


@dataclass(frozen=True, kw_only=True)
class StageWise:
    """Inference that allows for the looks; hazard ratios are RT versus control.

    Attributes
    ----------
    p : float
        One-sided p value.
    hazard_ratio : float
        Median-unbiased estimate.
    lower, upper : float
        Central confidence limits of the hazard ratio.
    naive : float
        Estimate without the adjustment, exp(-z / sqrt(information)).
    level : float
        Level of the limits.
    """

    p: float
    hazard_ratio: float
    lower: float
    upper: float
    naive: float
    level: float


def stage_wise(
    z: float,
    *,
    information: ArrayLike,
    upper: ArrayLike,
    lower: ArrayLike | None = None,
    level: float = 0.95,
) -> StageWise:
    """Give p value, estimate and limits after a trial that stopped.

    Parameters
    ----------
    z : float
        Test statistic at the look where the trial stopped, above 0 favours RT.
    information : array_like, shape (look,)
        On log HR (events / 4 for 1:1) at each look up to and with that one, strictly rising.
    upper : array_like, shape (look - 1,)
        Efficacy bounds of the looks before, on the z scale; infinite where there was none.
    lower : array_like, shape (look - 1,), optional
        Their futility bounds if futility is binding. A futility bound that is not binding is left
        out, as in the computation of alpha.
    level : float
        Of the central confidence interval, in (0, 1).

    Returns
    -------
    StageWise

    Raises
    ------
    ValueError
        If lengths do not match or a value is out of its range.
    """
    reached = checked_information(information)
    early = len(reached) - 1
    high = np.atleast_1d(np.array(upper, np.float64))
    low = np.full(early, -math.inf) if lower is None else np.atleast_1d(np.array(lower, float))
    _check(z, reached, low, high, level)
    rows = (_with_start(reached), _with_start(low, 0.0), _with_start(high, 0.0))
    scratch: Any = np.zeros(1, PROCESS)[0]
    follow(scratch, 0.0, *rows, early + 1)
    tail = (1 - level) / 2
    log_hr = [
        -drift_where(scratch, *rows, early + 1, z, probability)
        for probability in (0.5, 1 - tail, tail)
    ]
    estimate, bottom, top = np.exp(log_hr).tolist()
    return StageWise(
        p=_p_value(rows, z),
        hazard_ratio=estimate,
        lower=bottom,
        upper=top,
        naive=math.exp(-z / math.sqrt(reached[-1])),
        level=level,
    )


def _with_start(row: Floats, *end: float) -> Floats:
    return np.concatenate(([0.0], row, end))


def _p_value(rows: tuple[Floats, Floats, Floats], z: float) -> float:
    scratch: Any = np.zeros(1, PROCESS)[0]
    steps = len(rows[0]) - 1
    follow(scratch, 0.0, *rows, steps)
    return float(stronger(scratch, steps, z, 0.0))


def _check(z: float, information: Floats, lower: Floats, upper: Floats, level: float) -> None:
    early = len(information) - 1
    if len(upper) != early or len(lower) != early:
        raise ValueError(
            f"`upper` and `lower` need one bound per look before the last, got {len(upper)} and "
            f"{len(lower)} for {early}"
        )
    if not (np.diff(information) > 0).all():
        raise ValueError(
            f"`information` must rise from look to look, got {information.tolist()}; leave out "
            "looks that brought nothing"
        )
    if not (lower <= upper).all():
        raise ValueError(
            f"`lower` must be at most `upper`, got {lower.tolist()} and {upper.tolist()}"
        )
    if not (math.isfinite(z) and 0 < level < 1):
        raise ValueError(f"`z` must be finite and `level` above 0 and below 1, got {z} and {level}")
