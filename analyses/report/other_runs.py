"""Chapters of runs that no guideline is for: what their folder holds, as it is."""

from analyses.report.blocks import Block, Chapter, Paragraph, Section
from analyses.report.commands import COMMANDS, command_of
from analyses.report.csv_tables import csv_tables
from analyses.report.folder import Run
from analyses.report.known_tables import known_tables
from analyses.report.pictures import all_pictures
from analyses.report.said import check_tables, sentences, warning
from analyses.report.wording import versions, versions_sentence

TITLES = {
    "findings": ("Findings beside survival", "Shares of patients from printed counts."),
    "reconstruct": ("Patients behind a published curve", "An ensemble that fits the curve and the "
                    "printed figures."),
    "priors": ("Priors from other trials", "What other trials say of the hazard ratio, and what "
               "each prior does to the answer."),
    "replay": ("One simulated trial", "One replicate, patient by patient and look by look."),
    "levels": ("Levels of evidence", "What each kind of data adds to the hazard ratio."),
    "calibration": ("Calibration", "The sampler against simulated trials whose truth is known."),
}  # fmt: skip


def other_chapter(run: Run) -> Chapter:
    """Build the chapter of a run from its sentences, checks, tables and pictures.

    Parameters
    ----------
    run : Run
    """
    title, lead = TITLES.get(run.kind, (run.kind.capitalize(), f"Results of `replan {run.kind}`."))
    tables = known_tables(run.kind, run.document) or csv_tables(run.folder)
    return Chapter(
        name=run.name,
        title=title,
        lead=lead,
        guideline="",
        warning=warning(run.document),
        sections=(
            Section(title="What was found", blocks=(*sentences(run.document), *check_tables(run))),
            Section(title="Tables", blocks=tables or (Paragraph(text="The folder has none."),)),
            Section(title="Pictures", blocks=all_pictures(run.folder)),
            Section(title="Provenance", blocks=provenance(run)),
        ),
    )


def provenance(run: Run) -> tuple[Block, ...]:
    """Versions, seed and command, as far as the document states them."""
    stated = run.document.get("provenance", run.document)
    stated = stated if isinstance(stated, dict) else {}
    blocks: list[Block] = []
    if versions(stated):
        blocks.append(Paragraph(text=f"{versions_sentence(stated)}."))
    if "seed" in stated:
        blocks.append(Paragraph(text=f"Seed {stated['seed']}."))
    if run.kind in COMMANDS:
        blocks.append(command_of(run))
    return tuple(blocks)
