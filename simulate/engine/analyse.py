"""The analysis of one endpoint at one look: every wanted test from the same tables (compiled)."""

import math
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from models.compiled import lean_inlined, lean_kernel
from simulate.effect.bayes import BayesModel, probability_below
from simulate.effect.cox import cox_fit_from, cox_slope
from simulate.effect.exposure import fill_exposure
from simulate.effect.log_rank import log_rank_score
from simulate.engine.fields import (
    COX_SCORE_Z,
    EVENTS_CONTROL,
    EVENTS_RT,
    LOG_HR,
    PATIENTS,
    PERSON_MONTHS,
    PROBABILITY,
    SCORE,
    STANDARD_ERROR,
    VARIANCE,
)
from simulate.engine.followed import Followed, arm_of, status_of
from simulate.engine.late import LatePlan, test_late
from simulate.engine.late_room import LateRoom
from simulate.engine.risk_table import fill_risk_table, fill_stratified_risk_table
from simulate.engine.see import Seen, see
from simulate.engine.sums import sum_of
from simulate.engine.work_space import Looking
from simulate.search import first_after

Floats = NDArray[np.float64]

WANTED = np.dtype(
    [
        ("row", np.int64),
        ("cox", np.int64),
        ("bayes", np.int64),
        ("stratified", np.int64),
        ("person_months", np.int64),
        ("ties", np.int64),
        ("threshold", np.float64),
    ],
    align=True,
)


class Wanted(Protocol):
    """What is computed of an endpoint at each look: 0 or 1 each; the log-rank test always is.

    Attributes
    ----------
    row : int
        Which of the patients' endpoints it is: 1 for overall survival of those who also progress.
    cox, bayes, stratified, person_months : int
    ties : int
        See `simulate.effect.cox`.
    threshold : float
        Log hazard ratio of the Bayesian rule.
    """

    row: int
    cox: int
    bayes: int
    stratified: int
    person_months: int
    ties: int
    threshold: float


@lean_kernel
def count_enrolled(followed: Followed, at: float) -> int:
    """Patients enrolled at a calendar month or before."""
    return first_after(at, followed.entry, 0, followed.entry.size)


@lean_inlined
def count_events(seen: Seen) -> tuple[int, int]:
    """Events of both arms together, and of RT."""
    deaths = deaths_rt = 0
    for i in range(seen.size):
        label = seen.label[i]
        deaths += status_of(label)
        deaths_rt += status_of(label) & arm_of(label)
    return deaths, deaths_rt


@lean_kernel
def analyse(
    followed: Followed,
    at: float,
    scale: float,
    wanted: Wanted,
    model: BayesModel,
    late: LatePlan | None,
    work: Looking,
    late_room: LateRoom | None,
    found: Floats,
) -> None:
    """Compute what is wanted of one endpoint at one look.

    Parameters
    ----------
    followed : Followed
    at : float
        Calendar month of the look.
    scale : float
        About the median time; it decides the speed only.
    wanted : Wanted
    model : BayesModel
    late : LatePlan or None
        Tests for late effects; None for none.
    work : Looking
    late_room : LateRoom or None
        None where there are no such tests.
    found : array (field,)
        The result, in the order of `FIELDS`; not a number where undefined or not wanted.
    """
    enrolled = count_enrolled(followed, at)
    seen = see(followed, enrolled, at, scale, work.sight)
    table = work.table
    if wanted.stratified:
        rows = fill_stratified_risk_table(seen, work.apart, table)
    else:
        rows = fill_risk_table(seen, table)
    found[PATIENTS] = enrolled
    deaths, deaths_rt = count_events(seen)
    found[EVENTS_CONTROL], found[EVENTS_RT] = deaths - deaths_rt, deaths_rt
    score = log_rank_score(table, rows)
    found[SCORE], found[VARIANCE] = score.observed_minus_expected, score.variance
    if wanted.person_months:
        found[PERSON_MONTHS] = person_months(seen)
    if wanted.cox:
        slope = cox_slope(0.0, table, rows, wanted.ties)
        fit = cox_fit_from(slope, table, rows, wanted.ties)
        found[LOG_HR], found[STANDARD_ERROR] = fit.log_hr, fit.standard_error
        if slope.information > 0.0:
            found[COX_SCORE_Z] = -slope.score / math.sqrt(slope.information)
    if late is not None and late_room is not None:
        test_late(seen, table, rows, late, late_room, found)
    if wanted.bayes:
        found[PROBABILITY] = posterior_below(wanted.threshold, seen, model, work)


@lean_kernel
def posterior_below(threshold: float, seen: Seen, model: BayesModel, work: Looking) -> float:
    """Posterior probability that log HR is below a threshold, given what a look sees."""
    fill_exposure(seen, model.cuts, work.cells, work.events, work.exposure)
    return probability_below(threshold, work.events, work.exposure, model, work.nodes)


@lean_kernel
def person_months(seen: Seen) -> float:
    """Months of follow-up of all patients together."""
    return sum_of(seen.months, seen.size)
