"""One trial after another: enrolled, followed, looked at (compiled)."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.compiled import lean_kernel
from simulate.effect.bayes import BayesModel
from simulate.engine.analyse import analyse, count_enrolled, posterior_below
from simulate.engine.fields import HARM, MONTH, PROBABILITY, REACHED
from simulate.engine.follow import (
    Outcomes,
    Progressing,
    follow_patients,
    follow_progressing,
)
from simulate.engine.followed import Followed, first_of
from simulate.engine.late import LatePlan
from simulate.engine.look import look_time
from simulate.engine.order import Calendar, fill_calendar
from simulate.engine.see import see
from simulate.engine.work_space import Looking, WorkSpace
from simulate.enrolment.enrol import NOBODY
from simulate.enrolment.plan import Records
from simulate.random_numbers import Key, trial_key

Floats = NDArray[np.float64]


class HarmPlan(NamedTuple):
    """How harm is watched: by the posterior probability that a hazard ratio is above one.

    Attributes
    ----------
    row : int
        Which of the patients' endpoints is overall survival.
    threshold : float
        Log hazard ratio above which it is harm.
    model : BayesModel
    asked : int
        Place of an endpoint whose Bayesian rule asks for the same probability; `NOBODY` for none.
    """

    row: int
    threshold: float
    model: BayesModel
    asked: int


class Plan(NamedTuple):
    """What is fixed before the trials of a scenario.

    Attributes
    ----------
    plans : array of ENROLMENT (1,)
    truth : Outcomes
        Of one endpoint; of no account where patients progress and die.
    progressing : Progressing or None
        None where patients have one endpoint.
    scale : float
        About the median time of follow-up; it decides the speed of sorting only.
    looks : array of LOOK (look,)
    wanted : array of WANTED (endpoint,)
    models : tuple of BayesModel
        One an endpoint.
    late : tuple of LatePlan or None
        One an endpoint; None when no endpoint has such tests.
    harm : HarmPlan or None
        None when harm is not watched.
    """

    plans: Records
    truth: Outcomes
    progressing: Progressing | None
    scale: float
    looks: Records
    wanted: Records
    models: tuple[BayesModel, ...]
    late: tuple[LatePlan, ...] | None
    harm: HarmPlan | None


@lean_kernel
def follow_trial(
    key: Key, plans: Records, truth: Outcomes, progressing: Progressing | None, work: WorkSpace
) -> int:
    """Enrol and follow the patients of one trial under either kind of truth, and count them."""
    if progressing is not None:
        return follow_progressing(
            key, plans, progressing, work.following, work.second, work.courses
        )
    else:
        return follow_patients(key, plans, truth, work.following)


@lean_kernel
def find_looks(
    last: Followed, looks: Records, calendars: tuple[Calendar, Calendar], found: Floats
) -> None:
    """Find when each look takes place, and note it for every endpoint.

    Parameters
    ----------
    last : Followed
        Of the endpoint that ends last.
    looks : array of LOOK (look,)
    calendars : tuple of Calendar
        Of each endpoint whose events a look counts.
    found : array (endpoint, look, field)
        Filled with what is known so far, not a number elsewhere.
    """
    found[:] = math.nan
    before = 0.0
    for look in range(looks.size):
        time = look_time(looks[look], before, last, calendars[looks[look].row])
        for e in range(found.shape[0]):
            found[e, look, MONTH], found[e, look, REACHED] = time.at, time.reached
        before = time.at


@lean_kernel
def counts_events(looks: Records, row: int) -> bool:
    """Whether a look waits for events of an endpoint."""
    counted = False
    for look in range(looks.size):
        counted |= looks[look].row == row and looks[look].events > 0
    return counted


@lean_kernel
def watch_harm(followed: Followed, at: float, scale: float, harm: HarmPlan, work: Looking) -> float:
    """Posterior probability that RT shortens survival, at one look."""
    seen = see(followed, count_enrolled(followed, at), at, scale, work.sight)
    return 1.0 - posterior_below(harm.threshold, seen, harm.model, work)


@lean_kernel
def simulate_trials(
    seed: int,
    first: int,
    plans: Records,
    truth: Outcomes,
    progressing: Progressing | None,
    scale: float,
    looks: Records,
    wanted: Records,
    models: tuple[BayesModel, ...],
    late: tuple[LatePlan, ...] | None,
    harm: HarmPlan | None,
    work: WorkSpace,
    found: Floats,
) -> None:
    """Simulate replicates `first`, `first` + 1, … and analyse each at every look.

    Parameters
    ----------
    seed : int
    first : int
        Number of the first replicate.
    plans, truth, progressing, scale, looks, wanted, models, late, harm
        See `Plan`; what is None is not compiled.
    work : WorkSpace
    found : array (trial, endpoint, look, field)
        The result.
    """
    counted = counts_events(looks, 0), counts_events(looks, 1)
    for trial in range(found.shape[0]):
        key = trial_key(np.uint64(seed), np.uint64(first + trial))
        count = follow_trial(key, plans, truth, progressing, work)
        alone = first_of(work.following.room, count)
        both = alone, first_of(work.second, count) if progressing is not None else alone
        here = found[trial]
        if counted[0]:
            fill_calendar(alone.end, alone.status, scale, work.calendars[0])
        if progressing is not None and counted[1]:
            fill_calendar(both[1].end, both[1].status, scale, work.calendars[1])
        find_looks(both[1], looks, work.calendars, here)
        for look in range(looks.size):
            at = here[0, look, MONTH]
            for e in range(wanted.size):
                followed = both[wanted[e].row] if progressing is not None else alone
                row, plan = here[e, look], wanted[e]
                if late is not None:
                    analyse(
                        followed, at, scale, plan, models[e], late[e], work.looking, work.late, row
                    )
                else:
                    analyse(followed, at, scale, plan, models[e], None, work.looking, None, row)
            if harm is not None:
                if harm.asked != NOBODY and wanted[harm.asked].bayes:
                    here[0, look, HARM] = 1.0 - here[harm.asked, look, PROBABILITY]
                else:
                    followed = both[harm.row] if progressing is not None else alone
                    here[0, look, HARM] = watch_harm(followed, at, scale, harm, work.looking)
