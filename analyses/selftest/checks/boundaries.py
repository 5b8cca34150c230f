"""Group-sequential boundaries, power and inference after stopping against R's rpact package.

rpact solves to about 1e-8 in alpha, which moves a bound by up to 3e-7 and an interval limit by
about as much.
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from analyses.selftest.check import Check, Finding, Worst
from analyses.selftest.oracles import oracle
from simulate.boundaries.boundaries import Boundaries, boundaries
from simulate.boundaries.futility import FutilityRule
from simulate.boundaries.power import operating
from simulate.boundaries.scales import hazard_ratio_at
from simulate.boundaries.size import events_for_power
from simulate.boundaries.spending import Kind, SpendingFunction
from simulate.boundaries.stage_wise import stage_wise

BOUND, PROBABILITY, RELATIVE = 1e-6, 1e-7, 1e-6
PLANNING_HR = 0.7
SOURCE = "R rpact, {}.csv"


def _spends(
    kind: Kind, total: float = 0.025, parameter: float = 0.0, table: tuple[float, ...] = ()
) -> SpendingFunction:
    return SpendingFunction(kind=kind, total=total, parameter=parameter, table=table)


def _beta(
    kind: Kind, *, binding: bool, parameter: float = 0.0, table: tuple[float, ...] = ()
) -> FutilityRule:
    spending = _spends(kind, 0.1, parameter, table)
    return FutilityRule(kind="beta_spending", binding=binding, spending=spending)


EFFICACY = {
    "of_even": _spends("obrien_fleming"),
    "of_halves": _spends("obrien_fleming", 0.005),
    "of_engine": _spends("obrien_fleming"),
    "of_uneven": _spends("obrien_fleming", 0.05),
    "of_close": _spends("obrien_fleming"),
    "of_ten": _spends("obrien_fleming"),
    "pocock_five": _spends("pocock"),
    "pocock_uneven": _spends("pocock", 0.05),
    "hsd_late": _spends("hwang_shih_decani", parameter=-4),
    "hsd_early": _spends("hwang_shih_decani", parameter=1),
    "power_three": _spends("power", parameter=3),
    "power_one": _spends("power", parameter=1),
    "user": _spends("user", table=(0.001, 0.01, 0.025)),
    "over_running": _spends("obrien_fleming"),
    "under_running": _spends("obrien_fleming"),
    "of_of": _spends("obrien_fleming"),
    "of_of_binding": _spends("obrien_fleming"),
    "pocock_pocock_binding": _spends("pocock"),
    "hsd_hsd": _spends("hwang_shih_decani", parameter=-4),
    "power_power_binding": _spends("power", 0.05, 2.5),
    "user_user": _spends("user", table=(0.003, 0.01, 0.025)),
    "given_futility": _spends("obrien_fleming"),
    "given_futility_binding": _spends("obrien_fleming"),
}
FUTILITY = {
    "of_of": _beta("obrien_fleming", binding=False),
    "of_of_binding": _beta("obrien_fleming", binding=True),
    "pocock_pocock_binding": _beta("pocock", binding=True),
    "hsd_hsd": _beta("hwang_shih_decani", binding=False, parameter=-2),
    "power_power_binding": _beta("power", binding=True, parameter=1.5),
    "user_user": _beta("user", binding=False, table=(0.02, 0.05, 0.1)),
}
PLANNED = {"over_running": (205, 285, 387), "under_running": (205, 285, 387)}
REACHED = {"over_running": (205, 285, 393), "under_running": (205, 285, 350)}


def _answers(name: str, quantity: str) -> pd.DataFrame:
    table = oracle("boundaries")
    return table[(table["design"] == name) & (table["quantity"] == quantity)]


def _values(name: str, quantity: str) -> Any:  # noqa: ANN401 - an array of numbers
    return _answers(name, quantity)["value"].to_numpy()


def _reached_by(name: str) -> Any:  # noqa: ANN401 - an array of numbers
    """Events at rpact's information, its shift and the planning hazard ratio being given."""
    if name in REACHED:
        return np.array(REACHED[name], float)
    per_unit = 4 / math.log(PLANNING_HR) ** 2
    return _values(name, "information_rate") * _values(name, "shift")[0] * per_unit


def _rule(name: str) -> FutilityRule | None:
    """Futility of a design; bounds that were given on the z scale are given as hazard ratios."""
    if not name.startswith("given_futility"):
        return FUTILITY.get(name)
    ratios = hazard_ratio_at(_values(name, "futility_z"), _reached_by(name)[:-1])
    binding = name.endswith("binding")
    return FutilityRule(kind="hazard_ratio", binding=binding, hazard_ratio=tuple(ratios))


def _ours(name: str) -> Boundaries:
    return boundaries(
        _reached_by(name),
        efficacy=EFFICACY[name],
        futility=_rule(name),
        planning_hr=PLANNING_HR,
        planned=PLANNED.get(name),
    )


def compare_bounds() -> Finding:
    """Bounds of efficacy and futility on the z scale."""
    worst = Worst(BOUND, "difference in z")
    for name in EFFICACY:
        bounds, futility = _ours(name), _values(name, "futility_z")
        worst.absolute(bounds.z, _values(name, "z"), f"efficacy of {name}")
        none = np.full(len(bounds.z) - 1, -math.inf)
        expected = futility if len(futility) else none
        worst.absolute(bounds.futility_z[:-1], expected, f"futility of {name}")
    return worst.finding()


def compare_spent() -> Finding:
    """Alpha and beta spent by each look."""
    worst = Worst(PROBABILITY, "difference in probability")
    for name in EFFICACY:
        bounds, beta = _ours(name), _values(name, "beta_spent")
        worst.absolute(bounds.alpha, _values(name, "alpha_spent"), f"alpha of {name}")
        if len(beta):
            worst.absolute(bounds.beta, beta, f"beta of {name}")
    return worst.finding()


def compare_power() -> Finding:
    """Power, stopping probabilities and expected events at several drifts."""
    worst = Worst(PROBABILITY, "difference in probability")
    for name in EFFICACY:
        bounds = _ours(name)
        scale = 1 / math.sqrt(bounds.information[-1])
        for drift, rows in _answers(name, "success").groupby("at"):
            found = operating(bounds, hazard_ratio=math.exp(-float(str(drift)) * scale))
            where = f"{name} at drift {drift}"
            worst.absolute(found.success, rows["value"], f"success, {where}")
            table = _answers(name, "futility")
            stops = table.loc[table["at"] == drift, "value"]
            if len(stops):
                worst.absolute(found.futility[:-1], stops, f"futility, {where}")
            share = found.expected_events / bounds.events[-1]
            told: Mapping[str, float] = {"power": found.power, "expected_fraction": share}
            for quantity, value in told.items():
                answer = _answers(name, quantity).set_index("at")["value"][drift]
                worst.absolute(value, answer, f"{quantity}, {where}")
    return worst.finding()


def compare_events() -> Finding:
    """Events for a power of 90%."""
    worst = Worst(RELATIVE, "relative difference")
    for name in EFFICACY:
        if name in PLANNED or "given" in name:
            continue
        found = events_for_power(
            _values(name, "information_rate"),
            hazard_ratio=PLANNING_HR,
            efficacy=EFFICACY[name],
            futility=FUTILITY.get(name),
            power=0.9,
        )
        worst.relative(found, _reached_by(name)[-1], name)
    return worst.finding()


def compare_stage_wise() -> Finding:
    """p, median-unbiased estimate and limits after stopping."""
    worst, table = Worst(RELATIVE, "relative difference"), oracle("stage_wise")
    for name, rows in table.groupby("design"):
        told = {quantity: part["value"].to_numpy() for quantity, part in rows.groupby("quantity")}
        found = stage_wise(
            told["z"][0],
            information=told["events"] / 4,
            upper=told.get("upper", ()),
            level=told["level"][0],
        )
        worst.add((found.p - told["p"][0]) * RELATIVE / PROBABILITY, f"p of {name}")
        for ours, theirs in (
            (found.hazard_ratio, "hazard_ratio"),
            (found.lower, "lower"),
            (found.upper, "upper_limit"),
        ):
            worst.relative(ours, told[theirs][0], f"{theirs} of {name}")
    return worst.finding()


CHECKS = (
    Check(
        name="bounds of efficacy and futility",
        requirement="boundaries.bounds",
        grade="external oracle",
        claim="All 23 designs have rpact's bounds, those that end early or late too.",
        source=SOURCE.format("boundaries"),
        subject="simulate.boundaries.boundaries.boundaries",
        compare=compare_bounds,
    ),
    Check(
        name="alpha and beta spent",
        requirement="boundaries.bounds",
        grade="external oracle",
        claim="What is spent by each look is what rpact spends, all of it at the last.",
        source=SOURCE.format("boundaries"),
        subject="simulate.boundaries.boundaries.boundaries",
        compare=compare_spent,
    ),
    Check(
        name="group-sequential power",
        requirement="boundaries.power",
        grade="external oracle",
        claim="Power, stops at each look and expected events are rpact's.",
        source=SOURCE.format("boundaries"),
        subject="simulate.boundaries.power.operating",
        compare=compare_power,
    ),
    Check(
        name="events for a power",
        requirement="boundaries.power",
        grade="external oracle",
        claim="The events for 90% power are rpact's.",
        source=SOURCE.format("boundaries"),
        subject="simulate.boundaries.size.events_for_power",
        compare=compare_events,
    ),
    Check(
        name="inference after stopping",
        requirement="boundaries.inference",
        grade="external oracle",
        claim="Stage-wise p, estimate and limits are rpact's; p within 1e-7, ratios within 1e-6.",
        source=SOURCE.format("stage_wise"),
        subject="simulate.boundaries.stage_wise.stage_wise",
        compare=compare_stage_wise,
    ),
)
