"""Cells on disk: whole or not there, and one sentence when they cannot be written."""

import numpy as np
import pytest

from analyses.sweep.cell_file import StoredCell
from analyses.sweep.store import load_cells, prepare_store, save_cell, stored_addresses

A, B, C = ("aa" * 32, "bb" * 32, "cc" * 32)


def some(value):
    return StoredCell(arrays={"value": np.array([value])}, aim=1000)


def test_cells_are_found_by_address_and_replaced(tmp_path):
    prepare_store(tmp_path)
    save_cell(tmp_path, A, some(1))
    save_cell(tmp_path, B, some(2))
    save_cell(tmp_path, A, some(3))
    found = load_cells(tmp_path, [A, B, C])
    assert {a: int(cell.arrays["value"][0]) for a, cell in found.cells.items()} == {A: 3, B: 2}
    assert found.damaged == ()
    assert stored_addresses(tmp_path) == [A, B]


def test_damaged_cells_are_named_and_left_out(tmp_path):
    prepare_store(tmp_path)
    for address in (A, B, C):
        save_cell(tmp_path, address, some(1))
    path = tmp_path / "cells" / f"{B}.cell"
    path.write_bytes(path.read_bytes()[:-1])
    (tmp_path / "cells" / f"{C}.cell").write_bytes(b"")
    found = load_cells(tmp_path, [A, B, C])
    assert list(found.cells) == [A]
    assert found.damaged == (B, C)


def test_unfinished_files_of_a_killed_sweep_are_removed(tmp_path):
    prepare_store(tmp_path)
    left = tmp_path / "cells" / f"{A}.cell.partial"
    left.write_bytes(b"half")
    assert stored_addresses(tmp_path) == []
    prepare_store(tmp_path)
    assert not left.exists()


def test_a_folder_that_is_none_gets_one_sentence(tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(ValueError, match=r"cannot be written .* choose another folder with --out"):
        prepare_store(tmp_path / "file" / "out")
    assert load_cells(tmp_path / "nowhere", [A]).cells == {}


def test_what_was_stored_stays_when_the_disk_is_full(tmp_path, monkeypatch):
    prepare_store(tmp_path)
    save_cell(tmp_path, A, some(1))
    with open("/dev/full", "wb", buffering=0) as full, monkeypatch.context() as patch:
        patch.setattr("pathlib.Path.open", lambda *_: full)
        with pytest.raises(ValueError, match=r"No space left on device.* make room and start it"):
            save_cell(tmp_path, A, some(2))
    assert int(load_cells(tmp_path, [A]).cells[A].arrays["value"][0]) == 1
    assert stored_addresses(tmp_path) == [A]
