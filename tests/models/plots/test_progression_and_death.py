"""Figures of progression and death: what is drawn equals what was computed."""

import numpy as np
import pytest

from models.illness_death.occupancy import occupancy
from models.illness_death.posterior import pack_posterior
from models.illness_death.table import summarise_illness_death
from models.plots.benefit_scatter import plot_benefits
from models.plots.occupancy_bands import plot_occupancy_bands
from models.plots.occupancy_quantiles import occupancy_quantiles
from models.plots.transition_forest import plot_transitions

TITLE = "Invented 2020"


def test_quantiles_of_states_are_those_of_all_draws_at_once(made_up):
    tree, times = made_up.progression_and_death(), np.array([0.0, 5.0, 24.0])
    found = occupancy_quantiles(tree, times)["occupancy"]
    packed = pack_posterior(tree["posterior"].to_dataset(), clock="forward").packed
    states = occupancy(packed, times)
    for name, values in (("free", states.free), ("progressed", states.seen)):
        expected = np.quantile(values, [0.025, 0.5], axis=1)
        got = found.sel(state=name).sel(quantile=[0.025, 0.5]).values
        np.testing.assert_allclose(got, expected, rtol=1e-10)
    dead = 1 - np.median(states.free + states.seen, axis=1)
    np.testing.assert_allclose(found.sel(state="dead", quantile=0.5), dead, atol=1e-10)


def test_draws_are_thinned_evenly(made_up):
    tree = made_up.progression_and_death()
    few = occupancy_quantiles(tree, [12.0], most_draws=20)["occupancy"]
    kept = tree["posterior"].to_dataset().stack(all=("chain", "draw")).isel(all=slice(0, None, 4))
    hazard = kept["hazard"].transpose("all", ...).values
    free = np.exp(-hazard[:, :2].sum(axis=1) @ np.array([3.0, 7.0, 2.0]))
    np.testing.assert_allclose(few.sel(state="free", quantile=0.5)[:, 0], np.median(free, axis=0))


def test_bands_and_medians_equal_the_quantiles(made_up):
    quantiles = made_up.shares()
    panels = plot_occupancy_bands(quantiles, title=TITLE)
    for state, panel in zip(("free", "progressed", "dead"), panels, strict=True):
        lines = made_up.lines(panel)
        for arm in ("control", "rt"):
            values = quantiles["occupancy"].sel(state=state, arm=arm)
            median = lines[f"median-{arm}"].get_ydata()
            np.testing.assert_array_equal(median, values.sel(quantile=0.5))
            corners = lines[f"band-{arm}-95"].get_paths()[0].vertices
            for end in (0.025, 0.975):
                points = np.column_stack((quantiles["time"], values.sel(quantile=end)))
                assert all((np.abs(corners - point).sum(axis=1) < 1e-12).any() for point in points)
    words = made_up.words(panels[0])
    for stated in ("Months since randomisation", "50% and 95% central intervals", "Free of"):
        assert stated in words


def test_benefits_show_every_draw_and_the_share_in_each_corner(made_up):
    estimands = made_up.both_endpoints()
    ax = plot_benefits(estimands, title=TITLE, months=12.0)
    gain = estimands["rmst_difference"].sel(horizon=12.0)
    pfs, os = (gain.sel(endpoint=name).values.ravel() for name in ("pfs", "os"))
    lines = made_up.lines(ax)
    np.testing.assert_array_equal(lines["draws"].get_xydata(), np.column_stack((pfs, os)))
    both = round(100 * ((pfs > 0) & (os > 0)).mean())
    assert lines["share-both"].get_text() == f"both {both}%"
    only = round(100 * ((pfs > 0) & ~(os > 0)).mean())
    assert lines["share-PFS only"].get_text() == f"PFS only {only}%"
    assert "RT minus control" in ax.get_xlabel()
    with pytest.raises(ValueError, match=r"`months` must be one of the horizons \[12.0, 24.0\]"):
        plot_benefits(estimands, months=36.0)


def test_the_forest_shows_transitions_and_endpoints(made_up):
    table = summarise_illness_death(made_up.both_endpoints())
    ax = plot_transitions(table, title=TITLE)
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert labels[:3] == ["Progression", "Death without progression", "Death after progression"]
    assert labels[3:] == [f"{name} at month {m}" for name in ("PFS", "OS") for m in (6, 12, 24)]
    points = [line.get_xdata()[0] for line in ax.get_lines() if line.get_marker() == "D"]
    own = table.query("part == 'death_after_progression'")["median"].item()
    assert points[2] == pytest.approx(own)
    assert f"{own:.2f} (" in made_up.words(ax)
    assert "below 1 favours RT" in ax.get_xlabel()


def test_tables_without_transitions_are_refused(made_up):
    table = summarise_illness_death(made_up.both_endpoints())
    with pytest.raises(ValueError, match="`table` lacks the column 'part'"):
        plot_transitions(table.drop(columns="part"), title=TITLE)
    with pytest.raises(ValueError, match="`table` has no hazard ratio of a transition"):
        plot_transitions(table.query("part == 'os'"), title=TITLE)
