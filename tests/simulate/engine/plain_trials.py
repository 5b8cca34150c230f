"""Many trials at once in plain numpy, with random numbers of their own and other methods.

It shares nothing with the engine: recruitment by interpolation of the cumulative rate, event times
as the first of exponential times drawn anew in each interval, looks by sorting everything, the
log-rank test without ties from cumulative sums. Arrays are (trial, patient).
"""

from typing import NamedTuple

import numpy as np

FINE = 4_000


class Summaries(NamedTuple):
    """One number for each trial and look: shape (trial, look)."""

    month: np.ndarray
    reached: np.ndarray
    patients: np.ndarray
    events_control: np.ndarray
    events_rt: np.ndarray
    z: np.ndarray


def simulate(design, packed, *, trials, rng):
    """Simulate trials of a design under the arrays of a truth."""
    entry = draw_entries(design, trials, rng)
    stratum = draw_strata(design, entry.shape, rng)
    arm = draw_arms(design, stratum, rng)
    event = draw_times(packed.cuts, packed.hazard[arm, stratum], rng)
    event[rng.random(event.shape) < packed.cured[arm]] = np.inf
    drop = draw_times(packed.drop_cuts, packed.drop_out[arm], rng)
    status, months = (event < drop), np.minimum(event, drop)
    end = entry + months
    looks, before = [], np.zeros(trials)
    for look in design.looks:
        month, reached = look_months(look, before, entry, end, status)
        before = month
        looks.append(analyse(design, month, reached, entry, end, status, months, arm, stratum))
    return Summaries(*(np.stack(column, axis=1) for column in zip(*looks, strict=True)))


def draw_entries(design, trials, rng):
    """Calendar months of entry, ascending; infinite for places that stay empty."""
    recruitment = design.recruitment
    longest = recruitment.duration or 600.0
    months = np.linspace(0.0, longest, FINE * 60)
    if recruitment.sites:
        sites = recruitment.sites
        opening = np.linspace(0.0, sites.opening_months, sites.number)
        arrived = sites.per_site_month * sum(np.maximum(months - start, 0.0) for start in opening)
    else:
        starts = [rate.start for rate in recruitment.rates]
        place = np.searchsorted(starts, months, side="right") - 1
        rate = np.array([rate.per_month for rate in recruitment.rates])[place]
        if recruitment.ramp_up:
            rate = rate * np.minimum(months / recruitment.ramp_up, 1.0)
        steps = (rate[1:] + rate[:-1]) / 2 * np.diff(months)
        arrived = np.concatenate([[0.0], np.cumsum(steps)])
    if recruitment.kind == "poisson":
        most = design.patients or int(arrived[-1] + 10 * arrived[-1] ** 0.5)
        counts = np.cumsum(rng.exponential(size=(trials, most)), axis=1)
    else:
        most = design.patients
        numbers = np.sort(rng.random((trials, most)) * most, axis=1)
        counts = (
            numbers
            if recruitment.kind == "uniform"
            else np.tile(np.arange(most) + 0.5, (trials, 1))
        )
    return np.where(counts > arrived[-1], np.inf, np.interp(counts, arrived, months))


def draw_strata(design, shape, rng):
    """Stratum of each patient, factor by factor; the last factor varies fastest."""
    stratum = np.zeros(shape, dtype=np.int64)
    for factor in design.factors:
        shares = [level.prevalence for level in factor.levels]
        stratum = stratum * len(shares) + rng.choice(len(shares), size=shape, p=shares)
    return stratum


def draw_arms(design, stratum, rng):
    """Arm of each patient by the design's method."""
    kind, ratio = design.randomisation.kind, (design.allocation.control, design.allocation.rt)
    share = ratio[1] / sum(ratio)
    trials, patients = stratum.shape
    if kind == "simple":
        return (rng.random(stratum.shape) < share).astype(np.int64)
    if kind == "alternating":
        return np.tile((np.arange(patients) % sum(ratio) >= ratio[0]).astype(np.int64), (trials, 1))
    if kind == "minimisation":
        return minimise(design, stratum, ratio, rng)
    if not design.randomisation.stratified:
        return block_sequences(design, ratio, stratum.shape, rng)
    arm = np.empty_like(stratum)
    for cell in range(stratum.max() + 1):
        sequence = block_sequences(design, ratio, stratum.shape, rng)
        inside = stratum == cell
        rank = np.cumsum(inside, axis=1) - 1
        arm = np.where(inside, np.take_along_axis(sequence, np.maximum(rank, 0), axis=1), arm)
    return arm


def block_sequences(design, ratio, shape, rng):
    """Shuffled blocks one after the other, their sizes drawn first; the last may be cut short."""
    sizes = np.array(design.randomisation.block_sizes)
    trials, patients = shape
    length = patients + sizes.max()
    chosen = sizes[rng.integers(0, sizes.size, (trials, length // sizes.min() + 1))]
    stops = np.cumsum(chosen, axis=1)
    place = np.arange(length)
    block = np.array([np.searchsorted(row, place, side="right") for row in stops])
    start = np.take_along_axis(stops - chosen, block, axis=1)
    size = np.take_along_axis(chosen, block, axis=1)
    order = np.lexsort((rng.random((trials, length)), block), axis=1)
    arm = np.empty((trials, length), dtype=np.int64)
    filled = (place - start >= size * ratio[0] // sum(ratio)).astype(np.int64)
    np.put_along_axis(arm, order, filled, axis=1)
    return arm[:, :patients]


def minimise(design, stratum, ratio, rng):
    """Pocock and Simon's range over the margins, counts over their arm's share, biased coin."""
    trials, patients = stratum.shape
    levels = [len(factor.levels) for factor in design.factors]
    margins = np.stack(np.unravel_index(stratum, levels), axis=2)
    counts = [np.zeros((trials, count, 2)) for count in levels]
    arm, rows, p = np.empty_like(stratum), np.arange(trials), design.randomisation.probability
    control_smaller, rt_smaller = min(1.0, ratio[1] / ratio[0]), min(1.0, ratio[0] / ratio[1])
    for i in range(patients):
        spread = np.zeros((trials, 2))
        for given in (0, 1):
            for factor, count in enumerate(counts):
                here = count[rows, margins[:, i, factor]].copy()
                here[:, given] += 1
                spread[:, given] += np.abs(here[:, 0] / ratio[0] - here[:, 1] / ratio[1])
        even = np.isclose(spread[:, 0], spread[:, 1])
        control = np.where(
            spread[:, 0] < spread[:, 1], 1 - (1 - p) * control_smaller, (1 - p) * rt_smaller
        )
        control = np.where(even, ratio[0] / sum(ratio), control)
        arm[:, i] = rng.random(trials) >= control
        for factor, count in enumerate(counts):
            count[rows, margins[:, i, factor], arm[:, i]] += 1
    return arm


def draw_times(cuts, hazard, rng):
    """First exponential time that falls within its own interval; hazard (trial, patient, k)."""
    starts, stops = np.append(0.0, cuts), np.append(cuts, np.inf)
    times = np.full(hazard.shape[:2], np.inf)
    for k in range(starts.size - 1, -1, -1):
        with np.errstate(divide="ignore"):
            here = starts[k] + rng.exponential(size=times.shape) / hazard[:, :, k]
        times = np.where(here <= stops[k], here, times)
    return times


def look_months(look, before, entry, end, status):
    """Month of a look in each trial, and whether its triggers were reached."""
    trials, due = entry.shape[0], []
    last = np.where(np.isfinite(entry), entry, 0.0).max(axis=1)
    if look.events is not None:
        ordered = np.sort(np.where(status, end, np.inf), axis=1)
        enough = look.events <= ordered.shape[1]
        due.append(ordered[:, look.events - 1] if enough else np.full(trials, np.inf))
    if look.months is not None:
        due.append(np.full(trials, look.months))
    if look.min_follow_up is not None:
        due.append(last + look.min_follow_up)
    month = np.min(due, axis=0) if look.combine == "any" else np.max(due, axis=0)
    if look.max_wait is not None:
        month = np.minimum(month, before + look.max_wait)
    reached = np.isfinite(month)
    gone = np.maximum(np.where(np.isfinite(end), end, 0.0).max(axis=1), last)
    return np.maximum(np.where(reached, month, gone), before), reached


def analyse(design, month, reached, entry, end, status, months, arm, stratum):
    """Patients, events and log-rank z of each trial at its look."""
    at = month[:, np.newaxis]
    here, over = entry <= at, end <= at
    event = over & status
    with np.errstate(invalid="ignore"):
        time = np.where(over, months, at - entry)
    time = np.where(here, time, -1.0)
    order = np.argsort(time, axis=1)
    event, arm, stratum, here = (
        np.take_along_axis(part, order, axis=1) for part in (event, arm, stratum, here)
    )
    cells = range(stratum.max() + 1) if design.analysis.stratified else (None,)
    score = variance = 0.0
    for cell in cells:
        inside = here if cell is None else here & (stratum == cell)
        at_risk = np.cumsum(inside[:, ::-1], axis=1)[:, ::-1]
        rt = np.cumsum((inside & (arm == 1))[:, ::-1], axis=1)[:, ::-1]
        share = rt / np.maximum(at_risk, 1)
        died = event & inside
        score = score + (died * (arm - share)).sum(axis=1)
        variance = variance + (died * share * (1 - share)).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        z = -score / np.sqrt(variance)
    by_arm = [(event & (arm == value)).sum(axis=1) for value in (0, 1)]
    return month, reached, here.sum(axis=1), *by_arm, np.where(variance > 0, z, np.nan)
