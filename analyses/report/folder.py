"""Reading results folders: which runs lie in them, and their documents; nothing is executed."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

KNOWN_VERSION = 1
DEEPEST = 4
PRIVATE = {"cells", "replays"}
LARGEST_BYTES = 200_000_000

KINDS = {
    "operating characteristics": "power",
    "operating characteristics of several endpoints": "power",
    "sample size": "size",
    "assurance": "assurance",
    "sweep": "sweep",
    "posterior threshold": "threshold",
    "priors": "priors",
    "replay of one simulated trial": "replay",
    "replay of one simulated trial of several endpoints": "replay",
    "joint": "joint",
    "effect_over_time": "effect-over-time",
    "effect_over_time_on_patients": "effect-over-time",
}
"""What a document says of itself, and the command that writes such documents."""

FILES = ("results", "power", "size", "assurance", "threshold", "priors", "replay", "findings",
         "effect_over_time", "summary", "levels", "calibration")  # fmt: skip


class Damaged(ValueError):
    """A folder is not as a command wrote it: one sentence that says where, why and what to do."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run as its folder holds it.

    Attributes
    ----------
    folder : Path
    name : str
        Folder below the one that was asked for, or its own name.
    kind : str
        The command that wrote it: "reanalyse", "power", …
    document : dict
        Its JSON document.
    """

    folder: Path
    name: str
    kind: str
    document: dict[str, Any]


def read_runs(folder: Path) -> tuple[Run, ...]:
    """Read every run in a folder and the folders in it.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    tuple of Run
        By kind in the order of the chain, then by name; at least one.

    Raises
    ------
    ValueError
        If the folder does not exist or holds no run, or a document is damaged or of an unknown
        version: one sentence.
    """
    if not folder.is_dir():
        what = "is not a folder" if folder.exists() else "does not exist"
        raise ValueError(f"{folder} {what}; a report is of a results folder, check the path")
    runs = [
        _read_run(path, folder) for place in _folders(folder, depth=0) for path in _documents(place)
    ]
    if not runs:
        raise ValueError(
            f"{folder} holds no results of replan; give a folder that a command wrote with --out, "
            "such as results"
        )
    return tuple(sorted(runs, key=lambda run: (_place(run.kind), run.name)))


def _folders(folder: Path, *, depth: int) -> list[Path]:
    """List the folder and those in it, but for what a sweep keeps its cells in."""
    found = [folder]
    if depth < DEEPEST:
        for path in sorted(path for path in _entries(folder) if path.is_dir()):
            known = path.name.startswith(".") or path.name in PRIVATE
            if not known and not path.is_symlink():
                found += _folders(path, depth=depth + 1)
    return found


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError as error:
        raise ValueError(
            f"{folder} cannot be read ({error.strerror}); allow reading it and try again"
        ) from None


def _documents(folder: Path) -> list[Path]:
    paths = (folder / f"{name}.json" for name in FILES)
    return [path for path in paths if path.is_file()]


def _read_run(path: Path, root: Path) -> Run:
    document = read_document(path)
    version = document.get("schema_version")
    if version != KNOWN_VERSION or isinstance(version, bool):
        raise ValueError(
            f"{path} has schema_version {version!r}; this replan reads version {KNOWN_VERSION}, "
            "run the command again or use the replan that wrote it"
        )
    name = path.parent.relative_to(root).as_posix()
    return Run(
        folder=path.parent,
        name=path.parent.resolve().name if name == "." else name,
        kind=_kind(document, path),
        document=document,
    )


def read_document(path: Path) -> dict[str, Any]:
    """Read a JSON document whose top level is an object.

    Raises
    ------
    ValueError
        If it cannot be read, is too large, or is not such a document: one sentence.
    """
    try:
        size = path.stat().st_size
        if size > LARGEST_BYTES:
            raise ValueError(f"{size:,} bytes, more than any run writes")
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise _damaged(path, error.strerror or "unreadable") from None
    except (ValueError, RecursionError) as error:
        raise _damaged(path, " ".join(str(error).split())[:120]) from None
    if not isinstance(content, dict):
        raise _damaged(path, f"a {type(content).__name__} in place of an object")
    return content


def _damaged(path: Path, why: str) -> Damaged:
    return Damaged(f"{path} is damaged ({why}); run the command that wrote it again")


def _kind(document: dict[str, Any], path: Path) -> str:
    """Name the command that wrote a document."""
    said = document.get("kind")
    if isinstance(said, str) and said in KINDS:
        return KINDS[said]
    if path.stem != "results":
        return path.stem.replace("_", "-")
    if "audit" in document and "endpoints" in document:
        return "reanalyse"
    return "fit" if "levels" in document else "reconstruct"


CHAIN = ("reanalyse", "effect-over-time", "joint", "findings", "reconstruct", "fit", "priors",
         "power", "size", "threshold", "assurance", "sweep", "replay", "calibration")  # fmt: skip


def _place(kind: str) -> int:
    return CHAIN.index(kind) if kind in CHAIN else len(CHAIN)
