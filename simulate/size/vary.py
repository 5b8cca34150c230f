"""What is varied to reach a power: patients, events, speed of recruitment, or follow-up.

| way | what changes | what stays |
| --- | --- | --- |
| n | patients, and the events of the looks in proportion | rates of recruitment, calendar times |
| events | the events of the looks in proportion: longer follow-up | patients, recruitment |
| accrual | rates of recruitment in proportion; where recruitment has a fixed duration they bring \
patients in proportion, and the events of the looks follow | patients where fixed, calendar times |
| follow_up | months and minimal follow-up of the looks in proportion | patients, recruitment, \
events |

Events are rounded up, so that an answer never counts on a part of an event.
"""

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, get_args

from simulate.design.looks import Look
from simulate.design.replace import replaced
from simulate.design.trial import TrialDesign

Way = Literal["n", "events", "accrual", "follow_up"]
WAYS: tuple[Way, ...] = get_args(Way)
UNITS: dict[Way, str] = {
    "n": "patients",
    "events": "events",
    "accrual": "patients per month",
    "follow_up": "months",
}

FARTHEST = 64.0
MOST_SIMULATED = 50_000
HALVINGS = 30
CLOSE = 1e-3


@dataclass(frozen=True, kw_only=True)
class Variation:
    """A design of which one thing is open; `vary` makes it.

    Attributes
    ----------
    design : TrialDesign
        As planned.
    way : {"n", "events", "accrual", "follow_up"}
    planned : float
        Its size as planned: patients, events of the last look that waits for events, patients per
        month when recruitment is fastest, or months of the final look (of follow-up where this is
        its trigger).
    """

    design: TrialDesign
    way: Way
    planned: float
    _made: dict[float, TrialDesign] = field(default_factory=dict, repr=False, compare=False)

    @property
    def unit(self) -> str:
        """What a size counts."""
        return UNITS[self.way]

    @property
    def whole(self) -> bool:
        """Whether sizes are whole numbers."""
        return self.way in ("n", "events")

    def at(self, size: float) -> TrialDesign:
        """Give the design of another size.

        Parameters
        ----------
        size : float
            In the unit of `planned`; a whole number of patients or events.

        Raises
        ------
        ValueError
            If there can be no such trial: one sentence.
        """
        if size not in self._made:
            self._made[size] = replaced(self.design, _changes(self, size))
        return self._made[size]

    def effective(self, size: float) -> float:
        """Give the size that the rounded events of its looks belong to, on average.

        Power goes by the events: a size whose events are rounded up counts for a little more.
        """
        pairs = zip(self.design.looks, self.at(size).looks, strict=True)
        ratios = [
            there.events / here.events for here, there in pairs if here.events and there.events
        ]
        moved = self.way in ("n", "events") or (self.way == "accrual" and not self.design.patients)
        return self.planned * sum(ratios) / len(ratios) if ratios and moved else size

    def snapped(self, size: float) -> float:
        """Give the nearest size that there can be: whole, and within what is possible."""
        near = float(round(size)) if self.whole else size
        if self._possible(near):
            return near
        return self.highest if near > self.planned else self.lowest

    def rounded_up(self, size: float) -> float:
        """Give the size to plan with: whole blocks, whole events, tenths of the rest.

        Patients are a multiple of the block, where there is one size of block, or else of the
        allocation's sum.
        """
        step = 1.0 if self.way == "events" else 0.1
        if self.way == "n":
            blocks = self.design.randomisation.block_sizes
            step = float(blocks[0] if len(blocks) == 1 else self.design.allocation.total())
        count = math.ceil(size / step - 1e-9)
        return count * step if self.whole else round(count * step, 1)

    @cached_property
    def highest(self) -> float:
        """Largest size that a search goes to."""
        most = FARTHEST * self.planned
        if self.way == "n":
            most = max(min(most, MOST_SIMULATED), self.planned)
        return self._edge(most)

    @cached_property
    def lowest(self) -> float:
        """Smallest size that there can be."""
        return self._edge(2.0 if self.whole else self.planned / FARTHEST)

    def _edge(self, wanted: float) -> float:
        """Give the size nearest to the wanted one that is possible, by bisection."""
        good, bad = self.planned, float(round(wanted)) if self.whole else wanted
        if self._possible(bad):
            return bad
        for _ in range(HALVINGS):
            if abs(bad - good) <= max(CLOSE * good, 1.0 if self.whole else 0.0):
                break
            middle = float(round((good + bad) / 2)) if self.whole else (good + bad) / 2
            good, bad = (middle, bad) if self._possible(middle) else (good, middle)
        return good

    def _possible(self, size: float) -> bool:
        try:
            self.at(size)
        except ValueError:
            return False
        return True


def vary(design: TrialDesign, way: str) -> Variation:
    """Open one thing of a design.

    Parameters
    ----------
    design : TrialDesign
    way : {"n", "events", "accrual", "follow_up"}

    Raises
    ------
    ValueError
        If the design cannot be varied so: one sentence that says how it can.
    """
    sizes = {known: _planned(design, known) for known in WAYS}
    if way not in WAYS:
        raise ValueError(f"--vary is {way!r}; it must be one of {', '.join(WAYS)}, choose one")
    planned = sizes[way]
    if planned is None:
        others = " or ".join(known for known in WAYS if sizes[known] is not None)
        raise ValueError(f"--vary is {way} but {WHY_NOT[way]}; vary {others or 'another design'}")
    return Variation(design=design, way=way, planned=planned)


WHY_NOT: dict[Way, str] = {
    "n": "the design has no number of patients: its recruitment has a fixed duration",
    "events": "no look of the design waits for events",
    "accrual": "every look waits for events of a fixed number of patients, so that the speed of "
    "recruitment moves the calendar alone",
    "follow_up": "the final look waits neither for a month nor for a minimal follow-up",
}


def _planned(design: TrialDesign, way: Way) -> float | None:
    """Size as planned; None where the design cannot be varied so."""
    if way == "n":
        return None if design.patients is None else float(design.patients)
    if way == "events":
        counts = [look.events for look in design.looks if look.events is not None]
        return float(counts[-1]) if counts else None
    if way == "accrual":
        return _fastest(design) if design.patients is None or _by_calendar(design) else None
    final = design.looks[-1]
    return final.months if final.months is not None else final.min_follow_up or None


def _by_calendar(design: TrialDesign) -> bool:
    fields = ("months", "min_follow_up", "max_wait")
    return any(getattr(look, name) is not None for look in design.looks for name in fields)


def _fastest(design: TrialDesign) -> float:
    recruitment = design.recruitment
    if recruitment.sites is not None:
        return recruitment.sites.number * recruitment.sites.per_site_month
    return max(rate.per_month for rate in recruitment.rates)


def _changes(variation: Variation, size: float) -> dict[str, object]:
    """Give the changed fields by their paths."""
    design, way = variation.design, variation.way
    factor = size / variation.planned
    if way == "n":
        return {"patients": round(size), **_events(design, size, variation.planned)}
    if way == "events":
        return dict(_events(design, size, variation.planned))
    if way == "follow_up":
        return _calendar(design, factor)
    events = _events(design, factor, 1.0) if design.patients is None else {}
    return {**scaled_rates(design, factor), **events}


def _events(design: TrialDesign, size: float, planned: float) -> dict[str, object]:
    return {
        f"looks.{place}.events": max(1, math.ceil(look.events * size / planned - 1e-9))
        for place, look in enumerate(design.looks, start=1)
        if look.events is not None
    }


def _calendar(design: TrialDesign, factor: float) -> dict[str, object]:
    def longer(look: Look) -> dict[str, float]:
        given = {name: getattr(look, name) for name in ("months", "min_follow_up")}
        return {name: months * factor for name, months in given.items() if months is not None}

    return {
        f"looks.{place}.{name}": months
        for place, look in enumerate(design.looks, start=1)
        for name, months in longer(look).items()
    }


def scaled_rates(design: TrialDesign, factor: float) -> dict[str, object]:
    """Give the rates of recruitment times a factor, by their paths."""
    sites = design.recruitment.sites
    if sites is not None:
        return {"recruitment.sites.per_site_month": sites.per_site_month * factor}
    return {
        f"recruitment.rates.{place}.per_month": rate.per_month * factor
        for place, rate in enumerate(design.recruitment.rates, start=1)
    }
