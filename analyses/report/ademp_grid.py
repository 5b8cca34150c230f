"""What ADEMP asks of runs over a grid: `replan sweep` and `replan calibrate-threshold`."""

from typing import Any

from analyses.report.ademp import Simulation, truths_table
from analyses.report.blocks import Column, Paragraph, Points, Table
from analyses.report.folder import Run
from analyses.report.wording import endpoint_name, figure, interval, listed, share, whole

MOST_CELLS = 200


def sweep_parts(run: Run, design: dict[str, Any]) -> Simulation:
    """Take ADEMP's particulars from a run of `replan sweep`."""
    document = run.document
    sweep, cells = document["sweep"], document["cells"]
    trials = [cell["trials"] for cell in cells]
    failed = [place for place, count in enumerate(trials, start=1) if count == 0]
    return Simulation(
        title=f"Sweep: {sweep['name']}",
        lead=f"{len(cells)} cells of a grid over fields of the design “{design['name']}”.",
        aims="To find how the probability of success and the duration of the trial depend on "
        f"{listed(sweep['grid'])}.",
        factors=(Points(texts=tuple(describe_field(*one) for one in sweep["grid"].items())),
                 *_derived(sweep), truths_table(design)),
        combined=describe_combination(sweep),
        estimands="Success of the trial in each cell, by the design's own rule.",
        measures="Share of trials that succeed, mean months and patients at the stop; all others "
        "stand in sweep.nc and sweep.csv.",
        precision=f"{whole(min(trials, default=0))} to {whole(max(trials, default=0))} trials a "
        f"cell, {whole(sum(trials))} in all; every figure has its Monte Carlo standard error. "
        "All cells share their replicates, so that differences between cells are less noisy than "
        "the figures.",
        failures=f"Cells without trials: {listed(str(one) for one in failed)}."
        if failed
        else "Every cell has its trials.",
        results=_cells(sweep, cells),
    )  # fmt: skip


def describe_field(name: str, given: dict[str, Any]) -> str:
    """Say which values a field of the grid takes."""
    what = f"{name} ({given['field']})" if "field" in given else name
    if "values" in given:
        return f"{what}: {listed(str(value) for value in given['values'])}."
    if "choices" in given:
        return f"{what}: {listed(given['choices'])}."
    steps = {key: value for key, value in given.items() if key != "field"}
    values = listed(f"{key} {value:g}" for key, value in steps.items())
    return f"{what}: {values or 'as listed'}."


def _derived(sweep: dict[str, Any]) -> tuple[Points, ...]:
    given = sweep.get("derived") or {}
    texts = tuple(f"{name} ({one['field']}) = {one['value']}" for name, one in given.items())
    return (Points(texts=texts),) if texts else ()


def describe_combination(sweep: dict[str, Any]) -> str:
    """Say which combinations of the fields are cells."""
    if sweep.get("points"):
        return f"{len(sweep['points'])} listed points, not all combinations."
    if sweep["combine"] == "product":
        return "Fully factorial: every combination of the fields is a cell."
    if sweep["combine"] == "zip":
        return "The fields move together, value by value."
    return f"Combined by {sweep['combine']!r}."


def _cells(sweep: dict[str, Any], cells: list[dict[str, Any]]) -> tuple[Table | Paragraph, ...]:
    points = list(cells[0]["point"]) if cells else list(sweep["grid"])
    whole_numbers = {
        name: all(isinstance(cell["point"][name], int) for cell in cells) for name in points
    }
    table = Table(
        name="cells",
        caption="Probability of success, and means at the stop, of each cell.",
        columns=(
            *(Column(name=name, heading=name, digits=2) for name in points),
            Column(name="trials", heading="Trials", digits=0),
            Column(name="success", heading="P(success)"),
            Column(name="success_se", heading="MC error", digits=4),
            Column(name="duration", heading="Months", digits=1),
            Column(name="enrolled", heading="Patients", digits=1),
        ),
        rows=tuple(
            (
                *(_value(cell["point"][name], whole_numbers[name]) for name in points),
                *(cell[x] for x in ("trials", "success", "success_se", "duration", "enrolled")),
            )
            for cell in cells[:MOST_CELLS]
        ),
    )
    if len(cells) <= MOST_CELLS:
        return (table,)
    more = f"The first {MOST_CELLS} of {len(cells)} cells; sweep.csv beside the results has all."
    return (table, Paragraph(text=more))


def _value(value: str | float, whole_number: bool) -> str | float:
    """Write numbers of one field alike."""
    return value if whole_number or isinstance(value, str) else float(value)


def threshold_parts(run: Run, design: dict[str, Any]) -> Simulation:
    """Take ADEMP's particulars from a run of `replan calibrate-threshold`."""
    document = run.document
    estimate, worst = document["estimate"], document["worst"]
    error, name = document["error_at_worst"], endpoint_name(document["endpoint"])
    said = (
        f"A posterior threshold of {document['threshold']:g} for {name} holds a one-sided type I "
        f"error of {document['alpha']:g} at every nuisance value of the grid (fitted "
        f"{figure(estimate['value'], 4)}, 95% Monte Carlo interval "
        f"{interval(estimate['lower'], estimate['upper'], 4)}); the error at the worst point is "
        f"{share(error['value'], error['mcse'])}."
    )
    return Simulation(
        title=f"Posterior threshold: {design['name']}",
        lead=said,
        aims="To find the posterior threshold with which the Bayesian rule holds its type I error "
        "whatever the values that nobody knows.",
        factors=(
            Paragraph(
                text="Varied are the control hazard, the speed of recruitment and drop-out; the "
                f"worst point is {listed(f'{key} {value:g}' for key, value in worst.items())}."
            ),
            truths_table(design),
        ),
        combined="Fully factorial; no effect in any cell, the replicates shared by all.",
        estimands="The quantile of the largest posterior probability over the looks that a share "
        f"{document['alpha']:g} of the trials without an effect passes.",
        measures="The threshold with its 95% Monte Carlo interval, and the type I error at it.",
        precision=f"{whole(document['trials'])} trials in all; the points with the highest "
        "thresholds are simulated again with other replicates.",
        failures="No posterior failed: it comes by quadrature, not by sampling.",
        results=(Paragraph(text=said), _grid(document)),
    )


def _grid(document: dict[str, Any]) -> Table:
    names = {"hazard": 2, "accrual": 2, "drop_out": 2, "threshold": 4, "lower": 4, "upper": 4,
             "error_calibrated": 4, "error_calibrated_mcse": 4}  # fmt: skip
    headings = ("Hazard", "Accrual", "Drop-out", "Threshold", "2.5%", "97.5%", "Error", "MC error")
    return Table(
        name="grid",
        caption="Thresholds by nuisance value (factors on control hazard and recruitment, drop-out "
        "within 12 months), and the type I error at the threshold to plan with.",
        columns=tuple(
            Column(name=name, heading=heading, digits=digits)
            for (name, digits), heading in zip(names.items(), headings, strict=True)
        ),
        rows=tuple(tuple(row.get(name) for name in names) for row in document["grid"]),
    )
