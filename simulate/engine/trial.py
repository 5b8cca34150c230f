"""One trial after another: enrolled, followed, looked at (compiled)."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.compiled import kernel
from simulate.effect.bayes import BayesModel, probability_below
from simulate.effect.cox import cox_fit, cox_slope
from simulate.effect.exposure import fill_exposure
from simulate.effect.log_rank import log_rank_score
from simulate.engine.followed import Followed, Seen, make_label, see
from simulate.engine.look import look_time
from simulate.engine.order import fill_calendar, sort_by_time
from simulate.engine.outcomes import draw_event_times, drop_out
from simulate.engine.risk_table import (
    fill_risk_table,
    fill_stratified_risk_table,
)
from simulate.engine.work_space import WorkSpace
from simulate.enrolment.enrol import enrol
from simulate.enrolment.plan import Records
from simulate.random_numbers import Key, trial_key

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

FIELDS = (
    "month",
    "reached",
    "patients",
    "events_control",
    "events_rt",
    "person_months",
    "score",
    "variance",
    "log_hr",
    "standard_error",
    "cox_score_z",
    "probability",
)
(
    MONTH,
    REACHED,
    PATIENTS,
    EVENTS_CONTROL,
    EVENTS_RT,
    PERSON_MONTHS,
    SCORE,
    VARIANCE,
    LOG_HR,
    STANDARD_ERROR,
    COX_SCORE_Z,
    PROBABILITY,
) = range(len(FIELDS))


class Outcomes(NamedTuple):
    """Hazards of the truth.

    Attributes
    ----------
    cuts : array (interval − 1,)
        Months from enrolment; intervals are (start, stop].
    hazard : array (arm, stratum, interval)
        Per month.
    cured : array (arm,)
        Share without an event ever.
    drop_cuts : array (interval − 1,)
    drop_out : array (arm, interval)
        Hazard of drop-out, per month.
    scale : float
        About the median time of follow-up; it decides the speed of sorting only.
    """

    cuts: Floats
    hazard: Floats
    cured: Floats
    drop_cuts: Floats
    drop_out: Floats
    scale: float


class Wanted(NamedTuple):
    """What is computed at each look: 0 or 1 each.

    Attributes
    ----------
    cox, bayes, stratified, person_months : int
        The log-rank test always is.
    ties : int
        See `simulate.effect.cox`.
    threshold : float
        Log hazard ratio of the Bayesian rule.
    """

    cox: int
    bayes: int
    stratified: int
    person_months: int
    ties: int
    threshold: float


@kernel
def follow_patients(key: Key, plans: Records, truth: Outcomes, work: WorkSpace) -> Followed:
    """Enrol and follow the patients of one trial to event or drop-out.

    Parameters
    ----------
    key : Key
        From `trial_key`.
    plans : array of ENROLMENT (1,)
    truth : Outcomes
    work : WorkSpace

    Returns
    -------
    Followed
        Views of the work space, as long as there are patients; in no order yet.
    """
    room = work.followed
    count = enrol(plans[0], key, work.enrolled, room.entry, room.arm, room.stratum, work.scratch[0])
    draw_event_times(
        key,
        count,
        room.arm,
        room.stratum,
        truth.cuts,
        truth.hazard,
        truth.cured,
        work.bits,
        room.months,
    )
    drop_out(
        key,
        count,
        room.arm,
        truth.drop_cuts,
        truth.drop_out,
        work.bits,
        work.numbers,
        room.months,
        room.status,
    )
    for i in range(count):
        room.end[i] = room.entry[i] + room.months[i]
        room.label[i] = make_label(room.arm[i], room.stratum[i], room.status[i])
    return Followed(
        room.entry[:count],
        room.end[:count],
        room.arm[:count],
        room.stratum[:count],
        room.status[:count],
        room.label[:count],
        room.months[:count],
        room.order[:0],
    )


@kernel
def put_in_order(followed: Followed, until: float, scale: float, work: WorkSpace) -> Followed:
    """Order the patients whose event or drop-out is seen by the last look.

    Parameters
    ----------
    followed : Followed
        From `follow_patients`.
    until : float
        Calendar month of the last look.
    scale : float
        About the median time; it decides the speed only.
    work : WorkSpace
    """
    chosen = work.chosen
    count = 0
    for i in range(followed.end.size):
        chosen[count] = i
        count += followed.end[i] <= until
    order = work.followed.order
    sort_by_time(
        followed.months,
        followed.status,
        chosen,
        count,
        scale,
        work.bucket,
        work.starts,
        work.numbers,
        order,
    )
    return Followed(
        followed.entry,
        followed.end,
        followed.arm,
        followed.stratum,
        followed.status,
        followed.label,
        followed.months,
        order[:count],
    )


@kernel
def count_enrolled(followed: Followed, at: float) -> int:
    """Patients enrolled at a calendar month or before."""
    low, high = 0, followed.entry.size
    while low < high:
        middle = (low + high) // 2
        if followed.entry[middle] <= at:
            low = middle + 1
        else:
            high = middle
    return low


@kernel
def analyse(
    followed: Followed, at: float, wanted: Wanted, model: BayesModel, work: WorkSpace, found: Floats
) -> None:
    """Compute what is wanted at one look.

    Parameters
    ----------
    followed : Followed
    at : float
        Calendar month of the look.
    wanted : Wanted
    model : BayesModel
    work : WorkSpace
    found : array (field,)
        The result, in the order of `FIELDS`; not a number where undefined or not wanted.
    """
    enrolled = count_enrolled(followed, at)
    seen = see(followed, enrolled, at, work.ended, work.cut)
    table = work.table
    if wanted.stratified:
        rows = fill_stratified_risk_table(seen, work.at_risk, work.open_row, table)
    else:
        rows = fill_risk_table(seen, table)
    found[PATIENTS] = enrolled
    deaths = deaths_rt = 0.0
    for row in range(rows):
        deaths += table.deaths[row]
        deaths_rt += table.deaths_rt[row]
    found[EVENTS_CONTROL], found[EVENTS_RT] = deaths - deaths_rt, deaths_rt
    score = log_rank_score(table, rows)
    found[SCORE], found[VARIANCE] = score.observed_minus_expected, score.variance
    if wanted.person_months:
        found[PERSON_MONTHS] = person_months(seen)
    if wanted.cox:
        fit = cox_fit(table, rows, wanted.ties)
        found[LOG_HR], found[STANDARD_ERROR] = fit.log_hr, fit.standard_error
        slope = cox_slope(0.0, table, rows, wanted.ties)
        if slope.information > 0.0:
            found[COX_SCORE_Z] = -slope.score / math.sqrt(slope.information)
    if wanted.bayes:
        fill_exposure(seen, model.cuts, work.leaving, work.events, work.exposure)
        found[PROBABILITY] = probability_below(
            wanted.threshold, work.events, work.exposure, model, work.nodes
        )


@kernel
def person_months(seen: Seen) -> float:
    """Months of follow-up of all patients together."""
    total = 0.0
    for i in range(seen.done):
        total += seen.ended.months[i]
    for i in range(seen.going):
        total += seen.cut.months[i]
    return total


@kernel
def simulate_trials(
    seed: int,
    first: int,
    plans: Records,
    truth: Outcomes,
    looks: Records,
    wanted: Wanted,
    model: BayesModel,
    work: WorkSpace,
    found: Floats,
) -> None:
    """Simulate replicates `first`, `first` + 1, … and analyse each at every look.

    Parameters
    ----------
    seed : int
    first : int
        Number of the first replicate.
    plans : array of ENROLMENT (1,)
    truth : Outcomes
    looks : array of LOOK (look,)
    wanted : Wanted
    model : BayesModel
    work : WorkSpace
    found : array (trial, look, field)
        The result.
    """
    for trial in range(found.shape[0]):
        key = trial_key(np.uint64(seed), np.uint64(first + trial))
        followed = follow_patients(key, plans, truth, work)
        fill_calendar(followed.end, followed.status, truth.scale, work.calendar)
        before = 0.0
        for look in range(looks.size):
            here = found[trial, look]
            here[:] = math.nan
            time = look_time(looks[look], before, followed, work.calendar)
            here[MONTH], here[REACHED] = time.at, time.reached
            before = time.at
        followed = put_in_order(followed, before, truth.scale, work)
        for look in range(looks.size):
            here = found[trial, look]
            analyse(followed, here[MONTH], wanted, model, work, here)
