"""`replan new`: a design to begin with, that never replaces a file."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from analyses.command_line.new import new
from analyses.phase3.template import new_design_text
from models.record import load_record
from models.settings import AnalysisSettings, load_settings
from simulate.design import design_text, load_design
from simulate.sweep.cells import sweep_cells
from simulate.sweep.groups import group_cells
from simulate.sweep.sweep import load_sweep

ROOT = Path(__file__).parents[3]

app = typer.Typer()
app.command()(new)


@app.callback()
def commands():
    pass


def run(*arguments: object):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_the_new_design_is_the_default_design():
    assert run("new", "design").stdout == new_design_text()
    default = ROOT / "analyses" / "phase3" / "design.toml"
    assert new_design_text() == default.read_text(encoding="utf-8")


def test_survival_alone_is_the_other_design():
    other = ROOT / "analyses" / "phase3" / "os_alone.toml"
    assert run("new", "os-design").stdout == other.read_text(encoding="utf-8")


def test_the_new_sweep_is_one_over_survival_alone(tell, tmp_path):
    path = tmp_path / "sweep.toml"
    assert tell("new", "sweep", "--out", path).code == 0
    assert tell("new", "os-design", "--out", tmp_path / "os_alone.toml").code == 0
    sweep = load_sweep(path)
    cells = sweep_cells(sweep, load_design(tmp_path / sweep.design))
    assert len(cells) == sweep.size() == 75
    assert [len(group.members) for group in group_cells(cells)] == [3] * 25
    assert cells[-1].point == {"n": 500, "hr": 1.0, "rule": "P(HR < 1) > 0.98"}
    assert [look.events for look in cells[-1].design.looks] == [188, 281, 375]
    assert {cell.design.truths[0].effect.hr for cell in cells} == {0.7}


@pytest.mark.parametrize(("what", "endpoints"), [("design", 2), ("os-design", 0)])
def test_shipped_designs_are_read_back_as_they_are_written(tell, tmp_path, what, endpoints):
    path, copy = tmp_path / "new.toml", tmp_path / "copy.toml"
    assert tell("new", what, "--out", path).code == 0
    design = load_design(path)
    assert len(design.endpoints) == endpoints
    copy.write_text(design_text(design), encoding="utf-8")
    assert load_design(copy) == design
    assert design_text(load_design(copy)) == design_text(design)


def test_the_schema_describes_every_field_of_every_kind_of_truth(tell):
    schema = json.loads(tell("schema", "design").out)
    parts = schema["$defs"]
    kinds = schema["properties"]["truths"]["items"]["discriminator"]["mapping"]
    assert set(kinds) == {"one_endpoint", "illness_death", "marginals"}
    for path in kinds.values():
        fields = parts[path.rsplit("/", 1)[1]]["properties"]
        assert {"kind", "name", "drop_out", "factors"} <= set(fields)
    del parts["GammaBaseline"]
    for name, part in {"TrialDesign": schema, **parts}.items():
        for field, about in part.get("properties", {}).items():
            assert about.get("description"), f"{name}.{field}"


def test_the_written_file_is_a_design(tmp_path):
    path = tmp_path / "mine.toml"
    assert run("new", "design", "--out", path).exit_code == 0
    assert load_design(path).patients == 400
    assert [found.name for found in tmp_path.iterdir()] == ["mine.toml"]


def test_missing_folders_are_made_and_taken_back_if_the_file_cannot_be(tmp_path, monkeypatch):
    new("record", out=tmp_path / "mytrial" / "deep" / "published.toml")
    assert load_record(tmp_path / "mytrial" / "deep" / "published.toml")

    text = new_design_text()
    monkeypatch.setattr("analyses.phase3.template.new_design_text", lambda _: text)

    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(ValueError, match="Permission denied"):
        new("design", out=tmp_path / "other" / "deep" / "mine.toml")
    assert [path.name for path in tmp_path.iterdir()] == ["mytrial"]


def test_new_settings_are_the_defaults(tmp_path):
    path = tmp_path / "default.toml"
    assert run("new", "settings", "--out", path).exit_code == 0
    assert load_settings(path) == AnalysisSettings(name="default")


def test_a_file_is_never_replaced(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text("precious", encoding="utf-8")
    with pytest.raises(ValueError, match="exists; --out must be a new file so that nothing is"):
        new("design", out=path)
    assert path.read_text(encoding="utf-8") == "precious"


def test_bad_places_and_kinds_raise_the_sentence(tmp_path):
    with pytest.raises(ValueError, match="is a directory; --out must be a new file"):
        new("design", out=tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(ValueError, match=r"cannot be written \(File exists\)"):
        new("design", out=tmp_path / "file" / "mine.toml")
    with pytest.raises(ValueError, match="it must be one of 'record', 'settings', 'design'"):
        new("protocol")


def test_a_full_disk_leaves_nothing(tmp_path, monkeypatch):
    path = tmp_path / "mine.toml"
    monkeypatch.setattr("analyses.phase3.template.new_design_text", lambda _: "ü" * 10)
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("no /dev/full here")
    real_open = Path.open

    def open_full(self, mode="r", **options):
        real_open(self, mode, **options).close()
        return real_open(full, "w", **options)

    monkeypatch.setattr(Path, "open", open_full)
    with pytest.raises(ValueError, match="No space left on device"):
        new("design", out=path)
    assert not path.exists()
