"""Survival bands: quantiles against numpy in one go, and bands that equal their input."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.plots import survival_quantiles as module
from models.plots.survival_bands import plot_survival_bands
from models.plots.survival_quantiles import BAND_PROBABILITIES, survival_quantiles
from models.survival import survival


def test_quantiles_are_those_of_all_times_at_once(made_up, monkeypatch):
    hazard = made_up.draws()["hazard"].values
    times = np.linspace(0, 36, 17)
    expected = np.quantile(
        survival(hazard, times, cuts=made_up.cuts), BAND_PROBABILITIES, axis=(0, 1)
    )
    for cells in (1, 1_000, 10**9):
        monkeypatch.setattr(module, "CELLS_AT_ONCE", cells)
        found = survival_quantiles(hazard, times, cuts=made_up.cuts)
        np.testing.assert_allclose(found["survival"], expected, rtol=1e-12)
    assert found["survival"].dims == ("quantile", "arm", "time")
    assert found["arm"].values.tolist() == ["control", "rt"]


@given(st.floats(0.001, 1.0), st.floats(0.0, 60.0))
def test_a_certain_constant_hazard_gives_the_exponential(rate, month):
    found = survival_quantiles(np.full((5, 2, 1), rate), [month], cuts=())
    np.testing.assert_allclose(found["survival"], np.exp(-rate * month), rtol=1e-12)


def test_the_arms_must_be_where_they_belong(made_up):
    hazard = made_up.draws()["hazard"].transpose(..., "interval", "arm")
    with pytest.raises(ValueError, match=r"`hazard` needs control and RT .* \(2, 100, 3, 2\)"):
        survival_quantiles(hazard, [1.0], cuts=made_up.cuts)


def draw(quantiles, made_up):
    return plot_survival_bands(
        quantiles, printed_medians=made_up.medians, endpoint_label=made_up.endpoint
    )


@pytest.mark.parametrize("arm", ["control", "rt"])
def test_bands_and_median_equal_the_quantiles(made_up, arm):
    quantiles = made_up.quantiles()
    lines = made_up.lines(draw(quantiles, made_up))
    values = quantiles["survival"].sel(arm=arm)
    np.testing.assert_array_equal(lines[f"median-{arm}"].get_ydata(), values.sel(quantile=0.5))
    for mass, ends in ((50, (0.25, 0.75)), (95, (0.025, 0.975))):
        corners = lines[f"band-{arm}-{mass}"].get_paths()[0].vertices
        for end in ends:
            points = np.column_stack((quantiles["time"], values.sel(quantile=end)))
            assert all((np.abs(corners - point).sum(axis=1) < 1e-12).any() for point in points)


def test_kind_mass_and_units_are_stated(made_up):
    ax = draw(made_up.quantiles(), made_up)
    title = ax.get_legend().get_title().get_text()
    assert title == "Posterior median with 50% and 95% central intervals, pointwise"
    assert ax.get_xlabel() == "Months since randomisation"
    assert ax.get_xlim() == (0, 36)


def test_printed_medians_are_marked(made_up):
    lines = made_up.lines(draw(made_up.quantiles(), made_up))
    assert lines["printed-median-control"].get_xydata().tolist() == [[10.93, 0.5]]
    assert lines["printed-median-rt"].get_xydata().tolist() == [[15.37, 0.5]]


def test_a_missing_quantile_is_named(made_up):
    with pytest.raises(ValueError, match=r"`quantiles` lacks the quantile 0\.25"):
        draw(made_up.quantiles().sel(quantile=[0.025, 0.5, 0.975]), made_up)
