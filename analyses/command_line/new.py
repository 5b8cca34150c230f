"""`replan new`: a commented file to begin with."""

from pathlib import Path
from typing import Annotated

import typer


def new(
    what: Annotated[
        str,
        typer.Argument(
            help="Kind of file: record, settings, design, os-design, sweep, evidence or joint."
        ),
    ] = "design",
    *,
    out: Annotated[
        Path | None, typer.Option("--out", help="File to write; stdout where none is given.")
    ] = None,
) -> None:
    """Write a commented file to begin with: a design of a phase III trial, a record, and others.

    A record holds what a phase II printed, settings how it is re-analysed, joint how both endpoints
    together are; os-design is a design of survival alone; a sweep varies a design; evidence holds
    other trials, for priors. A missing folder is made; a file that exists is never replaced.

    Exit code 0 when done, 2 for bad input.

    Example: replan new record --out mytrial/published.toml
    """
    text = _text(what)
    if out is None:
        typer.echo(text, nl=False)
    else:
        _write_new(out, text)


def _text(what: str) -> str:
    from analyses.joint.template import new_joint_text
    from analyses.phase3.template import FILES, new_design_text
    from analyses.priors.template import new_evidence_text
    from analyses.record.template import new_record_text, new_settings_text

    if what == "record":
        return new_record_text()
    if what == "settings":
        return new_settings_text()
    if what == "evidence":
        return new_evidence_text()
    if what == "joint":
        return new_joint_text()
    if what not in FILES:
        known = ", ".join(
            repr(name) for name in ("record", "settings", *FILES, "evidence", "joint")
        )
        raise ValueError(f"`what` is {what!r}; it must be one of {known}, write `new design`")
    return new_design_text(what)


def _write_new(path: Path, text: str) -> None:
    """Write a file that does not exist yet, completely or not at all."""
    if path.is_dir():
        raise ValueError(f"{path} is a directory; --out must be a new file, add a name")
    made = _make_folders_of(path)
    try:
        handle = path.open("x", encoding="utf-8")
    except FileExistsError:
        raise ValueError(
            f"{path} exists; --out must be a new file so that nothing is lost, choose another name"
        ) from None
    except OSError as error:
        _remove(made)
        raise _cannot_be_written(path, error) from None
    try:
        with handle:
            handle.write(text)
    except OSError as error:
        path.unlink(missing_ok=True)
        _remove(made)
        raise _cannot_be_written(path, error) from None


def _make_folders_of(path: Path) -> list[Path]:
    """Make the folders that a file needs, and return those that were missing, innermost first."""
    missing = [folder for folder in path.parents if not folder.exists()]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        _remove(missing)
        raise _cannot_be_written(path, error) from None
    return missing


def _remove(folders: list[Path]) -> None:
    """Take back the folders that were made for a file that was not written."""
    for folder in folders:
        if folder.is_dir():
            folder.rmdir()


def _cannot_be_written(path: Path, error: OSError) -> ValueError:
    return ValueError(
        f"{path} cannot be written ({error.strerror}); --out must be a file in a writable folder "
        "with space left, choose another"
    )
