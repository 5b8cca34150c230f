"""From a rule and the endpoints' own plans to the record by which their trials are decided."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from simulate.boundaries.boundaries import pack_monitor
from simulate.boundaries.futility import FutilityRule
from simulate.boundaries.process import LOOKS
from simulate.boundaries.spending import SpendingFunction
from simulate.design.multiplicity import MOST_ENDPOINTS, CoPrimary, Multiplicity
from simulate.multiplicity.levels import levels

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

NONE = -1
EQUAL = 1e-12


@dataclass(frozen=True, kw_only=True)
class EndpointPlan:
    """How one endpoint is tested, on its own information.

    Parameters
    ----------
    name : str
    looks : tuple of int
        Looks of the trial, counted from 0, at which the endpoint is analysed; the last is its
        final analysis.
    planned : tuple of float
        Events planned at each of these.
    efficacy : SpendingFunction
        How the endpoint's alpha is spent. Its `total` stands for the whole of alpha: at a lower
        level it is replaced, and a table shrunk in proportion.
    futility : FutilityRule, optional
    planning_hr : float, optional
        RT versus control, below 1; needed for beta spending.
    per_event : float
        Information on log HR in one event, see `information_per_event`.
    apart : bool
        Whether bounds take no credit for the correlation between looks, see `pack_monitor`.
    """

    name: str
    looks: tuple[int, ...]
    planned: tuple[float, ...]
    efficacy: SpendingFunction
    futility: FutilityRule | None = None
    planning_hr: float | None = None
    per_event: float = 0.25
    apart: bool = False

    def __post_init__(self) -> None:
        if not self.looks or list(self.looks) != sorted(set(self.looks) & set(range(LOOKS))):
            raise ValueError(
                f"`looks` of {self.name!r} must be looks of the trial, increasing and from 0 to "
                f"{LOOKS - 1}, got {self.looks}; count the first look as 0"
            )
        if len(self.planned) != len(self.looks):
            raise ValueError(
                f"`planned` of {self.name!r} needs one number of events for each of "
                f"{len(self.looks)} looks, got {len(self.planned)}"
            )

    def monitor(self, level: float) -> NDArray[np.void]:
        """Pack the plan of testing at this one-sided level, shape (1,)."""
        return pack_monitor(
            self.planned,
            efficacy=at_level(self.efficacy, level),
            futility=self.futility,
            planning_hr=self.planning_hr,
            per_event=self.per_event,
            apart=self.apart,
        )


def at_level(efficacy: SpendingFunction, level: float) -> SpendingFunction:
    """Spend another total in the same manner; a table shrinks or grows in proportion."""
    table = [spent * level / efficacy.total for spent in efficacy.table[:-1]]
    return replace(efficacy, total=level, table=(*table, level) if efficacy.table else ())


class Plan(Protocol):
    """What is fixed before the trial, as the kernels see it; unused places are 0.

    Attributes
    ----------
    looks, endpoints : int
    analysed, final : array (look, endpoint)
        1 where an endpoint is analysed, and where for the last time.
    slot : array (mask, endpoint)
        Where the endpoint's monitor stands, given which endpoints are rejected; -1 without alpha.
    futility : array (endpoint,)
        Where the monitor of its futility bounds stands; -1 without futility.
    joint : int
        1 when one lost endpoint loses all, as for co-primary endpoints.
    wanted, needed : int
        Success takes `needed` rejections among the endpoints of bit mask `wanted`.
    obey_futility, stop_at_success : int
        1 or 0.
    """

    looks: int
    endpoints: int
    analysed: Integers
    final: Integers
    slot: Integers
    futility: Integers
    joint: int
    wanted: int
    needed: int
    obey_futility: int
    stop_at_success: int


PLAN = np.dtype(
    [
        ("looks", np.int64),
        ("endpoints", np.int64),
        ("analysed", np.int64, (LOOKS, MOST_ENDPOINTS)),
        ("final", np.int64, (LOOKS, MOST_ENDPOINTS)),
        ("slot", np.int64, (2**MOST_ENDPOINTS, MOST_ENDPOINTS)),
        ("futility", np.int64, MOST_ENDPOINTS),
        ("joint", np.int64),
        ("wanted", np.int64),
        ("needed", np.int64),
        ("obey_futility", np.int64),
        ("stop_at_success", np.int64),
    ],
    align=True,
)


class Testing(NamedTuple):
    """How several endpoints are tested.

    Attributes
    ----------
    plan : record array (1,)
        Of `PLAN`.
    monitors : record array (slot,)
        Of `MONITOR`, one for each endpoint and positive level.
    """

    plan: NDArray[np.void]
    monitors: NDArray[np.void]

    @property
    def shape(self) -> tuple[int, int]:
        """Number of looks and of endpoints."""
        return int(self.plan["looks"][0]), int(self.plan["endpoints"][0])


def pack_testing(
    rule: Multiplicity,
    endpoints: Sequence[EndpointPlan],
    *,
    alpha: float,
    success: str = "all",
    obey_futility: bool = True,
    stop_at_success: bool = False,
) -> Testing:
    """Pack how several endpoints are tested.

    Parameters
    ----------
    rule : Multiplicity
    endpoints : sequence of EndpointPlan
        1 to 4; columns of every array are in this order.
    alpha : float
        One-sided type I error of the trial.
    success : str
        "any" endpoint or "all" of them, or the name of one; co-primary endpoints need "all".
    obey_futility : bool
        Whether an endpoint below its futility bound is dropped. That bound is the one it has at its
        highest level, whatever its level at the time: futility is a matter of the effect.
    stop_at_success : bool
        Whether the trial stops as soon as it has succeeded, with endpoints still open.

    Raises
    ------
    ValueError
        If rule, endpoints and success do not fit together, or an endpoint whose level can change
        has binding futility.
    """
    names = [endpoint.name for endpoint in endpoints]
    table = levels(rule, names, alpha)
    plan = np.zeros(1, PLAN)
    monitors: list[NDArray[np.void]] = []
    plan["slot"] = plan["futility"] = NONE
    for e, endpoint in enumerate(endpoints):
        _check_binding(endpoint, table[:, e])
        for level in distinct(table[:, e]):
            masks = np.flatnonzero(np.isclose(table[:, e], level, rtol=EQUAL, atol=0.0))
            plan["slot"][0, masks, e] = len(monitors)
            monitors.append(endpoint.monitor(level))
        if endpoint.futility is not None:
            plan["futility"][0, e] = plan["slot"][0, :, e].max()
        plan["analysed"][0, list(endpoint.looks), e] = 1
        plan["final"][0, endpoint.looks[-1], e] = 1
    plan["looks"] = 1 + max(endpoint.looks[-1] for endpoint in endpoints)
    plan["endpoints"] = len(endpoints)
    plan["wanted"], plan["needed"] = _success(success, rule, names)
    plan["joint"] = isinstance(rule, CoPrimary)
    plan["obey_futility"], plan["stop_at_success"] = obey_futility, stop_at_success
    return Testing(plan, np.concatenate(monitors))


def distinct(column: Floats) -> list[float]:
    """Positive levels, rising, those that differ by rounding counted once."""
    found: list[float] = []
    for level in np.unique(column[column > 0.0]).tolist():
        if not found or level > found[-1] * (1.0 + EQUAL):
            found.append(level)
    return found


def _success(success: str, rule: Multiplicity, names: Sequence[str]) -> tuple[int, int]:
    if isinstance(rule, CoPrimary) and success != "all":
        raise ValueError(
            f"`success` is {success!r} for co-primary endpoints, each tested at the whole of "
            'alpha; only winning all of them keeps alpha, set it to "all"'
        )
    everyone = (1 << len(names)) - 1
    if success in ("any", "all"):
        return everyone, len(names) if success == "all" else 1
    if success not in names:
        known = ", ".join(repr(name) for name in names)
        raise ValueError(f'`success` must be "any", "all" or one of {known}, got {success!r}')
    return 1 << names.index(success), 1


def _check_binding(endpoint: EndpointPlan, column: Floats) -> None:
    binding = endpoint.futility is not None and endpoint.futility.binding
    if binding and len(distinct(column)) > 1:
        raise ValueError(
            f"futility of {endpoint.name!r} is binding but its alpha can grow from "
            f"{distinct(column)[0]:g} to {distinct(column)[-1]:g}; bounds that rely on futility "
            "need one level, set binding to false"
        )
