"""What ADEMP asks of `replan power`: operating characteristics under each truth."""

from typing import Any

from analyses.report.ademp import Simulation, truths_table
from analyses.report.blocks import Block, Cell, Column, Paragraph, Table
from analyses.report.design_words import endpoints_of
from analyses.report.folder import Run
from analyses.report.rows import Estimate, Rows, look_up
from analyses.report.wording import endpoint_name, figure, listed, test_label, whole

MEASURES = (
    "P(success), the share of trials that succeed: power under an effect, type I error without "
    "one; where endpoints share alpha also the family-wise error, the share that claims an effect "
    "on an endpoint without. Trials by look and outcome; months, patients and events at the stop. "
    "Bias (mean of the estimated log hazard ratio minus the Cox limit of the truth), root mean "
    "square error, and coverage of the 95% interval."
)
ESTIMANDS = (
    "Success of the trial under each truth. For estimates: the limit to which the Cox estimate "
    "tends under the truth and the censoring of the look (a hazard ratio, RT versus control, below "
    "1 favours RT; under a changing effect it is no single hazard ratio), and survival, medians "
    "and restricted means of both arms."
)
BOUNDS = (
    ("events", "Events", 0),
    ("z", "z", 3),
    ("one_sided_p", "One-sided p", 4),
    ("hazard_ratio", "HR", 3),
    ("alpha_spent", "Alpha spent", 4),
    ("futility_z", "Futility z", 3),
)


def power_parts(run: Run, design: dict[str, Any]) -> Simulation:
    """Take ADEMP's particulars from a run of `replan power`."""
    document = run.document
    names = [truth["name"] for truth in design["truths"]]
    ran = truths_of(document)
    trials = listed(f"{whole(count)} under “{name}”" for name, count in ran.items())
    left = [name for name in names if name not in ran]
    return Simulation(
        title=f"Operating characteristics: {design['name']}",
        lead="What the planned trial does under each of its truths, by simulation.",
        aims="To find power, type I error, duration and the quality of estimates of the planned "
        f"trial under {len(ran)} truths, and to compare tests on the same trials.",
        factors=(truths_table(design),),
        combined="Truths are scenarios, run one by one; all tests are computed on the same trials"
        + (f". Not simulated: {listed(left)}." if left else "."),
        estimands=ESTIMANDS,
        measures=MEASURES,
        precision=f"Trials: {trials}. Every figure carries its Monte Carlo standard error; a "
        "power of 0.9 has one of 0.003 with 10,000 trials.",
        failures=_failures(document),
        results=_results(document, design),
    )


def truths_of(document: dict[str, Any]) -> dict[str, int]:
    """Trials simulated under each truth, in the order of the design."""
    rows = document.get("trial") or document["characteristics"]
    return {row["truth"]: int(row["value"]) for row in rows if row["variable"] == "trials"}


def parts_of(document: dict[str, Any], design: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Bounds, closed forms and characteristics of each endpoint."""
    if "endpoints" in document:
        return dict(document["endpoints"])
    return {endpoints_of(design)[0]["name"]: document}


def success(document: dict[str, Any], design: dict[str, Any], truth: str) -> Estimate:
    """Share of trials that succeed by the design's own rule."""
    if "trial" in document:
        return look_up(document["trial"], "trial_success", truth=truth)
    test = endpoints_of(design)[0]["analysis"]["test"]
    return look_up(document["characteristics"], "success", truth=truth, test=test)


def _failures(document: dict[str, Any]) -> str:
    parts = document["endpoints"].values() if "endpoints" in document else [document]
    undefined = [
        f"“{truth}” (first replicates {listed(str(one) for one in replicates[:5])})"
        for part in parts
        for truth, replicates in part["undefined_replicates"].items()
        if replicates
    ]
    if undefined:
        return f"Undefined statistics count as no success; they occur under {listed(undefined)}."
    return "No statistic was undefined and no replicate failed."


def _results(document: dict[str, Any], design: dict[str, Any]) -> tuple[Block, ...]:
    several = "trial" in document
    blocks: list[Block] = [_trial_table(document) if several else _one_table(document, design)]
    for name, part in parts_of(document, design).items():
        blocks += [_bounds(part, name), *_by_endpoint(part, name, design)]
    return tuple(blocks)


def _pair(estimate: Estimate) -> tuple[Cell, Cell]:
    return (estimate.value, estimate.mcse) if estimate.known else (None, None)


def _trial_table(document: dict[str, Any]) -> Table:
    names, rows = list(document["endpoints"]), document["trial"]
    shares = [("trial_success", "P(success)"), *((name, endpoint_name(name)) for name in names)]
    columns = [Column(name="truth", heading="Truth")]
    for key, heading in (*shares, ("family_wise_error", "Family-wise error")):
        columns += [Column(name=key, heading=heading), _error(key)]
    columns += [Column(name="months", heading="Months at stop, mean", digits=1)]
    return Table(
        name="success",
        caption="Share of trials that succeed by the trial's rule, win each endpoint, and claim an "
        "effect where there is none (a dash where every endpoint has one); MC error is the Monte "
        "Carlo standard error.",
        columns=tuple(columns),
        rows=tuple(_trial_row(rows, truth, names) for truth in truths_of(document)),
    )


def _trial_row(rows: Rows, truth: str, names: list[str]) -> tuple[Cell, ...]:
    cells: list[Cell] = [truth, *_pair(look_up(rows, "trial_success", truth=truth))]
    for name in names:
        cells += _pair(look_up(rows, "endpoint_success", truth=truth, endpoint=name))
    cells += _pair(look_up(rows, "family_wise_error", truth=truth))
    months = look_up(rows, "trial_stop_mean", truth=truth, measure="month")
    return (*cells, months.value)


def _error(key: str) -> Column:
    return Column(name=f"{key}_mcse", heading="MC error", digits=4)


def _one_table(document: dict[str, Any], design: dict[str, Any]) -> Table:
    rows, test = document["characteristics"], endpoints_of(design)[0]["analysis"]["test"]
    measures = ("month", "patients", "events")
    return Table(
        name="success",
        caption="Share of trials that succeed, and means at the stop; MC error is the Monte Carlo "
        "standard error.",
        columns=(
            Column(name="truth", heading="Truth"),
            Column(name="success", heading="P(success)"),
            _error("success"),
            *(Column(name=name, heading=f"{name.capitalize()} at stop", digits=1)
              for name in measures),
        ),
        rows=tuple(
            (
                truth,
                *_pair(look_up(rows, "success", truth=truth, test=test)),
                *(look_up(rows, "at_stop_mean", truth=truth, test=test, measure=name).value
                  for name in measures),
            )
            for truth in truths_of(document)
        ),
    )  # fmt: skip


def _bounds(part: dict[str, Any], name: str) -> Block:
    given = part["boundaries"]
    if not given:
        return Paragraph(text=f"{endpoint_name(name)}: no bounds, since no alpha is spent.")
    several = "looks" in given[0]
    groups = given if several else [{"alpha": None, "looks": given}]
    columns = [
        Column(name="look", heading="Look", digits=0),
        *([Column(name="alpha", heading="Alpha")] if several else []),
        *(Column(name=field, heading=heading, digits=count) for field, heading, count in BOUNDS),
    ]
    rows = [
        (look["look"], *((group["alpha"],) if several else ()), *_bound(look, group["looks"]))
        for group in groups
        for look in group["looks"]
    ]
    return Table(
        name=f"{name}_boundaries",
        caption=f"{endpoint_name(name)}: bounds at the planned events; success at or above z, "
        "where z > 0 favours RT. HR is the hazard ratio (RT versus control) at the bound.",
        columns=tuple(columns),
        rows=tuple(rows),
    )


def _bound(look: dict[str, Any], looks: list[dict[str, Any]]) -> tuple[Cell, ...]:
    """Figures of one look; at the last, whatever is not success is failure, and no futility."""
    values = [look.get(field) for field, _, _ in BOUNDS]
    return (*values[:-1], None if look is looks[-1] else values[-1])


def _by_endpoint(
    part: dict[str, Any], name: str, design: dict[str, Any]
) -> tuple[Paragraph | Table, ...]:
    test = next(one for one in endpoints_of(design) if one["name"] == name)["analysis"]["test"]
    rows = part["characteristics"]
    truths = list(part["closed_forms"])
    tests = sorted(
        {row["test"] for row in rows if row["variable"] == "success"}, key=lambda one: one != test
    )
    return (
        _tests_table(rows, name, truths, tests),
        _estimates_table(rows, name, truths, test),
        _forms_table(part, name),
    )


def _tests_table(rows: Rows, name: str, truths: list[str], tests: list[str]) -> Table:
    columns = [Column(name="truth", heading="Truth")]
    for test in tests:
        columns += [Column(name=test, heading=test_label(test)), _error(test)]
    return Table(
        name=f"{name}_tests",
        caption=f"{endpoint_name(name)}: share of success had each test decided, on the same "
        f"trials; the {test_label(tests[0])} decides.",
        columns=tuple(columns),
        rows=tuple(
            (
                truth,
                *(
                    cell
                    for test in tests
                    for cell in _pair(look_up(rows, "success", truth=truth, test=test))
                ),
            )
            for truth in truths
        ),
    )


def _estimates_table(rows: Rows, name: str, truths: list[str], test: str) -> Table:
    measures = (("bias", "Bias of log HR"), ("rmse", "RMSE"), ("coverage", "95% CI covers"))
    columns = [Column(name="truth", heading="Truth")]
    for key, heading in measures:
        columns += [Column(name=key, heading=heading), _error(key)]
    return Table(
        name=f"{name}_estimates",
        caption=f"{endpoint_name(name)}: the Cox estimate at the stop against the Cox limit of the "
        "truth, not adjusted for stopping.",
        columns=tuple(columns),
        rows=tuple(
            (
                truth,
                *(
                    cell
                    for key, _ in measures
                    for cell in _pair(look_up(rows, key, truth=truth, test=test))
                ),
            )
            for truth in truths
        ),
    )


def _forms_table(part: dict[str, Any], name: str) -> Table:
    keys = ("hazard_ratio", "schoenfeld", "freedman", "lachin_foulkes", "group_sequential")
    headings = ("HR", "Schoenfeld", "Freedman", "Lachin–Foulkes", "Group-sequential")
    return Table(
        name=f"{name}_closed_forms",
        caption=f"{endpoint_name(name)}: power by closed forms at the average hazard ratio (RT "
        "versus control); a dash where a form is not defined.",
        columns=(
            Column(name="truth", heading="Truth"),
            *(Column(name=key, heading=heading) for key, heading in zip(keys, headings,
                                                                         strict=True)),
        ),
        rows=tuple(
            (truth, *(forms[key] for key in keys)) for truth, forms in part["closed_forms"].items()
        ),
    )  # fmt: skip


def range_words(rows: Rows, variable: str, digits: int, **where: object) -> str:
    """Write a mean with its 10% and 90% quantiles."""
    mean = look_up(rows, f"{variable}_mean", **where)
    low, high = (
        look_up(rows, f"{variable}_quantile", **where, quantile=level) for level in (0.1, 0.9)
    )
    middle = f"10% to 90%: {figure(low.value, digits)} to {figure(high.value, digits)}"
    return f"{figure(mean.value, digits)} ({middle})"
