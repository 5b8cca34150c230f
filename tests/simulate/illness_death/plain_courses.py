"""Courses of patients one at a time in plain Python, from the patients' own random numbers."""

import math

from simulate.random_numbers import (
    DEATH,
    DROP_OUT,
    PROGRESSION,
    SCAN,
    SWITCH,
    numbered_uniform,
    uniform,
)


def spent(start, stop, cuts, hazard):
    """Cumulative hazard from one month to another, interval by interval."""
    bounds = [0.0, *cuts, math.inf]
    total = 0.0
    for low, high, rate in zip(bounds[:-1], bounds[1:], hazard, strict=True):
        inside = min(stop, high) - max(start, low)
        if inside > 0 and rate > 0:
            total += rate * inside
    return total


def month_after(start, exposure, cuts, hazard):
    """First month by which so much hazard has been spent since `start`."""
    bounds = [0.0, *cuts, math.inf]
    for low, high, rate in zip(bounds[:-1], bounds[1:], hazard, strict=True):
        begin = max(start, low)
        if begin >= high:
            continue
        if rate > 0 and exposure <= rate * (high - begin):
            return begin + exposure / rate
        exposure -= rate * (high - begin) if rate > 0 else 0.0
    return math.inf


def scan_months(scans, key, patient, until):
    """Months of a patient's scans up to one beyond a month."""
    if scans.window == 0:
        shift = lambda number: 0.0  # noqa: E731
    else:
        shift = lambda n: scans.window * (2 * numbered_uniform(key, patient, SCAN, n) - 1)  # noqa: E731
    dates = scans.dates(until + 2 * scans.schedule[-1].every + scans.schedule[0].every)
    return [date + shift(number) for number, date in enumerate(dates, 1)]


def course(key, patient, arm, stratum, packed, scans):
    """Progression, seen progression, switch, death and drop-out of one patient."""
    exposure = {p: -math.log(uniform(key, patient, p)) for p in (PROGRESSION, DEATH, DROP_OUT)}
    hazard, clock_reset = packed.hazard[:, arm, stratum], packed.clock == 1
    progression = month_after(0.0, exposure[PROGRESSION], packed.cuts, hazard[0])
    death = month_after(0.0, exposure[DEATH], packed.cuts, hazard[1])
    seen = switch = math.inf
    if progression < death:
        left = exposure[DEATH] - spent(0.0, progression, packed.cuts, hazard[1])
        origin = progression if clock_reset else 0.0
        after = packed.after_hazard[arm, stratum]
        begin = progression - origin
        death = origin + month_after(begin, left, packed.after_cuts, after)
        months = [progression] if scans is None else scan_months(scans, key, patient, progression)
        first = next(month for month in months if month >= progression)
        if first <= death:
            seen = first
            planned = seen + packed.switch_delay
            switches = uniform(key, patient, SWITCH) < packed.switch_probability
            if arm == 0 and planned < death and switches:
                switch = planned
                left -= spent(begin, switch - origin, packed.after_cuts, after)
                death = origin + month_after(
                    switch - origin, left / packed.switch_hr, packed.after_cuts, after
                )
    else:
        progression = math.inf
    before, later = packed.drop_out[0, arm], packed.drop_out[1, arm]
    drop_out = month_after(0.0, exposure[DROP_OUT], packed.drop_cuts, before)
    if seen < drop_out:
        left = exposure[DROP_OUT] - spent(0.0, seen, packed.drop_cuts, before)
        drop_out = month_after(seen, left, packed.drop_cuts, later)
    return progression, seen, switch, death, drop_out


def endpoints(course_of_one):
    """Follow-up and status of progression-free and overall survival."""
    _, seen, _, death, until = course_of_one
    event = min(seen, death)
    return min(event, until), int(event < until), min(death, until), int(death < until)
