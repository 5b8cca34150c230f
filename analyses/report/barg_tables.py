"""Tables of a re-analysis as a report shows them."""

from collections.abc import Sequence
from typing import Any

from analyses.report.blocks import Cell, Column, Table
from analyses.report.wording import number

Rows = list[dict[str, Any]]

NAMES = {
    "hazard_ratio": "Hazard ratio",
    "hazard_ratio_inverse": "Hazard ratio, inverse",
    "log_hr": "Log hazard ratio",
    "survival": "Survival",
    "survival_difference": "Difference in survival",
    "median": "Median, months",
    "median_difference": "Difference in medians, months",
    "rmst": "Restricted mean, months",
    "rmst_difference": "Difference in restricted means, months",
    "events": "Events",
}
"""Estimands in words, by their name in the document."""

FIGURES = {
    "median_control": "median, control",
    "median_rt": "median, RT",
    "hazard_ratio": "hazard ratio",
    "lower": "its lower limit",
    "upper": "its upper limit",
    "p_wald": "p, Wald test",
    "p_log_rank": "p, log-rank test",
    "follow_up_minimum": "shortest follow-up",
    "follow_up_median": "median follow-up",
    "follow_up_maximum": "longest follow-up",
    "events_control": "events, control",
    "events_rt": "events, RT",
    "ratio_of_medians": "ratio of medians",
    "progressions_control": "progressions, control",
    "progressions_rt": "progressions, RT",
}
"""Printed figures in words."""

ESTIMAND_COLUMNS = (
    Column(name="estimand", heading="Estimand"),
    Column(name="contrast", heading="Of"),
    Column(name="time_months", heading="Months", digits=0),
    Column(name="median", heading="Median"),
    Column(name="mcse_median", heading="MC error", digits=4),
    Column(name="lower", heading="2.5%"),
    Column(name="upper", heading="97.5%"),
    Column(name="p_benefit", heading="P(benefit)"),
)
VERDICTS = {True: "holds", False: "FAILED", None: "not judged"}
NOTED = {True: "clear", False: "noted", None: "not judged"}
"""Verdicts of findings, which inform and void nothing."""


def estimand_table(rows: Rows, endpoint: str, label: str) -> Table:
    """Posterior of every estimand: median, interval, probability of benefit, Monte Carlo error."""
    return Table(
        name=f"{endpoint}_estimands",
        caption=f"{label}: posterior with 95% central intervals. Hazard ratios are RT versus "
        "control, below 1 favours RT, unless they say otherwise; differences are RT minus control.",
        columns=ESTIMAND_COLUMNS,
        rows=tuple(
            (
                NAMES.get(row["estimand"], row["estimand"]),
                str(row["contrast"]).replace(" - ", " − ").replace("rt", "RT"),
                number(row["time_months"]),
                *(number(row[name]) for name in ("median", "mcse_median", "lower", "upper")),
                _benefit(row),
            )
            for row in rows
        ),
    )


def _benefit(row: dict[str, Any]) -> float | None:
    """Probability that RT is better, where the estimand says so."""
    below = row["p_below_1"] if row["estimand"] == "hazard_ratio" else None
    return number(below if below is not None else row["p_above_0"])


def level_table(rows: Rows, endpoint: str, label: str) -> Table:
    """Hazard ratio by level of evidence."""
    return Table(
        name=f"{endpoint}_evidence_levels",
        caption=f"{label}: the hazard ratio (RT versus control) by level of evidence. Level 0 uses "
        "the printed hazard ratio and interval alone, level 1 every printed summary.",
        columns=(
            Column(name="level", heading="Level"),
            Column(name="hr_median", heading="Median"),
            Column(name="hr_lower", heading="2.5%"),
            Column(name="hr_upper", heading="97.5%"),
            Column(name="p_below_1", heading="P(HR < 1)"),
            Column(name="p_below_0.8", heading="P(HR < 0.8)"),
        ),
        rows=_rows(rows, "level", "hr_median", "hr_lower", "hr_upper", "p_below_1", "p_below_0.8"),
    )


def reproduction_table(rows: Rows, endpoint: str, label: str) -> Table:
    """Recompute printed figures from the pseudo-patient sets."""
    names = ("window_low", "window_high", "reproduced", "sets")
    return Table(
        name=f"{endpoint}_printed",
        caption=f"{label}: the printed figures that the pseudo-patients must give, as windows of "
        "what rounds to the print; ratios have the direction of the print.",
        columns=(
            Column(name="figure", heading="Printed figure"),
            Column(name="unit", heading="Unit"),
            Column(name="window_low", heading="From", digits=4),
            Column(name="window_high", heading="To below", digits=4),
            Column(name="reproduced", heading="Sets that give it", digits=0),
            Column(name="sets", heading="Of", digits=0),
        ),
        rows=_of_figures(rows, names),
    )


def predictive_table(rows: Rows, endpoint: str, label: str, *, when: str) -> Table:
    """Lay printed figures beside those of trials drawn from prior or posterior."""
    names = ("printed", "median", "lower", "upper", "p", "mcse_p")
    return Table(
        name=f"{endpoint}_{when}_predictive",
        caption=f"{label}: printed figures among those of trials drawn from the {when}; p is the "
        "two-sided tail of the print (one-sided for a bound), surprising below 0.05.",
        columns=(
            Column(name="figure", heading="Figure"),
            Column(name="unit", heading="Unit"),
            Column(name="printed", heading="Printed", digits=2),
            Column(name="median", heading="Median", digits=2),
            Column(name="lower", heading="2.5%", digits=2),
            Column(name="upper", heading="97.5%", digits=2),
            Column(name="p", heading="p"),
            Column(name="mcse_p", heading="MC error"),
        ),
        rows=_of_figures(rows, names),
    )


def check_table(checks: Rows, endpoint: str, caption: str, *, kind: str = "gates") -> Table:
    """Verdicts with their sentences."""
    verdicts = NOTED if kind == "findings" else VERDICTS
    return Table(
        name=f"{endpoint}_{kind}",
        caption=caption,
        columns=(
            Column(name="check", heading="Check"),
            Column(name="verdict", heading="Verdict"),
            Column(name="text", heading="What was found"),
        ),
        rows=tuple((one["name"], verdicts[one["passed"]], one["text"]) for one in checks),
    )


def sensitivity_table(rows: Rows) -> Table:
    """Show the answer under what else could be assumed."""
    names = ("hr_median", "hr_lower", "hr_upper", "p_below_1", "s24_control", "s24_rt",
             "rmst24_difference")  # fmt: skip
    return Table(
        name="sensitivity",
        caption="The answer under other assumptions: hazard ratio (RT versus control) with 95% "
        "central interval, survival at 24 months, difference in restricted means to 24 months.",
        columns=(
            Column(name="endpoint", heading="Endpoint"),
            Column(name="analysis", heading="Analysis"),
            Column(name="hr_median", heading="HR"),
            Column(name="hr_lower", heading="2.5%"),
            Column(name="hr_upper", heading="97.5%"),
            Column(name="p_below_1", heading="P(HR < 1)"),
            Column(name="s24_control", heading="S(24) control"),
            Column(name="s24_rt", heading="S(24) RT"),
            Column(name="rmst24_difference", heading="RMST(24) diff.", digits=2),
        ),
        rows=tuple(
            (row["endpoint"].upper(), row["analysis"], *(number(row[x]) for x in names))
            for row in rows
        ),
    )


def audit_table(checks: Rows) -> Table:
    """Show what the audit of the publication did not pass."""
    words = {"failed": "failed", "in_tension": "in tension", "not_checkable": "not checkable"}
    return Table(
        name="audit_findings",
        caption="What the audit of the publication against itself did not pass.",
        columns=(
            Column(name="verdict", heading="Verdict"),
            Column(name="check", heading="Check"),
            Column(name="arithmetic", heading="Arithmetic"),
            Column(name="place", heading="Place"),
        ),
        rows=tuple(
            (words[one["verdict"]], one.get("words") or one["name"], one["arithmetic"],
             one["place"])
            for one in checks
            if one["verdict"] in words
        ),
    )  # fmt: skip


def _figure(row: dict[str, Any]) -> str:
    return FIGURES.get(row["figure"], str(row["figure"]))


def _of_figures(rows: Rows, names: Sequence[str]) -> tuple[tuple[Cell, ...], ...]:
    """Rows of printed figures; those that count patients are whole."""
    return tuple(
        (_figure(row), row["unit"], *(_whole_if_counted(row, name) for name in names))
        for row in rows
    )


def _whole_if_counted(row: dict[str, Any], name: str) -> float | int | None:
    value = number(row[name])
    counted = row["unit"] == "patients" and not name.endswith("p")
    return int(value) if counted and value is not None and value.is_integer() else value


def _rows(rows: Rows, first: str, *names: str) -> tuple[tuple[Cell, ...], ...]:
    return tuple((row[first], *(number(row[name]) for name in names)) for row in rows)
