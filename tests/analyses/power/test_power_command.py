"""`replan power` and `replan boundaries` from a design file to screen, document and files."""

import json
import shutil
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import xarray as xr

from simulate.plots.power import plot_power

DESIGN = Path(__file__).parents[3] / "analyses" / "phase3" / "os_alone.toml"
TRIALS = 300


@pytest.fixture(scope="module")
def written(tell, tmp_path_factory):
    out = tmp_path_factory.mktemp("power") / "out"
    told = tell("power", DESIGN, "--trials", TRIALS, "--out", out, "--json")
    return out, told, json.loads(told.out)


def test_the_tables_on_the_screen_say_what_they_are(tell):
    told = tell("power", DESIGN, "--trials", TRIALS)
    assert told.code == 0
    for words in (
        "hazard ratios are RT versus control, below 1 favours RT",
        "Success (Monte Carlo standard error)",
        "Boundaries at the planned events",
        "no effect",
        "had another test decided, on the same trials",
        "Power by closed forms",
        "simulated in",
    ):
        assert words in " ".join(told.out.split())
    assert "…" not in told.out
    assert told.err == ""


def test_document_dataset_and_table_hold_the_same_numbers(written):
    out, told, document = written
    assert told.code == 0
    with xr.open_dataset(out / "characteristics.nc") as dataset:
        table = dataset.load()
    rows = pd.read_csv(out / "characteristics.csv")
    success = rows[(rows["variable"] == "success") & (rows["test"] == "log_rank")]
    np.testing.assert_allclose(
        success["value"], table["success"].sel(test="log_rank").values, rtol=1e-12
    )
    assert (success["mcse"] > 0).all()
    stored = [row for row in document["characteristics"] if row["variable"] == "success"]
    assert len(stored) == table["success"].size
    assert json.loads((out / "power.json").read_text()) == document
    assert table.attrs["seed"] == 2025
    assert "analyses" not in table.attrs["design"]


def test_everything_that_is_written_is_described(written, described):
    out, _, _ = written
    with xr.open_dataset(out / "characteristics.nc") as dataset:
        found = {str(name) for name in dataset.data_vars if not str(name).endswith("_mcse")}
    assert found == set(described("`replan power --out DIR`", "variable"))
    files = set()
    for name in described("`replan power --out DIR`", "file"):
        files |= {name} if "." in name else {f"{name}.png", f"{name}.svg"}
    assert {path.name for path in out.iterdir()} == (files - {".png", ".svg"}) | {"files.json"}


def test_further_tests_are_computed_printed_and_drawn(power_without_pictures, tmp_path):
    text = DESIGN.read_text(encoding="utf-8").replace(
        'test = "log_rank"', 'test = "log_rank"\nalso = ["max_combo", "rmst", "milestone"]'
    )
    (tmp_path / "design.toml").write_text(text, encoding="utf-8")
    told = power_without_pictures(
        tmp_path / "design.toml", "--truth", "planning", "--trials", 50, "--out", tmp_path / "out"
    )
    assert told.code == 0, told.err
    ax = plot_power(xr.load_dataset(tmp_path / "out" / "characteristics.nc"), alpha=0.025)
    drawn = [entry.get_text() for entry in ax.get_legend().get_texts()]
    plt.close("all")
    for words in ("MaxCombo test", "restricted mean", "milestone survival"):
        assert words in " ".join(told.out.split())
        assert words in drawn
    rows = pd.read_csv(tmp_path / "out" / "characteristics.csv")
    success = rows[rows["variable"] == "success"].set_index("test")["value"]
    assert list(success.index) == [
        "log_rank", "cox_wald", "cox_score", "bayes", "max_combo", "rmst", "milestone",
    ]  # fmt: skip
    assert success.between(0.3, 1.0).all()
    assert "…" not in told.out


def test_the_same_seed_gives_the_same_bytes_for_any_workers(
    written, power_without_pictures, tmp_path
):
    out, _, _ = written
    told = power_without_pictures(
        DESIGN, "--trials", TRIALS, "--out", tmp_path / "b", "--workers", 1, "--json"
    )
    assert told.code == 0
    for name in ("characteristics.csv", "power.json", "boundaries.csv", "design.toml"):
        assert (out / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_the_design_that_was_used_is_stored_and_can_be_used_again(written, tell):
    out, _, document = written
    again = tell("power", out / "design.toml", "--trials", TRIALS, "--json")
    assert json.loads(again.out) == document


def test_no_effect_is_simulated_even_where_the_design_has_none(tell, tmp_path):
    text = DESIGN.read_text(encoding="utf-8")
    head = text.split("[[truths]]")
    path = tmp_path / "design.toml"
    path.write_text("[[truths]]".join(head[:2]), encoding="utf-8")
    document = json.loads(tell("power", path, "--trials", 100, "--json").out)
    assert list(document["closed_forms"]) == ["planning", "no effect"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--truth", "unheard of"), "--truth is 'unheard of' but the design has planning"),
        (("--mcse", "0"), "--mcse is 0; it must be from 0.0001 to 0.1"),
    ],
)
def test_bad_options_get_one_sentence(tell, options, words):
    told = tell("power", DESIGN, *options)
    assert (told.code, told.out) == (2, "")
    assert words in told.err
    assert "Traceback" not in told.err


def test_a_bad_design_gets_one_sentence(tell, tmp_path):
    path = tmp_path / "design.toml"
    path.write_text(DESIGN.read_text(encoding="utf-8").replace("alpha = 0.025", "alpha = 0.7"))
    for command in ("power", "boundaries"):
        told = tell(command, path)
        assert (told.code, told.out) == (2, "")
        assert len(told.err.strip().splitlines()) == 1
        assert "alpha" in told.err


def test_boundaries_are_printed_and_given_as_json(tell):
    told = tell("boundaries", DESIGN)
    assert "2.963" in told.out
    document = json.loads(tell("boundaries", DESIGN, "--json").out)
    assert [look["events"] for look in document["looks"]] == [150, 225, 300]
    assert document["looks"][-1]["alpha_spent"] == pytest.approx(0.025)


def test_nothing_is_left_behind_when_the_folder_cannot_be_written(tell, tmp_path):
    target = tmp_path / "file"
    target.write_text("mine")
    told = tell("power", DESIGN, "--trials", 100, "--out", target / "out")
    assert (told.code, told.out) == (2, "")
    assert target.read_text() == "mine"
    shutil.rmtree(tmp_path)


def test_a_report_of_it_fills_every_item(written, lacking, tmp_path):
    assert lacking(written[0], tmp_path) == {}
