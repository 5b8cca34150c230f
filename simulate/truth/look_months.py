"""When the looks of a design are expected under a truth; calendar months."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from scipy.optimize import brentq

from simulate.enrolment.forecast import expected_enrolment
from simulate.frozen import LONGEST
from simulate.truth.estimands import events_by
from simulate.truth.follow_up import enrolment_completed
from simulate.truth.pack import pack_truth

if TYPE_CHECKING:
    from simulate.design.looks import Look
    from simulate.design.trial import TrialDesign
    from simulate.truth.kinds import OneTruth


def expected_look_months(design: TrialDesign, truth: OneTruth) -> tuple[float, ...]:
    """Calendar month of each look, were recruitment and events to run as expected.

    Parameters
    ----------
    design : TrialDesign
        Recruitment and looks.
    truth : Truth
        One of the design's, or another whose factors the design has.

    Returns
    -------
    tuple of float
        Months since recruitment opened, not decreasing; infinite for looks whose events are not
        expected within 1200 months, and for those after them. Looks of simulated trials scatter
        about these times.
    """
    months: list[float] = []
    before = 0.0
    for look in design.looks:
        triggers = _trigger_months(look, design=design, truth=truth)
        met = max(triggers) if look.combine == "all" else min(triggers)
        latest = math.inf if look.max_wait is None else before + look.max_wait
        before = min(max(before, met), latest)
        months.append(before)
    return tuple(months)


def _trigger_months(look: Look, *, design: TrialDesign, truth: OneTruth) -> list[float]:
    months = []
    if look.events is not None:
        months.append(month_of_events(design, truth, events=look.events))
    if look.months is not None:
        months.append(look.months)
    if look.min_follow_up is not None:
        months.append(enrolment_completed(design) + look.min_follow_up)
    return months


def month_of_events(design: TrialDesign, truth: OneTruth, *, events: float) -> float:
    """Calendar month by which so many events are expected to be observed in both arms.

    Parameters
    ----------
    design : TrialDesign
        Its recruitment, strata and allocation.
    truth : Truth
        One of the design's, or another whose factors the design has.
    events : float
        Positive.

    Returns
    -------
    float
        Months since recruitment opened; infinite if they are not expected within 1200 months.
    """
    packed = pack_truth(design, truth)

    def surplus(months: float) -> float:
        if not expected_enrolment(design, months) > 0:
            return -events
        return events_by(design, packed, months=months) - events

    latest = enrolment_completed(design)
    while surplus(latest) < 0:
        if latest >= LONGEST:
            return math.inf
        latest = min(2 * latest, LONGEST)
    return float(brentq(surplus, 0.0, latest, xtol=1e-9))
