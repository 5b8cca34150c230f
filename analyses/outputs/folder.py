"""A results folder that is written completely or not at all."""

import errno
import fcntl
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MANIFEST = "files.json"
PARTIAL = ".partial-"
SETTLED = 60.0


@contextmanager
def results_folder(out: Path) -> Iterator[Path]:
    """Give a folder to write to; its files replace those in `out` when all are complete.

    Files of an earlier run that this run did not write again are removed, and so are unfinished
    folders of runs that were killed; files that no run wrote are left alone.

    Parameters
    ----------
    out : Path
        Made when it does not exist.

    Yields
    ------
    Path
        A new folder beside the results.

    Raises
    ------
    ValueError
        If `out` cannot be written or the disk is full: one sentence.
    """
    aside: Path | None = None
    lock: int | None = None
    made = [folder for folder in (out, *out.parents) if not folder.exists()]
    try:
        out.mkdir(parents=True, exist_ok=True)
        _sweep(out)
        aside = Path(tempfile.mkdtemp(dir=out, prefix=PARTIAL))
        lock = _hold(aside, wait=True)
        yield aside
        _publish(aside, out)
    except OSError as error:
        reason = error.strerror or " ".join(str(error).split())
        raise ValueError(
            f"{out} cannot be written ({reason}); results need a writable folder "
            "with space left, choose another with --out"
        ) from None
    finally:
        if aside is not None:
            shutil.rmtree(aside, ignore_errors=True)
        if lock is not None:
            os.close(lock)
        for folder in made:
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()


def _sweep(out: Path) -> None:
    """Remove what killed runs left behind: folders that no running process holds any more."""
    for left in out.glob(f"{PARTIAL}????????"):
        lock = _hold(left, wait=False)
        if lock is None:
            continue
        # A younger folder may be one that its run is about to hold.
        if time.time() - os.fstat(lock).st_mtime > SETTLED:
            shutil.rmtree(left, ignore_errors=True)
        os.close(lock)


def _hold(folder: Path, *, wait: bool) -> int | None:
    """Hold a folder until its descriptor is closed or the process ends; None if that failed."""
    descriptor = None
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        if descriptor is not None:
            os.close(descriptor)
        return None
    return descriptor


def _publish(aside: Path, out: Path) -> None:
    files = sorted(path.relative_to(aside) for path in aside.rglob("*") if path.is_file())
    stale = _written_before(out) - {*files, Path(MANIFEST)}
    (aside / MANIFEST).write_text(
        json.dumps([file.as_posix() for file in files], indent=1) + "\n", encoding="utf-8"
    )
    files.append(Path(MANIFEST))
    for file in files:
        _make_way(out / file)
    for file in files:
        os.replace(aside / file, out / file)
    for file in stale:
        (out / file).unlink(missing_ok=True)
        if file.parent != Path() and not any((out / file.parent).iterdir()):
            (out / file.parent).rmdir()


def _make_way(target: Path) -> None:
    """Make the folder of a file, and see that no folder has its name."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, f"{target.name} is a folder there", str(target))


def _written_before(out: Path) -> set[Path]:
    """Files that an earlier run listed, as far as they lie inside the folder."""
    try:
        listed = json.loads((out / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return set()
    if not isinstance(listed, list):
        return set()
    files = {Path(name) for name in listed if isinstance(name, str)}
    return {file for file in files if _lies_inside(file, out) and (out / file).is_file()}


def _lies_inside(file: Path, out: Path) -> bool:
    """Whether a listed file is in the folder itself, without a way out by `..` or a link."""
    if file.is_absolute() or ".." in file.parts or "\0" in str(file):
        return False
    return (out / file).parent.resolve().is_relative_to(out.resolve())
