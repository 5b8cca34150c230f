"""BARG for further re-analyses: both endpoints together, changing effects, patient data."""

import json
from dataclasses import dataclass
from typing import Any

from analyses.report.barg import GUIDELINE
from analyses.report.barg_answer import decisions
from analyses.report.barg_model import POSTERIOR_CHECK, PRIOR_CHECK, WHY, software
from analyses.report.barg_tables import check_table, predictive_table
from analyses.report.blocks import Block, Chapter, Code, Item, Paragraph, Section
from analyses.report.commands import command_of
from analyses.report.csv_tables import csv_tables, rows_table
from analyses.report.folder import Run
from analyses.report.pictures import all_pictures, picture
from analyses.report.said import check_tables, sentences, warning
from analyses.report.settings_words import in_full
from analyses.report.wording import endpoint_name, listed, versions_sentence


@dataclass(frozen=True, kw_only=True)
class Analysis:
    """What is particular to one kind of analysis, in words."""

    title: str
    lead: str
    goal: str
    data: str
    model: str
    formulas: str
    models_compared: str
    why: str = WHY


HAZARDS = (
    "log h[arm, k] = b[k] ± log_hr / 2   (control −, rt +; where the baseline lies midway)\n"
    "log likelihood = Σ events[arm, k] · log h[arm, k] − exposure[arm, k] · h[arm, k]"
)
RESTRICTED = "p(θ, y | S(y) ∈ R) ∝ p(θ) · p(y | θ) · 1[S(y) ∈ R]"
ANALYSES = {
    "joint": Analysis(
        title="Progression and death together",
        lead="Both endpoints of a published trial, re-analysed as those of the same patients.",
        goal="To learn the hazards of progression, of death without and of death after it, and the "
        "effect of RT on each, from the printed figures of both endpoints; the planning of a trial "
        "of both endpoints takes their posterior for the truth.",
        data="Predicted: each patient's times of progression and death. Predictor: the arm. "
        "Observed are the printed figures of both endpoints alone.",
        model="An illness–death model: each of three passages has hazards that are constant "
        "within intervals, and one hazard ratio. The patients are latent; every printed figure of "
        "both endpoints must be theirs (a restricted likelihood; Lewis, MacEachern and Lee 2021).",
        formulas="log h[passage, arm, k] = b[passage, k] ± log_hr[passage] / 2\n"
        "log likelihood = Σ events · log h − exposure · h, over passages, arms and intervals\n"
        f"{RESTRICTED}",
        models_compared="One model was fitted, so there are no posterior model probabilities.",
    ),
    "effect-over-time": Analysis(
        title="Effects that change",
        lead="Models of an effect that changes over time, held against proportional hazards.",
        goal="To weigh models of a changing effect by their evidence, and to show what each says "
        "of survival and hazard ratio over time.",
        data="Predicted: times to event and whether it was seen. Predictor: the arm. Observed are "
        "the printed figures, or patients where a file of patients was given.",
        model="Hazards that are constant within intervals, under proportional hazards and under "
        "each model of the effect: a random walk of log HR, a delay, a waning effect, separate "
        "arms.",
        formulas=f"{HAZARDS}, log_hr a function of time in each model\n{RESTRICTED}",
        models_compared="Bayes factors and the models' shares stand in the tables of 3.B.",
    ),
    "fit": Analysis(
        title="Fit of patient data",
        lead="The posterior from patient data, beside what less would have told.",
        goal="To estimate the hazard ratio of RT versus control and the survival of both arms, and "
        "to show what each level of evidence adds.",
        data="Predicted: times to event and whether it was seen, patient by patient or in "
        "reconstructed sets. Predictors: the arm, and covariates and strata where some are named.",
        model="Hazards that are constant within intervals and proportional between the arms; "
        "covariates act proportionally, strata have baselines of their own.",
        formulas=HAZARDS,
        models_compared="One model was fitted to each level of evidence; levels are not compared "
        "by Bayes factors, since they differ in their data.",
        why="A posterior gives the probability of a benefit and of every survival curve, and its "
        "draws of the hazards can be simulated from to plan a trial.",
    ),
}
ELSEWHERE = frozenset({"checks", "set_agreement", "hazard_ratio", "other_priors",
                       "prior_predictive", "posterior_predictive"})  # fmt: skip
"""Tables whose contents stand in 1.E, 2.B, 3.A, in a picture, or in 5.A."""
NO_PREDICTIVE = "the run drew no trials from the {when}; `replan reanalyse` and `replan joint` do"
NO_PRIORS = "the run was made under one prior; make it again with other --settings"


def bayesian_chapter(run: Run) -> Chapter:
    """Build the chapter of `replan joint`, `effect-over-time` or `fit`.

    Parameters
    ----------
    run : Run
    """
    what, document = ANALYSES[run.kind], run.document
    provenance = document["provenance"]
    return Chapter(
        name=run.name,
        title=what.title,
        lead=what.lead,
        guideline=GUIDELINE,
        warning=warning(document),
        sections=(
            Section(title="The answer", blocks=(*sentences(document), *_surprises(document))),
            Section(
                title="Preamble",
                items=(_text("A", "Why Bayesian", what.why), _text("B", "Goals", what.goal)),
            ),
            _model(what, document),
            _computation(run, provenance),
            _posterior(run, what),
            decisions(),
            _sensitivity(run),
            _reproducibility(run, provenance),
        ),
    )


def _text(key: str, title: str, text: str) -> Item:
    return Item(key=key, title=title, blocks=(Paragraph(text=text),))


def _surprises(document: dict[str, Any]) -> tuple[Block, ...]:
    """Show printed figures that are far out among those of drawn trials."""
    failed = [
        check
        for check in document.get("findings") or ()
        if check["passed"] is False and "predictive" in check["name"]
    ]
    if not failed:
        return ()
    return (check_table(failed, "run", "Findings to be kept in mind.", kind="findings"),)


def _predictive(document: dict[str, Any], when: str, said: str, *more: Block) -> Item:
    """Lay printed figures beside those of drawn trials, where trials were drawn."""
    key, field = {"prior": "1.E", "posterior": "3.A"}[when], f"{when}_predictive"
    rows = document.get(field) or []
    tables = tuple(
        predictive_table(
            [row for row in rows if row["endpoint"] == name], name, endpoint_name(name), when=when
        )
        for name in dict.fromkeys(row["endpoint"] for row in rows)
    )
    return Item(
        key=key,
        title=f"{when.capitalize()} predictive check",
        blocks=(Paragraph(text=said), *tables, *more) if rows else (),
        missing="" if rows else NO_PREDICTIVE.format(when=when),
    )


def _model(what: Analysis, document: dict[str, Any]) -> Section:
    provenance = document["provenance"]
    settings = provenance.get("settings")
    priors: tuple[Block, ...] = ()
    if settings:
        priors = (
            Paragraph(
                text=f"Settings {provenance.get('analysis', '')!r} with all priors, in full:"
            ),
            in_full(json.loads(settings)),
        )
    return Section(
        title="Step 1. Explain the model",
        items=(
            _text("1.A", "Data variables", what.data),
            _text("1.B", "Likelihood and parameters", what.model),
            Item(key="1.C", title="Prior distribution", blocks=priors),
            Item(key="1.D", title="Formal specification", blocks=(Code(text=what.formulas),)),
            _predictive(document, "prior", PRIOR_CHECK),
        ),
    )


def _computation(run: Run, provenance: dict[str, Any]) -> Section:
    predicted = "posterior_predictive" in run.document
    checks = check_tables(run, kinds=("gates",)) if predicted else check_tables(run)
    return Section(
        title="Step 2. Report details of the computation",
        items=(
            Item(key="2.A", title="Software", blocks=software(provenance)),
            Item(key="2.B", title="Convergence of the chains", blocks=checks),
            _text(
                "2.C",
                "Resolution of the chains",
                "Effective sample sizes stand in the tables of 2.B, Monte Carlo standard errors "
                "beside the figures of 3.B.",
            ),
            _text(
                "2.D",
                "What is not MCMC",
                "Where the model allows, the posterior is compared with exact quadrature; see the "
                "checks on agreement in 2.B.",
            ),
        ),
    )


def _posterior(run: Run, what: Analysis) -> Section:
    drawn = picture(run.folder, "predictive")
    pictures = [one for one in all_pictures(run.folder) if one not in drawn]
    return Section(
        title="Step 3. Describe the posterior distribution",
        items=(
            _predictive(run.document, "posterior", POSTERIOR_CHECK, *drawn),
            Item(
                key="3.B",
                title="Summary of the posterior",
                blocks=(*csv_tables(run.folder, without=ELSEWHERE), *pictures),
            ),
            _text("3.C", "Bayes factors and model probabilities", what.models_compared),
        ),
    )


def _sensitivity(run: Run) -> Section:
    parts = {"": run.document, **(run.document.get("endpoints") or {})}
    told = tuple(
        Paragraph(text=f"{check['text']}.")
        for part in parts.values()
        for check in part.get("findings") or ()
        if check["name"].startswith("sensitivity to the prior")
    )
    varied = tuple(
        rows_table(
            part["other_priors"],
            name=f"{name}_other_priors",
            caption=f"{part.get('label', name)}: Bayes factors under other priors.",
        )
        for name, part in parts.items()
        if part.get("other_priors")
    )
    where = (Paragraph(text="See the table in 5.A."),) if varied else ()
    none = "" if varied else NO_PRIORS
    return Section(
        title="Step 5. Report sensitivity analysis",
        items=(
            Item(
                key="5.A",
                title="For broad priors",
                blocks=(*told, *varied),
                missing="" if told else none,
            ),
            Item(key="5.B", title="For informed priors", blocks=where, missing=none),
            Item(key="5.C", title="For default priors", blocks=where, missing=none),
            _text(
                "5.D",
                "For Bayes factors and model probabilities",
                "See the table in 5.A." if varied else "See 3.C.",
            ),
            _text("5.E", "For decisions", "No decision is made here."),
        ),
    )


def _reproducibility(run: Run, provenance: dict[str, Any]) -> Section:
    hashes = listed(
        f"{name.removesuffix('_sha256')} {provenance.get(name.removesuffix('_sha256'), '')} "
        f"(SHA-256 {value})"
        for name, value in provenance.items()
        if name.endswith("_sha256") and value
    )
    draws = sorted(path.relative_to(run.folder).as_posix() for path in run.folder.rglob("*.nc"))
    kept = (Paragraph(text=f"Stored in {listed(draws)} (netCDF)."),) if draws else ()
    return Section(
        title="Step 6. Make it reproducible",
        items=(
            _text("6.A", "Software and installation", f"{versions_sentence(provenance)}."),
            _text("6.B", "Script and settings", "The settings stand in 1.C."),
            _text("6.C", "Data and auxiliary files", f"{hashes}."),
            Item(key="6.D", title="Runnable as posted", blocks=(command_of(run),)),
            _text("6.E", "Reproducible Monte Carlo", f"Seed {provenance['seed']}."),
            Item(
                key="6.F",
                title="Draws of the posterior",
                blocks=kept,
                missing="" if draws else "no posterior.nc in the folder",
            ),
        ),
    )
