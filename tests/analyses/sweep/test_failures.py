"""Cells that fail are told apart from the others, and what failed can be replayed."""

import json
import shlex

import numpy as np
import pytest
import xarray as xr

from simulate.sweep import simulate

DESIGN = """
name = "one look"
patients = {patients}
endpoint = "os"
recruitment = {{ kind = "even", rates = [{{ start = 0, per_month = 10 }}] }}
randomisation = {{ kind = "simple" }}
looks = [{{ events = {events} }}]
efficacy = {{ kind = "none" }}

[[truths]]
name = "planning"
control = {{ median = 10 }}
effect = {{ kind = "proportional", hr = 0.6 }}
"""
SWEEP = """
design = "design.toml"
trials = 1000
grid.hr = { field = "truth.effect.hr", values = [0.5, 0.6, 0.7] }
"""


@pytest.fixture
def written(tmp_path):
    """Write a design and a sweep over its true hazard ratio."""

    def write(*, patients, events):
        text = DESIGN.format(patients=patients, events=events)
        (tmp_path / "design.toml").write_text(text, encoding="utf-8")
        (tmp_path / "sweep.toml").write_text(SWEEP, encoding="utf-8")
        return tmp_path / "sweep.toml"

    return write


def test_a_cell_that_raises_is_left_out_and_replayed(quick, written, tmp_path, monkeypatch):
    simulate_group = simulate.simulate_group

    def failing(cells, **options):
        if any(cell.point["hr"] == 0.7 for cell in cells):
            raise ValueError("it cannot be recruited")
        return simulate_group(cells, **options)

    monkeypatch.setattr(simulate, "simulate_group", failing)
    out = tmp_path / "out"
    told = quick("sweep", written(patients=100, events=60), "--out", out, "--json")
    assert told.code == 1
    (one,) = json.loads(told.out)["replays"]
    assert (one["cell"], one["replicates"]) == (3, [0])
    assert one["reason"] == "ValueError: it cannot be recruited (replicates 0 to 999)"
    success = xr.load_dataset(out / "sweep.nc")["success"].values
    assert np.isnan(success).tolist() == [False, False, True]
    monkeypatch.undo()
    replayed = quick(*shlex.split(one["command"])[1:], "--json")
    assert replayed.code == 0, replayed.err
    document = json.loads(replayed.out)
    assert (document["replicate"], document["seed"]) == (0, 1)
    assert document["truth"] == "planning in force"


def test_undefined_replicates_are_listed_and_replayed(quick, written, tmp_path):
    out = tmp_path / "out"
    told = quick("sweep", written(patients=6, events=4), "--out", out)
    assert told.code == 0
    document = json.loads((out / "results.json").read_text(encoding="utf-8"))
    one = document["replays"][0]
    counted = xr.load_dataset(out / "sweep.nc")["undefined"].values.ravel()
    assert counted[0] > 0
    assert len(one["replicates"]) == min(counted[0], 20)
    assert f"cell 1: {one['reason']}; see {one['command']}" in told.err
    replayed = json.loads(quick(*shlex.split(one["command"])[1:], "--json").out)
    assert [look["z"] for look in replayed["looks"]] == [None]
