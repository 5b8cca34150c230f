"""The picture of a reconstruction: sets, points, printed numbers at risk."""

import numpy as np
import pandas as pd

from models.curves.curve import ArmCurve
from models.plots.reconstructed_curves import plot_reconstruction


def draw(ax=None):
    rng = np.random.default_rng(3)
    arm = np.repeat(["control", "rt"], 30)
    patients = pd.concat(
        pd.DataFrame(
            {
                "imputation": index,
                "time": rng.exponential(10, 60).clip(0.2, 24),
                "event": rng.random(60) < 0.8,
                "arm": pd.Categorical(arm, categories=["control", "rt"]),
            }
        )
        for index in range(4)
    )
    months = np.linspace(0, 24, 200)
    curve = ArmCurve(months, np.exp(-months / 10), np.array([0.0, 12.0]), np.array([30, 9]))
    return plot_reconstruction(
        patients,
        {"control": curve, "rt": curve},
        printed_medians={"control": "6.9", "rt": None},
        endpoint_label="Overall survival",
        ax=ax,
    )


def test_sets_points_and_numbers_are_drawn():
    axes = draw()
    names = {artist.get_gid() for artist in axes.curve.get_children()}
    assert {"sets-control", "sets-rt", "points-control", "points-rt"} <= names
    points = next(line for line in axes.curve.lines if line.get_gid() == "points-rt")
    assert points.get_xdata().size == 120
    texts = [text.get_text() for text in axes.at_risk.texts]
    assert texts.count("30") == 2
    assert texts.count("9") == 2
    assert any("–" in text for text in texts), "sets that differ from the print are not shown"


def test_given_axes_are_drawn_in():
    from matplotlib.figure import Figure

    frame = Figure().add_subplot()
    axes = draw(frame)
    assert axes.curve.get_figure(root=True) is frame.get_figure(root=True)
    words = [text.get_text() for text in axes.curve.get_legend().get_texts()]
    assert words == [
        "Control",
        "RT (no printed median)",
        "lines: 4 sets of patients",
        "points: read off",
    ]
