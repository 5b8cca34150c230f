"""Second implementation: what R's rpact package answered, stored in analyses/selftest/r.

rpact solves to about 1e-8 in alpha, which moves a bound by up to 3e-7 and an interval limit by
about as much.
"""

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analyses.selftest.oracles import FOLDER
from simulate.boundaries.boundaries import Boundaries, boundaries
from simulate.boundaries.futility import FutilityRule
from simulate.boundaries.power import operating
from simulate.boundaries.scales import hazard_ratio_at
from simulate.boundaries.size import events_for_power
from simulate.boundaries.spending import SpendingFunction
from simulate.boundaries.stage_wise import stage_wise

FIXTURES = FOLDER
BOUND, PROBABILITY, RELATIVE = 1e-6, 1e-7, 1e-6
PLANNING_HR = 0.7
OF, POCOCK = "obrien_fleming", "pocock"
HSD, POWER, USER = "hwang_shih_decani", "power", "user"


def read(name: str) -> pd.DataFrame:
    return pd.read_csv(FIXTURES / f"{name}.csv", comment="#")


DESIGNS, STOPPED = read("boundaries"), read("stage_wise")


def spends(kind: Any, total: float = 0.025, parameter: float = 0.0, table: Any = ()) -> Any:
    return SpendingFunction(kind=kind, total=total, parameter=parameter, table=table)


def beta(kind: Any, *, binding: bool, parameter: float = 0.0, table: Any = ()) -> FutilityRule:
    spending = spends(kind, 0.1, parameter, table)
    return FutilityRule(kind="beta_spending", binding=binding, spending=spending)


EFFICACY = {
    "of_even": spends(OF),
    "of_halves": spends(OF, 0.005),
    "of_engine": spends(OF),
    "of_uneven": spends(OF, 0.05),
    "of_close": spends(OF),
    "of_ten": spends(OF),
    "pocock_five": spends(POCOCK),
    "pocock_uneven": spends(POCOCK, 0.05),
    "hsd_late": spends(HSD, parameter=-4),
    "hsd_early": spends(HSD, parameter=1),
    "power_three": spends(POWER, parameter=3),
    "power_one": spends(POWER, parameter=1),
    "user": spends(USER, table=(0.001, 0.01, 0.025)),
    "over_running": spends(OF),
    "under_running": spends(OF),
    "of_of": spends(OF),
    "of_of_binding": spends(OF),
    "pocock_pocock_binding": spends(POCOCK),
    "hsd_hsd": spends(HSD, parameter=-4),
    "power_power_binding": spends(POWER, 0.05, 2.5),
    "user_user": spends(USER, table=(0.003, 0.01, 0.025)),
    "given_futility": spends(OF),
    "given_futility_binding": spends(OF),
}
FUTILITY = {
    "of_of": beta(OF, binding=False),
    "of_of_binding": beta(OF, binding=True),
    "pocock_pocock_binding": beta(POCOCK, binding=True),
    "hsd_hsd": beta(HSD, binding=False, parameter=-2),
    "power_power_binding": beta(POWER, binding=True, parameter=1.5),
    "user_user": beta(USER, binding=False, table=(0.02, 0.05, 0.1)),
}
PLANNED = {"over_running": (205, 285, 387), "under_running": (205, 285, 387)}
REACHED = {"over_running": (205, 285, 393), "under_running": (205, 285, 350)}


def answers(name: str, quantity: str) -> pd.DataFrame:
    rows = DESIGNS[(DESIGNS["design"] == name) & (DESIGNS["quantity"] == quantity)]
    assert name in EFFICACY
    return rows


def values(name: str, quantity: str) -> Any:
    return answers(name, quantity)["value"].to_numpy()


def reached_by(name: str) -> Any:
    """Events at rpact's information, its shift and the planning hazard ratio being given."""
    if name in REACHED:
        return np.array(REACHED[name], float)
    per_unit = 4 / math.log(PLANNING_HR) ** 2
    return values(name, "information_rate") * values(name, "shift")[0] * per_unit


def rule(name: str) -> FutilityRule | None:
    """Futility of a design; bounds that were given on the z scale are given as hazard ratios."""
    if not name.startswith("given_futility"):
        return FUTILITY.get(name)
    ratios = hazard_ratio_at(values(name, "futility_z"), reached_by(name)[:-1])
    binding = name.endswith("binding")
    return FutilityRule(kind="hazard_ratio", binding=binding, hazard_ratio=tuple(ratios))


def ours(name: str) -> Boundaries:
    return boundaries(
        reached_by(name),
        efficacy=EFFICACY[name],
        futility=rule(name),
        planning_hr=PLANNING_HR,
        planned=PLANNED.get(name),
    )


def test_every_stored_design_is_compared() -> None:
    assert set(DESIGNS["design"]) == set(EFFICACY)


@pytest.mark.parametrize("name", EFFICACY)
def test_bounds_are_those_of_rpact(name: str) -> None:
    bounds = ours(name)
    np.testing.assert_allclose(bounds.z, values(name, "z"), rtol=0, atol=BOUND)
    np.testing.assert_allclose(bounds.alpha, values(name, "alpha_spent"), rtol=0, atol=PROBABILITY)
    futility = values(name, "futility_z")
    if len(futility):
        np.testing.assert_allclose(bounds.futility_z[:-1], futility, rtol=0, atol=BOUND)
    else:
        assert (bounds.futility_z[:-1] == -math.inf).all()
    spent = values(name, "beta_spent")
    if len(spent):
        np.testing.assert_allclose(bounds.beta, spent, rtol=0, atol=PROBABILITY)


@pytest.mark.parametrize("name", EFFICACY)
def test_power_and_expected_events_are_those_of_rpact(name: str) -> None:
    bounds = ours(name)
    scale = 1 / math.sqrt(bounds.information[-1])
    for drift, rows in answers(name, "success").groupby("at"):
        found = operating(bounds, hazard_ratio=math.exp(-float(drift) * scale))
        np.testing.assert_allclose(found.success, rows["value"], rtol=0, atol=PROBABILITY)
        futility = answers(name, "futility")
        stops = futility.loc[futility["at"] == drift, "value"]
        if len(stops):
            np.testing.assert_allclose(found.futility[:-1], stops, rtol=0, atol=PROBABILITY)
        power = answers(name, "power").set_index("at")["value"][drift]
        assert found.power == pytest.approx(power, abs=PROBABILITY)
        fraction = answers(name, "expected_fraction").set_index("at")["value"][drift]
        assert found.expected_events / bounds.events[-1] == pytest.approx(fraction, abs=PROBABILITY)


@pytest.mark.parametrize(
    "name", [name for name in EFFICACY if name not in PLANNED and "given" not in name]
)
def test_events_for_a_power_of_90_percent_are_those_of_rpact(name: str) -> None:
    events = events_for_power(
        values(name, "information_rate"),
        hazard_ratio=PLANNING_HR,
        efficacy=EFFICACY[name],
        futility=FUTILITY.get(name),
        power=0.9,
    )
    assert events == pytest.approx(reached_by(name)[-1], rel=RELATIVE)


@pytest.mark.parametrize("name", STOPPED["design"].unique())
def test_inference_after_stopping_is_that_of_rpact(name: str) -> None:
    rows = STOPPED[STOPPED["design"] == name]
    stored = {quantity: part["value"].to_numpy() for quantity, part in rows.groupby("quantity")}
    found = stage_wise(
        stored["z"][0],
        information=stored["events"] / 4,
        upper=stored.get("upper", ()),
        level=stored["level"][0],
    )
    assert found.p == pytest.approx(stored["p"][0], abs=PROBABILITY)
    for ours_now, quantity in (
        (found.hazard_ratio, "hazard_ratio"),
        (found.lower, "lower"),
        (found.upper, "upper_limit"),
    ):
        assert ours_now == pytest.approx(stored[quantity][0], rel=RELATIVE), quantity
