"""Tables of findings and of priors as a report shows them."""

from typing import Any

from analyses.report.blocks import Column, Table
from analyses.report.wording import number

Rows = list[dict[str, Any]]


def findings_table(rows: Rows) -> Table:
    """Lay out shares of patients with a finding, arm against arm."""
    names = ("difference_mean", "difference_lower", "difference_upper", "p_rt_higher_lowest",
             "p_rt_higher_highest")  # fmt: skip
    return Table(
        name="findings",
        caption="Shares of patients from printed counts; differences are RT minus control, with "
        "95% central intervals, the widest where several tables of counts fit what is printed.",
        columns=(
            Column(name="finding", heading="Finding"),
            Column(name="place", heading="Printed in"),
            Column(name="rt", heading="RT"),
            Column(name="control", heading="Control"),
            Column(name="difference_mean", heading="Difference"),
            Column(name="difference_lower", heading="2.5%"),
            Column(name="difference_upper", heading="97.5%"),
            Column(name="p_rt_higher_lowest", heading="P(RT higher), lowest"),
            Column(name="p_rt_higher_highest", heading="highest"),
            Column(name="printed_p", heading="Printed p"),
        ),
        rows=tuple(
            (
                row["finding"],
                row["place"],
                row["rt"] or None,
                row["control"] or None,
                *(number(row[name]) for name in names),
                row["printed_p"] or None,
            )
            for row in rows
        ),
    )


def priors_table(rows: Rows, endpoint: str, label: str) -> Table:
    """Lay out priors, what each is worth, and the trial at hand under each."""
    before = ("prior_median", "prior_lower", "prior_upper", "events")
    after = ("median", "lower", "upper", "p_below_1", "conflict_p")
    return Table(
        name=f"{endpoint}_priors",
        caption=f"{label}: priors of the hazard ratio (RT versus control, below 1 favours RT) with "
        "95% intervals, what each is worth in events, and the trial at hand under each; a "
        "conflict of prior and data has p below 0.02.",
        columns=(
            Column(name="prior", heading="Prior"),
            Column(name="prior_median", heading="HR before", digits=2),
            Column(name="prior_lower", heading="2.5%", digits=2),
            Column(name="prior_upper", heading="97.5%", digits=2),
            Column(name="events", heading="Events", digits=0),
            Column(name="median", heading="HR after", digits=2),
            Column(name="lower", heading="2.5%", digits=2),
            Column(name="upper", heading="97.5%", digits=2),
            Column(name="p_below_1", heading="P(HR < 1)"),
            Column(name="conflict_p", heading="Conflict p"),
        ),
        rows=tuple(
            (row["prior"], *(number(row.get(name)) for name in (*before, *after))) for row in rows
        ),
    )


def known_tables(kind: str, document: dict[str, Any]) -> tuple[Table, ...]:
    """Tables that are made for a kind of run; none where its files are shown as they are."""
    if kind == "findings":
        return (findings_table(document["findings"]),)
    if kind == "priors":
        return tuple(
            priors_table(one["priors"], name, one["label"])
            for name, one in document["endpoints"].items()
        )
    return ()
