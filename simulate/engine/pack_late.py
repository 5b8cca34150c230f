"""From the analyses of a design to the tests for late effects that the engine computes."""

from collections.abc import Sequence

import numpy as np

from simulate.design.analysis import Analysis
from simulate.design.endpoint import Endpoint
from simulate.effect.weights import (
    Component,
    Weights,
    fleming_harrington,
    modestly_weighted,
    pack_weights,
)
from simulate.engine.late import NONE, LatePlan


def pack_late(
    endpoints: Sequence[Endpoint], *, alpha: float, every_test: bool
) -> tuple[LatePlan, ...] | None:
    """Pack the tests for late effects, one plan an endpoint.

    Parameters
    ----------
    endpoints : sequence of Endpoint
    alpha : float
        One-sided type I error of the trial.
    every_test : bool
        Also those that do not decide.

    Returns
    -------
    tuple of LatePlan or None
        None when no endpoint has such a test.
    """
    wanted = [
        [test for test in one.analysis.late() if every_test or test == one.analysis.test]
        for one in endpoints
    ]
    if not any(wanted):
        return None
    return tuple(
        _plan(one.analysis, tests, alpha) for one, tests in zip(endpoints, wanted, strict=True)
    )


def _plan(analysis: Analysis, tests: Sequence[str], alpha: float) -> LatePlan:
    chosen = analysis.fleming_harrington
    single = fleming_harrington(chosen.rho, chosen.gamma)
    modest = modestly_weighted(analysis.modest_until)
    combined = [fleming_harrington(part.rho, part.gamma) for part in analysis.max_combo]
    components = list(
        dict.fromkeys(
            [
                *([single] if "fleming_harrington" in tests else []),
                *([modest] if "modestly_weighted" in tests else []),
                *(combined if "max_combo" in tests else []),
            ]
        )
    )
    places = components.index
    combination = [places(part) for part in dict.fromkeys(combined)] if "max_combo" in tests else []
    return LatePlan(
        weights=_packed(components),
        fleming_harrington=places(single) if "fleming_harrington" in tests else NONE,
        modestly_weighted=places(modest) if "modestly_weighted" in tests else NONE,
        combination=np.array(combination, dtype=np.int64),
        alpha=alpha,
        stratified=int(analysis.stratified),
        rmst_until=analysis.rmst_until if "rmst" in tests else 0.0,
        milestone=analysis.milestone if "milestone" in tests else 0.0,
        milestone_log_log=analysis.milestone if "milestone_log_log" in tests else 0.0,
        median=int("median" in tests),
    )


def _packed(components: Sequence[Component]) -> Weights:
    """Weightings as arrays, also when there are none."""
    if components:
        return pack_weights(*components)
    nothing = np.empty(0)
    return Weights(np.empty(0, np.int64), nothing, nothing, nothing, nothing)
