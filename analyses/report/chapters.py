"""From the runs of a folder to a report: a chapter each, and text for a protocol before them."""

import csv
from collections.abc import Callable
from functools import partial
from pathlib import Path

from analyses.report.ademp import simulation_chapter
from analyses.report.ademp_assurance import assurance_parts
from analyses.report.ademp_grid import sweep_parts, threshold_parts
from analyses.report.ademp_power import power_parts
from analyses.report.ademp_size import size_parts
from analyses.report.barg import reanalysis_chapter
from analyses.report.barg_other import bayesian_chapter
from analyses.report.blocks import Block, Chapter, Column, Paragraph, Ready, Report, Table
from analyses.report.folder import Damaged, Run, read_runs
from analyses.report.other_runs import other_chapter
from analyses.report.protocol import protocol_texts
from analyses.report.well_formed import check_well_formed

BUILDERS: dict[str, Callable[[Run], Chapter]] = {
    "reanalyse": reanalysis_chapter,
    "joint": bayesian_chapter,
    "effect-over-time": bayesian_chapter,
    "fit": bayesian_chapter,
    "power": partial(simulation_chapter, build=power_parts),
    "size": partial(simulation_chapter, build=size_parts),
    "assurance": partial(simulation_chapter, build=assurance_parts),
    "sweep": partial(simulation_chapter, build=sweep_parts),
    "threshold": partial(simulation_chapter, build=threshold_parts),
}
READY = (
    "These paragraphs are written from the runs, to be taken over and edited; what they assert is "
    "what the chapters below show."
)


def build_report(folder: Path) -> Report:
    """Read a folder and put its runs into a report.

    Parameters
    ----------
    folder : Path
        Of one run, or of folders of runs.

    Raises
    ------
    ValueError
        If the folder cannot be read as results: one sentence.
    """
    runs = read_runs(folder)
    chapters = tuple(_sound(run, BUILDERS.get(run.kind, other_chapter)) for run in runs)
    ready = _protocol(runs)
    summary: tuple[Block, ...] = (Paragraph(text=READY), *ready) if ready else ()
    title = chapters[0].title if len(chapters) == 1 else f"Report of {folder.resolve().name}"
    return Report(title=title, summary=(*summary, _contents(chapters)), chapters=chapters)


def _sound(run: Run, build: Callable[[Run], Chapter]) -> Chapter:
    """Build a chapter; a document that lacks what it must hold is answered by one sentence."""
    try:
        chapter = build(run)
        check_well_formed(chapter)
    except Damaged:
        raise
    except LACKING as error:
        raise _incomplete(run, error) from None
    return chapter


def _protocol(runs: tuple[Run, ...]) -> tuple[Ready, ...]:
    try:
        texts = protocol_texts(runs)
        check_well_formed(texts)
    except LACKING as error:
        raise _incomplete(runs[0], error) from None
    return texts


# What Python says of a document that is not what it should be: StopIteration within a generator
# comes as a RuntimeError.
LACKING = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RuntimeError,
    StopIteration,
    TypeError,
    ValueError,
    csv.Error,
)


def _incomplete(run: Run, error: Exception) -> ValueError:
    what = (
        f"lacks {str(error)[:60]}"
        if isinstance(error, KeyError)
        else "is not as that command writes it"
    )
    return Damaged(
        f"the document of `replan {run.kind}` in {run.folder} {what}; run the command again"
    )


def _contents(chapters: tuple[Chapter, ...]) -> Table:
    return Table(
        name="contents",
        caption="The runs of this report, and how many items of their guideline they fill.",
        columns=(
            Column(name="chapter", heading="Chapter"),
            Column(name="folder", heading="Folder"),
            Column(name="guideline", heading="Guideline"),
            Column(name="filled", heading="Items filled", digits=0),
            Column(name="items", heading="Of", digits=0),
        ),
        rows=tuple(
            (
                chapter.title,
                chapter.name,
                chapter.guideline.partition(" (")[0] or None,
                sum(item.filled for item in chapter.items()) if chapter.guideline else None,
                len(chapter.items()) if chapter.guideline else None,
            )
            for chapter in chapters
        ),
    )
