"""Whether scans come while patients are followed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulate.design.reachable import HOPELESS
from simulate.frozen import LONGEST
from simulate.truth.crude_incidence import crude_incidence
from simulate.truth.pack import pack_truth
from simulate.truth.scans import check_scans_within

if TYPE_CHECKING:
    from simulate.design.looks import Look
    from simulate.design.trial import TrialDesign

MONTHS = np.arange(1.0, LONGEST + 1.0)


def check_scans(design: TrialDesign) -> None:
    """Refuse scans that surely come after the longest follow-up of a trial: one sentence."""
    if design.scans is None:
        return
    months = longest_follow_up(design)
    try:
        check_scans_within(design.scans, months=months)
    except ValueError as error:
        raise ValueError(f"scans: {error}") from None


def longest_follow_up(design: TrialDesign) -> float:
    """Months by which the last look has surely taken place under the planning truth.

    Parameters
    ----------
    design : TrialDesign

    Returns
    -------
    float
        At most 1200, where nothing sure can be said.
    """
    before = 0.0
    enrolled = _enrolled(design)
    for look in design.looks:
        before = max(before, _latest(design, look, enrolled=enrolled, before=before))
    return float(math.ceil(min(before, LONGEST)))


def _latest(design: TrialDesign, look: Look, *, enrolled: float, before: float) -> float:
    """Month of the data cut of a look, at the latest."""
    due = []
    if look.events is not None:
        due.append(enrolled + _first_month(_seen(design, look) >= look.events))
    if look.months is not None:
        due.append(look.months)
    if look.min_follow_up is not None:
        due.append(enrolled + look.min_follow_up)
    month = min(due) if look.combine == "any" else max(due)
    if look.max_wait is not None:
        month = min(month, before + look.max_wait)
    return month + design.data_cut_delay


def _enrolled(design: TrialDesign) -> float:
    """Month by which all have surely enrolled."""
    if design.patients is None:
        return design.recruitment.duration or 0.0
    enough = (month for month in MONTHS if _fewest(design, month) >= (design.patients or 0))
    return float(next(enough, math.inf))


def _seen(design: TrialDesign, look: Look) -> NDArray[np.float64]:
    """Fewest events that patients have within each of `MONTHS` of follow-up."""
    view = design.seen_by(look.endpoint or design.endpoint)
    by_stratum = crude_incidence(pack_truth(view, design.truths[0]), MONTHS)
    by_arm = np.einsum("ast,s->at", by_stratum, np.array(design.prevalences()))
    parts = np.array([design.allocation.control, design.allocation.rt]) / design.allocation.total()
    share = np.clip(parts @ by_arm, 0.0, 1.0)
    patients = design.patients or _fewest(design, design.recruitment.duration or 0.0)
    return np.asarray(patients * share - HOPELESS * np.sqrt(patients * share * (1.0 - share)))


def _fewest(design: TrialDesign, month: float) -> float:
    """Fewest patients that are recruited by a month; where arrivals are random, almost."""
    expected = design.recruitment.expected(month)
    random = design.recruitment.kind == "poisson"
    return max(expected - HOPELESS * math.sqrt(expected), 0.0) if random else expected


def _first_month(reached: NDArray[np.bool_]) -> float:
    """Give the first of `MONTHS` at which something is so; infinite if it never is."""
    places = np.flatnonzero(reached)
    return float(MONTHS[places[0]]) if places.size else math.inf
