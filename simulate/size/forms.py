"""What closed forms say of the size, by solving them for it."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from simulate.design.trial import TrialDesign
from simulate.operating.approximations import Approximations, approximations
from simulate.operating.monitoring import all_planned_events, planned_boundaries
from simulate.size.vary import Variation
from simulate.truth.kinds import OneTruth

FORMS = {
    "schoenfeld": "Schoenfeld",
    "freedman": "Freedman",
    "lachin_foulkes": "Lachin–Foulkes",
    "group_sequential": "group-sequential",
}
STEP = 1.3
MOST_STEPS = 25

WHY_SIZES_DIFFER = (
    "Schoenfeld and Freedman count the events of one analysis and know no looks, no strata and no "
    "drop-out but for the events they cost; Schoenfeld's mean is that of a small effect and asks "
    "for too few events when the effect is large, Freedman's holds the arms at risk in balance and "
    "asks for too many. Lachin-Foulkes takes exponential survival, uniform accrual and an analysis "
    "at the month expected. The group-sequential form adds the price of the looks and of futility, "
    "with Schoenfeld's mean. An effect that is not proportional enters all of them as one average "
    "hazard ratio, an endpoint of several with all of alpha; other tests and the Bayesian rule do "
    "not enter. The simulation takes the trial as it is."
)


@dataclass(frozen=True, kw_only=True)
class FormSizes:
    """Sizes of one endpoint by closed forms; None where not defined, or not reached.

    Attributes
    ----------
    hazard_ratio : float
        RT versus control, see `approximations`.
    schoenfeld, freedman, lachin_foulkes, group_sequential : float or None
        In the unit of the variation. The last only where there are several looks.
    """

    hazard_ratio: float
    schoenfeld: float | None
    freedman: float | None
    lachin_foulkes: float | None
    group_sequential: float | None

    def known(self) -> dict[str, float]:
        """Give those that are defined by their names."""
        values = {label: getattr(self, name) for name, label in FORMS.items()}
        return {label: value for label, value in values.items() if value is not None}


def sizes_by_closed_forms(
    variation: Variation, truth: OneTruth, *, power: float, seed: int
) -> dict[str, FormSizes]:
    """Solve every closed form of every endpoint for the size.

    Parameters
    ----------
    variation : Variation
    truth : Truth, IllnessDeathTruth or MarginalsTruth
    power : float
    seed : int
        For the events of looks by the calendar.

    Returns
    -------
    dict of str to FormSizes
        By endpoint; alone and with all of alpha where there are several.
    """
    return {
        str(one.name): _endpoint(variation, truth, str(one.name), power=power, seed=seed)
        for one in variation.design.tested()
    }


def _endpoint(
    variation: Variation, truth: OneTruth, endpoint: str, *, power: float, seed: int
) -> FormSizes:
    known: dict[float, Approximations] = {}

    def at(size: float) -> Approximations:
        if size not in known:
            known[size] = _approximate(variation.at(size), truth, endpoint, seed=seed)
        return known[size]

    def solved(name: str) -> float | None:
        def excess(size: float) -> float:
            value = getattr(at(variation.snapped(size)), name)
            return math.nan if value is None else value - power

        return _root(excess, variation)

    several = len(variation.design.looks_at(endpoint)) > 1
    return FormSizes(
        hazard_ratio=at(variation.planned).hazard_ratio,
        schoenfeld=solved("schoenfeld"),
        freedman=solved("freedman"),
        lachin_foulkes=solved("lachin_foulkes"),
        group_sequential=solved("group_sequential") if several else None,
    )


def _approximate(
    design: TrialDesign, truth: OneTruth, endpoint: str, *, seed: int
) -> Approximations:
    view, events = design.seen_by(endpoint), all_planned_events(design, seed=seed)[endpoint]
    return approximations(view, truth, events=events, bounds=planned_boundaries(view, events))


def _root(excess: Callable[[float], float], variation: Variation) -> float | None:
    """Walk from the planned size to where the excess changes its sign, then solve."""
    here = variation.planned
    value = excess(here)
    up = value < 0
    for _ in range(MOST_STEPS):
        if math.isnan(value) or value == 0:
            return None if math.isnan(value) else here
        there = here * STEP if up else here / STEP
        if not variation.lowest <= there <= variation.highest:
            there = variation.highest if up else variation.lowest
        if there == here:
            return None
        next_value = excess(there)
        if (next_value < 0) != (value < 0):
            return _solved(excess, *sorted((here, there)))
        here, value = there, next_value
    return None


def _solved(excess: Callable[[float], float], low: float, high: float) -> float | None:
    try:
        return float(brentq(excess, low, high, xtol=1e-3 * low, rtol=1e-6))
    except ValueError:
        return None  # not defined everywhere between them


def first_guess(forms: dict[str, FormSizes], target: str, *, planned: float) -> float:
    """Give a size to begin with: the largest of the endpoints' that must be won, or the planned.

    Parameters
    ----------
    forms : dict of str to FormSizes
    target : str
        See `Outcomes.of`.
    planned : float
        Where no form is defined.
    """
    wanted = [target] if target in forms else list(forms)
    sizes = [forms[name].group_sequential or forms[name].schoenfeld for name in wanted]
    known = [size for size in sizes if size is not None]
    if not known:
        return planned
    return min(known) if target == "any" else max(known)


def events_at(design: TrialDesign, *, seed: int) -> dict[str, tuple[float, ...]]:
    """Events planned at each look of each endpoint."""
    planned = all_planned_events(design, seed=seed)
    return {name: tuple(np.asarray(counts).tolist()) for name, counts in planned.items()}
