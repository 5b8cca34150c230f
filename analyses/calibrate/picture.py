"""Picture of a calibration: rank histograms, and distribution functions within their band."""

from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from scipy.stats import binom

from analyses.calibrate.plan import RANKED
from analyses.calibrate.uniformity import BAND, BINS, share_below, simultaneous_band

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS = {"os": "#0072b2", "pfs": "#d55e00"}
WORDS = {"os": "like OS", "pfs": "like PFS"}
GREY = "#bbbbbb"


def draw_calibration(document: dict[str, Any]) -> Figure:
    """Draw the ranked quantities, one row each.

    Parameters
    ----------
    document : dict
        From `describe_calibration`.
    """
    ranks, draws = document["ranks"], document["plan"]["draws"]
    figure = Figure(figsize=(8.0, 2.0 * len(RANKED)), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots(len(RANKED), 2, sharex="col", sharey="col")
    for (left, right), name in zip(axes, RANKED, strict=True):
        by_kind = {kind: found[name] for kind, found in ranks.items()}
        draw_histogram(by_kind, draws=draws, ax=left)
        draw_ecdf_difference(by_kind, draws=draws, ax=right)
        left.set_ylabel(f"{name}\ntrials")
        right.set_ylabel("ECDF − uniform")
    for ax, words in zip(axes[-1], ("rank of the truth", "rank / possible ranks"), strict=True):
        ax.set_xlabel(words)
    axes[0][0].set_title(f"ranks, {BAND:.0%} of counts in grey", fontsize=9)
    axes[0][1].set_title(f"all trials, simultaneous {BAND:.0%} band", fontsize=9)
    lines, labels = axes[0][1].get_legend_handles_labels()
    figure.legend(lines, labels, ncols=3, fontsize=9, loc="outside lower center")
    name, seed = document["plan"]["settings"]["name"], document["plan"]["seed"]
    figure.suptitle(f"Calibration of the patient sampler: {name} analysis, seed {seed}")
    return figure


def draw_histogram(by_kind: dict[str, list[int]], *, draws: int, ax: "Axes") -> "Axes":
    """Draw stacked rank counts over the range expected of uniform ranks."""
    trials = sum(len(ranks) for ranks in by_kind.values())
    edges = np.linspace(0, draws + 1, BINS + 1)
    tail = (1.0 - BAND) / 2.0
    low, high = (float(binom.ppf(q, trials, 1.0 / BINS)) for q in (tail, 1.0 - tail))
    ax.axhspan(low, high, color=GREY, alpha=0.6, linewidth=0)
    ax.hist(
        [np.asarray(ranks) + 0.5 for ranks in by_kind.values()],
        bins=[float(edge) for edge in edges],
        stacked=True,
        color=[COLOURS[kind] for kind in by_kind],
        alpha=0.8,
        edgecolor="white",
    )
    ax.axhline(trials / BINS, color="black", linewidth=0.8)
    return ax


def draw_ecdf_difference(by_kind: dict[str, list[int]], *, draws: int, ax: "Axes") -> "Axes":
    """Draw the distribution function of ranks minus the uniform one, with its band."""
    every = [rank for ranks in by_kind.values() for rank in ranks]
    band = simultaneous_band(trials=len(every), draws=draws)
    centre = band.expected
    ax.fill_between(
        centre, band.low - centre, band.high - centre, color=GREY, alpha=0.6, linewidth=0
    )
    if len(by_kind) > 1:
        for kind, ranks in by_kind.items():
            difference = share_below(ranks, draws=draws) - centre
            ax.step(centre, difference, color=COLOURS[kind], linewidth=0.9, label=WORDS[kind])
    label = "both kinds" if len(by_kind) > 1 else WORDS[next(iter(by_kind))]
    ax.step(
        centre, share_below(every, draws=draws) - centre, color="black", linewidth=1.8, label=label
    )
    ax.axhline(0.0, color="black", linewidth=0.5)
    return ax


def picture_bytes(figure: Figure, *, kind: str) -> bytes:
    """Render a figure; the same figure gives the same bytes.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    kind : {"png", "svg"}
    """
    from io import BytesIO

    file = BytesIO()
    metadata = {"Date": None} if kind == "svg" else {"Software": None}
    with mpl.rc_context({"svg.hashsalt": "calibration"}):
        figure.savefig(file, format=kind, dpi=150, metadata=metadata)
    return file.getvalue()
