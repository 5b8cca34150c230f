"""From the medians and hazard ratios of both endpoints to the hazards of all passages."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from models.illness_death.constant import ConstantHazards, alive_at
from models.illness_death.packed import FORWARD, PackedIllnessDeath
from simulate.illness_death.os_null import STEP, os_null
from simulate.illness_death.solve import (
    LARGEST_HR,
    LEAST_HR,
    solve_arm,
    solve_arm_by_correlation,
    with_os_hr,
)

if TYPE_CHECKING:
    from simulate.truth.marginals import MarginalsTruth


class PassageRatios(NamedTuple):
    """Hazard ratios of the passages, RT versus control.

    Attributes
    ----------
    progression, without : float
        Of the passages 0 to 1 and 0 to 2.
    after : tuple of float
        Of the passage 1 to 2, between the cut points.
    cuts : tuple of float
        Months, one fewer than `after`.
    """

    progression: float
    without: float
    after: tuple[float, ...]
    cuts: tuple[float, ...] = ()


class SolvedMarginals(NamedTuple):
    """Hazards of control, and hazard ratios."""

    control: ConstantHazards
    hr: PassageRatios


def solve_marginals(truth: MarginalsTruth) -> SolvedMarginals:
    """Find the hazards behind the marginals of a truth.

    Parameters
    ----------
    truth : MarginalsTruth

    Returns
    -------
    SolvedMarginals

    Raises
    ------
    ValueError
        If there are none: one sentence, with what is possible.
    """
    control = _control(truth)
    if truth.os_null:
        return SolvedMarginals(control, _alike(truth, control))
    rt = _treated(truth, control)
    ratios = PassageRatios(
        progression=rt.progression / control.progression,
        without=rt.leaving() / control.leaving(),
        after=(rt.after / control.after,),
    )
    _check_range(ratios)
    return SolvedMarginals(control, ratios)


def _control(truth: MarginalsTruth) -> ConstantHazards:
    medians = truth.control
    if truth.correlation is not None:
        return solve_arm_by_correlation(
            pfs_median=medians.pfs_median,
            os_median=medians.os_median,
            correlation=truth.correlation,
            arm="control",
        )
    return solve_arm(
        pfs_median=medians.pfs_median,
        os_median=medians.os_median,
        deaths_without_progression=truth.deaths_without_progression or 0.0,
        arm="control",
    )


def _leaving(truth: MarginalsTruth, control: ConstantHazards) -> float:
    """Hazard of progression or death of RT."""
    if truth.rt.pfs_median is not None:
        return math.log(2) / truth.rt.pfs_median
    return control.leaving() * (truth.rt.pfs_hr or 1.0)


def _treated(truth: MarginalsTruth, control: ConstantHazards) -> ConstantHazards:
    leaving = _leaving(truth, control)
    if truth.rt.os_hr is not None:
        return with_os_hr(control, leaving=leaving, os_hr=truth.rt.os_hr, horizon=truth.horizon)
    return solve_arm(
        pfs_median=math.log(2) / leaving,
        os_median=truth.rt.os_median or math.nan,
        deaths_without_progression=control.deaths_without_progression(),
        arm="rt",
    )


def _alike(truth: MarginalsTruth, control: ConstantHazards) -> PassageRatios:
    """Hazard ratios that leave overall survival as it is in control."""
    _check_alike(_leaving(truth, control) / control.leaving(), control, horizon=truth.horizon)
    progression = _leaving(truth, control) - control.without
    start = np.array([[control.progression, progression], [control.without, control.without]])
    packed = PackedIllnessDeath(
        cuts=np.empty(0),
        hazard=start[:, :, np.newaxis, np.newaxis],
        clock=FORWARD,
        after_cuts=np.empty(0),
        after_hazard=np.full((2, 1, 1), control.after),
        drop_cuts=np.empty(0),
        drop_out=np.zeros((2, 2, 1)),
    )
    alike = os_null(packed, horizon=truth.horizon)
    ratios = PassageRatios(
        progression=progression / control.progression,
        without=1.0,
        after=tuple((alike.after_hazard[1, 0] / control.after).tolist()),
        cuts=tuple(alike.after_cuts.tolist()),
    )
    _check_range(ratios)
    return ratios


def _check_alike(pfs_hr: float, control: ConstantHazards, *, horizon: float) -> None:
    """Refuse a ratio at which RT's progression-free survival passes control's survival."""
    months = np.arange(STEP, horizon + STEP, STEP)
    mean_hazard = -np.log(alive_at(control, months)) / months
    least = max(float(mean_hazard.max()) / control.leaving(), control.deaths_without_progression())
    if pfs_hr <= least:
        raise ValueError(
            f"os_null is true and the hazard ratio of progression-free survival {pfs_hr:.3g}; with "
            f"it more RT patients would be free of progression than control patients are alive "
            f"before month {horizon:g}, set it above {math.ceil(least * 1e3) / 1e3:g} or take an "
            "earlier horizon"
        )


def _check_range(ratios: PassageRatios) -> None:
    """Refuse hazard ratios beyond what a truth may have: one sentence."""
    for name, values in (
        ("progression", (ratios.progression,)),
        ("death after progression", ratios.after),
    ):
        for value, start in zip(values, (0.0, *ratios.cuts), strict=False):
            if not LEAST_HR <= value <= LARGEST_HR:
                raise ValueError(
                    f"rt needs a hazard ratio of {name} of {value:.3g} from month {start:g} on; it "
                    f"must be from {LEAST_HR:g} to {LARGEST_HR:g}, bring the medians or hazard "
                    "ratios of both endpoints nearer to each other"
                )
