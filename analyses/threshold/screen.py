"""The threshold on the screen, and the grid below it."""

from rich.console import Console
from rich.table import Table

from analyses.power.screen import new_table, with_error
from simulate.design.trial import TrialDesign
from simulate.threshold.calibrate import Calibration

WHAT_IT_IS = (
    "Each point is simulated without any effect (hazard: factor on the control hazard; accrual: on "
    "the rates of recruitment; drop-out: within 12 months); its threshold is the quantile of the "
    "largest posterior probability over the looks that alpha of the trials pass. The points with "
    "the highest are simulated again with other replicates and the worst of these gives the "
    "threshold; its error comes from replicates that chose neither. The others are known by their "
    "difference to the worst on the same replicates. Beyond the grid nothing is promised."
)


def show_threshold(design: TrialDesign, found: Calibration, *, out: str | None) -> None:
    """Print a calibration.

    Parameters
    ----------
    design : TrialDesign
    found : Calibration
    out : str or None
        Results folder.
    """
    console = Console(highlight=False, width=None if Console().is_terminal else 120)
    rule, one = design.seen_by(found.endpoint).analysis.bayes, found.threshold
    console.print(design.name, style="bold", markup=False)
    console.print(
        f"success of {found.endpoint.upper()} when P(HR < {rule.hr:g} | data) reaches the "
        f"threshold at any look; planned {found.planned:g}; type I error wanted {found.alpha:g} "
        f"one-sided; seed {found.seed}; {found.trials:,} trials",
        markup=False,
    )
    console.print(
        f"threshold {found.rounded:.4f} (rounded up from {one.value:.5f}; 95% Monte Carlo interval "
        f"{one.lower:.4f} to {one.upper:.4f})",
        style="bold",
        markup=False,
    )
    console.print(
        f"worst case: {found.worst.words()}; type I error there "
        f"{with_error(found.error.value, found.error.mcse)}",
        markup=False,
    )
    console.print(_grid(found))
    console.print(WHAT_IT_IS, markup=False)
    if out:
        console.print(f"results in {out}", style="bold", markup=False)


def _grid(found: Calibration) -> Table:
    table = new_table(
        "By nuisance value, highest threshold first (Monte Carlo standard error)",
        "hazard ×", "accrual ×", "drop-out", "threshold (95%)", f"error at {found.planned:g}",
        f"error at {found.rounded:.4f}",
    )  # fmt: skip
    for point in sorted(found.points, key=lambda point: -point.threshold.value):
        nuisance, one = point.nuisance, point.threshold
        table.add_row(
            f"{nuisance.hazard:g}",
            f"{nuisance.accrual:g}",
            "as planned" if nuisance.drop_out is None else f"{nuisance.drop_out:g}",
            f"{one.value:.4f} ({one.lower:.4f} to {one.upper:.4f})",
            with_error(*point.planned),
            with_error(*point.calibrated),
            style="bold" if nuisance == found.worst else None,
        )
    return table
