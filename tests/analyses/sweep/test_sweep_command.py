"""`replan sweep`, `status` and `merge` from files to screen, documents and folders."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from analyses.sweep.lock import alone
from analyses.sweep.store import stored_addresses

DESIGN = """
name = "two looks"
patients = 120
endpoint = "os"
recruitment = { kind = "even", rates = [{ start = 0, per_month = 10 }] }
randomisation = { kind = "blocks", block_sizes = [4] }
looks = [{ events = 40 }, { events = 80 }]
analysis = { test = "log_rank" }
efficacy = { kind = "obrien_fleming" }

[[truths]]
name = "planning"
control = { median = 10 }
effect = { kind = "proportional", hr = 0.6 }
"""
SWEEP = """
name = "sizes and effects"
design = "design.toml"
trials = 1000
seed = 3

[grid]
n = { field = "patients", values = [100, 120, 140] }
hr = { field = "truth.effect.hr", values = [0.5, 0.6, 0.7] }
"""
BYTES = ("sweep.csv", "sweep.nc")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A folder with a design and a sweep over it."""
    folder = tmp_path_factory.mktemp("files")
    (folder / "design.toml").write_text(DESIGN, encoding="utf-8")
    (folder / "sweep.toml").write_text(SWEEP, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def written(tell, files):
    """The sweep, run without being disturbed: its folder, what it said, and its document."""
    told = tell("sweep", files / "sweep.toml", "--out", files / "out", "--json")
    return files / "out", told, json.loads(told.out)


def content(folder):
    """Bytes that must not depend on how they came about."""
    cells = [folder / "cells" / f"{address}.cell" for address in stored_addresses(folder)]
    return [path.read_bytes() for path in (*cells, *(folder / name for name in BYTES))]


def copy(folder, to):
    return shutil.copytree(folder, to)


def command(files, out):
    words = [sys.executable, "-m", "analyses.command_line", "sweep", files / "sweep.toml"]
    return [str(word) for word in (*words, "--out", out, "--workers", 1)]


def test_document_dataset_and_table_hold_the_same_numbers(written):
    out, told, document = written
    assert told.code == 0, told.err
    with xr.open_dataset(out / "sweep.nc") as dataset:
        table = dataset.load()
    assert table["success"].dims == ("n", "hr")
    assert json.loads((out / "results.json").read_text(encoding="utf-8")) == document
    rows = pd.read_csv(out / "sweep.csv")
    rows = rows[rows["quantity"] == "success"]
    cells = document["cells"]
    np.testing.assert_allclose(rows["value"], table["success"].values.ravel())
    np.testing.assert_allclose([cell["success"] for cell in cells], rows["value"])
    np.testing.assert_allclose([cell["success_se"] for cell in cells], rows["se"])
    assert [cell["trials"] for cell in cells] == [1000] * 9
    assert (rows.groupby("n")["value"].apply(list).map(lambda v: v == sorted(v)[::-1])).all()
    assert table.attrs["seed"] == 3
    assert "looks" in table.attrs["design_text"]


def test_everything_that_is_written_is_described(written, described):
    out, _, document = written
    with xr.open_dataset(out / "sweep.nc") as dataset:
        found = {str(name) for name in dataset.data_vars if not str(name).endswith("_se")}
    section = "`replan sweep --out DIR`"
    assert found <= set(described(section, "variable"))
    files = set()
    for name in described(section, "file"):
        whole = "." in name or "/" in name or name == "lock"
        files |= {name} if whole else {f"{name}.png", f"{name}.svg"}
    assert {path.name for path in out.iterdir() if path.is_file()} | {"cells/…"} == (
        files - {".png", ".svg", "replays/…"}
    )
    assert set(document) == set(described(section, "field of `results.json`"))


def test_a_finished_sweep_is_left_as_it_is(written, tell, files):
    out, _, _ = written
    before = {path: path.stat().st_mtime_ns for path in out.iterdir() if path.name != "lock"}
    told = tell("sweep", files / "sweep.toml", "--out", out)
    assert told.code == 0
    assert "nothing was left to do" in told.out
    assert "sizes and effects" in told.out
    kept = {"sweep.json"}
    assert all(p.stat().st_mtime_ns == t for p, t in before.items() if p.name not in kept)


def test_more_trials_are_added_to_those_there_are(written, quick, files, tmp_path):
    out = copy(written[0], tmp_path / "topped")
    told = quick("sweep", files / "sweep.toml", "--out", out, "--trials", 3000)
    assert "18,000 trials of cells added" in told.out
    anew = quick("sweep", files / "sweep.toml", "--out", tmp_path / "anew", "--trials", 3000)
    assert "27,000 trials of cells added" in anew.out
    assert content(out) == content(tmp_path / "anew")


def test_a_changed_field_computes_only_its_cells(written, quick, files, tmp_path):
    out = copy(written[0], tmp_path / "out")
    other = tmp_path / "sweep.toml"
    other.write_text(SWEEP.replace("[0.5, 0.6, 0.7]", "[0.5, 0.6, 0.8]"), encoding="utf-8")
    shutil.copy(files / "design.toml", tmp_path)
    told = quick("sweep", other, "--out", out)
    assert "3,000 trials of cells added" in told.out
    assert "3 stored cells of other settings" in quick("status", out).out
    back = quick("sweep", files / "sweep.toml", "--out", out)
    assert "nothing was left to do" in back.out
    assert (out / "sweep.csv").read_bytes() == (written[0] / "sweep.csv").read_bytes()


def test_a_damaged_cell_is_told_and_computed_again(written, quick, files, tmp_path):
    out = copy(written[0], tmp_path / "out")
    one, other, third = (out / "cells" / f"{a}.cell" for a in stored_addresses(out)[:3])
    one.write_bytes(one.read_bytes()[:-7])
    other.write_bytes(third.read_bytes())
    assert "2 damaged files" in quick("status", out).out
    told = quick("sweep", files / "sweep.toml", "--out", out)
    assert told.code == 0
    assert "2 stored cells are damaged and are computed again" in told.err
    assert content(out) == content(written[0])


def test_two_folders_of_one_sweep_merge(written, quick, files, tmp_path):
    first, second = (copy(written[0], tmp_path / name) for name in ("first", "second"))
    for folder, part in ((first, slice(0, 6)), (second, slice(4, 9))):
        for address in stored_addresses(written[0])[part]:
            (folder / "cells" / f"{address}.cell").unlink()
    merged = tmp_path / "merged"
    told = quick("merge", first, second, "--out", merged)
    assert told.code == 0, told.err
    assert "7 cells with 7,000 trials" in told.out
    assert "7 of 9 finished" in quick("status", merged).out
    again = json.loads(quick("merge", first, second, "--out", merged, "--json").out)
    assert (again["kind"], again["cells"], again["taken"]) == ("merge", 7, 0)
    quick("sweep", files / "sweep.toml", "--out", merged)
    assert content(merged) == content(written[0])


def test_status_tells_progress_and_what_is_left(written, tell):
    out = written[0]
    told = tell("status", out)
    assert "sizes and effects: not running" in told.out
    assert "9 of 9 finished" in told.out
    document = json.loads(tell("status", out, "--json").out)
    assert (document["finished"], document["trials"], document["left"]) == (9, 9000, 0)
    with alone(out):
        assert json.loads(tell("status", out, "--json").out)["running"] is True


def test_killed_midway_it_goes_on_to_the_same_bytes(written, quick, files, tmp_path):
    out = tmp_path / "out"
    process = subprocess.Popen(command(files, out), stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)  # fmt: skip
    _wait_for(lambda: len(stored_addresses(out)) >= 2, process)
    process.send_signal(signal.SIGKILL)
    process.wait()
    some = len(stored_addresses(out))
    again = quick("sweep", files / "sweep.toml", "--out", out)
    assert f"{(9 - some) * 1000:,} trials of cells added" in again.out or some == 9
    assert content(out) == content(written[0])


def test_an_interrupt_leaves_a_folder_that_goes_on(written, quick, files, tmp_path):
    out = tmp_path / "out"
    process = subprocess.Popen(command(files, out), stdout=subprocess.DEVNULL,
                               stderr=subprocess.PIPE, text=True)  # fmt: skip
    _wait_for(lambda: len(stored_addresses(out)) >= 1, process)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate()
    if process.returncode == 0:
        pytest.skip("finished before the interrupt")
    assert process.returncode == 130, said
    assert "the same command goes on from there" in said
    assert "Traceback" not in said
    assert quick("sweep", files / "sweep.toml", "--out", out).code == 0
    assert content(out) == content(written[0])


def _wait_for(happened, process):
    for _ in range(3000):
        if happened() or process.poll() is not None:
            return
        time.sleep(0.01)
    raise TimeoutError("the sweep did not come so far")


def test_a_second_sweep_in_a_folder_is_refused(written, tell, files):
    with alone(written[0]):
        told = tell("sweep", files / "sweep.toml", "--out", written[0])
        assert tell("merge", written[0], "--out", written[0]).code == 2
    assert (told.code, told.out) == (2, "")
    assert f"in use by another sweep (process {os.getpid()}" in told.err


@pytest.mark.parametrize(
    ("change", "options", "words"),
    [
        (("values = [100, 120, 140]", "values = []"), (), "values"),
        (("patients", "patience"), (), "`patience` is not a field"),
        (("design.toml", "nowhere.toml"), (), "does not exist"),
        (("trials", "trails"), (), "trails"),
        (("", ""), ("--mcse", "0.5"), "--mcse is 0.5; it must be from 0.0001 to 0.1"),
        (("", ""), ("--out", "{files}/sweep.toml"), "cannot be written"),
    ],
)
def test_bad_input_gets_one_sentence(tell, files, tmp_path, change, options, words):
    text = SWEEP.replace(*change) if change[0] else SWEEP
    (tmp_path / "sweep.toml").write_text(text, encoding="utf-8")
    shutil.copy(files / "design.toml", tmp_path)
    given = [str(option).format(files=files) for option in options]
    told = tell("sweep", tmp_path / "sweep.toml", "--out", tmp_path / "out", *given)
    assert (told.code, told.out) == (2, "")
    assert words in told.err
    assert len(told.err.strip().splitlines()) == 1


def test_an_unreachable_scheduler_gets_one_sentence(tell, files, tmp_path, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr("analyses.sweep.dask_pool.PATIENCE", 0.3)
    address = ("--scheduler", "tcp://127.0.0.1:9")
    told = tell("sweep", files / "sweep.toml", "--out", tmp_path / "out", *address)
    assert (told.code, told.out) == (2, "")
    assert "no Dask scheduler answers there" in told.err
    assert len(told.err.strip().splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_folders_without_a_sweep_get_one_sentence(tell, tmp_path):
    for words in (("status", tmp_path), ("merge", tmp_path, "--out", tmp_path / "out")):
        told = tell(*words)
        assert (told.code, told.out) == (2, "")
        assert "give" in told.err


@pytest.mark.calibration
def test_a_cluster_writes_the_same_bytes_though_a_worker_is_killed(cluster, tell, files, tmp_path):
    address, workers, _ = cluster
    options = ("--trials", 20_000, "--out")
    killer = threading.Timer(6.0, workers[0].kill)
    killer.start()
    told = tell("sweep", files / "sweep.toml", "--scheduler", address, *options, tmp_path / "far")
    killer.join()
    assert told.code == 0, told.err
    assert workers[0].wait(5) == -signal.SIGKILL
    assert tell("sweep", files / "sweep.toml", *options, tmp_path / "near").code == 0
    assert content(tmp_path / "far") == content(tmp_path / "near")


def test_a_report_of_it_fills_every_item(written, lacking, tmp_path):
    assert lacking(written[0], tmp_path) == {}
