"""Pictures of assurance: what is drawn is what was given."""

import numpy as np
from scipy.special import ndtr

from simulate.plots.assurance_by_prior import AssuranceBar, plot_assurance_by_prior
from simulate.plots.assurance_by_size import plot_assurance_by_size
from simulate.plots.power_distribution import BINS, plot_power_distribution
from simulate.plots.success_by_effect import plot_success_by_effect

LOG_HR = np.random.default_rng(2).normal(-0.4, 0.3, 400)
POWER = ndtr(-1.96 - 8 * LOG_HR)


def test_bars_are_shares_of_draws_and_lines_stand_at_their_figures():
    ax = plot_power_distribution(POWER, assurance=0.62, mcse=0.01, at_mean=0.8)
    heights = [bar.get_height() for bar in ax.patches]
    np.testing.assert_allclose(heights, np.histogram(POWER, BINS)[0] / 400)
    places = [line.get_xdata()[0] for line in ax.get_lines()]
    np.testing.assert_allclose(places, [0.62, 0.8, np.median(POWER)])
    words = [text.get_text() for text in ax.get_legend().get_texts()]
    assert "assurance, the mean: 62.0% (MC error 1.0 points)" in words
    assert "power at the posterior mean: 80.0%" in words


def test_thin_draws_have_words_in_place_of_a_bar():
    bars = [AssuranceBar("raw", 0.6, 0.01, 400.0), AssuranceBar("odd", np.nan, np.nan, 41.2)]
    ax = plot_assurance_by_prior(bars, at_mean=0.8)
    texts = [text.get_text() for text in ax.texts]
    assert texts == ["60.0% (58.0 to 62.0)", "worth 41 draws: too thin"]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["raw", "odd"]


def test_success_by_effect_has_groups_curve_and_threshold():
    ax = plot_success_by_effect(
        LOG_HR, POWER, hazard_ratio=[0.5, 0.9], success=[0.9, 0.1], mcse=[0.01, 0.02],
        benefit=0.75, label="True hazard ratio of OS",
    )  # fmt: skip
    curve = next(line for line in ax.get_lines() if line.get_label() == "probit model")
    ratio, power = curve.get_xdata(), curve.get_ydata()
    assert (np.diff(ratio) > 0).all()
    np.testing.assert_allclose(power, ndtr(-1.96 - 8 * np.log(ratio)), atol=0.08)
    words = [text.get_text() for text in ax.get_legend().get_texts()]
    assert "true benefit: HR at most 0.75" in words
    assert ax.get_xlabel().startswith("True hazard ratio of OS, RT versus control")


def test_assurance_and_power_by_size():
    ax = plot_assurance_by_size(
        [100, 200], assurance=[0.5, 0.6], assurance_mcse=[0.01, 0.01], power=[0.7, 0.9],
        power_mcse=[0.0, 0.0],
    )  # fmt: skip
    lines = {line.get_label(): line.get_ydata() for line in ax.get_lines()}
    np.testing.assert_array_equal(lines["assurance"], [0.5, 0.6])
    np.testing.assert_array_equal(
        lines["power if each hazard were at its posterior median"], [0.7, 0.9]
    )
