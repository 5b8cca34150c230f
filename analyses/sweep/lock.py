"""One sweep at a time in a folder: a lock that the system lets go when its holder ends."""

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from analyses.sweep.store import unwritable

LOCK = "lock"


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold a folder, made where it does not exist.

    The lock is the kernel's, on an open file: it ends with the process, however that ends, so there
    is no stale lock to be removed by hand.

    Parameters
    ----------
    folder : Path

    Raises
    ------
    ValueError
        If another process holds it, or it cannot be written: one sentence.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise unwritable(folder, error) from None
    try:
        if not _take(descriptor):
            raise ValueError(
                f"{folder} is in use by another sweep ({_holder(descriptor)}); wait until it has "
                "ended, or choose another folder with --out and merge the two afterwards"
            )
        _sign(descriptor)
        yield
    finally:
        os.close(descriptor)


def is_held(folder: Path) -> bool:
    """Whether a sweep is running in a folder."""
    try:
        descriptor = os.open(folder / LOCK, os.O_RDWR)
    except OSError:
        return False
    try:
        return not _take(descriptor)
    finally:
        os.close(descriptor)


def _take(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _sign(descriptor: int) -> None:
    """Write down who holds it; on a full disk nobody is named."""
    try:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"process {os.getpid()} on {socket.gethostname()}".encode(), 0)
    except OSError:
        os.ftruncate(descriptor, 0)


def _holder(descriptor: int) -> str:
    return os.pread(descriptor, 200, 0).decode(errors="replace") or "an unknown process"
