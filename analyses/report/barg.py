"""The chapter of a re-analysis: every item of the Bayesian analysis reporting guidelines."""

from analyses.report.barg_answer import (
    audit_section,
    describe_the_posterior,
    effect_sentence,
    findings_table,
    report_decisions,
    reproducibility,
    sensitivity,
)
from analyses.report.barg_model import explain_the_computation, explain_the_model, preamble
from analyses.report.blocks import Chapter, Paragraph, Section
from analyses.report.folder import Run

GUIDELINE = (
    "Bayesian analysis reporting guidelines, BARG (Kruschke 2021, doi 10.1038/s41562-021-01177-7)"
)
GATE_FAILED = "A check that voids the results failed: do not use them before it is understood."
QUICK = "A quick look of less precision: not for reporting."


def reanalysis_chapter(run: Run) -> Chapter:
    """Build the chapter of `replan reanalyse`.

    Parameters
    ----------
    run : Run
    """
    document = run.document
    answers = tuple(Paragraph(text=effect_sentence(one)) for one in document["endpoints"].values())
    return Chapter(
        name=run.name,
        title=f"Re-analysis of {document['audit']['trial']}",
        lead="What the printed figures of a published trial say about the treatment effect.",
        guideline=GUIDELINE,
        warning=" ".join(warnings_of(run)),
        sections=(
            Section(title="The answer", blocks=(*answers, *findings_table(run))),
            audit_section(run),
            preamble(),
            explain_the_model(run),
            explain_the_computation(run),
            describe_the_posterior(run),
            report_decisions(run),
            sensitivity(run),
            reproducibility(run),
        ),
    )


def warnings_of(run: Run) -> list[str]:
    """Say why a re-analysis must not be used as it is; nothing where it may."""
    said = [] if run.document["gates_hold"] else [GATE_FAILED]
    return [*said, QUICK] if run.document["quick"] else said
