"""The chapter of a simulation: every item of ADEMP, filled from the run."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from analyses.report import design_words as words
from analyses.report.blocks import Block, Chapter, Code, Item, Paragraph, Points, Section
from analyses.report.commands import command_of
from analyses.report.folder import Damaged, Run
from analyses.report.pictures import all_pictures
from analyses.report.truth_words import describe_truth
from analyses.report.wording import endpoint_name, listed, test_label, versions_sentence

GUIDELINE = "ADEMP (Morris, White and Crowther 2019, doi 10.1002/sim.8086)"
SEEDS = (
    "Every random number is a function of seed, replicate, patient and purpose (a counter-based "
    "generator): there is no state to store, any replicate can be replayed with `replan replay`, "
    "and results do not depend on the number of workers."
)


@dataclass(frozen=True, kw_only=True)
class Simulation:
    """What is particular to one kind of simulation.

    Attributes
    ----------
    title, lead : str
    aims : str
    factors : tuple of Block
        What is varied, and how.
    combined : str
        Whether all combinations were run.
    estimands : str
    methods : tuple of str
        Beyond those of the design.
    measures : str
        What performance is measured by.
    precision : str
        Number of trials and Monte Carlo error.
    failures : str
        What could not be computed.
    results : tuple of Block
    """

    title: str
    lead: str
    aims: str
    factors: tuple[Block, ...]
    combined: str
    estimands: str
    methods: tuple[str, ...] = ()
    measures: str
    precision: str
    failures: str
    results: tuple[Block, ...]


def simulation_chapter(run: Run, build: Callable[[Run, dict[str, Any]], Simulation]) -> Chapter:
    """Build the chapter of a simulation.

    Parameters
    ----------
    run : Run
    build : callable
        Takes the run and its design, gives what is particular to its kind.
    """
    design = read_design_text(run)
    what = build(run, design)
    return Chapter(
        name=run.name,
        title=what.title,
        lead=what.lead,
        guideline=GUIDELINE,
        sections=(
            Section(title="Results in short", blocks=what.results),
            Section(title="Aims", items=(_text("A", "Aims", what.aims),)),
            _mechanism(design, what),
            Section(
                title="Estimands", items=(_text("E", "Estimands and targets", what.estimands),)
            ),
            _methods(design, what),
            _performance(run, what),
            _execution(run, design, what),
        ),
    )


def read_design_text(run: Run) -> dict[str, Any]:
    """Read the design that a document holds as TOML text."""
    try:
        return tomllib.loads(run.document["design"])
    except tomllib.TOMLDecodeError as error:
        raise Damaged(
            f"the design in the document of {run.folder} is no TOML ({error}); run "
            f"`replan {run.kind}` again"
        ) from None


def truths_table(design: dict[str, Any]) -> Points:
    """Say what each truth of the design is."""
    endpoint = words.endpoints_of(design)[0]["name"]
    return Points(
        texts=tuple(
            f"“{truth['name']}”: {describe_truth(truth, endpoint=endpoint)}."
            for truth in design["truths"]
        )
    )


def _text(key: str, title: str, text: str) -> Item:
    return Item(key=key, title=title, blocks=(Paragraph(text=text),) if text else ())


def _mechanism(design: dict[str, Any], what: Simulation) -> Section:
    sentences = [words.allocation(design), words.recruitment(design), words.scans(design)]
    parametric = (
        "Patients are drawn from parametric models, none is resampled: piecewise-exponential "
        "hazards of the event (or of progression, death without and death after it), of drop-out, "
        "and a recruitment process."
    )
    return Section(
        title="Data-generating mechanisms",
        items=(
            _text("D.1", "Resampling or a parametric model", parametric),
            _text("D.2", "The model", " ".join(one for one in sentences if one)),
            Item(key="D.3", title="What is varied", blocks=what.factors),
            _text("D.4", "How it is varied", what.combined),
        ),
    )


def _methods(design: dict[str, Any], what: Simulation) -> Section:
    endpoints = words.endpoints_of(design)
    sentences = [words.error(design), *(words.testing(one) for one in endpoints)]
    sentences += [words.looks(design), words.harm(design), *_further(endpoints), *what.methods]
    return Section(
        title="Methods",
        items=(
            Item(
                key="M",
                title="Methods that are evaluated",
                blocks=(Points(texts=tuple(one for one in sentences if one)),),
            ),
        ),
    )


def _further(endpoints: list[dict[str, Any]]) -> list[str]:
    """Name the tests that are computed beside the one that decides."""
    return [
        f"Computed on the same trials for {endpoint_name(one['name'])}: "
        f"{listed(test_label(test) for test in one['analysis']['also'])}, beside log-rank test, "
        "Cox model and Bayesian rule."
        for one in endpoints
        if one["analysis"].get("also")
    ]


def _performance(run: Run, what: Simulation) -> Section:
    return Section(
        title="Performance measures",
        items=(
            _text("P.1", "Performance measures", what.measures),
            _text("P.2", "Number of trials and Monte Carlo error", what.precision),
            Item(
                key="P.3",
                title="Graphical exploration",
                blocks=all_pictures(run.folder),
                missing="" if all_pictures(run.folder) else "no pictures in the folder",
            ),
        ),
    )


def _execution(run: Run, design: dict[str, Any], what: Simulation) -> Section:
    document = run.document
    software = f"{versions_sentence(document)}." if "versions" in document else ""
    return Section(
        title="Execution and reporting",
        items=(
            _text("X.1", "Seeds and states", f"Seed {document['seed']}. {SEEDS}"),
            _text("X.2", "Failures", what.failures),
            _text("X.3", "Software", software),
            Item(
                key="X.4",
                title="Code and data",
                blocks=(
                    Paragraph(
                        text=f"The commands below run “{design['name']}” again, on the design that "
                        "stands after them."
                    ),
                    command_of(run),
                    Code(text=document["design"].strip()),
                ),
            ),
        ),
    )
