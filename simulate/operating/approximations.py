"""Closed forms beside the simulation: what they give for the same design, and what they assume."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulate.boundaries.boundaries import Boundaries
from simulate.boundaries.power import operating
from simulate.closed_forms import freedman_power, lachin_foulkes_power, schoenfeld_power
from simulate.design.trial import TrialDesign
from simulate.operating.monitoring import per_event, planning_ratio
from simulate.truth.follow_up import enrolment_completed
from simulate.truth.kinds import OneTruth
from simulate.truth.look_months import expected_look_months
from simulate.truth.truth import Truth

WHY_THEY_DIFFER = (
    "Schoenfeld and Freedman take one analysis at the planned events and the variance under no "
    "effect; Freedman also takes the share of RT among those at risk to stay as it is after the "
    "first event. Lachin-Foulkes takes exponential survival, uniform accrual and a test of the "
    "difference of log hazards. The group-sequential form takes the planned bounds, futility "
    "obeyed, and a score with independent normal increments whose mean is -log HR times the "
    "information. The simulation takes none of these."
)


@dataclass(frozen=True, kw_only=True)
class Approximations:
    """Power by closed forms, for a truth with a constant hazard ratio; None where not defined.

    Attributes
    ----------
    hazard_ratio : float
        RT versus control, below 1 favours RT; for an effect that changes, its average over the
        events of the control arm.
    schoenfeld, freedman, lachin_foulkes : float or None
        One analysis at the final look.
    group_sequential : float
        With the planned looks and bounds.
    """

    hazard_ratio: float
    schoenfeld: float | None
    freedman: float | None
    lachin_foulkes: float | None
    group_sequential: float


def approximations(
    design: TrialDesign, truth: OneTruth, *, events: NDArray[np.float64], bounds: Boundaries
) -> Approximations:
    """Compute the closed forms for one truth.

    Parameters
    ----------
    design : TrialDesign
        Of one endpoint, or as one endpoint has it.
    truth : Truth, IllnessDeathTruth or MarginalsTruth
    events : array (look,)
        Planned.
    bounds : Boundaries
        At these events.
    """
    ratio = planning_ratio(design, truth)
    control, rt = design.allocation.control, design.allocation.rt
    final = float(events[-1])
    schoenfeld = freedman = None
    if ratio != 1.0:
        alpha, each = design.alpha, per_event(design)
        schoenfeld = schoenfeld_power(ratio, events=final, alpha=alpha, per_event=each)
        freedman = freedman_power(ratio, events=final, alpha=alpha, control=control, rt=rt)
    return Approximations(
        hazard_ratio=ratio,
        schoenfeld=schoenfeld,
        freedman=freedman,
        lachin_foulkes=(
            _lachin_foulkes(design, truth, ratio) if isinstance(truth, Truth) else None
        ),
        group_sequential=operating(bounds, hazard_ratio=ratio).power,
    )


def _lachin_foulkes(design: TrialDesign, truth: Truth, ratio: float) -> float | None:
    """Power of exponential survival under uniform accrual over the expected recruitment."""
    control = truth.control.pieces()
    losses = truth.drop_out.control.pieces(), truth.drop_out.rt.pieces()
    months = expected_look_months(design, truth)[-1]
    constant = not control.cuts and not any(loss.cuts for loss in losses)
    alike = losses[0].values == losses[1].values
    if ratio == 1.0 or design.patients is None or not (constant and alike and np.isfinite(months)):
        return None
    return lachin_foulkes_power(
        ratio,
        patients=design.patients,
        control_hazard=control.values[0],
        drop_out=losses[0].values[0],
        accrual=min(enrolment_completed(design), months),
        duration=months,
        alpha=design.alpha,
        control=design.allocation.control,
        rt=design.allocation.rt,
    )
