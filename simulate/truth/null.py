"""Which endpoints are without effect under a truth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from models.survival.hazard import cumulative_hazard
from simulate.truth.pack import pack_truth

if TYPE_CHECKING:
    from simulate.design.trial import TrialDesign
    from simulate.truth.kinds import OneTruth

ALIKE = 2e-4
STEP = 0.5


def without_effect(
    design: TrialDesign, truth: OneTruth, *, until: float = 60.0
) -> tuple[bool, ...]:
    """Whether each endpoint that the design tests has the same survival in both arms.

    Parameters
    ----------
    design : TrialDesign
    truth : Truth, IllnessDeathTruth or MarginalsTruth
    until : float
        Months of follow-up that count.

    Returns
    -------
    tuple of bool
        True where the survival curves of the arms, in every stratum, never lie further apart than
        0.0002 on a grid of months: exactly equal but for the grid that some truths are solved on.
        Scans are left aside: an effect on death alone moves progression-free survival as scans
        show it a little, since a patient may die before the scan.
    """
    alike, months = [], np.arange(0.0, until + STEP / 2, STEP)
    for endpoint in design.tested():
        view = design.seen_by(endpoint.name).model_copy(update={"scans": None})
        packed = pack_truth(view, truth)
        survival = np.exp(-cumulative_hazard(packed.hazard, months, cuts=packed.cuts))
        cured = packed.cured[:, np.newaxis, np.newaxis]
        whole = cured + (1 - cured) * survival
        alike.append(bool(np.abs(whole[1] - whole[0]).max() < ALIKE))
    return tuple(alike)
