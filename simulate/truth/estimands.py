"""The truth in a trialist's words: what the estimates of a simulated trial are held against.

Times are months; hazard ratios are RT versus control (below 1 favours RT), differences RT minus
control.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulate.truth.cox_limit import average_log_hr, cox_limit
from simulate.truth.follow_up import FollowUp, follow_up_at
from simulate.truth.mixture import mixture_median, mixture_rmst, mixture_survival
from simulate.truth.observed_events import ObservedEvents, observed_events
from simulate.truth.pack import pack_truth
from simulate.truth.packed import PackedTruth

if TYPE_CHECKING:
    from simulate.design.trial import TrialDesign
    from simulate.truth.kinds import OneTruth

Array = NDArray[np.float64]

MILESTONES = (6.0, 12.0, 24.0)
HORIZONS = (12.0, 24.0)


@dataclass(frozen=True, kw_only=True)
class TruthEstimands:
    """Survival of each whole arm, strata mixed by prevalence; arm 0 control, 1 RT.

    Attributes
    ----------
    milestones : numpy.ndarray, shape (T,)
        Months.
    survival : numpy.ndarray, shape (2, T)
        Probability of no event up to each milestone.
    horizons : numpy.ndarray, shape (H,)
        Months.
    rmst : numpy.ndarray, shape (2, H)
        Restricted mean survival time to each horizon, months.
    median : numpy.ndarray, shape (2,)
        Months; infinite where one half never have the event.
    """

    milestones: Array
    survival: Array
    horizons: Array
    rmst: Array
    median: Array


@dataclass(frozen=True, kw_only=True)
class LookEstimands:
    """What holds at one look, under the censoring expected there.

    Attributes
    ----------
    months : float
        Calendar time of the look.
    patients, events : float
        Expected numbers by then.
    cox_limit : float
        Log hazard ratio that the design's Cox model (stratified or not) converges to.
    average_log_hr : float
        Log hazard ratio averaged over the events observed by then, both arms, within strata where
        the analysis is stratified.
    """

    months: float
    patients: float
    events: float
    cox_limit: float
    average_log_hr: float


def truth_estimands(
    design: TrialDesign,
    truth: OneTruth,
    *,
    milestones: Sequence[float] = MILESTONES,
    horizons: Sequence[float] = HORIZONS,
    packed: PackedTruth | None = None,
) -> TruthEstimands:
    """Survival, restricted means and medians of both arms.

    Parameters
    ----------
    design : TrialDesign
        Its factors say how frequent the strata are.
    truth : Truth
        One of the design's, or another whose factors the design has.
    milestones : sequence of float, shape (T,)
        Months, finite and not negative.
    horizons : sequence of float, shape (H,)
        Months, positive and finite.
    packed : PackedTruth, optional
        Of this design and truth, where it is at hand.

    Returns
    -------
    TruthEstimands
        By arm, control first.

    Examples
    --------
    >>> from simulate import load_design, truth_estimands
    >>> design = load_design("analyses/phase3/os_alone.toml")
    >>> truth_estimands(design, design.truths[0]).median.round(1)
    array([13.7, 19.6])
    """
    packed, shares = packed or pack_truth(design, truth), design.prevalences()
    means = [mixture_rmst(packed, horizon, prevalences=shares) for horizon in horizons]
    return TruthEstimands(
        milestones=np.asarray(milestones, dtype=float),
        survival=mixture_survival(packed, milestones, prevalences=shares),
        horizons=np.asarray(horizons, dtype=float),
        rmst=np.array(means).reshape(-1, 2).T,
        median=mixture_median(packed, prevalences=shares),
    )


def look_estimands(
    design: TrialDesign,
    truth: OneTruth,
    *,
    months: float,
    stratified: bool | None = None,
    packed: PackedTruth | None = None,
) -> LookEstimands:
    """Cox limit, average hazard ratio and expected numbers at a calendar time.

    Parameters
    ----------
    design : TrialDesign
        Recruitment, strata and allocation.
    truth : Truth
        One of the design's, or another whose factors the design has.
    months : float
        Calendar months of the look since recruitment opened.
    stratified : bool, optional
        Whether the Cox model is stratified; as in the design's analysis unless given.
    packed : PackedTruth, optional
        Of this design and truth, where it is at hand.

    Raises
    ------
    ValueError
        If nobody is enrolled by then.
    """
    follow_up = follow_up_at(design, months)
    observed = _observed(design, packed or pack_truth(design, truth), follow_up)
    within = design.analysis.stratified if stratified is None else stratified
    return LookEstimands(
        months=months,
        patients=follow_up.patients,
        events=follow_up.patients * float(observed.events().sum()),
        cox_limit=cox_limit(observed, stratified=within),
        average_log_hr=average_log_hr(observed, stratified=within),
    )


def events_by(design: TrialDesign, packed: PackedTruth, *, months: float) -> float:
    """Give the expected number of events observed by a calendar time, both arms together.

    Parameters
    ----------
    design : TrialDesign
        Recruitment, strata and allocation.
    packed : PackedTruth
        From `pack_truth` of the same design.
    months : float
        Calendar months since recruitment opened.

    Raises
    ------
    ValueError
        If nobody is enrolled by then.
    """
    follow_up = follow_up_at(design, months)
    return follow_up.patients * float(_observed(design, packed, follow_up).events().sum())


def _observed(design: TrialDesign, packed: PackedTruth, follow_up: FollowUp) -> ObservedEvents:
    return observed_events(
        packed,
        prevalences=design.prevalences(),
        allocation=(design.allocation.control, design.allocation.rt),
        follow_up=follow_up,
    )
