"""BARG for a re-analysis, steps 3 to 6: the posterior, decisions, sensitivity, reproduction."""

import json
from typing import Any

from analyses.report import settings_words as words
from analyses.report.barg_model import POSTERIOR_CHECK
from analyses.report.barg_tables import (
    audit_table,
    check_table,
    estimand_table,
    level_table,
    predictive_table,
    sensitivity_table,
)
from analyses.report.blocks import Block, Item, Paragraph, Points, Section
from analyses.report.commands import command_of
from analyses.report.folder import Run
from analyses.report.pictures import picture
from analyses.report.wording import figure, interval, listed, versions_sentence

NO_MODELS = (
    "One model was fitted, so there are no posterior model probabilities; "
    "`replan effect-over-time` weighs models of a changing effect by their evidence."
)
NO_SENSITIVITY = "other priors were not run; add --sensitivity to the command of 6.D"


def audit_section(run: Run) -> Section:
    """Whether the publication agrees with itself."""
    audit = run.document["audit"]
    counts = audit["counts"]
    shown = listed(f"{number} {name.replace('_', ' ')}" for name, number in counts.items())
    return Section(
        title="Audit of the publication",
        blocks=(
            Paragraph(
                text=f"{audit['trial']}: {sum(counts.values())} checks of the printed figures "
                f"against each other: {shown}. A re-analysis cannot repair what disagrees; it "
                "rests on the figures it was told to use."
            ),
            audit_table(audit["checks"]),
            *picture(run.folder, "audit"),
        ),
    )


def describe_the_posterior(run: Run) -> Section:
    """Step 3: posterior predictive check, summaries, model probabilities."""
    endpoints = run.document["endpoints"]
    checks: list[Block] = [
        predictive_table(one["posterior_predictive"], name, one["label"], when="posterior")
        for name, one in endpoints.items()
    ]
    return Section(
        title="Step 3. Describe the posterior distribution",
        items=(
            Item(
                key="3.A",
                title="Posterior predictive check",
                blocks=(Paragraph(text=POSTERIOR_CHECK), *checks),
            ),
            Item(key="3.B", title="Summary of the posterior", blocks=_summaries(run)),
            Item(
                key="3.C",
                title="Bayes factors and model probabilities",
                blocks=(Paragraph(text=NO_MODELS),),
            ),
        ),
    )


def _summaries(run: Run) -> tuple[Block, ...]:
    blocks: list[Block] = []
    for name, one in run.document["endpoints"].items():
        blocks += [
            Paragraph(text=effect_sentence(one)),
            level_table(one["levels"], name, one["label"]),
            Paragraph(text=one["words"]),
            estimand_table(one["estimands"], name, one["label"]),
        ]
        for stem in ("hazard_ratio", "survival", "estimands", "kaplan_meier"):
            blocks += picture(run.folder / name, stem, of=one["label"])
    return tuple(blocks)


def effect_sentence(endpoint: dict[str, Any]) -> str:
    """Say in words what the posterior of the hazard ratio is."""
    row = _hazard_ratio(endpoint)
    return (
        f"{endpoint['label']}: the hazard ratio of RT versus control has posterior median "
        f"{figure(row['median'])} (95% central posterior interval "
        f"{interval(row['lower'], row['upper'])}; below 1 favours RT). With a posterior "
        f"probability of {figure(row['p_below_1'], 3)} it is below 1, with one of "
        f"{figure(row['p_below_0.8'], 3)} below 0.8."
    )


def _hazard_ratio(endpoint: dict[str, Any]) -> dict[str, Any]:
    rows: list[dict[str, Any]] = endpoint["estimands"]
    return next(row for row in rows if row["estimand"] == "hazard_ratio")


def report_decisions(run: Run) -> Section:
    """Step 4: no decision is made; the probability of a benefit of practical size is stated."""
    values = listed(
        f"{one['label']}: P(HR < 0.8) = {figure(_hazard_ratio(one)['p_below_0.8'], 3)}"
        for one in run.document["endpoints"].values()
    )
    return decisions(
        f" As a benefit of practical size a hazard ratio below 0.8 is shown: {values}."
    )


def decisions(benefit: str = "") -> Section:
    """Step 4 of an analysis that makes no decision.

    Parameters
    ----------
    benefit : str
        What is said of benefits of practical size.
    """
    texts = {
        "Why decisions": "None is made: the posterior goes on to the planning of the next trial, "
        "where the decision rule and its errors are stated.",
        "Loss function": "None, since there is no decision.",
        "Limits of practical equivalence": f"No region of equivalence is used.{benefit}",
        "Threshold of Bayes factors or model probabilities": "None, since no model is chosen.",
        "Estimates beside decisions": "All estimates with their intervals stand in 3.B.",
    }
    return Section(
        title="Step 4. Report decisions and their criteria",
        items=tuple(
            Item(key=f"4.{letter}", title=title, blocks=(Paragraph(text=text),))
            for letter, (title, text) in zip("ABCDE", texts.items(), strict=True)
        ),
    )


def sensitivity(run: Run) -> Section:
    """Step 5: power scaling of the prior always, other priors where they were run."""
    document = run.document
    rows = document["sensitivity"]
    scaling = tuple(
        f"{one['label']}: {check['text']}."
        for one in document["endpoints"].values()
        for check in one["findings"]
        if check["name"].startswith("sensitivity to the prior")
    )
    scaled: tuple[Block, ...] = (Points(texts=scaling),) if scaling else ()
    table: tuple[Block, ...] = () if rows is None else (sensitivity_table(rows),)
    pictures = tuple(
        shown
        for name, one in document["endpoints"].items()
        for shown in picture(run.folder / name, "sensitivity", of=one["label"])
    )
    return Section(
        title="Step 5. Report sensitivity analysis",
        items=(
            Item(
                key="5.A",
                title="For broad priors",
                blocks=(*scaled, *table, *pictures),
                missing="" if scaled or table else NO_SENSITIVITY,
            ),
            _others("5.B", "For informed priors", "rows on the prior of log HR", table),
            _others("5.C", "For default priors", "all rows", table),
            Item(
                key="5.D",
                title="For Bayes factors and model probabilities",
                blocks=(Paragraph(text="None are reported."),),
            ),
            Item(
                key="5.E",
                title="For decisions",
                blocks=(
                    Paragraph(
                        text="No decision is made here; `replan assurance` shows the probability "
                        "of success of the next trial under each prior."
                    ),
                ),
            ),
        ),
    )


def _others(key: str, title: str, which: str, table: tuple[Block, ...]) -> Item:
    """Point to the table of other assumptions, where it is."""
    where = Paragraph(text=f"See {which} of the table in 5.A.")
    return Item(
        key=key,
        title=title,
        blocks=(where,) if table else (),
        missing="" if table else NO_SENSITIVITY,
    )


def reproducibility(run: Run) -> Section:
    """Step 6: versions, settings, data, commands, seeds, draws."""
    provenance = run.document["provenance"]
    settings = json.loads(provenance["settings"])
    return Section(
        title="Step 6. Make it reproducible",
        items=(
            Item(
                key="6.A",
                title="Software and installation",
                blocks=(
                    Paragraph(
                        text=f"{versions_sentence(provenance)}. `make run` in replan's folder "
                        "installs the exact versions of its lock file and runs the analysis."
                    ),
                ),
            ),
            Item(
                key="6.B",
                title="Script and settings",
                blocks=(
                    Paragraph(text=f"Settings {provenance['analysis']!r}, in full:"),
                    words.in_full(settings),
                ),
            ),
            Item(
                key="6.C",
                title="Data and auxiliary files",
                blocks=(
                    Paragraph(
                        text=f"The record {provenance['record']} (SHA-256 "
                        f"{provenance['record_sha256']}) holds every figure that was used, as it "
                        "is printed and with its place in the publication."
                    ),
                ),
            ),
            Item(key="6.D", title="Runnable as posted", blocks=(command_of(run),)),
            Item(
                key="6.E",
                title="Reproducible Monte Carlo",
                blocks=(
                    Paragraph(
                        text=f"Seed {provenance['seed']}. The same seed, record and settings give "
                        "the same bytes on one machine and lock file, for any number of cores."
                    ),
                ),
            ),
            _draws(run),
        ),
    )


def _draws(run: Run) -> Item:
    """Say where the draws are, so that others can summarise them anew."""
    kept = [name for name in run.document["endpoints"] if _has_draws(run, name)]
    lacking = [name for name in run.document["endpoints"] if not _has_draws(run, name)]
    text = (
        f"Every draw is stored in {listed(f'{name}/posterior.nc' for name in kept)} (netCDF, "
        "readable with xarray and ArviZ), the pseudo-patients beside it in Parquet files."
    )
    return Item(
        key="6.F",
        title="Draws of the posterior",
        blocks=(Paragraph(text=text),) if kept else (),
        missing=f"no posterior.nc for {listed(lacking)} in the folder" if lacking else "",
    )


def _has_draws(run: Run, endpoint: str) -> bool:
    return (run.folder / endpoint / "posterior.nc").is_file()


def findings_table(run: Run) -> tuple[Block, ...]:
    """Show the checks that inform and did not pass."""
    return tuple(
        check_table(failed, name, f"{one['label']}: findings to be kept in mind", kind="findings")
        for name, one in run.document["endpoints"].items()
        if (failed := [check for check in one["findings"] if check["passed"] is False])
    )
