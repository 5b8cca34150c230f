"""Estimates by look: areas are shares of trials, the truth stands where it is."""

from dataclasses import replace

import numpy as np
import pytest

from simulate.plots.estimates import plot_estimates


def draw(made_up, estimates):
    return plot_estimates(estimates, cox_limit=made_up.limits, title=made_up.title)


def shares(made_up, panel):
    """Area of each outcome in a panel, in units of the bin."""
    stairs = {k: v.get_data() for k, v in made_up.named(panel).items() if "estimates-" in k}
    return {k: float(np.sum(data.values - data.baseline)) for k, data in stairs.items()}


def test_areas_are_the_shares_of_trials_by_look_and_outcome(made_up):
    estimates = made_up.estimates()
    for look, panel in enumerate(draw(made_up, estimates)):
        found = shares(made_up, panel)
        for outcome in ("success", "futility", "failure"):
            here = (estimates.stop == look) & (estimates.outcome == outcome)
            assert found.get(f"estimates-{outcome}", 0.0) == pytest.approx(here.mean())


def test_the_truth_and_the_median_stand_at_their_hazard_ratios(made_up):
    estimates = made_up.estimates()
    for look, panel in enumerate(draw(made_up, estimates)):
        lines = made_up.named(panel)
        assert lines["truth"].get_xdata()[0] == pytest.approx(np.exp(made_up.limits[look]))
        median = np.exp(np.median(estimates.log_hr[estimates.stop == look]))
        assert lines["median"].get_xdata()[0] == pytest.approx(median)
        assert any(f"median HR {median:.2f}" in text.get_text() for text in panel.texts)


def test_panels_share_one_log_axis_that_holds_no_effect(made_up):
    panels = draw(made_up, made_up.estimates())
    assert {panel.get_xscale() for panel in panels} == {"log"}
    assert len({panel.get_xlim() for panel in panels}) == 1
    assert len({panel.get_ylim() for panel in panels}) == 1
    assert panels[0].get_xlim()[0] < 1 < panels[0].get_xlim()[1]


def test_trials_without_an_estimate_are_counted(made_up):
    estimates = made_up.estimates()
    log_hr = estimates.log_hr.copy()
    log_hr[:2] = np.nan, -np.inf
    panels = draw(made_up, replace(estimates, log_hr=log_hr))
    assert "300 trials (2 without an estimate)" in made_up.words(panels[0])
    with pytest.raises(ValueError, match="`estimates` has no finite log hazard ratio"):
        draw(made_up, replace(estimates, log_hr=np.full(300, np.nan)))


def test_a_look_at_which_nobody_stops_is_an_empty_panel(made_up):
    estimates = made_up.estimates()
    panels = draw(made_up, replace(estimates, stop=np.full(300, 2)))
    assert shares(made_up, panels[0]) == {}
    assert any(text.get_text() == "look 1\n0.0% of trials" for text in panels[0].texts)
