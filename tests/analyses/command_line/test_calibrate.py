"""The options of `replan calibrate`."""

from pathlib import Path

import pytest
import typer

from analyses.command_line.calibrate import calibrate

STUDY = Path(__file__).parents[3] / "analyses" / "sohaib2025"
RECORD = str(STUDY / "published.toml")


@pytest.fixture
def asked(monkeypatch):
    """Runs the command without a calibration; what it would carry out."""
    calls = []

    def carry_out(plan, **options):
        calls.append((plan, options))
        return 1

    monkeypatch.setattr("analyses.calibrate.command.carry_out", carry_out)
    app = typer.Typer()
    app.command()(calibrate)

    def ask(*arguments):
        assert app([RECORD, *arguments], standalone_mode=False) == 1
        return calls[-1]

    return ask


def test_reference_analysis_and_200_trials_by_default(asked):
    plan, options = asked()
    assert plan.settings.name == "reference"
    assert plan.seed == 2025
    assert options.pop("record").trial.name == "Sohaib 2025"
    assert options == {
        "trials": 200,
        "kinds": ("os", "pfs"),
        "out": Path("results/calibration"),
        "workers": 2,
        "as_json": False,
    }


def test_options_are_passed_on(asked, tmp_path):
    plan, options = asked(
        *("--settings", str(STUDY / "default.toml"), "--seed", "7", "--trials", "40"),
        *("--kind", "pfs", "--out", str(tmp_path), "--cores", "1", "--json"),
    )
    assert plan.settings.name == "default"
    assert plan.seed == 7
    assert options["trials"] == 40
    assert options["kinds"] == ("pfs",)
    assert options["out"] == tmp_path
    assert options["workers"] == 1
    assert options["as_json"]
