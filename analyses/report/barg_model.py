"""BARG for a re-analysis, preamble to step 2: the question, the model, the computation."""

import json
from typing import Any

from analyses.report import settings_words as words
from analyses.report.barg_tables import check_table, predictive_table, reproduction_table
from analyses.report.blocks import Code, Item, Paragraph, Section, Table
from analyses.report.folder import Run
from analyses.report.pictures import picture
from analyses.report.wording import listed, versions, versions_sentence, whole

GOAL = (
    "To estimate the hazard ratio of radiotherapy (RT) versus control and the survival of both "
    "arms from what the trial printed, and to say how much that leaves open. Nothing is tested; "
    "the posterior is what the planning of the next trial takes for the truth."
)
WHY = (
    "The patient data are not public. A posterior carries two kinds of ignorance at once: that "
    "of a trial of limited size, and that of patients who are known by rounded summaries alone. "
    "Its draws of the hazards can be simulated from, which a confidence interval cannot."
)
NOT_MCMC = (
    "Level 0 is a closed form. The posterior of single pseudo-patient sets is compared with exact "
    "quadrature, and PyMC's posterior pooled over the sets with that of the sampler; see the "
    "checks on agreement."
)
PRIOR_CHECK = (
    "Trials drawn from the prior print figures like these. A printed figure far out among them "
    "would speak against the prior."
)
POSTERIOR_CHECK = (
    "Trials drawn from the posterior print figures like these. The posterior was made to hold what "
    "is printed, so where the print stands among drawn trials checks the shape of the model and is "
    "no further evidence for it."
)


def preamble() -> Section:
    """Why Bayesian, and what for."""
    return Section(
        title="Preamble",
        items=(
            Item(key="A", title="Why Bayesian", blocks=(Paragraph(text=WHY),)),
            Item(key="B", title="Goals of the analysis", blocks=(Paragraph(text=GOAL),)),
        ),
    )


def explain_the_model(run: Run) -> Section:
    """Step 1: data, likelihood, priors, formulas, prior predictive check."""
    settings = json.loads(run.document["provenance"]["settings"])
    endpoints = run.document["endpoints"]
    checks = tuple(
        predictive_table(one["prior_predictive"], name, one["label"], when="prior")
        for name, one in endpoints.items()
    )
    return Section(
        title="Step 1. Explain the model",
        items=(
            Item(key="1.A", title="Data variables", blocks=_data(run, settings)),
            Item(key="1.B", title="Likelihood and parameters", blocks=_likelihood(settings)),
            Item(
                key="1.C",
                title="Prior distribution",
                blocks=(
                    Paragraph(text=words.effect_prior(settings)),
                    Paragraph(text=words.baseline_prior(settings)),
                    Paragraph(text=words.follow_up(settings)),
                ),
            ),
            Item(key="1.D", title="Formal specification", blocks=(words.formal_model(settings),)),
            Item(
                key="1.E",
                title="Prior predictive check",
                blocks=(Paragraph(text=PRIOR_CHECK), *checks),
            ),
        ),
    )


def _data(run: Run, settings: dict[str, Any]) -> tuple[Paragraph | Table, ...]:
    record = run.document["provenance"]["record"]
    time = (
        f"whole days, {settings['days_per_month']:g} to a printed month"
        if settings["times"] == "days"
        else "continuous"
    )
    labels = listed(one["label"].lower() for one in run.document["endpoints"].values())
    tables = [
        reproduction_table(one["reproduction"], name, one["label"])
        for name, one in run.document["endpoints"].items()
    ]
    return (
        Paragraph(
            text=f"Predicted: times to event in months ({time}) and whether the event was seen, "
            f"for {labels}. Predictor: the arm, control or RT. Observed are the printed figures "
            f"alone, as the record {record} holds them with the rounding they were printed with."
        ),
        *tables,
    )


def _likelihood(settings: dict[str, Any]) -> tuple[Paragraph, ...]:
    return (
        Paragraph(
            text=f"{words.intervals(settings)} Hazards are proportional: one hazard ratio at all "
            "times. Of interest are the log hazard ratio and what follows from the hazards: "
            "survival, medians, restricted means. Ancillary are the baseline hazards and the ends "
            "of follow-up."
        ),
        Paragraph(
            text="The patients are latent. The posterior is that of parameters and patients given "
            "that the patients' Kaplan–Meier medians, Cox hazard ratio with both limits, events "
            "and follow-up round to what is printed (a restricted likelihood; Lewis, MacEachern "
            "and Lee 2021)."
        ),
    )


def explain_the_computation(run: Run) -> Section:
    """Step 2: software, convergence, resolution, what is not MCMC."""
    document = run.document
    settings = json.loads(document["provenance"]["settings"])
    sampler = settings["sampler"]
    needed = f"{sampler['ess_needed']:g}"
    gates = tuple(
        check_table(one["gates"], name, f"{one['label']}: convergence, resolution and agreement")
        for name, one in document["endpoints"].items()
    )
    scans = listed(
        f"{whole(one['sampler']['scans'])} scans for {one['label'].lower()}"
        for one in document["endpoints"].values()
    )
    pictures = [
        shown
        for name, one in document["endpoints"].items()
        for stem in ("convergence", "agreement")
        for shown in picture(run.folder / name, stem, of=one["label"])
    ]
    return Section(
        title="Step 2. Report details of the computation",
        items=(
            Item(key="2.A", title="Software", blocks=software(document["provenance"])),
            Item(
                key="2.B",
                title="Convergence of the chains",
                blocks=(
                    Paragraph(
                        text=f"{sampler['chains']} independent runs of replica exchange over the "
                        f"width of the Cox window ({scans}, burn-in included). Required of every "
                        f"quantity is a rank-normalised split R-hat of at most "
                        f"{sampler['r_hat']:g}."
                    ),
                    *gates,
                    *pictures,
                ),
            ),
            Item(
                key="2.C",
                title="Resolution of the chains",
                blocks=(
                    Paragraph(
                        text=f"Required of every quantity is an effective sample size of at least "
                        f"{needed}, bulk and tail; they stand in the tables of 2.B. The tables of "
                        "3.B give the Monte Carlo standard error of each reported figure."
                    ),
                ),
            ),
            Item(key="2.D", title="What is not MCMC", blocks=(Paragraph(text=NOT_MCMC),)),
        ),
    )


def software(provenance: dict[str, Any]) -> tuple[Paragraph | Code, ...]:
    """Versions of what computed the results; nothing where they are not known."""
    if not versions(provenance):
        return ()
    return (Paragraph(text=f"{versions_sentence(provenance)}."),)
