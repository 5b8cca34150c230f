"""Which pictures a sweep gets: those that its fields allow, at the design's own values."""

import matplotlib.pyplot as plt
import pytest
from matplotlib.text import Text

from analyses.sweep import command
from analyses.sweep.pictures import sweep_pictures
from analyses.sweep.prepare import prepare_sweep
from simulate.sweep.sweep import read_sweep

DESIGN = """
name = "one look"
patients = 120
endpoint = "os"
recruitment = { kind = "even", rates = [{ start = 0, per_month = 10 }] }
randomisation = { kind = "simple" }
looks = [{ events = 60 }]
efficacy = { kind = "none" }

[[truths]]
name = "planning"
control = { median = 10 }
effect = { kind = "proportional", hr = 0.6 }
"""
SIZES = {"field": "patients", "values": [140, 100, 120]}
EFFECTS = {"field": "truth.effect.hr", "values": [0.5, 0.6, 0.7]}
LEVELS = {"field": "alpha", "values": [0.025]}
RULES = {"choices": {"late": {"looks.1.events": 80}, "early": {"looks.1.events": 40}}}


@pytest.fixture
def pictures(quick, tmp_path):
    """Pictures of a sweep by name."""

    def draw(grid, **fields):
        (tmp_path / "design.toml").write_text(DESIGN, encoding="utf-8")
        sweep = read_sweep({"design": "design.toml", "trials": 1000, "grid": grid} | fields)
        prepared = prepare_sweep(sweep, file=tmp_path / "sweep.toml")
        return dict(sweep_pictures(command.run_sweep(prepared, out=tmp_path, workers=1)))

    yield draw
    plt.close("all")


def words(ax):
    return " ".join(text.get_text() for text in ax.get_figure(root=True).findobj(Text))


def test_sizes_and_effects_get_all_pictures(pictures):
    drawn = pictures({"n": SIZES, "hr": EFFECTS, "level": LEVELS})
    assert list(drawn) == ["power_curves", "power_map", "tornado", "smallest_size"]
    assert drawn["power_curves"].get_xlabel() == "n (patients)"
    assert drawn["power_curves"].lines[-1].get_xdata().tolist() == [100, 120, 140]
    assert "level 0.025" in words(drawn["power_curves"])
    assert "hr (RT versus control, below 1 favours RT)" in words(drawn["smallest_size"])
    assert "at n 120, hr 0.6" in words(drawn["tornado"])


def test_choices_are_lines_and_rows(pictures):
    drawn = pictures({"rule": RULES, "hr": EFFECTS})
    assert list(drawn) == ["power_curves", "power_map", "tornado"]
    assert {"late", "early"} <= set(words(drawn["power_curves"]).split())


def test_values_that_go_together_are_drawn_along_the_first_that_differs(pictures):
    two = EFFECTS | {"values": [0.5, 0.7]}
    drawn = pictures({"rule": RULES, "hr": two}, combine="zip")
    assert list(drawn) == ["power_curves"]
    assert drawn["power_curves"].get_xlabel().startswith("hr")


def test_one_value_each_has_no_picture(pictures):
    assert pictures({"level": LEVELS}) == {}
