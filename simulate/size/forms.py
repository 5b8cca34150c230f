"""What closed forms say of the size, by solving them for it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

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
STEP = 1.2
MOST_STEPS = 25

WHY_SIZES_DIFFER = (
    "Schoenfeld and Freedman count the events of one analysis; looks, strata and drop-out are "
    "nothing to them. Schoenfeld's mean is that of a small effect; Freedman takes the arms at risk "
    "to stay in the allocation's ratio. At 1:1 and a large effect the first asks for too few "
    "events and the second for too many, at other ratios it may be the reverse. Lachin-Foulkes "
    "takes exponential survival, uniform accrual and an analysis at the month expected. The "
    "group-sequential form adds the price of looks and futility to Schoenfeld's mean. To all of "
    "them an effect that changes is one average hazard ratio, an endpoint of several has all of "
    "alpha, any test is a log-rank test, and only proportional effects on the scale that is "
    "analysed count in full: scans and strata dilute them. The simulation takes the trial as it is."
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
        return _solved(lambda size: getattr(at(size), name), variation, power=power)

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


def _solved(
    power_at: Callable[[float], float | None], variation: Variation, *, power: float
) -> float | None:
    """Walk from the planned size until a form's power is crossed, then draw its probit line.

    All forms walk over the same sizes, since making and packing a design takes longest; between
    two of them the probit of a form's power is as good as linear in the root of the size.
    """
    here, now = variation.planned, power_at(variation.planned)
    if now is None:
        return None
    step = STEP if now < power else 1 / STEP
    for count in range(1, MOST_STEPS):
        there = variation.snapped(variation.planned * step**count)
        then = None if there == here else power_at(there)
        if then is None:
            return None
        if (then < power) != (now < power):
            probits, roots = ndtri([now, then, power]), np.sqrt([here, there])
            share = (probits[2] - probits[0]) / (probits[1] - probits[0])
            return float((roots[0] + share * (roots[1] - roots[0])) ** 2)
        here, now = there, then
    return None


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
