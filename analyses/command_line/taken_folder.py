"""A folder that holds the results of another command is refused: they would be replaced."""

import json
from collections.abc import Sequence
from pathlib import Path

_MARKS = {
    "reanalyse": "audit.csv",
    "joint": "summary.json",
    "effect-over-time": "effect_over_time.json",
    "findings": "findings.json",
    "priors": "priors.json",
    "reconstruct": "reconstructed_patients.parquet",
    "fit": "evidence_levels.csv",
    "levels": "levels.json",
    "power": "power.json",
    "size": "size.json",
    "calibrate-threshold": "threshold.json",
    "assurance": "assurance.json",
    "replay": "replay.json",
}
"""A file that only this command writes, by command."""


def refuse_taken_folder(arguments: Sequence[str]) -> None:
    """Look into the folder that --out names, before anything is computed.

    Parameters
    ----------
    arguments : sequence of str
        Of the command line, the command first.

    Raises
    ------
    ValueError
        If the folder holds the results of another command: one sentence.
    """
    command, out = arguments[:1], _out(arguments)
    if out is None or command[0] not in _MARKS:
        return
    listed = _listed(out)
    others = [name for name, mark in _MARKS.items() if mark in listed and name != command[0]]
    if others and _MARKS[command[0]] not in listed:
        raise ValueError(
            f"{out} holds the results of `replan {others[0]}`, which would be replaced; each "
            f"command needs a folder of its own, such as {out}/{command[0]}"
        )


def _out(arguments: Sequence[str]) -> Path | None:
    for place, word in enumerate(arguments):
        name, equals, value = word.partition("=")
        if name == "--out":
            following = value if equals else " ".join(arguments[place + 1 : place + 2])
            return Path(following) if following else None
    return None


def _listed(out: Path) -> list[str]:
    """Files that an earlier run listed; none where there was no run."""
    try:
        listed = json.loads((out / "files.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return []
    return [name for name in listed if isinstance(name, str)] if isinstance(listed, list) else []
