"""Posterior of the hazard ratio: densities, the print turned round, the probability written."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.normal_posterior import PrintedHazardRatio
from models.plots.density import kernel_density
from models.plots.hazard_ratio import plot_hazard_ratio, ratio_ticks, rt_versus_control


def draw(log_hr, made_up, **others):
    return plot_hazard_ratio(log_hr, **(made_up.hazard_ratio_inputs() | others))


def legend(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def test_a_printed_ratio_is_turned_to_rt_versus_control(made_up):
    turned = rt_versus_control(made_up.printed, direction="control_vs_rt")
    assert turned == pytest.approx((1 / 1.99, 1 / 3.41, 1 / 1.16))
    assert rt_versus_control(made_up.printed, direction="rt_vs_control") == made_up.printed


def test_the_error_bar_stands_at_the_turned_print(made_up):
    ax = draw(made_up.draws()["log_hr"], made_up)
    (bar,) = ax.containers
    point, _, (segments,) = bar.lines
    assert point.get_xdata().tolist() == [1 / 1.99]
    assert segments.get_segments()[0][:, 0] == pytest.approx([1 / 3.41, 1 / 1.16])
    assert "printed: 0.50 (0.29 to 0.86), 95% confidence interval" in legend(ax)[-1]
    assert "in the paper control versus RT: 1.99 (1.16 to 3.41)" in legend(ax)[-1]


def test_a_print_of_rt_versus_control_is_not_repeated(made_up):
    printed = PrintedHazardRatio(0.5, 0.3, 0.86)
    ax = draw(made_up.draws()["log_hr"], made_up, printed=printed, direction="rt_vs_control")
    assert legend(ax)[-1] == "printed: 0.50 (0.30 to 0.86), 95% confidence interval"


def test_normal_curves_are_the_densities_given(made_up):
    inputs = made_up.hazard_ratio_inputs()
    lines = made_up.lines(draw(made_up.draws()["log_hr"], made_up))
    for name in ("level_0", "level_0_flat"):
        drawn = lines[name.replace("_", "-")]
        grid = np.log(drawn.get_xdata())
        expected = [inputs[name].density(beta) for beta in grid]
        np.testing.assert_allclose(drawn.get_ydata(), expected, rtol=1e-9)
    assert lines["level-0-flat"].is_dashed()
    prior = lines["prior"]
    at_one = np.interp(1.0, prior.get_xdata(), prior.get_ydata())
    assert at_one == pytest.approx(1 / math.sqrt(2 * math.pi), rel=1e-4)


def test_the_shaded_area_ends_at_1_and_its_share_is_written(made_up):
    log_hr = np.concatenate((np.linspace(-2, -0.01, 97), np.linspace(0.01, 0.3, 3)))
    ax = draw(log_hr, made_up)
    shade = made_up.lines(ax)["below-1"]
    assert shade.get_paths()[0].vertices[:, 0].max() <= 1
    assert legend(ax)[1] == "its part below 1: P(HR < 1) = 0.970"


def test_direction_kind_and_mass_are_stated(made_up):
    ax = draw(made_up.draws()["log_hr"], made_up)
    assert ax.get_xlabel() == "Hazard ratio, RT versus control (log scale), below 1 favours RT"
    assert ax.get_xscale() == "log"
    assert legend(ax)[0].endswith("95% central interval")
    low, high = ax.get_xlim()
    assert low < 0.29
    assert high > 1.1


def test_draws_without_end_are_refused(made_up):
    with pytest.raises(ValueError, match="`draws` needs at least 2 different, finite values"):
        draw(np.array([0.1, np.inf]), made_up)


def test_the_kernel_density_of_many_normal_draws_is_normal():
    draws = np.random.default_rng(4).normal(0.3, 0.5, 100_000)
    found = kernel_density(draws)
    step = np.diff(found.value)[0]
    assert found.density.sum() * step == pytest.approx(1, abs=1e-6)
    truth = np.exp(-(((found.value - 0.3) / 0.5) ** 2) / 2) / (0.5 * math.sqrt(2 * math.pi))
    # One standard error of the estimate at the mode is 0.005 here, its bias 0.006.
    assert np.abs(found.density - truth).max() < 0.03


def test_the_kernel_density_is_the_mean_of_kernels():
    draws = np.random.default_rng(5).gamma(2.0, size=60)
    found = kernel_density(draws)
    quarter, three = np.quantile(draws, (0.25, 0.75))
    width = 1.06 * min(draws.std(ddof=1), (three - quarter) / 1.349) * 60**-0.2
    kernels = np.exp(-(((found.value[:, None] - draws) / width) ** 2) / 2)
    direct = kernels.mean(axis=1) / (width * math.sqrt(2 * math.pi))
    np.testing.assert_allclose(found.density, direct, atol=2e-3 * direct.max())


def test_fewer_independent_draws_make_a_wider_kernel():
    draws = np.random.default_rng(6).normal(size=4000)
    assert kernel_density(draws, size=50).density.max() < kernel_density(draws).density.max()


@given(st.floats(1e-4, 1.0), st.floats(1.05, 1e5), st.integers(3, 9))
def test_ticks_lie_inside_and_are_no_more_than_fit(low, span, most):
    high = low * span
    ticks = ratio_ticks(low, high, most=most)
    assert all(low <= tick <= high for tick in ticks)
    assert ticks == sorted(set(ticks))
    assert len(ticks) <= max(most, math.log10(span) + 1)


def test_an_ordinary_axis_has_ordinary_ticks():
    assert ratio_ticks(0.22, 1.55, most=7) == [0.3, 0.5, 0.7, 1.0, 1.5]
