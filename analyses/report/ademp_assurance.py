"""What ADEMP asks of `replan assurance`: success averaged over a posterior."""

from typing import Any

from analyses.report.ademp import Simulation
from analyses.report.blocks import Block, Column, Paragraph, Points, Table
from analyses.report.folder import Run
from analyses.report.wording import endpoint_name, figure, listed, number, share, whole

MEASURES = (
    "Assurance, the probability of success averaged over posterior and trials; the probability of "
    "a true benefit before the trial and given success; success without a benefit. The Monte Carlo "
    "error is split into the parts of draws and of trials."
)


def assurance_parts(run: Run, design: dict[str, Any]) -> Simulation:
    """Take ADEMP's particulars from a run of `replan assurance`."""
    document = run.document
    posterior, question, split = (document[x] for x in ("posterior", "question", "split"))
    names = listed(endpoint_name(name) for name in posterior["endpoints"])
    values = document["planning_values"]
    quick = " It is a quick look of less precision, not for reporting." * posterior["quick"]
    return Simulation(
        title=f"Assurance: {design['name']}",
        lead="The probability of success, averaged over what the phase II leaves unknown.",
        aims="To find how probable success of the planned trial is, all told, and what a success "
        "would say of the treatment.",
        factors=(
            Paragraph(
                text=f"The truth of each trial is a draw of the posterior of {names} in "
                f"{posterior['file']} (SHA-256 {posterior['sha256']}; "
                f"{whole(posterior['draws'])} draws, analysis {posterior['analysis']!r}).{quick}"
            ),
            Points(
                texts=(
                    f"Drawn: {values['drawn']}.",
                    f"Fixed: {values['fixed']}.",
                    f"Not used: {values['unused']}.",
                )
            ),
        ),
        combined=f"{split['text']}. All priors weigh the same draws and trials.",
        estimands=f"{document['definitions']['assurance']}. A true benefit: "
        f"{document['definitions']['true benefit']}.",
        methods=tuple(document["left_out"]),
        measures=MEASURES,
        precision=f"{whole(split['draws'])} draws with {split['trials_a_draw']} trials each; "
        "the standard errors stand beside the figures.",
        failures=_failures(document),
        results=_results(document, question),
    )


def assurance_sentence(document: dict[str, Any]) -> str:
    """Say what the assurance is, beside the power that is often quoted in its place."""
    first = document["priors"][0]
    at_mean = next((x for x in document["fixed_power"] if x["at"] == "posterior mean"), None)
    beside = (
        f" The power at the posterior mean (hazard ratio {figure(at_mean['hazard_ratio'])}) is "
        f"{share(at_mean['power'])}; it ignores what the phase II leaves open."
        if at_mean
        else ""
    )
    return (
        f"Averaged over the posterior of the phase II (“{first['prior']}”) the probability of "
        f"success is {share(first['assurance'], first['mcse'])}.{beside}"
    )


def _failures(document: dict[str, Any]) -> str:
    refused = [row["prior"] for row in document["priors"] if row["refused"]]
    if refused:
        return f"Too few draws are worth anything under {listed(refused)}: no figures are given."
    return "Under every prior enough draws are worth something (100, and a Pareto k below 0.7)."


def _results(document: dict[str, Any], question: dict[str, Any]) -> tuple[Block, ...]:
    terms = Points(texts=tuple(f"{x}: {y}." for x, y in document["definitions"].items()))
    return (Paragraph(text=assurance_sentence(document)), _priors(document, question),
            _fixed(document), terms)  # fmt: skip


def _priors(document: dict[str, Any], question: dict[str, Any]) -> Table:
    names = ("hr_mean", "hr_lower", "hr_upper", "assurance", "mcse", "benefit",
             "benefit_given_success", "success_without_effect")  # fmt: skip
    benefit = f"HR ≤ {question['benefit']:g}"
    return Table(
        name="priors",
        caption="Assurance by prior and level of evidence. HR is the hazard ratio, RT versus "
        f"control, with its 95% central interval; a benefit is {benefit}.",
        columns=(
            Column(name="prior", heading="Prior"),
            Column(name="hr_mean", heading="HR"),
            Column(name="hr_lower", heading="2.5%"),
            Column(name="hr_upper", heading="97.5%"),
            Column(name="assurance", heading="Assurance"),
            Column(name="mcse", heading="MC error", digits=4),
            Column(name="benefit", heading="P(benefit)"),
            Column(name="benefit_given_success", heading="P(benefit | success)"),
            Column(name="success_without_effect", heading="P(success, HR ≥ 1)", digits=4),
        ),
        rows=tuple(
            (row["prior"], *(number(row[name]) for name in names)) for row in document["priors"]
        ),
    )


def _fixed(document: dict[str, Any]) -> Table:
    return Table(
        name="fixed_power",
        caption="Power if the truth were known to be in the middle of the posterior.",
        columns=(
            Column(name="at", heading="At the"),
            Column(name="hazard_ratio", heading="HR"),
            Column(name="power", heading="Power"),
            Column(name="mcse", heading="MC error", digits=4),
        ),
        rows=tuple(
            (row["at"], row["hazard_ratio"], row["power"], row["mcse"])
            for row in document["fixed_power"]
        ),
    )
