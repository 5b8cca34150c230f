"""From a trial's design to the record that the enrolment kernels read."""

from __future__ import annotations

import math
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulate.enrolment.intensity import (
    Intensity,
    expected_patients,
    intensity_total,
    recruitment_intensity,
)
from simulate.enrolment.plan import (
    ALTERNATING,
    BLOCKS,
    ENROLMENT,
    EVEN,
    MINIMISATION,
    PIECES,
    POISSON,
    SIMPLE,
    STRATIFIED_BLOCKS,
    UNIFORM,
    Records,
)

if TYPE_CHECKING:
    from simulate.design.trial import TrialDesign

KINDS = {"even": EVEN, "uniform": UNIFORM, "poisson": POISSON}
METHODS = {
    "simple": SIMPLE,
    "alternating": ALTERNATING,
    "blocks": BLOCKS,
    "minimisation": MINIMISATION,
}


def pack_enrolment(design: TrialDesign) -> Records:
    """Pack how a design enrols its patients.

    Parameters
    ----------
    design : TrialDesign

    Returns
    -------
    numpy.ndarray
        One record `ENROLMENT`. Arrays that hold a trial's patients need `most_patients` places.

    Raises
    ------
    ValueError
        If recruitment has more pieces than there is room for.
    """
    plan = np.zeros(1, dtype=ENROLMENT)
    _pack_recruitment(plan, design)
    _pack_strata(plan, design)
    _pack_randomisation(plan, design)
    return plan


def _pack_recruitment(plan: Records, design: TrialDesign) -> None:
    intensity = recruitment_intensity(design.recruitment)
    pieces = intensity.start.size
    if pieces > PIECES:
        raise ValueError(
            f"`recruitment` has {pieces} pieces of constant or linear rate; there is room for "
            f"{PIECES}, use fewer rates or sites"
        )
    _pack_intensity(plan, intensity)
    plan["kind"] = KINDS[design.recruitment.kind]
    plan["pieces"] = pieces
    target, most = _recruited(design, intensity)
    plan["target"], plan["most_patients"] = target, most


def _pack_intensity(plan: Records, intensity: Intensity) -> None:
    pieces = intensity.start.size
    plan["stop"][0, :pieces] = np.append(intensity.start[1:], np.inf)
    for name in ("start", "expected", "rate", "slope"):
        plan[name][0, :pieces] = getattr(intensity, name)


def _recruited(design: TrialDesign, intensity: Intensity) -> tuple[float, int]:
    """Count expected at the end of recruitment, and the most patients there can be."""
    poisson = design.recruitment.kind == "poisson"
    if design.patients is not None:
        return (intensity_total(intensity) if poisson else design.patients), design.patients
    target = float(expected_patients(intensity, design.recruitment.duration or 0.0))
    return target, math.floor(target + (_room(target) if poisson else 0.5))


def _room(expected: float) -> float:
    """Room above a Poisson mean that is exceeded less than once in 10^16 (Bernstein's bound)."""
    return 9.0 * math.sqrt(expected) + 25.0


def _pack_strata(plan: Records, design: TrialDesign) -> None:
    prevalences = design.prevalences()
    cells = len(prevalences)
    plan["cells"] = cells
    plan["upper"][0, :cells] = np.cumsum(prevalences)


def _pack_randomisation(plan: Records, design: TrialDesign) -> None:
    randomisation = design.randomisation
    control, rt = _lowest_terms(design.allocation.control, design.allocation.rt)
    plan["ratio"] = control, rt
    plan["control_share"] = coin(control, rt, probability=randomisation.probability)
    plan["method"] = METHODS[randomisation.kind]
    if randomisation.kind == "blocks":
        sizes = np.array(randomisation.block_sizes, dtype=np.int64)
        plan["sizes"] = sizes.size
        plan["block_size"][0, : sizes.size] = sizes
        plan["block_control"][0, : sizes.size] = sizes * control // (control + rt)
        if randomisation.stratified:
            plan["method"] = STRATIFIED_BLOCKS
    if randomisation.kind == "minimisation":
        _pack_margins(plan, design)


def _pack_margins(plan: Records, design: TrialDesign) -> None:
    """Which levels each stratum has, for minimisation."""
    counts = [len(factor.levels) for factor in design.factors]
    plan["factors"], plan["levels"] = len(counts), sum(counts)
    first = np.concatenate([[0], np.cumsum(counts)[:-1]])
    margins: NDArray[np.int64] = np.array(list(product(*map(range, counts)))) + first
    plan["level"][0, : len(margins), : len(counts)] = margins


def coin(control: int, rt: int, *, probability: float) -> tuple[float, float, float]:
    """P(control) when control, neither arm or RT is preferred, from p of the smaller arm."""
    share = control / (control + rt)
    against = 1.0 - probability
    return (
        1.0 - against * min(1.0, rt / control),
        share,
        against * min(1.0, control / rt),
    )


def _lowest_terms(control: int, rt: int) -> tuple[int, int]:
    common = math.gcd(control, rt)
    return control // common, rt // common
