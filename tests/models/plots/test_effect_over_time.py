"""Figures of effects that change over time: numbers land where they belong."""

import numpy as np
import pytest

from models.plots.effect_bands import plot_effect_bands
from models.plots.effect_change import GRID, plot_effect_change
from models.plots.effect_evidence import plot_effect_evidence


def test_each_model_has_a_panel_with_its_median(made_up):
    bands = made_up.effect_bands()
    axes = plot_effect_bands(bands, {}, endpoint_label=made_up.endpoint)
    assert [ax.get_title(loc="left") for ax in axes] == list(bands)
    for ax, found in zip(axes, bands.values(), strict=True):
        line = made_up.lines(ax)["median"]
        expected = found["hazard_ratio"].sel(quantile=0.5).values
        np.testing.assert_array_equal(line.get_ydata(), expected)
        assert ax.get_yscale() == "log"


def test_what_is_not_trusted_is_not_drawn(made_up):
    ax = plot_effect_evidence(made_up.effect_evidence(), endpoint_label=made_up.endpoint)
    text = made_up.words(ax)
    assert "not shown" in text
    assert "18.17; probability 0.80" in text
    points = [line for line in ax.get_lines() if line.get_marker() == "D"]
    assert [float(line.get_xdata()[0]) for line in points] == pytest.approx(np.exp([0.2, 2.9]))
    assert ax.get_xlim()[1] > np.exp(2.9 + 0.6)


def test_a_table_without_evidence_is_refused(made_up):
    with pytest.raises(ValueError, match="lacks the columns share"):
        plot_effect_evidence(made_up.effect_evidence().drop(columns="share"), endpoint_label="PFS")


def test_shares_below_a_factor_are_those_of_the_draws(made_up):
    changes = made_up.effect_changes()
    ax = plot_effect_change(changes, endpoint_label=made_up.endpoint, similar=1.25)
    lines = made_up.lines(ax)
    for name, (before, after) in changes.items():
        for part, draws in (("prior", before), ("posterior", after)):
            share = lines[f"{part}-{name}"].get_ydata()
            expected = (np.exp(draws)[:, None] < GRID).mean(axis=0)
            np.testing.assert_allclose(share, expected, atol=0.003)
