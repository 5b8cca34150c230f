"""Results are written completely or not at all, and only what a run wrote is ever removed."""

import errno
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from analyses.outputs import folder
from analyses.outputs.folder import MANIFEST, results_folder

ROOT = Path(__file__).parents[3]


def write(out: Path, **files: str) -> None:
    """Write a run's files; `__` in a name is a folder, `_` a dot."""
    with results_folder(out) as aside:
        for name, text in files.items():
            path = aside / name.replace("__", "/").replace("_", ".")
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)


def content(out: Path) -> dict[str, str]:
    """Every file below a folder but the manifest."""
    return {
        path.relative_to(out).as_posix(): path.read_text()
        for path in sorted(out.rglob("*"))
        if path.is_file() and path.name != MANIFEST
    }


def test_files_appear_together_with_a_list_of_them(tmp_path):
    out = tmp_path / "new" / "results"
    with results_folder(out) as aside:
        (aside / "a.txt").write_text("1")
        assert content(out) == {f"{aside.name}/a.txt": "1"}
    assert content(out) == {"a.txt": "1"}
    assert json.loads((out / MANIFEST).read_text()) == ["a.txt"]
    assert [path.name for path in out.iterdir() if path.is_dir()] == []


def test_a_second_run_replaces_its_own_files_and_keeps_those_of_others(tmp_path):
    write(tmp_path, a_txt="1", pfs__b_txt="1", os__c_txt="1")
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "os" / "mine.txt").write_text("mine")
    write(tmp_path, a_txt="2", os__d_txt="2")
    assert content(tmp_path) == {
        "a.txt": "2",
        "notes.txt": "mine",
        "os/d.txt": "2",
        "os/mine.txt": "mine",
    }
    assert not (tmp_path / "pfs").exists()


@pytest.mark.parametrize("fault", [KeyboardInterrupt, RuntimeError, ValueError, SystemExit])
def test_an_exception_on_the_way_leaves_old_results_untouched(tmp_path, fault):
    write(tmp_path, a_txt="1")
    before = (tmp_path / "a.txt").stat().st_mtime_ns
    with pytest.raises(fault), results_folder(tmp_path) as aside:
        (aside / "a.txt").write_text("2")
        raise fault("no")
    assert content(tmp_path) == {"a.txt": "1"}
    assert (tmp_path / "a.txt").stat().st_mtime_ns == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.txt", MANIFEST]


def test_an_exception_on_the_way_takes_new_folders_away(tmp_path):
    with pytest.raises(RuntimeError), results_folder(tmp_path / "one" / "two"):
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_one_sentence(tmp_path):
    write(tmp_path, a_txt="1")
    with pytest.raises(ValueError) as caught, results_folder(tmp_path) as aside:
        (aside / "a.txt").write_text("2")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert str(caught.value) == (
        f"{tmp_path} cannot be written (No space left on device); results need a writable folder "
        "with space left, choose another with --out"
    )
    assert content(tmp_path) == {"a.txt": "1"}


def test_the_sentence_is_one_line_whatever_the_library_says(tmp_path):
    with pytest.raises(ValueError) as caught, results_folder(tmp_path):
        raise OSError("write failed\n time = now\n errno = 28")
    assert "(write failed time = now errno = 28)" in str(caught.value)


def test_a_disk_that_fills_up_at_the_list_of_files_changes_nothing(tmp_path, monkeypatch):
    write(tmp_path, a_txt="1")
    real = Path.write_text

    def full(path, text, **options):
        if path.name == MANIFEST:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(path, text, **options)

    monkeypatch.setattr(folder.Path, "write_text", full)
    with pytest.raises(ValueError, match="No space left on device"):
        write(tmp_path, a_txt="2", b_txt="2")
    monkeypatch.undo()
    assert content(tmp_path) == {"a.txt": "1"}


def test_every_kind_of_file_meets_a_full_disk_with_a_sentence(tmp_path):
    code = f"""
import resource
from pathlib import Path
import numpy as np, pandas as pd, xarray as xr
from analyses.outputs.folder import results_folder
from analyses.outputs.files import write_tree

table = pd.DataFrame({{"x": np.random.default_rng(1).normal(size=40_000)}})
tree = xr.DataTree.from_dict({{"posterior": xr.Dataset.from_dataframe(table)}})
resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))
kinds = {{
    "nc": lambda path: write_tree(tree, path),
    "parquet": table.to_parquet,
    "csv": table.to_csv,
}}
for kind, write in kinds.items():
    try:
        with results_folder(Path({str(tmp_path / "out")!r})) as aside:
            (aside / "first.txt").write_text("1")
            write(aside / kind)
    except ValueError as error:
        print(error)
"""
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert (result.returncode, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert len(lines) == 3
    for line in lines:
        assert line.startswith(f"{tmp_path / 'out'} cannot be written (")
        assert "File too large" in line
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", ["file", "below a file", "system"])
def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path, place):
    (tmp_path / "taken").write_text("mine")
    out = {
        "file": tmp_path / "taken",
        "below a file": tmp_path / "taken" / "results",
        "system": Path("/proc/results"),
    }[place]
    with pytest.raises(ValueError, match=r"cannot be written \(.+\); results need a writable"):
        write(out, a_txt="1")
    assert content(tmp_path) == {"taken": "mine"}


@pytest.mark.parametrize(("name", "kind"), [("b.txt", "folder"), ("pfs", "file")])
def test_something_in_the_way_of_a_file_changes_nothing(tmp_path, name, kind):
    write(tmp_path, a_txt="1")
    if kind == "folder":
        (tmp_path / name).mkdir()
    else:
        (tmp_path / name).write_text("mine")
    before = content(tmp_path)
    with pytest.raises(ValueError, match="cannot be written"):
        write(tmp_path, a_txt="2", b_txt="2", pfs__c_txt="2")
    assert content(tmp_path) == before
    assert not list(tmp_path.glob(".partial*"))


def old(out: Path, name: str) -> Path:
    """An unfinished folder of an hour ago."""
    left = out / name
    left.mkdir()
    (left / "a.txt").write_text("half")
    os.utime(left, (time.time() - 3600,) * 2)
    return left


def test_a_killed_run_is_swept_up_by_the_next(tmp_path):
    code = f"""
import os, signal
from pathlib import Path
from analyses.outputs.folder import results_folder
with results_folder(Path({str(tmp_path)!r})) as aside:
    (aside / "a.txt").write_text("half")
    os.utime(aside, (1, 1))
    os.kill(os.getpid(), signal.SIGKILL)
"""
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False)
    assert len(list(tmp_path.glob(".partial-*/a.txt"))) == 1
    write(tmp_path, a_txt="1")
    assert {path.name for path in tmp_path.iterdir()} == {"a.txt", MANIFEST}


def test_a_running_run_is_left_alone(tmp_path):
    with results_folder(tmp_path) as aside:
        (aside / "a.txt").write_text("1")
        os.utime(aside, (1, 1))
        write(tmp_path, a_txt="2")
        assert (aside / "a.txt").read_text() == "1"
    assert content(tmp_path) == {"a.txt": "1"}


def test_folders_that_are_young_linked_or_named_otherwise_are_left_alone(tmp_path):
    out, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    out.mkdir()
    elsewhere.mkdir()
    (old(out, ".partial-abcdefgh") / "b.txt").write_text("young")
    named = old(out, ".partial-mine")
    (out / ".partial-linked__").symlink_to(old(elsewhere, "kept"))
    write(out, a_txt="1")
    assert (out / ".partial-abcdefgh" / "b.txt").exists()
    assert (named / "a.txt").exists()
    assert (elsewhere / "kept" / "a.txt").exists()


HOSTILE = [
    '["../precious.txt"]',
    '["pfs/../../precious.txt"]',
    '["{outside}/precious.txt"]',
    '["link/precious.txt"]',
    '["files.json", ".", "", "..", "/", "a\\u0000b"]',
    '[["a.txt"], 3, null, {{"a": 1}}]',
    '{{"../precious.txt": 1}}',
    "5",
    "null",
    "not json",
    "",
    "\x00",
]


@pytest.mark.parametrize("manifest", [*HOSTILE, "[" * 100_000])
def test_no_list_of_files_can_delete_anything_outside(tmp_path, manifest):
    outside, out = tmp_path / "outside", tmp_path / "outside" / "out"
    (tmp_path / "elsewhere").mkdir()
    (out / "pfs").mkdir(parents=True)
    for precious in (outside, tmp_path / "elsewhere"):
        (precious / "precious.txt").write_text("keep")
    (out / "link").symlink_to(tmp_path / "elsewhere")
    text = manifest.format(outside=outside) if manifest in HOSTILE else manifest
    (out / MANIFEST).write_text(text)
    write(out, a_txt="1")
    assert (outside / "precious.txt").read_text() == "keep"
    assert (tmp_path / "elsewhere" / "precious.txt").read_text() == "keep"
    assert json.loads((out / MANIFEST).read_text()) == ["a.txt"]


def test_a_listed_link_is_removed_but_not_what_it_points_to(tmp_path):
    precious = tmp_path / "precious.txt"
    precious.write_text("keep")
    write(tmp_path / "out", a_txt="1", b_txt="1")
    (tmp_path / "out" / "b.txt").unlink()
    (tmp_path / "out" / "b.txt").symlink_to(precious)
    write(tmp_path / "out", a_txt="2")
    assert content(tmp_path / "out") == {"a.txt": "2"}
    assert precious.read_text() == "keep"
