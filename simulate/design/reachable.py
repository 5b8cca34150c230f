"""Whether enrolment can be completed and looks be reached."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from simulate.frozen import LONGEST
from simulate.truth.crude_incidence import crude_incidence
from simulate.truth.pack import pack_truth

if TYPE_CHECKING:
    from simulate.design.trial import TrialDesign

HOPELESS = 6.0


def largest_size(design: TrialDesign) -> int:
    """Patients that the trial can enrol; where arrivals are random, more than it ever will."""
    if design.patients is not None:
        return design.patients
    expected = design.recruitment.expected(design.recruitment.duration or 0.0)
    if design.recruitment.kind == "poisson":
        expected += HOPELESS * math.sqrt(expected) + HOPELESS**2
    return math.ceil(expected)


def check_reachable(design: TrialDesign) -> None:
    """Refuse enrolment that never ends, and looks that (almost) no trial reaches.

    Raises
    ------
    ValueError
        One sentence with field, value, rule and cure.
    """
    _check_enrolment(design)
    for place, look in enumerate(design.looks):
        if look.events is None:
            continue
        if look.events > largest_size(design):
            raise ValueError(
                f"looks.{place}.events is {look.events} of {largest_size(design)} patients; a "
                "patient has at most one event, lower events or enrol more patients"
            )
        if look.waits_for_events():
            seen = design.seen_by(look.endpoint or design.endpoint)
            _check_events(seen, place=place, events=look.events)


def _check_enrolment(design: TrialDesign) -> None:
    if design.patients is None:
        return
    enrolled = design.recruitment.expected(LONGEST)
    if enrolled < design.patients:
        raise ValueError(
            f"patients is {design.patients} but recruitment brings {enrolled:.0f} within "
            f"{LONGEST:g} months; enrolment must be completed, lower patients or raise the rates"
        )


def _check_events(design: TrialDesign, *, place: int, events: int) -> None:
    planning = design.truths[0]
    share = _share_with_event(design)
    patients = largest_size(design)
    spread = math.sqrt(patients * share * (1 - share))
    if events > patients * share + HOPELESS * spread:
        raise ValueError(
            f"looks.{place}.events is {events} but about {patients * share:.0f} of {patients} "
            f"patients are ever seen to have the event under the truth {planning.name!r}; the "
            "look is never reached, lower events, enrol more patients or give max_wait"
        )


def _share_with_event(design: TrialDesign) -> float:
    """Probability to be seen to have the event under the planning truth, however long it takes."""
    packed = pack_truth(design, design.truths[0])
    by_stratum = crude_incidence(packed, [LONGEST])[:, :, 0]
    by_arm = by_stratum @ np.array(design.prevalences())
    allocation = design.allocation
    parts = np.array([allocation.control, allocation.rt]) / allocation.total()
    return min(float(parts @ by_arm), 1.0)
