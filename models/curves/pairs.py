"""Sets of both arms put together so that hazard ratio and limits are as printed (compiled)."""

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.compiled import kernel
from models.curves.arm_sets import ArmSets
from models.curves.curve import Array, Integers
from models.interval_estimate import Z_95

NEWTON_STEPS = 50
MOST_ROUNDS = 60


class Pairs(NamedTuple):
    """Which sets belong together, arrays of shape (M,).

    Attributes
    ----------
    control, rt : numpy.ndarray of int
        Index of the arm's set.
    log_hr, standard_error : numpy.ndarray
        Cox fit of each pair, RT versus control, Breslow ties.
    tried : int
        Pairs that were looked at.
    """

    control: Integers
    rt: Integers
    log_hr: Array
    standard_error: Array
    tried: int


def pair_sets(
    control: ArmSets,
    rt: ArmSets,
    *,
    ratios: Mapping[str, tuple[float, float]],
    wanted: int,
    rng: np.random.Generator,
) -> Pairs:
    """Pair sets of both arms at random, and keep the pairs that print as the publication does.

    Parameters
    ----------
    control, rt : ArmSets
        As many of one as of the other.
    ratios : mapping of str to (float, float)
        Windows of `hazard_ratio`, `lower` and `upper`, control versus RT; empty to keep all.
    wanted : int
        Pairs to find.
    rng : numpy.random.Generator

    Returns
    -------
    Pairs
        Fewer than wanted, or none, where few pairs or none print so.
    """
    sets = control.time.shape[0]
    windows = np.array([ratios[name] for name in ("hazard_ratio", "lower", "upper") if ratios])
    found: list[tuple[int, int, float, float]] = []
    tried = 0
    for _ in range(MOST_ROUNDS):
        partner = rng.permutation(sets)
        fits = _fit_pairs(control.time, control.event, rt.time, rt.event, partner)
        tried += sets
        for index in np.flatnonzero(_printed_so(fits, windows)):
            found.append((int(index), int(partner[index]), *fits[index]))
        if len(found) >= wanted:
            break
    columns = np.array(found[:wanted]).reshape(-1, 4)
    return Pairs(
        control=columns[:, 0].astype(np.int64),
        rt=columns[:, 1].astype(np.int64),
        log_hr=columns[:, 2],
        standard_error=columns[:, 3],
        tried=tried,
    )


def _printed_so(fits: Array, windows: Array) -> NDArray[np.bool_]:
    """Whether each fit prints as the publication does: ratios control versus RT."""
    if windows.size == 0:
        return np.ones(len(fits), dtype=bool)
    centre, margin = -fits[:, 0], Z_95 * fits[:, 1]
    figures = np.exp(np.column_stack((centre, centre - margin, centre + margin)))
    return np.asarray(((figures >= windows[:, 0]) & (figures < windows[:, 1])).all(axis=1))


@kernel
def _fit_pairs(
    control_time: Array,
    control_event: NDArray[np.bool_],
    rt_time: Array,
    rt_event: NDArray[np.bool_],
    partner: Integers,
) -> Array:
    """Log HR (RT versus control) and standard error of each control set with its partner."""
    fits = np.empty((partner.size, 2))
    rows = np.empty((4, control_time.shape[1] + rt_time.shape[1]))
    for i in range(partner.size):
        j = partner[i]
        count = _risk_rows(control_time[i], control_event[i], rt_time[j], rt_event[j], rows)
        fits[i, 0], fits[i, 1] = _newton(rows, count)
    return fits


@kernel
def _risk_rows(
    control_time: Array,
    control_event: NDArray[np.bool_],
    rt_time: Array,
    rt_event: NDArray[np.bool_],
    rows: Array,
) -> int:
    """Events of both arms and of RT, and patients at risk, at each event time; their number."""
    i = j = count = 0
    controls, rts = control_time.size, rt_time.size
    while i < controls or j < rts:
        now = math.inf
        if i < controls:
            now = control_time[i]
        if j < rts:
            now = min(now, rt_time[j])
        at_risk, at_risk_rt = controls - i, rts - j
        deaths = deaths_rt = 0
        while i < controls and control_time[i] == now:
            deaths += control_event[i]
            i += 1
        while j < rts and rt_time[j] == now:
            deaths_rt += rt_event[j]
            j += 1
        if deaths + deaths_rt > 0:
            rows[0, count], rows[1, count] = deaths + deaths_rt, deaths_rt
            rows[2, count], rows[3, count] = at_risk, at_risk_rt
            count += 1
    return count


@kernel
def _newton(rows: Array, count: int) -> tuple[float, float]:
    """Root of the Cox score and its standard error; not numbers where there is no finite root."""
    log_hr, information = 0.0, 0.0
    for _ in range(NEWTON_STEPS):
        score = information = 0.0
        ratio = math.exp(log_hr)
        for k in range(count):
            share = rows[3, k] * ratio / (rows[3, k] * ratio + rows[2, k])
            score += rows[1, k] - rows[0, k] * share
            information += rows[0, k] * share * (1.0 - share)
        if information <= 1e-12 or abs(log_hr) > 20.0:
            return math.nan, math.nan
        step = min(max(score / information, -1.0), 1.0)
        log_hr += step
        if abs(step) < 1e-10:
            return log_hr, 1.0 / math.sqrt(information)
    return math.nan, math.nan
