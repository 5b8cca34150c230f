"""The picture of a search for a size."""

from matplotlib.axes import Axes

from analyses.size.run import SizeRun
from analyses.size.screen import name_target
from simulate.plots.size_curve import SizeCurve, plot_size_curve

AXES = {
    "n": "Patients",
    "events": "Events of the last look that waits for them",
    "accrual": "Recruitment at its fastest (patients per month)",
    "follow_up": "Months of the final look",
}


def draw_size(run: SizeRun) -> Axes:
    """Draw the power curve of a run."""
    points, curve, estimate = run.points(), run.curve(), run.found.estimate
    target = run.question.target
    shown = {target: run.forms[target]} if target in run.forms else run.forms
    forms = {
        (label if len(shown) == 1 else f"{name.upper()} {label}"): size
        for name, sizes in shown.items()
        for label, size in sizes.known().items()
    }
    return plot_size_curve(
        SizeCurve(
            points=points[["size", "power", "mcse"]].to_numpy(),
            curve=curve[["size", "power", "lower", "upper"]].to_numpy(),
            power=run.question.power,
            answer=(estimate.size, estimate.lower, estimate.upper),
            forms=forms,
        ),
        label=AXES[run.variation.way],
        title=f"Power for {name_target(target)} under {run.truth.name!r}",
    )
