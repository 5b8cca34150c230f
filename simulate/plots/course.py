"""How a trial is expected to run: patients and events by calendar month, and when its looks come.

Months are calendar months since recruitment opened. Nothing is drawn here.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from models.survival.intervals import ARMS
from simulate.engine.fields import EVENTS_CONTROL, EVENTS_RT, MONTH
from simulate.engine.one_trial import follow_replicate
from simulate.engine.pack import pack_scenario
from simulate.engine.run import BLOCK, Scenario, simulate_block
from simulate.enrolment.forecast import expected_enrolment
from simulate.truth.follow_up import follow_up_at
from simulate.truth.observed_events import observed_events
from simulate.truth.pack import pack_truth

if TYPE_CHECKING:
    from simulate.design.trial import TrialDesign
    from simulate.truth.kinds import OneTruth

Floats = NDArray[np.float64]

QUANTILES = (0.1, 0.5, 0.9)
POINTS = 121
ROOM = 1.06


def trial_course(
    design: TrialDesign,
    truth: OneTruth,
    *,
    seed: int,
    trials: int = BLOCK,
    points: int = POINTS,
    endpoint: str | None = None,
) -> xr.Dataset:
    """Expect patients and events by month, and simulate how far trials scatter about them.

    Parameters
    ----------
    design : TrialDesign
    truth : Truth
    seed : int
    trials : int
        Simulated trials, none of them stopped early.
    points : int
        Months of the grid, evenly spaced from 0.
    endpoint : str, optional
        Whose events are counted; needed where the design tests several.

    Returns
    -------
    xarray.Dataset
        Dims `month`, `arm`, `look` (from 1) and `quantile` (0.1, 0.5, 0.9). Expected `patients`
        (month) and `events` (arm, month); over the simulated trials `patients_quantile` and
        `events_quantile` (quantile, month), `look_month` and `look_events` (quantile, look). Events
        are observed ones, both arms together in quantiles.

    Examples
    --------
    >>> from simulate import load_design, trial_course
    >>> design = load_design("analyses/phase3/os_alone.toml")
    >>> course = trial_course(design, design.truths[0], seed=1, trials=50, points=20)
    >>> bool(course["events"].sum("arm").isel(month=-1) > 200)
    True
    """
    scenario = pack_scenario(design, truth)
    name = endpoint or design.endpoint
    place = [str(one.name) for one in design.tested()].index(name)
    found = simulate_block(scenario, seed=seed, first=0, trials=trials).of(place)
    look_month = _quantiles(found[..., MONTH])
    look_events = _quantiles(found[..., EVENTS_CONTROL] + found[..., EVENTS_RT])
    months = np.linspace(0.0, math.ceil(ROOM * float(look_month[-1, -1])), points)
    expected = expected_events_by_arm(design.seen_by(name), truth, months)
    patients, events = _scatter(scenario, months, seed=seed, trials=trials, place=place)
    return xr.Dataset(
        {
            "patients": ("month", expected_enrolment(design, months)),
            "events": (("arm", "month"), expected),
            "patients_quantile": (("quantile", "month"), patients),
            "events_quantile": (("quantile", "month"), events),
            "look_month": (("quantile", "look"), look_month),
            "look_events": (("quantile", "look"), look_events),
        },
        coords={
            "month": months,
            "arm": list(ARMS),
            "quantile": list(QUANTILES),
            "look": np.arange(1, len(design.looks) + 1),
        },
        attrs={"trials": trials, "truth": truth.name, "design": design.name},
    )


def expected_events_by_arm(design: TrialDesign, truth: OneTruth, months: Floats) -> Floats:
    """Events expected to be observed in each arm by calendar months.

    Parameters
    ----------
    design : TrialDesign
    truth : Truth
    months : array (month,)

    Returns
    -------
    array (arm, month)
        0 while nobody is enrolled.
    """
    packed = pack_truth(design, truth)
    allocation = design.allocation.control, design.allocation.rt
    events = np.zeros((len(ARMS), len(months)))
    for place in np.flatnonzero(expected_enrolment(design, months) > 0):
        follow_up = follow_up_at(design, float(months[place]))
        observed = observed_events(
            packed, prevalences=design.prevalences(), allocation=allocation, follow_up=follow_up
        )
        events[:, place] = follow_up.patients * observed.events().sum(axis=1)
    return events


def _scatter(
    scenario: Scenario, months: Floats, *, seed: int, trials: int, place: int
) -> tuple[Floats, Floats]:
    """Quantiles over trials of the patients and the events by each month."""
    work = scenario.work_space()
    patients, events = np.empty((2, trials, len(months)))
    for trial in range(trials):
        both = follow_replicate(scenario, seed=seed, replicate=trial, work=work)
        followed = both[int(scenario.plan.wanted[place]["row"])]
        ends = np.sort(followed.end[followed.status == 1])
        patients[trial] = np.searchsorted(followed.entry, months, side="right")
        events[trial] = np.searchsorted(ends, months, side="right")
    return _quantiles(patients), _quantiles(events)


def _quantiles(values: Floats) -> Floats:
    """Quantiles over the first axis."""
    return np.asarray(np.quantile(values, QUANTILES, axis=0))
