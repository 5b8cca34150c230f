"""An ensemble of patient sets that fit two curves, their numbers at risk and printed figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from models.curves.arm_sets import ArmSets, Misfit, draw_arm_sets
from models.curves.curve import ArmCurve, ReadingError
from models.curves.layout import MOST_EVENTS, Layout, find_falls, lay_out
from models.curves.median import hold_median
from models.curves.pairs import Pairs, pair_sets
from models.curves.printed import PrintedFigures
from models.curves.stretches import FINENESS
from models.survival.intervals import ARMS

if TYPE_CHECKING:
    import pandas as pd

POOLS = (1, 4)
WIDER = (1.0, 1.15, 1.3)
ANY = (0, MOST_EVENTS)


@dataclass(frozen=True, kw_only=True)
class Ensemble:
    """Sets of patients of both arms.

    Attributes
    ----------
    arms : dict of str to ArmSets
        Control first; the sets of both arms belong together by their place.
    pairs : Pairs
        How they were put together, with the Cox fit of each.
    unmet : dict of str to str
        Printed figures that no patients behind the curves give, by name ("median, rt"), and why,
        in words; the sets disregard them. "curve, rt" where none fit within the reading error,
        but some do within one up to a third larger.
    """

    arms: dict[str, ArmSets]
    pairs: Pairs
    unmet: Mapping[str, str]

    @property
    def sets(self) -> int:
        """Number of sets."""
        return int(self.pairs.log_hr.size)

    def patients(self) -> pd.DataFrame:
        """Tabulate the patients: `imputation`, `patient`, `time` (months), `event`, `arm`."""
        import pandas as pd

        time = np.concatenate([self.arms[arm].time for arm in ARMS], axis=1)
        event = np.concatenate([self.arms[arm].event for arm in ARMS], axis=1)
        sizes = [self.arms[arm].time.shape[1] for arm in ARMS]
        sets, patients = time.shape
        return pd.DataFrame(
            {
                "imputation": np.repeat(np.arange(sets), patients),
                "patient": np.tile(np.arange(patients), sets),
                "time": time.reshape(-1),
                "event": event.reshape(-1),
                "arm": pd.Categorical(
                    np.tile(np.repeat(ARMS, sizes), sets), categories=list(ARMS), ordered=True
                ),
            }
        )


def reconstruct(
    curves: Mapping[str, ArmCurve],
    *,
    error: ReadingError,
    printed: PrintedFigures | None = None,
    sets: int,
    rng: np.random.Generator,
) -> Ensemble:
    """Draw sets of patients that fit the curves within the reading error, and all else exactly.

    Each arm's sets meet its numbers at risk and, as far as they are printed, its events and its
    median. Sets of both arms are put together so that Cox hazard ratio and limits print as they
    do. A printed figure that cannot be met is left out, and said.

    Parameters
    ----------
    curves : mapping of str to ArmCurve
        By arm.
    error : ReadingError
    printed : PrintedFigures, optional
    sets : int
        Sets to draw.
    rng : numpy.random.Generator

    Returns
    -------
    Ensemble
        Fewer sets than wanted where few pairs print the hazard ratio with its limits.

    Raises
    ------
    ValueError
        If no patients fit a curve and its numbers at risk, even nearly.
    """
    figures = printed or PrintedFigures()
    unmet: dict[str, str] = {}
    pairs, drawn = None, {}
    for factor in POOLS:
        drawn = {
            arm: _draw_arm(arm, curves[arm], error, figures, factor * sets, rng, unmet)
            for arm in ARMS
        }
        pairs = pair_sets(
            drawn["control"], drawn["rt"], ratios=figures.ratios, wanted=sets, rng=rng
        )
        if pairs.log_hr.size >= sets:
            break
    assert pairs is not None
    if pairs.log_hr.size == 0:
        pairs = pair_sets(drawn["control"], drawn["rt"], ratios={}, wanted=sets, rng=rng)
        unmet["hazard ratio"] = _ratio_unmet(pairs, figures)
    arms = {
        arm: ArmSets(drawn[arm].time[chosen], drawn[arm].event[chosen])
        for arm, chosen in (("control", pairs.control), ("rt", pairs.rt))
    }
    return Ensemble(arms=arms, pairs=pairs, unmet=unmet)


def _draw_arm(
    arm: str,
    curve: ArmCurve,
    error: ReadingError,
    figures: PrintedFigures,
    sets: int,
    rng: np.random.Generator,
    unmet: dict[str, str],
) -> ArmSets:
    """Draw one arm's sets under as many of its printed figures as can be met."""
    events, median = figures.events.get(arm, ANY), figures.medians.get(arm)
    ways = [(events, median), (ANY, median), (events, None), (ANY, None)]
    misfit = None
    for wider, (some_events, some_median) in product(WIDER, dict.fromkeys(ways)):
        within = replace(error, survival=wider * error.survival)
        found = _draw_with(curve, within, some_events, some_median, sets, rng)
        if isinstance(found, ArmSets):
            if some_events != events:
                unmet[f"events, {arm}"] = _events_unmet(found, events)
            if some_median != median:
                unmet[f"median, {arm}"] = "the curve passes one half at another time"
            if wider > 1:
                unmet[f"curve, {arm}"] = f"patients fit within {within.survival:.4g} only"
            return found
        misfit = found if misfit is None else misfit
    assert misfit is not None
    raise ValueError(
        f"arm {arm!r}: no patients fit the curve and the numbers at risk within the reading error "
        f"of {error.survival:g}, the nearest miss it by a further {misfit.distance:.4f} at month "
        f"{misfit.month:.4g}; check curve and numbers there, or give a larger reading error"
    )


def _draw_with(
    curve: ArmCurve,
    error: ReadingError,
    events: tuple[int, int],
    median: tuple[float, float] | None,
    sets: int,
    rng: np.random.Generator,
) -> ArmSets | Misfit | None:
    """Draw under given figures, with flat stretches as long as patients can be found for."""
    best: Misfit | None = None
    for apart in FINENESS:
        layout = _layout(curve, error, events, median, apart=apart)
        if layout is None:
            continue
        found = draw_arm_sets(layout, sets=sets, rng=rng)
        if isinstance(found, ArmSets):
            return found
        best = found if best is None or found.distance < best.distance else best
    return best


def _layout(
    curve: ArmCurve,
    error: ReadingError,
    events: tuple[int, int],
    median: tuple[float, float] | None,
    *,
    apart: float,
) -> Layout | None:
    falls = find_falls(curve, error=error, apart=apart)
    held = falls if median is None else hold_median(falls, median, error=error)
    return None if held is None else lay_out(curve, held, error=error, events=events)


def _events_unmet(found: ArmSets, events: tuple[int, int]) -> str:
    counts = found.event.sum(axis=1)
    printed = f"{events[0]}" if events[0] == events[1] else f"at least {events[0]}"
    return f"printed {printed}, the curve needs {counts.min()} to {counts.max()}"


def _ratio_unmet(pairs: Pairs, figures: PrintedFigures) -> str:
    ratio = np.exp(-pairs.log_hr)
    low, high = figures.ratios["hazard_ratio"]
    return (
        f"printed {(low + high) / 2:.4g} (control versus RT) with its limits, the curves give "
        f"{np.nanmin(ratio):.4g} to {np.nanmax(ratio):.4g}"
    )
