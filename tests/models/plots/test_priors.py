"""Figures of priors: what is drawn where, and what cannot be drawn."""

import numpy as np
import pytest
from matplotlib.colors import to_hex

from models.normal_posterior import NormalPosterior
from models.plots.prior_curves import plot_prior_curves
from models.plots.prior_densities import plot_prior_densities
from models.plots.prior_posteriors import plot_prior_posteriors
from models.plots.style import ARM_STYLES
from models.plots.tipping_point import plot_tipping_point
from models.plots.trial_forest import plot_trial_forest
from models.priors.normal_mixture import NormalMixture
from models.priors.tipping_point import find_tipping_point
from models.priors.trial_posterior import learn_from_estimate


def test_the_forest_draws_each_trial_as_printed_and_drawn_to_the_others(made_up):
    table = made_up.trials()
    ax = plot_trial_forest(table, endpoint_label=made_up.endpoint, note="at face value")
    text = made_up.words(ax)
    for words in ("NRG", "0.93 (0.70 to 1.23)", "Prediction", "at face value", "not pooled"):
        assert words in text
    blue = ARM_STYLES["rt"].colour
    drawn = [line for line in ax.get_lines() if to_hex(line.get_color()) == blue]
    spans = [tuple(line.get_xdata()) for line in drawn if len(line.get_xdata()) == 2]
    assert (0.6, 1.1) in spans
    assert ax.get_xscale() == "log"


@pytest.mark.parametrize("spoil", [{"kind": "other"}, "drawn_lower"])
def test_a_forest_of_something_else_is_refused(made_up, spoil):
    table = made_up.trials()
    table = table.drop(columns=spoil) if isinstance(spoil, str) else table.assign(**spoil)
    with pytest.raises(ValueError, match="`table` needs the columns name, kind, median"):
        plot_trial_forest(table, endpoint_label=made_up.endpoint)


def test_densities_are_those_of_the_priors_with_their_worth(made_up):
    priors = {"sceptical": NormalMixture.normal(0.0, 0.25), "vague": NormalMixture.normal(0.0, 1.0)}
    ax = plot_prior_densities(
        priors,
        events={"sceptical": 64.0, "vague": 4.0},
        endpoint_label=made_up.endpoint,
        estimate=NormalPosterior(mean=np.log(0.5), sd=0.3),
    )
    line = made_up.lines(ax)["sceptical"]
    x, y = line.get_xdata(), line.get_ydata()
    assert y == pytest.approx(priors["sceptical"].density(np.log(x)))
    text = made_up.words(ax)
    assert "sceptical: worth 64 events" in text
    assert "trial at hand: 0.50 (0.28 to 0.90), 95%" in text


@pytest.mark.parametrize("count", [0, 8])
def test_lines_that_cannot_be_told_apart_are_refused(made_up, count):
    priors = {str(i): NormalMixture.normal(0.0, 1.0) for i in range(count)}
    with pytest.raises(ValueError, match=f"`priors` holds {count}; 1 to 7 lines"):
        plot_prior_densities(priors, events={}, endpoint_label=made_up.endpoint)


def test_the_tipping_point_is_marked_where_the_curve_crosses(made_up):
    found = find_tipping_point(
        learn_from_estimate(NormalPosterior(mean=-0.69, sd=0.275)), target_hr=0.69
    )
    ax = plot_tipping_point(found, endpoint_label=made_up.endpoint, marked={"sceptical": 0.2256})
    point = made_up.lines(ax)["tipping"]
    assert point.get_xydata() == pytest.approx(np.array([[found.tipping_sd, 0.95]]))
    text = made_up.words(ax)
    assert f"sd {found.tipping_sd:.2f}, worth {found.events:.0f} events" in text
    assert "sceptical" in text


def test_a_result_without_a_tipping_point_has_no_mark(made_up):
    weak = learn_from_estimate(NormalPosterior(mean=-0.1, sd=0.3))
    ax = plot_tipping_point(
        find_tipping_point(weak, target_hr=0.69), endpoint_label=made_up.endpoint
    )
    assert "tipping" not in made_up.lines(ax)


def test_a_posterior_of_too_few_draws_is_not_drawn(made_up):
    table = made_up.prior_rows()
    ax = plot_prior_posteriors(table, endpoint_label=made_up.endpoint)
    text = made_up.words(ax)
    assert "too few draws left" in text
    assert "P(HR < 1) = 0.992" in text
    spans = [tuple(line.get_xdata()) for line in ax.get_lines() if len(line.get_xdata()) == 2]
    assert (0.31, 0.89) in spans
    assert (0.01, 0.02) not in spans
    with pytest.raises(ValueError, match="lacks the columns trusted; add them"):
        plot_prior_posteriors(table.drop(columns="trusted"), endpoint_label="x")


def test_survival_has_a_panel_for_each_prior(made_up):
    curves = made_up.prior_survival_curves()
    panels = plot_prior_curves(curves, endpoint_label=made_up.endpoint)
    assert [panel.get_title(loc="left") for panel in panels] == list(curves)
    line = made_up.lines(panels[0])["rt"]
    assert np.array(line.get_ydata()) == pytest.approx(next(iter(curves.values())).median)
