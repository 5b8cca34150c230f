"""Finished trials on disk, one line each: a killed calibration goes on where it stopped."""

import json
import os
import tempfile
from dataclasses import asdict
from pathlib import Path

from analyses.calibrate.rank import RankedTrial


def read_trials(path: Path, *, plan: str) -> list[RankedTrial]:
    """Read finished trials; a last line cut short by a kill is removed from the file.

    Parameters
    ----------
    path : Path
        A missing file holds no trials; it is begun.
    plan : str
        Fingerprint of the plan; the file's must be the same.

    Raises
    ------
    ValueError
        If the trials belong to another plan, or the file cannot be read or written.
    """
    try:
        content = path.read_bytes() if path.exists() else b""
        whole = content[: content.rfind(b"\n") + 1]
        if not whole:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, (json.dumps({"plan": plan}) + "\n").encode())
            return []
        if len(whole) < len(content):
            write_whole(path, whole)
    except OSError as error:
        raise ValueError(
            f"{path} cannot be used ({error.strerror}); choose another folder with --out"
        ) from None
    return _parse(path, whole.decode(errors="replace"), plan)


def append_trial(path: Path, trial: RankedTrial) -> None:
    """Add one trial and wait until it is on disk.

    Raises
    ------
    ValueError
        If it cannot be written: one sentence; the trials before it stay readable.
    """
    try:
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(trial)) + "\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise _unwritable(path, error) from None


def write_whole(path: Path, content: bytes) -> None:
    """Write a file completely or not at all.

    Raises
    ------
    ValueError
        If it cannot be written: one sentence.
    """
    try:
        _write(path, content)
    except OSError as error:
        raise _unwritable(path, error) from None


def _unwritable(path: Path, error: OSError) -> ValueError:
    return ValueError(
        f"{path} cannot be written ({error.strerror}); it needs a writable folder with space "
        "left, choose another with --out"
    )


def _write(path: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _parse(path: Path, text: str, plan: str) -> list[RankedTrial]:
    try:
        head, *lines = [json.loads(line) for line in text.splitlines()]
        trials = [RankedTrial(**line) for line in lines]
        found = head["plan"]
    except (ValueError, TypeError, KeyError):
        raise ValueError(
            f"{path} is damaged; delete it or choose another folder with --out"
        ) from None
    if found != plan:
        raise ValueError(
            f"{path} holds trials of another plan ({found}, this one is {plan}); settings, seed "
            "and code must be the same to go on: delete it or choose another folder with --out"
        )
    return trials
