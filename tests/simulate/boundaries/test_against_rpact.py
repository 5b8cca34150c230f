"""Second implementation: what the designs cover that R's rpact package answered for.

The comparisons themselves are checks of the self-test, in `analyses/selftest/checks/boundaries.py`;
`tests/analyses/selftest` makes them.
"""

from analyses.selftest.checks.boundaries import EFFICACY, FUTILITY, PLANNED, REACHED
from analyses.selftest.oracles import oracle

DESIGNS = oracle("boundaries")


def test_every_stored_design_is_compared() -> None:
    assert set(DESIGNS["design"]) == set(EFFICACY)
    assert len(EFFICACY) >= 20


def test_designs_cover_every_spending_function_and_both_kinds_of_futility() -> None:
    kinds = {spending.kind for spending in EFFICACY.values()}
    assert kinds == {"obrien_fleming", "pocock", "hwang_shih_decani", "power", "user"}
    assert {rule.binding for rule in FUTILITY.values()} == {True, False}
    assert PLANNED.keys() == REACHED.keys()
    assert REACHED["over_running"][-1] > PLANNED["over_running"][-1]
    assert REACHED["under_running"][-1] < PLANNED["under_running"][-1]


def test_every_design_was_asked_for_bounds_and_power() -> None:
    for quantity in ("z", "alpha_spent", "success", "power", "expected_fraction"):
        asked = set(DESIGNS.loc[DESIGNS["quantity"] == quantity, "design"])
        assert asked == set(EFFICACY), quantity
