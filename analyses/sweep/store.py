"""Cells of a sweep on disk: a file each, named by content address, complete or not there.

A file is written aside and then renamed, so a killed sweep leaves whole files only. They are not
forced to the disk one by one, which would cost more than computing small cells: what a power cut
tears is found by its checksum and computed again.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from analyses.sweep.cell_file import DamagedError, StoredCell, cell_bytes, parse_cell

CELLS = "cells"
ENDING = ".cell"
ASIDE = ".partial"


@dataclass(frozen=True, kw_only=True)
class Stored:
    """What a folder holds of the cells that were asked for.

    Attributes
    ----------
    cells : dict of str to StoredCell
        By address; cells that are not there are left out.
    damaged : tuple of str
        Addresses of files that do not hold what was written.
    """

    cells: dict[str, StoredCell]
    damaged: tuple[str, ...]


def prepare_store(folder: Path) -> None:
    """Make the folder of cells, and remove files that a killed sweep left unfinished.

    Parameters
    ----------
    folder : Path
        Of the sweep, whose lock is held.

    Raises
    ------
    ValueError
        If it cannot be written.
    """
    try:
        (folder / CELLS).mkdir(parents=True, exist_ok=True)
        for left in (folder / CELLS).glob(f"*{ASIDE}"):
            left.unlink(missing_ok=True)
    except OSError as error:
        raise unwritable(folder, error) from None


def save_cell(folder: Path, address: str, stored: StoredCell) -> None:
    """Store a cell in place of what was there before.

    Raises
    ------
    ValueError
        If it cannot be written: one sentence; what was there before stays.
    """
    write_aside(folder / CELLS / f"{address}{ENDING}", cell_bytes(address, stored), folder=folder)


def load_cells(folder: Path, addresses: Iterable[str]) -> Stored:
    """Read the cells that are stored.

    Parameters
    ----------
    folder : Path
    addresses : iterable of str

    Raises
    ------
    ValueError
        If a file is there but cannot be read.
    """
    cells: dict[str, StoredCell] = {}
    damaged = []
    here = set(stored_addresses(folder))
    for address in addresses:
        if address not in here:
            continue
        path = folder / CELLS / f"{address}{ENDING}"
        try:
            cells[address] = parse_cell(path.read_bytes(), address)
        except DamagedError:
            damaged.append(address)
        except OSError as error:
            raise ValueError(
                f"{path} cannot be read ({error.strerror}); see to its permissions or remove it, "
                "and its cell is computed again"
            ) from None
    return Stored(cells=cells, damaged=tuple(damaged))


def stored_addresses(folder: Path) -> list[str]:
    """Addresses of all cells that a folder has files of, in alphabetical order."""
    try:
        names = os.listdir(folder / CELLS)
    except OSError:
        return []
    return sorted(name.removesuffix(ENDING) for name in names if name.endswith(ENDING))


def write_aside(path: Path, content: bytes, *, folder: Path, lasting: bool = False) -> None:
    """Write a file completely or not at all.

    Parameters
    ----------
    path : Path
    content : bytes
    folder : Path
        Of the sweep, named when it cannot be written.
    lasting : bool
        Wait until it is on the disk.

    Raises
    ------
    ValueError
        If it cannot be written: one sentence.
    """
    aside = path.with_name(f"{path.name}{ASIDE}")
    try:
        with aside.open("wb") as file:
            file.write(content)
            if lasting:
                file.flush()
                os.fsync(file.fileno())
        os.replace(aside, path)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise unwritable(folder, error) from None


def unwritable(folder: Path, error: OSError) -> ValueError:
    """Say that a folder cannot be written, and that nothing in it is lost."""
    return ValueError(
        f"{folder} cannot be written ({error.strerror or error}); a sweep needs a writable folder "
        "with space left: make room and start it again, it goes on from the cells that are stored, "
        "or choose another folder with --out"
    )
