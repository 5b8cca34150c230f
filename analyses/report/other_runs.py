"""Chapters of runs that no guideline is for: what their folder holds, as it is."""

import csv
from pathlib import Path
from typing import Any

from analyses.report.barg_tables import VERDICTS
from analyses.report.blocks import Block, Cell, Chapter, Column, Paragraph, Section, Table
from analyses.report.commands import COMMANDS, command_of
from analyses.report.folder import Run
from analyses.report.known_tables import known_tables
from analyses.report.pictures import all_pictures
from analyses.report.wording import versions, versions_sentence

MOST_ROWS = 40
MOST_COLUMNS = 10
LONGEST_CELL = 160
MOST_TABLES = 12

TITLES = {
    "effect-over-time": ("Effects that change", "Models of a changing effect, weighed by their "
                         "evidence."),
    "joint": ("Progression and death together", "Both endpoints re-analysed together."),
    "findings": ("Findings beside survival", "Shares of patients from printed counts."),
    "reconstruct": ("Patients behind a published curve", "An ensemble that fits the curve and the "
                    "printed figures."),
    "fit": ("Fit of patient data", "The posterior from patient data, beside what less would have "
            "told."),
    "priors": ("Priors from other trials", "What other trials say of the hazard ratio, and what "
               "each prior does to the answer."),
    "replay": ("One simulated trial", "One replicate, patient by patient and look by look."),
    "calibration": ("Calibration", "The sampler against simulated trials whose truth is known."),
}  # fmt: skip
WORDS = ("words", "winners_curse", "direction", "hazard_ratio", "reason", "several_tables")


def other_chapter(run: Run) -> Chapter:
    """Build the chapter of a run from its sentences, checks, tables and pictures.

    Parameters
    ----------
    run : Run
    """
    title, lead = TITLES.get(run.kind, (run.kind.capitalize(), f"Results of `replan {run.kind}`."))
    tables = known_tables(run.kind, run.document) or _tables(run.folder)
    return Chapter(
        name=run.name,
        title=title,
        lead=lead,
        guideline="",
        warning=_warning(run.document),
        sections=(
            Section(title="What was found", blocks=(*_sentences(run.document), *_checks(run))),
            Section(title="Tables", blocks=tables or (Paragraph(text="The folder has none."),)),
            Section(title="Pictures", blocks=all_pictures(run.folder)),
            Section(title="Provenance", blocks=_provenance(run)),
        ),
    )


def _warning(document: dict[str, Any]) -> str:
    held = (document.get(name) for name in ("gates_hold", "checks_hold"))
    failed = any(verdict is False for verdict in held)
    said = ["A check that voids the results failed."] if failed else []
    return " ".join([*said, *(["A quick look: not for reporting."] * bool(document.get("quick")))])


def _sentences(document: dict[str, Any]) -> tuple[Block, ...]:
    found = [document[name] for name in WORDS if isinstance(document.get(name), str)]
    endpoints = document.get("endpoints")
    if isinstance(endpoints, dict):
        for name, one in endpoints.items():
            if isinstance(one, dict):
                found += [f"{name}: {one[x]}" for x in WORDS if isinstance(one.get(x), str)]
    return tuple(Paragraph(text=text[0].upper() + text[1:]) for text in found if text)


def _checks(run: Run) -> tuple[Block, ...]:
    places = {"": run.document}
    endpoints = run.document.get("endpoints")
    if isinstance(endpoints, dict):
        places |= {f"{key}_": one for key, one in endpoints.items() if isinstance(one, dict)}
    blocks: list[Block] = []
    for prefix, place in places.items():
        for kind in ("gates", "checks", "findings"):
            rows = [one for one in place.get(kind) or () if _is_check(one)]
            if rows:
                blocks.append(_check_table(rows, name=f"{prefix}{kind}"))
    return tuple(blocks)


def _is_check(row: object) -> bool:
    return isinstance(row, dict) and {"name", "passed", "text"} <= row.keys()


def _check_table(rows: list[dict[str, Any]], *, name: str) -> Table:
    return Table(
        name=name,
        caption=f"{name.replace('_', ': ').capitalize()}.",
        columns=tuple(Column(name=x, heading=x.capitalize()) for x in ("check", "verdict", "text")),
        rows=tuple((one["name"], VERDICTS.get(one["passed"], ""), one["text"]) for one in rows),
    )


def _tables(folder: Path) -> tuple[Block, ...]:
    paths = sorted(folder.glob("*.csv")) + sorted(folder.glob("*/*.csv"))
    return tuple(_table(path, folder) for path in paths[:MOST_TABLES])


def _table(path: Path, folder: Path) -> Table:
    """Take the first rows and columns of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row, _ in zip(csv.reader(file), range(MOST_ROWS + 2), strict=False)]
    head, *body = rows or [[]]
    shown, width = body[:MOST_ROWS], min(len(head), MOST_COLUMNS)
    more = [f"first {MOST_ROWS} rows"] if len(body) > MOST_ROWS else []
    more += [f"first {MOST_COLUMNS} of {len(head)} columns"] if len(head) > MOST_COLUMNS else []
    place = path.relative_to(folder).with_suffix("").as_posix()
    return Table(
        name=place.replace("/", "_"),
        caption=f"{place}.csv{f' ({", ".join(more)})' if more else ''}",
        columns=tuple(Column(name=x, heading=x.replace("_", " ")) for x in head[:width]),
        rows=tuple(
            tuple(_cell(text) for text in (row + [""] * width)[:width]) for row in shown
        ),
    )  # fmt: skip


def _cell(text: str) -> Cell:
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return f"{text[:LONGEST_CELL]} …" if len(text) > LONGEST_CELL else text or None


def _provenance(run: Run) -> tuple[Block, ...]:
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
