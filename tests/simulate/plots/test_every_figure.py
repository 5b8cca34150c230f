"""What holds for each figure: axes in and out, nothing global touched, nothing off the page."""

from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

ROOT = Path(__file__).parents[3]


def test_a_figure_is_made_where_no_axes_are_given(draw, made_up):
    axes = made_up.axes_of(draw(None))
    assert axes
    assert len({id(ax.get_figure(root=True)) for ax in axes}) == 1


def test_given_axes_are_drawn_in(draw, made_up):
    figure = Figure(figsize=(16, 8), layout="constrained")
    left, right = figure.subplots(1, 2)
    axes = made_up.axes_of(draw(right))
    inside = [right, *right.findobj(type(right))]
    assert all(ax in inside for ax in axes)
    assert not left.has_data()
    assert figure.axes == [left, right]


def test_settings_of_others_are_left_alone(draw):
    before = dict(mpl.rcParams)
    with mpl.rc_context({"font.size": 31.0, "xtick.top": True}):
        draw(None)
        assert (mpl.rcParams["font.size"], mpl.rcParams["xtick.top"]) == (31.0, True)
    assert dict(mpl.rcParams) == before


def test_everything_lies_within_the_page(draw, made_up):
    figure = made_up.axes_of(draw(None))[0].get_figure(root=True)
    figure.draw_without_rendering()
    box, (width, height) = figure.get_tightbbox(), figure.get_size_inches()
    assert min(box.x0, box.y0) > -0.02
    assert box.x1 < width + 0.02
    assert box.y1 < height + 0.02


def test_text_is_legible(draw, made_up):
    figure = made_up.axes_of(draw(None))[0].get_figure(root=True)
    sizes = [text.get_fontsize() for text in figure.findobj(mpl.text.Text) if text.get_text()]
    assert min(sizes) >= 6.5


def test_every_figure_names_what_it_is_of(draw, made_up):
    assert made_up.title in made_up.words(made_up.axes_of(draw(None))[0])


def test_hazard_ratios_state_their_direction(draw, made_up):
    text = made_up.words(made_up.axes_of(draw(None))[0])
    assert ("HR" not in text and "azard" not in text) or "below 1 favours RT" in text


def test_lines_have_numbers_only_where_they_are_drawn(draw, made_up):
    for ax in made_up.axes_of(draw(None)):
        for line in ax.get_lines():
            assert np.isfinite(np.asarray(line.get_xydata(), dtype=float)).all()


def test_only_figures_load_matplotlib():
    users = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "simulate").rglob("*.py")
        if path.parent.name != "plots" and "matplotlib" in path.read_text(encoding="utf-8")
    ]
    assert not users


def test_nothing_uses_the_state_of_pyplot():
    for path in (ROOT / "simulate" / "plots").glob("*.py"):
        assert "pyplot" not in path.read_text(encoding="utf-8")
