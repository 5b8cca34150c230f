"""PyMC fits of a changing effect against quadrature, their layout, and what they refuse."""

import numpy as np
import pytest

from models.chain_diagnostics import ess_mean
from models.settings import RandomWalkBaseline
from models.survival.exposure import exposure_dataset
from models.time_varying.collapse import collapse, window_weights
from models.time_varying.effect_nodes import cell_cuts, effect_nodes
from models.time_varying.fit import compile_time_varying, fit_time_varying
from models.time_varying.leave_one_out import leave_one_out, one_set, patient_log_likelihood
from models.time_varying.posterior import KIND
from models.time_varying.priors import (
    DelayedEffect,
    RandomWalkEffect,
    SeparateArms,
    WaningEffect,
)

pytestmark = pytest.mark.slow

SETS = 5
OTHERS = [
    pytest.param(model, marks=pytest.mark.calibration, id=model.kind)
    for model in (RandomWalkEffect(), WaningEffect(), SeparateArms())
]


@pytest.fixture(scope="module", params=[pytest.param(DelayedEffect(), id="delayed"), *OTHERS])
def compiled(request, made):
    return compile_time_varying(request.param, settings=made.settings)


@pytest.fixture(scope="module")
def tables(compiled, made):
    """Three ordinary trials, one without events under RT, one whose events tell no delay."""
    cells = cell_cuts(compiled.model, cuts=made.settings.cuts)
    table = made.tables(compiled.model, SETS)
    table.events[-2, 1] = 0
    table.events[-1, :, 1:], table.exposure[-1, :, 1:] = 0, 0.0
    return exposure_dataset(table, cuts=cells)


@pytest.fixture(scope="module")
def tree(compiled, tables):
    return fit_time_varying(tables, compiled=compiled, seed=1)


def test_fits_agree_with_quadrature(tree, tables, compiled, made):
    """Mean and standard deviation of the average log HR; 4,000 draws a set, 4 standard errors."""
    if isinstance(compiled.model, SeparateArms):
        pytest.skip("separate arms have no effect to average by quadrature")
    nodes = effect_nodes(compiled.model, cuts=made.settings.cuts, log_hr=made.settings.log_hr)
    exact = collapse(
        tables["events"].values,
        tables["exposure"].values,
        nodes=nodes,
        baseline=made.settings.baseline,
        placement=made.settings.placement,
        window=24.0,
    )
    values = tree["posterior"]["log_hr"].values @ window_weights(nodes.cuts, window=24.0)
    size = ess_mean(np.moveaxis(values, 0, -1))
    off = (values.mean(axis=(1, 2)) - exact.average_mean) / exact.average_sd * np.sqrt(size)
    assert np.abs(off).max() < 4, f"means off by {off} Monte Carlo errors"
    ratio = values.std(axis=(1, 2)) / exact.average_sd
    assert np.abs(ratio - 1).max() < 0.1, f"standard deviations off by factors {ratio}"


def test_every_fit_converges_without_divergences(tree):
    assert bool(tree["convergence"]["passed"].all())
    assert int(tree["sample_stats"]["diverging"].sum()) == 0


def test_hazards_are_those_of_the_log_hazard_ratios(tree):
    hazard = tree["posterior"]["hazard"]
    ratio = np.log(hazard.sel(arm="rt") / hazard.sel(arm="control"))
    np.testing.assert_allclose(ratio, tree["posterior"]["log_hr"], atol=1e-9)


def test_the_tree_can_be_planned_with(tree, tmp_path):
    from simulate.assurance.read import read_posterior

    assert tree.attrs["kind"] == KIND
    stored = tree.copy()
    stored.attrs = {**tree.attrs, "endpoint": "pfs"}
    stored.to_netcdf(tmp_path / "posterior.nc", engine="h5netcdf")
    read = read_posterior(tmp_path / "posterior.nc")
    assert read.kind == "time_varying"
    assert read.size == SETS * 4_000
    np.testing.assert_array_equal(read.cuts, tree["constant_data"]["cuts"].values)


def test_a_set_is_the_same_in_any_company(compiled, tables, tree):
    alone = fit_time_varying(tables.isel(imputation=[2]), compiled=compiled, seed=1)
    np.testing.assert_array_equal(
        alone["posterior"]["log_hr"].values[0], tree["posterior"]["log_hr"].values[2]
    )


def test_tables_of_other_cells_are_refused(compiled, tables):
    with pytest.raises(ValueError, match="tabulate with `cell_cuts`"):
        fit_time_varying(
            tables.assign_coords(interval_start=tables["interval_start"] + 0.5),
            compiled=compiled,
            seed=1,
        )
    with pytest.raises(ValueError, match="add one with"):
        fit_time_varying(tables.isel(imputation=0), compiled=compiled, seed=1)


def test_a_baseline_without_closed_form_is_refused(made):
    walk = made.settings.model_copy(update={"baseline": RandomWalkBaseline()})
    with pytest.raises(ValueError, match="need a gamma or hierarchical gamma baseline"):
        compile_time_varying(DelayedEffect(), settings=walk)


def test_patients_left_out_by_weights_are_those_left_out_in_earnest(compiled, made, monkeypatch):
    """Smoothed importance sampling against exact refits of the first four patients."""
    from models.time_varying import leave_one_out as module

    time, event, arm = made.patients(1)
    given = (time[0], event[0], arm.astype(np.int64))
    fitted = fit_time_varying(one_set(*given, compiled=compiled), compiled=compiled, seed=2)
    draws = fitted["posterior"].to_dataset().isel(imputation=0)
    found = leave_one_out(draws, given, compiled=compiled, seed=2)
    exact = [module._refit(i, given, compiled, seed=2, cores=1) for i in range(4)]
    np.testing.assert_allclose(found.log_density[:4], exact, atol=0.03)
    monkeypatch.setattr(module, "HEAVY_TAIL", -np.inf)
    monkeypatch.setattr(module, "_refit", lambda *_, **__: -1.0)
    forced = leave_one_out(draws, given, compiled=compiled, seed=2)
    assert forced.refitted == 75
    assert (forced.log_density == -1.0).all()


def test_likelihoods_of_patients_sum_to_that_of_the_table(tree, made):
    draws = tree["posterior"].to_dataset().isel(imputation=0, draw=slice(5))
    time, event, arm = made.patients(1)
    by_patient = patient_log_likelihood(draws, time[0], event[0], arm)
    cuts = draws["interval_start"].values[1:]
    from models.survival.exposure import tabulate

    table = tabulate(time[0], event[0], arm, cuts=cuts)
    hazard = draws["hazard"].transpose("chain", "draw", "arm", "interval").values
    whole = (table.events * np.log(hazard) - table.exposure * hazard).sum(axis=(2, 3))
    np.testing.assert_allclose(by_patient.sum(axis=-1), whole, rtol=1e-12)
