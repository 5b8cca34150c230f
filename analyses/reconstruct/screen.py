"""A reconstruction on the screen: hazard ratio, fit, and what could not be met."""

from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table

from analyses.reconstruct.document import hazard_ratios
from analyses.reconstruct.run import Reconstruction
from models.survival.intervals import ARMS


def show_reconstruction(run: Reconstruction, *, out: Path) -> None:
    """Print the fit of the sets, every check, and where the files are.

    Parameters
    ----------
    run : Reconstruction
    out : Path
        Results folder.
    """
    console = Console(highlight=False, width=None if Console().is_terminal else 100)
    error = run.published.error
    title = f"{run.label}: {run.ensemble.sets} sets of patients behind the curves"
    console.print(title, style="bold", markup=False)
    console.print(
        f"read to within {error.survival:g} in survival and {error.time:.3g} months; seed "
        f"{run.task.seed}",
        markup=False,
    )
    console.print(_arms(run))
    ratio = hazard_ratios(run)
    console.print(
        f"Cox hazard ratio, RT versus control: {ratio['median']:.3f} over the sets (95% central "
        f"{ratio['lower']:.3f} to {ratio['upper']:.3f}); Guyot's one answer {ratio['guyot']:.3f}. "
        "This is how far the reading moves it, not its sampling error.",
        markup=False,
    )
    for check in run.checks:
        word = "holds" if check.passed else "FAILED"
        style = "" if check.passed else "bold red"
        console.print(f"{word} {check.name}: {check.text}", style=style, markup=False)
    console.print(f"results in {out}", style="bold", markup=False)


def _arms(run: Reconstruction) -> Table:
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("")
    for name in (
        "patients",
        "points",
        "events",
        "median",
        "largest distance",
        "RMS",
        "behind last count",
    ):
        table.add_column(name, justify="right")
    for arm in ARMS:
        curve, fit = run.published.curves[arm], run.table
        sets = run.ensemble.arms[arm]
        late = (sets.event & (sets.time >= curve.risk_time[-1])).sum(axis=1)
        table.add_row(
            arm,
            f"{curve.patients}",
            f"{curve.time.size}",
            _range(fit[f"events_{arm}"].min(), fit[f"events_{arm}"].max(), ".0f"),
            _range(fit[f"median_{arm}"].min(), fit[f"median_{arm}"].max(), ".2f"),
            f"{fit[f'largest_{arm}'].max():.4f}",
            f"{fit[f'rms_{arm}'].max():.4f}",
            f"{curve.at_risk[-1]} at risk, {_range(late.min(), late.max(), '.0f')} events",
        )
    return table


def _range(low: float, high: float, form: str) -> str:
    one, other = format(low, form), format(high, form)
    return one if one == other else f"{one}–{other}"
