"""Figures of a table of operating characteristics: what is drawn is what the table says."""

import numpy as np
import pytest
import xarray as xr

from models.interval_estimate import Z_95
from simulate.plots.power import plot_power
from simulate.plots.stopping import plot_stopping
from simulate.plots.timeline import plot_timeline


def test_bars_are_the_probabilities_of_stopping_and_fill_one(made_up):
    table = made_up.table()
    for truth, panel in zip(table["truth"].values, plot_stopping(table, test="bayes"), strict=True):
        total = 0.0
        for outcome in ("success", "futility", "failure"):
            bars = [p for p in panel.patches if p.get_gid() == f"stop-{outcome}"]
            stop = table["stop"].sel(truth=truth, test="bayes", outcome=outcome).values
            assert [bar.get_height() for bar in bars] == pytest.approx(stop)
            total += sum(bar.get_height() for bar in bars)
        assert total == pytest.approx(1.0)


def test_bars_stand_on_one_another(made_up):
    panel = plot_stopping(made_up.table(), test="log_rank")[0]
    tops = {}
    for bar in panel.patches:
        assert bar.get_y() == pytest.approx(tops.get(bar.get_x(), 0.0))
        tops[bar.get_x()] = bar.get_y() + bar.get_height()


def test_many_truths_take_several_rows_and_many_looks_fewer_ticks(made_up):
    table = made_up.table(tuple(f"truth {k}" for k in range(6)), looks=20)
    panels = plot_stopping(table, test="log_rank")
    assert len(panels) == 6
    assert all(len(panel.get_xticks()) <= 8 for panel in panels)
    assert panels[0].get_xticks()[-1] == 20


def test_the_timeline_shows_mean_and_range(made_up):
    table = made_up.table()
    panels = plot_timeline(table, test="cox_wald")
    assert [panel.get_xlabel() for panel in panels] == [
        "Month of the stop", "Patients enrolled", "Events, both arms",
    ]  # fmt: skip
    texts = [text.get_text() for text in panels[0].texts]
    assert texts.count("55.0\n(49.5–60.5)") == 2
    ranges = [line.get_xdata() for line in panels[2].get_lines() if len(line.get_xdata()) == 2]
    assert ranges[0] == pytest.approx([216.0, 264.0])


def test_power_has_its_monte_carlo_interval(made_up):
    table = made_up.table()
    ax = plot_power(table, alpha=0.025, tests=["bayes"])
    here = table.sel(truth="planning", test="bayes")
    share, error = float(here["success"]), float(here["success_mcse"])
    ends = (share - Z_95 * error, share + Z_95 * error)
    drawn = [line.get_xdata() for line in ax.get_lines() if len(line.get_xdata()) == 2]
    assert any(np.allclose(x, ends) for x in drawn)
    written = f"{100 * share:.1f}% ({100 * ends[0]:.1f} to {100 * ends[1]:.1f})"
    assert written in [text.get_text() for text in ax.texts]


def test_intervals_stay_between_0_and_1(made_up):
    table = made_up.table()
    table["success"][:], table["success_mcse"][:] = 0.999, 0.01
    ax = plot_power(table, alpha=0.025)
    assert "99.9% (97.9 to 100.0)" in [text.get_text() for text in ax.texts]


def test_closed_forms_are_marked_where_they_exist(made_up):
    ax = plot_power(made_up.table(), alpha=0.05, closed_forms=made_up.forms)
    drawn = made_up.named(ax)
    assert drawn["form-Schoenfeld"].get_xdata().tolist() == [0.87]
    assert drawn["form-group-sequential"].get_xdata().tolist() == [0.85, 0.025]
    assert drawn["alpha"].get_xdata() == [0.05, 0.05]
    heights = drawn["form-group-sequential"].get_ydata()
    assert heights[1] - heights[0] == pytest.approx(np.diff(ax.get_yticks())[0])


def test_long_names_of_truths_do_not_reach_the_legend(made_up):
    name = "an effect that comes late, wanes early and is not the same in every one of the strata"
    panels = plot_stopping(made_up.table(("planning", name)), test="log_rank", title="A")
    figure = panels[0].get_figure(root=True)
    figure.draw_without_rendering()
    legend = panels[0].get_legend().get_window_extent()
    titles = figure.findobj(lambda artist: "\nsuccess " in getattr(artist, "get_text", str)())
    assert max(title.get_text().count("\n") for title in titles) == 4
    assert not any(title.get_window_extent().overlaps(legend) for title in titles)


def test_the_largest_error_of_what_is_written_is_told(made_up):
    table = made_up.table().assign(trials=("truth", [400, 1600]))
    total = table["stop"].sel(test="log_rank").sum("outcome")
    shares = [total, table["success"].sel(test="log_rank")]
    worst = max(float((one * (1 - one) / table["trials"]).max()) ** 0.5 for one in shares)
    words = made_up.words(plot_stopping(table, test="log_rank")[0])
    assert f"Monte Carlo standard error at most {100 * worst:.2g} points" in words
    assert "standard error" not in made_up.words(
        plot_stopping(made_up.table().drop_vars("trials", errors="ignore"), test="log_rank")[0]
    )


def test_errors_of_means_are_told_by_measure(made_up):
    table = made_up.table()
    error = table["at_stop_mean"] * 0 + xr.DataArray([0.2, 1.5, 0.75, 9.0], dims="measure")
    words = made_up.words(plot_timeline(table.assign(at_stop_mean_mcse=error), test="log_rank")[0])
    assert "at most 0.20 months, 1.50 patients, 0.75 events" in words
