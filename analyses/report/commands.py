"""Commands that run again what a folder holds."""

import json
import shlex
from collections.abc import Callable
from typing import Any

from analyses.report.blocks import Code
from analyses.report.folder import Run

Words = list[str]


def command_of(run: Run) -> Code:
    """Write the command that gives the run's results anew.

    Files that a folder does not hold go by their names; DESIGN.toml is the design beside the
    results.

    Parameters
    ----------
    run : Run
    """
    build = COMMANDS.get(run.kind)
    words = [run.kind] if build is None else build(run.document)
    return Code(text=shlex.join(["replan", *words, "--out", run.name]))


def _reanalyse(document: dict[str, Any]) -> Words:
    provenance = document["provenance"]
    endpoints = list(document["endpoints"])
    words = ["reanalyse", provenance["record"], "--seed", str(provenance["seed"])]
    if len(endpoints) == 1:
        words += ["--endpoint", endpoints[0]]
    if json.loads(provenance["settings"])["name"] != "default":
        words += ["--settings", f"{provenance['analysis']}.toml"]
    words += ["--sensitivity"] if document["sensitivity"] is not None else []
    return [*words, "--quick"] if document["quick"] else words


def _power(document: dict[str, Any]) -> Words:
    rows = document["trial"] if "trial" in document else document["characteristics"]
    trials = {int(row["value"]) for row in rows if row["variable"] == "trials"}
    words = ["power", "design.toml", "--seed", str(document["seed"])]
    return [*words, "--trials", str(max(trials))] if trials else words


def _size(document: dict[str, Any]) -> Words:
    question = document["question"]
    return [
        "size", "design.toml", "--power", f"{question['power']:g}", "--for", question["target"],
        "--vary", question["way"], "--truth", question["truth"],
        "--precision", f"{question['precision']:g}", "--trials", str(question["trials"]),
        "--seed", str(document["seed"]),
    ]  # fmt: skip


def _assurance(document: dict[str, Any]) -> Words:
    question, split = document["question"], document["split"]
    return [
        "assurance", "design.toml", "--posterior", document["posterior"]["file"],
        "--for", question["target"], "--benefit", f"{question['benefit']:g}",
        "--draws", str(split["draws"]),
        "--trials", str(split["draws"] * split["trials_a_draw"]),
        "--seed", str(document["seed"]),
    ]  # fmt: skip


def _threshold(document: dict[str, Any]) -> Words:
    return [
        "calibrate-threshold", "design.toml", "--alpha", f"{document['alpha']:g}",
        "--endpoint", document["endpoint"], "--seed", str(document["seed"]),
    ]  # fmt: skip


def _sweep(document: dict[str, Any]) -> Words:
    trials = max((cell["trials"] for cell in document["cells"]), default=0)
    return ["sweep", "sweep.toml", "--trials", str(trials)]


def _replay(document: dict[str, Any]) -> Words:
    return [
        "replay", "design.toml", "--replicate", str(document["replicate"]),
        "--truth", document["truth"], "--seed", str(document["seed"]),
    ]  # fmt: skip


def _priors(document: dict[str, Any]) -> Words:
    return ["priors", document["evidence_file"], "--seed", str(document["seed"])]


def _joint(document: dict[str, Any]) -> Words:
    provenance = document["provenance"]
    words = ["joint", provenance["record"], "--seed", str(provenance["seed"])]
    return [*words, "--quick"] if document["quick"] else words


def _effect(document: dict[str, Any]) -> Words:
    provenance = document["provenance"]
    file = provenance.get("record") or provenance.get("patients") or "patients.csv"
    return ["effect-over-time", file, "--seed", str(provenance["seed"])]


def _fit(document: dict[str, Any]) -> Words:
    provenance = document["provenance"]
    words = ["fit", provenance["patients"], "--seed", str(provenance["seed"])]
    for option, name in (("--record", "record"), ("--curve-sets", "curve_sets")):
        words += [option, provenance[name]] if provenance.get(name) else []
    return words


def _of_record(document: dict[str, Any]) -> Words:
    return ["findings", "published.toml"]


COMMANDS: dict[str, Callable[[dict[str, Any]], Words]] = {
    "reanalyse": _reanalyse,
    "power": _power,
    "size": _size,
    "assurance": _assurance,
    "threshold": _threshold,
    "sweep": _sweep,
    "replay": _replay,
    "priors": _priors,
    "findings": _of_record,
    "joint": _joint,
    "effect-over-time": _effect,
    "fit": _fit,
}
