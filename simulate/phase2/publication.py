"""What a simulated trial publishes: two-decimal summaries of one endpoint, as a record.

An endpoint of kind "os" comes with the follow-up times of all patients and no event counts, one
of kind "pfs" with lower bounds on the events and no follow-up times.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from models.record.record import Record

Kind = Literal["os", "pfs"]
KINDS: tuple[Kind, Kind] = ("os", "pfs")
PLACE = "simulated"


@dataclass(frozen=True, kw_only=True)
class PublishingRules:
    """Constants fixed before any trial is drawn.

    Parameters
    ----------
    sizes : (int, int)
        Patients in the control and the RT arm.
    events_at_least : (int, int)
        Bounds on the events of control and RT that a trial of kind "pfs" publishes; a trial
        with fewer is discarded. About 6 in 10 patients of each arm, RT as in Sohaib et al.
        2025: of the prior's trials with both medians about 4 in 10 have as many. The 35 of 38
        controls of that trial would leave 1 in 100.
    highest_limit : float
        Largest printed upper limit of the hazard ratio, control versus RT. Two decimals of a
        large limit fix the patients so closely that sampling takes many times longer.
    """

    sizes: tuple[int, int] = (38, 37)
    events_at_least: tuple[int, int] = (25, 22)
    highest_limit: float = 8.0

    def __post_init__(self) -> None:
        for bound, size in zip(self.events_at_least, self.sizes, strict=True):
            if not 0 <= bound <= size:
                raise ValueError(
                    f"`events_at_least` is {self.events_at_least} for {self.sizes} patients; a "
                    "bound must lie between 0 and the arm's size, correct it"
                )
        if self.highest_limit <= 0:
            raise ValueError(
                f"`highest_limit` is {self.highest_limit}; a hazard ratio is positive, use 8 to "
                "discard few trials"
            )


def publish(figures: Mapping[str, float], *, kind: Kind, rules: PublishingRules) -> Record:
    """Print a trial's figures to two decimals, control versus RT.

    Parameters
    ----------
    figures : mapping of str to float
        See `models.printed.printed_figures`.
    kind : {"os", "pfs"}
        Name of the endpoint, and what is printed with it.
    rules : PublishingRules

    Returns
    -------
    Record
        With one endpoint.

    Raises
    ------
    ValueError
        If no record can hold the figures; see `reason_to_discard`.
    """
    arms = zip(("control", "rt"), rules.sizes, strict=True)
    content: dict[str, Any] = {
        "format": 1,
        "trial": {"name": "simulated"},
        "arms": {name: {"n": size, "label": name, "place": PLACE} for name, size in arms},
        "endpoints": {kind: _endpoint(figures)},
    }
    if kind == "os":
        names = ("minimum", "median", "maximum")
        times = {name: _printed(figures[f"follow_up_{name}"], "months") for name in names}
        content["follow_up"] = {**times, "of": "observed OS times"}
    else:
        control, rt = rules.events_at_least
        content["endpoints"][kind]["events"] = {
            "control": {"at_least": control, "place": PLACE},
            "rt": {"at_least": rt, "place": PLACE},
        }
    return Record.model_validate(content)


def print_figure(value: float) -> str:
    """Two decimals, as published."""
    return f"{value:.2f}"


def _endpoint(figures: Mapping[str, float]) -> dict[str, Any]:
    ratios = {name: _printed(figures[name], "ratio") for name in ("hazard_ratio", "lower", "upper")}
    medians = {arm: _printed(figures[f"median_{arm}"], "months") for arm in ("control", "rt")}
    return {**ratios, "median": medians, "direction": "control_vs_rt"}


def _printed(value: float, unit: str) -> dict[str, str]:
    return {"text": print_figure(value), "unit": unit, "place": PLACE}
