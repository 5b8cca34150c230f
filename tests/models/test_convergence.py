import numpy as np
import pytest
import xarray as xr
from arviz_stats.base import array_stats

from models.check_result import CheckResult, all_passed
from models.convergence import e_bfmi, gate, sampler_gate


def normal(seed, *, shift=0.0, draws=500):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(4, draws)) + shift * np.arange(4)[:, np.newaxis]


def stats(**changed):
    shape = (3, 4, 200)
    values = {
        "diverging": np.zeros(shape, dtype=bool),
        "maxdepth_reached": np.zeros(shape, dtype=bool),
        "energy": np.random.default_rng(0).normal(size=shape),
    }
    dims = ("imputation", "chain", "draw")
    return xr.Dataset({name: (dims, changed.get(name, values[name])) for name in values})


def test_each_quantity_gets_its_verdict():
    checks = gate(
        {"good": normal(0), "apart": normal(1, shift=0.3), "fixed": np.full((4, 500), 22.0)}
    )
    assert [check.name for check in checks] == ["good", "apart", "fixed"]
    assert [check.passed for check in checks] == [True, False, None]
    assert checks[1].values["r_hat"] > 1.01
    assert "at most 1.01" in checks[1].text
    assert not all_passed(checks)
    assert all_passed([checks[0], checks[2]])


def test_limits_are_explicit():
    draws = {"log_hr": normal(5, draws=120)}
    assert gate(draws, ess_limit=100.0, r_hat_limit=1.05)[0].passed
    assert not gate(draws, ess_limit=5000.0, r_hat_limit=1.05)[0].passed
    assert not gate(draws, ess_limit=100.0, r_hat_limit=1.0)[0].passed


def test_a_quantity_that_is_not_a_number_fails():
    assert gate({"broken": np.full((4, 100), np.nan)})[0].passed is False


def test_nothing_to_judge_is_no_check():
    assert gate({}) == []


def test_the_sampler_passes_only_when_clean():
    assert [check.passed for check in sampler_gate(stats())] == [True, True, True]
    one = np.zeros((3, 4, 200), dtype=bool)
    one[1, 2, 7] = True
    diverged, deep, _ = sampler_gate(stats(diverging=one, maxdepth_reached=one))
    assert (diverged.passed, deep.passed) == (False, False)
    assert deep.values == {"maxdepth_reached": 1}
    wandering = np.cumsum(np.random.default_rng(2).normal(size=(3, 4, 200)), axis=-1)
    assert not sampler_gate(stats(energy=wandering))[2].passed


def test_e_bfmi_agrees_with_arviz():
    energy = np.cumsum(np.random.default_rng(3).normal(size=(4, 300)), axis=-1)
    np.testing.assert_allclose(e_bfmi(energy), array_stats.bfmi(energy, chain_axis=0, draw_axis=1))


def test_values_of_a_check_cannot_be_changed():
    check = CheckResult(name="a", passed=True, values={"x": 1.0}, text="fine")
    with pytest.raises(TypeError):
        check.values["x"] = 2.0
