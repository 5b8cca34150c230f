"""Printed figures among those of drawn trials: rows are multiples of the print."""

import numpy as np
import pytest

from models.plots.predictive_forest import plot_predictive

LABELS = {"pfs": "PFS", "os": "OS"}


def draw(made_up, **changes):
    before, after = made_up.predicted()
    named = {"before": before, "after": after, **changes}
    return plot_predictive(
        named["before"], named["after"], title="Invented 2020", endpoint_labels=LABELS,
        at_least={("pfs", "events_rt")},
    )  # fmt: skip


def markers(ax, marker):
    """Points with a marker, by their height."""
    return {
        float(line.get_ydata()[0]): float(line.get_xdata()[0])
        for line in ax.get_lines()
        if line.get_marker() == marker and len(line.get_xdata()) == 1
    }


def test_medians_are_multiples_of_the_print(made_up):
    before, after = made_up.predicted()
    ax = draw(made_up)
    for table, marker, shift in ((before, "s", 0.15), (after, "D", -0.15)):
        found = markers(ax, marker)
        for height, row in enumerate(table.to_dict("records")):
            if np.isfinite(row["median"]) and row["printed"] > 0:
                expected = row["median"] / row["printed"]
                assert found[height + shift] == pytest.approx(expected), row["figure"]


def test_what_is_printed_and_what_is_drawn_stand_beside_each_row(made_up):
    ax = draw(made_up)
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert labels == [
        "PFS, control median: 10.93 months",
        "PFS, hazard ratio, control versus RT: 1.99",
        "PFS, events, RT: 22 or more",
        "OS, RT median: 18.30 months",
        "OS, ratio of medians, RT over control: 1.33",
        "OS, events, RT: 0",
    ]
    words = made_up.words(ax)
    for text in ("10.4 (5.9 to 13.9), p = 0.78", "24 (17 to 31), p = 0.041", "18.4 (13.6 to ∞)"):
        assert text in words
    assert "not estimable" in words
    assert "95% central interval" in words


def test_limits_far_away_end_in_arrows(made_up):
    ax = draw(made_up)
    low, high = ax.get_xlim()
    assert 1 / 7 < low < 1 < high < 7
    heads = {
        (line.get_marker(), float(line.get_ydata()[0]))
        for line in ax.get_lines()
        if line.get_marker() in "<>"
    }
    assert (">", 3 - 0.15) in heads
    assert ("<", 0 + 0.15) in heads


def test_tables_of_other_figures_are_refused(made_up):
    before, after = made_up.predicted()
    with pytest.raises(ValueError, match="not of the same printed figures"):
        draw(made_up, before=before.iloc[1:])
    with pytest.raises(ValueError, match="lacks the column 'endpoint'"):
        draw(made_up, after=after.drop(columns="endpoint"))
