import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from models.survival.cox import cox, hazard_ratio

patients = st.lists(
    st.tuples(st.integers(1, 10), st.booleans(), st.integers(0, 1)), min_size=2, max_size=40
)


def columns(rows):
    time, event, arm = (np.array(column) for column in zip(*rows, strict=True))
    return time.astype(float), event.astype(bool), arm


def partial_log_likelihood(beta, time, event, arm, *, ties):
    total = 0.0
    for t in np.unique(time[event]):
        dead = event & (time == t)
        risk, tied = np.exp(beta * arm[time >= t]).sum(), np.exp(beta * arm[dead]).sum()
        d = int(dead.sum())
        total += beta * arm[dead].sum()
        for j in range(d):
            total -= math.log(risk - (j / d * tied if ties == "efron" else 0.0))
    return total


@pytest.mark.parametrize("ties", ["breslow", "efron"])
@settings(max_examples=60)
@given(rows=patients)
def test_maximises_the_partial_likelihood_written_out(ties, rows):
    time, event, arm = columns(rows)
    fit = cox(time, event, arm, ties=ties)

    def minus(beta):
        return -partial_log_likelihood(beta, time, event, arm, ties=ties)

    if not fit.finite:
        ends = [minus(-30.0), minus(0.0), minus(30.0)]
        if math.isnan(fit.log_hr):
            assert max(ends) - min(ends) == pytest.approx(0, abs=1e-9)
        else:
            assert min(ends) == ends[0 if fit.log_hr < 0 else 2]
        return
    best = minimize_scalar(minus, bracket=(-1.0, 1.0), tol=1e-10)
    assert minus(fit.log_hr) <= best.fun + 1e-9
    step = 1e-3
    curvature = (
        minus(fit.log_hr + step) - 2 * minus(fit.log_hr) + minus(fit.log_hr - step)
    ) / step**2
    assert fit.standard_error**-2 == pytest.approx(curvature, rel=1e-3, abs=1e-6)


def test_agrees_with_lifelines_under_efron_ties():
    from lifelines import CoxPHFitter

    rng = np.random.default_rng(5)
    arm = np.repeat([0, 1], [38, 37])
    time = np.ceil(rng.exponential(12, 75))
    event = rng.random(75) < 0.8
    oracle = CoxPHFitter().fit(
        pd.DataFrame({"time": time, "event": event, "arm": arm}),
        "time",
        "event",
        fit_options={"precision": 1e-10},
    )
    fit = cox(time, event, arm, ties="efron")
    assert fit.log_hr == pytest.approx(oracle.params_["arm"], abs=1e-7)
    assert fit.standard_error == pytest.approx(oracle.standard_errors_["arm"], abs=1e-7)


@settings(max_examples=40)
@given(rows=patients)
def test_swapping_the_arms_inverts_the_hazard_ratio(rows):
    time, event, arm = columns(rows)
    fit, swapped = cox(time, event, arm), cox(time, event, 1 - arm)
    assert fit.finite == swapped.finite
    assume(fit.finite)
    assert fit.log_hr == pytest.approx(-swapped.log_hr, abs=1e-8)
    assert fit.standard_error == pytest.approx(swapped.standard_error, rel=1e-7)


def test_closed_form_of_two_events():
    # Risk sets (1 RT, 2 control) and (1 control, 1 RT): score 1 - r/(r+2) - r/(r+1) = 0.
    fit = cox([1.0, 2.0, 3.0], [True, True, False], [0, 1, 0])
    assert fit.log_hr == pytest.approx(0.5 * math.log(2))


def test_no_finite_estimate_is_said():
    up = cox([1.0, 2.0, 3.0, 4.0], [True, True, False, False], [1, 1, 0, 0])
    down = cox([1.0, 2.0, 3.0, 4.0], [True, True, False, False], [0, 0, 1, 1])
    flat = cox([1.0, 2.0], [False, True], [0, 1])
    assert (up.log_hr, up.finite) == (math.inf, False)
    assert up.text == "no finite estimate: every informative event is in the RT arm"
    assert (down.log_hr, down.finite) == (-math.inf, False)
    assert "control event" in down.text
    assert math.isnan(flat.log_hr)
    assert "never at risk together" in flat.text


def test_extreme_but_finite_estimates_are_found():
    time = np.concatenate((np.arange(1, 61), [0.5], np.full(60, 100.0)))
    event = np.concatenate((np.ones(61, dtype=bool), np.zeros(60, dtype=bool)))
    arm = np.concatenate((np.ones(60, dtype=int), [0], np.zeros(60, dtype=int)))
    fit = cox(time, event, arm)
    assert fit.finite
    assert (
        abs(
            partial_log_likelihood(fit.log_hr + 1e-5, time, event, arm, ties="breslow")
            - partial_log_likelihood(fit.log_hr - 1e-5, time, event, arm, ties="breslow")
        )
        < 1e-9
    )


def test_limits_are_wald():
    fit = cox([1.0, 2.0, 3.0, 4.0, 5.0], [True] * 5, [0, 1, 0, 1, 1])
    ratio = hazard_ratio(fit)
    assert ratio.estimate == pytest.approx(math.exp(fit.log_hr))
    assert math.log(ratio.upper / ratio.lower) == pytest.approx(2 * 1.959964 * fit.standard_error)


def test_unusable_arguments_are_named():
    with pytest.raises(ValueError, match=r"`ties` must be.*'exact'"):
        cox([1.0], [True], [0], ties="exact")
    with pytest.raises(ValueError, match=r"`arm_index` must be 0 .*\[0, 2\]"):
        cox([1.0, 2.0], [True, True], [0, 2])
    with pytest.raises(ValueError, match=r"`arm_index` needs one value.*2 patients"):
        cox([1.0, 2.0], [True, True], [0])
