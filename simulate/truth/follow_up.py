"""How long patients have been followed at a look: the administrative censoring of a truth.

Times are months; calendar time 0 is the opening of recruitment.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulate.enrolment.forecast import expected_enrolment
from simulate.enrolment.intensity import months_until, recruitment_intensity

if TYPE_CHECKING:
    from simulate.design.trial import TrialDesign

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class FollowUp:
    """Administrative follow-up of the patients enrolled by a look, drop-out apart.

    Attributes
    ----------
    patients : float
        Patients enrolled by then, in expectation.
    longest : float
        Longest follow-up in months.
    share : callable
        Share of these patients with a follow-up of at least so many months, array to array.
    knots : tuple of float
        Months at which `share` has a corner or a step.
    """

    patients: float
    longest: float
    share: Callable[[Array], Array]
    knots: tuple[float, ...] = ()


def fixed_follow_up(months: float, *, patients: float = 1.0) -> FollowUp:
    """Every patient is followed for the same time.

    Parameters
    ----------
    months : float
        Months, positive and finite.
    patients : float
        Their number.
    """
    return FollowUp(
        patients=patients, longest=months, share=lambda time: np.where(time <= months, 1.0, 0.0)
    )


def follow_up_at(design: TrialDesign, months: float) -> FollowUp:
    """Follow-up at a calendar time, by the design's expected enrolment.

    Parameters
    ----------
    design : TrialDesign
        Its recruitment says when patients enter.
    months : float
        Calendar months of the look, after the first patient is expected.

    Raises
    ------
    ValueError
        If nobody is enrolled by then.
    """
    patients = float(expected_enrolment(design, months))
    if not patients > 0:
        raise ValueError(
            f"`months` is {months:g} and nobody is enrolled by then; follow-up needs patients, "
            "take a later time"
        )

    def share(time: ArrayLike) -> Array:
        entered = months - np.asarray(time, dtype=float)
        return np.asarray(expected_enrolment(design, np.maximum(entered, 0.0)) / patients)

    return FollowUp(
        patients=patients, longest=months, share=share, knots=_corners(design, months=months)
    )


def _corners(design: TrialDesign, *, months: float) -> tuple[float, ...]:
    """Follow-up of those who entered when the rate of recruitment changed or recruitment ended."""
    intensity = recruitment_intensity(design.recruitment)
    changes = [*intensity.start.tolist(), enrolment_completed(design)]
    return tuple(sorted({months - change for change in changes if 0 < change < months}))


def enrolment_completed(design: TrialDesign) -> float:
    """Calendar month in which the last patient is expected."""
    if design.patients is None:
        return design.recruitment.duration or 0.0
    return float(months_until(recruitment_intensity(design.recruitment), design.patients))
