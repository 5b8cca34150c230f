"""Averages, changes and bands of log HR(t), and stacking, on made-up draws."""

import numpy as np
import pytest
import xarray as xr

from models.time_varying.effect_nodes import (
    baseline_interval,
    cell_cuts,
    effect_nodes,
    walk_basis,
    waning_months,
)
from models.time_varying.prior_draws import draw_effect_prior
from models.time_varying.priors import (
    EVERY_MODEL,
    DelayedEffect,
    RandomWalkEffect,
    SeparateArms,
    WaningEffect,
)
from models.time_varying.summaries import average_log_hr, largest_change, ratio_bands


@pytest.fixture
def draws():
    values = np.array([[[0.0, -0.6, 0.3], [-0.2, -0.2, -0.2]]])
    return xr.Dataset(
        {"log_hr": (("chain", "draw", "interval"), values)},
        coords={"interval_start": ("interval", [0.0, 6.0, 12.0])},
    )


def test_the_average_is_over_months(draws):
    found = average_log_hr(draws, window=24.0).values[0]
    np.testing.assert_allclose(found, [0.25 * 0 - 0.25 * 0.6 + 0.5 * 0.3, -0.2])
    np.testing.assert_allclose(average_log_hr(draws, window=9.0).values[0], [-0.2, -0.2])


def test_the_largest_change_is_between_any_two_intervals(draws):
    np.testing.assert_allclose(largest_change(draws).values[0], [0.9, 0.0], atol=1e-12)


def test_a_cut_point_belongs_to_the_interval_it_ends(draws):
    bands = ratio_bands(draws.isel(draw=[0]), [6.0, 6.1, 30.0], probabilities=[0.5])
    np.testing.assert_allclose(bands["hazard_ratio"].values[0], np.exp([0.0, -0.6, 0.3]))


def test_cells_are_cut_by_baseline_and_effect():
    cells = cell_cuts(DelayedEffect(months=(2.0, 6.0)), cuts=(3.0, 6.0))
    assert cells == (2.0, 3.0, 6.0)
    assert baseline_interval(cells, cuts=(3.0, 6.0)).tolist() == [0, 0, 1, 2]
    nodes = effect_nodes(
        DelayedEffect(months=(2.0, 6.0)), cuts=(3.0, 6.0), log_hr=_prior(1.0)
    )  # fmt: skip
    assert nodes.basis[:, :, 0].tolist() == [[0, 1, 1, 1], [0, 0, 0, 1]]


def _prior(sd):
    from models.settings import NormalPrior

    return NormalPrior(sd=sd)


def test_a_waning_effect_halves():
    model = WaningEffect(half_life=6.0, upper=12.0, step=3.0, until=12.0)
    months = waning_months(model, cuts=(3.0,))
    assert months.tolist() == [1.5, 4.5, 7.5, 10.5, 12.0]
    nodes = effect_nodes(model, cuts=(3.0,), log_hr=_prior(1.0))
    np.testing.assert_allclose(nodes.basis[:, :, 0], 0.5 ** (months / nodes.node[:, None]))


def test_steps_leave_the_average_alone():
    np.testing.assert_allclose(walk_basis(5).mean(axis=0), 0.0, atol=1e-15)
    np.testing.assert_allclose(np.diff(walk_basis(5), axis=0), np.eye(4))


@pytest.mark.parametrize("model", EVERY_MODEL, ids=lambda m: m.kind)
def test_prior_draws_have_the_moments_of_the_prior(made, model):
    """Mean 0 and the sd of log HR in the first and last cell; 40,000 draws, 4 standard errors."""
    drawn = draw_effect_prior(
        model, settings=made.settings, draws=40_000, rng=np.random.default_rng(8)
    )
    values = drawn["log_hr"].values[0]
    if isinstance(model, SeparateArms):
        expected = np.full(values.shape[1], np.pi / np.sqrt(3))
    else:
        nodes = effect_nodes(model, cuts=made.settings.cuts, log_hr=made.settings.log_hr)
        share = np.exp(nodes.log_weight)
        expected = np.sqrt(np.einsum("j,jfp->f", share, nodes.basis**2 * nodes.sd**2))
    for cell in (0, -1):
        own = values[:, cell]
        assert abs(own.mean()) <= 4 * own.std() / 200, f"cell {cell}: mean {own.mean():.4f}"
        spread = np.sqrt(((own**2 - own.var()) ** 2).mean()) / 2 / max(own.std(), 1e-9) / 200
        assert abs(own.std() - expected[cell]) <= 4 * spread + 1e-3, (
            f"cell {cell}: sd {own.std():.4f}, expected {expected[cell]:.4f}, SE {spread:.4f}"
        )
    ratio = np.log(drawn["hazard"].sel(arm="rt") / drawn["hazard"].sel(arm="control"))
    np.testing.assert_allclose(ratio.values, drawn["log_hr"].values, atol=1e-9)


def test_a_walk_starts_and_ends_wider_than_its_average(made):
    drawn = draw_effect_prior(
        RandomWalkEffect(), settings=made.settings, draws=20_000, rng=np.random.default_rng(9)
    )
    spread = drawn["log_hr"].values[0].std(axis=0)
    assert spread[0] > spread[2]
    assert spread[-1] > spread[3]
