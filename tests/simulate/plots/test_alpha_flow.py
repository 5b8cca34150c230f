"""Boxes with their alpha, arrows with their shares, each where it belongs."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from simulate.plots.alpha_flow import plot_alpha_flow

NAMES = ["PFS", "OS", "response", "quality of life at three months, as patients report it"]
ALPHA = [0.02, 0.005, 0.0, 0.0]
SHARES = np.array(
    [[0, 0.5, 0.25, 0.25], [1 / 3, 0, 2 / 3, 0], [0.5, 0.5, 0, 0], [1, 0, 0, 0]]
)  # fmt: skip


def draw(count=4, *, shares=SHARES, ax=None):
    return plot_alpha_flow(
        NAMES[:count],
        alpha=ALPHA[:count],
        transitions=shares[:count, :count],
        title="Invented trial",
        ax=ax,
    )


def texts(ax):
    return [text.get_text() for text in ax.texts]


def test_boxes_hold_name_and_alpha_and_are_dashed_without_any(made_up):
    ax = draw()
    boxes = made_up.named(ax)
    assert texts(ax)[-4:-1] == ["PFS\n0.02", "OS\n0.005", "response\n0"]
    assert texts(ax)[-1].endswith("…\n0")
    lines = [boxes[f"box-{name}"].get_linestyle() for name in NAMES]
    assert [line in ("-", "solid") for line in lines] == [True, True, False, False]


def test_arrows_carry_their_shares_and_end_at_their_boxes(made_up):
    ax = draw()
    arrows = {name: one for name, one in made_up.named(ax).items() if " to " in name}
    assert len(arrows) == np.count_nonzero(SHARES)
    for i, j in np.argwhere(SHARES > 0).tolist():
        path = arrows[f"{NAMES[i]} to {NAMES[j]}"]._path_original.vertices
        assert abs(path[0, 0] - i) < 0.36
        assert abs(path[-1, 0] - j) < 0.36
        assert np.sign(path[1, 1]) == np.sign(j - i)
    assert sorted(texts(ax)[:-4]) == sorted(f"{share:.3g}" for share in SHARES[SHARES > 0])


def test_no_two_arrows_begin_or_end_at_one_point():
    ends = [
        tuple(np.round(patch._path_original.vertices[k], 9))
        for patch in draw(shares=1 - np.eye(4)).patches
        if " to " in patch.get_gid()
        for k in (0, -1)
    ]
    assert len(ends) == len(set(ends)) == 24


def test_without_arrows_nothing_is_passed_on():
    ax = draw(2, shares=np.zeros((2, 2)))
    assert len(ax.texts) == 2
    assert ax.get_title(loc="left").splitlines() == [
        "Invented trial",
        "In the boxes: one-sided alpha at the start",
        "No alpha is passed on",
    ]


FULL = 1 - np.eye(4)


@pytest.mark.parametrize("count", [1, 2, 3, 4])
@pytest.mark.parametrize("shares", [FULL, np.triu(FULL), np.tril(FULL), 0 * FULL])
def test_everything_lies_within_the_page_and_the_axes(count, shares):
    ax = draw(count, shares=shares)
    figure = ax.get_figure(root=True)
    figure.draw_without_rendering()
    box, (width, height) = figure.get_tightbbox(), figure.get_size_inches()
    assert min(box.x0, box.y0) > -0.02
    assert (box.x1 < width + 0.02) & (box.y1 < height + 0.02)
    frame = ax.get_window_extent()
    for text in ax.texts:
        extent = text.get_window_extent()
        assert frame.y0 - 1 <= extent.y0
        assert extent.y1 <= frame.y1 + 1


def test_given_axes_are_drawn_in():
    ax = Figure().add_subplot()
    assert draw(ax=ax) is ax


def test_numbers_of_other_endpoints_are_refused():
    with pytest.raises(ValueError, match=r"need shapes \(2,\) and \(2, 2\) for 2 endpoints, got"):
        plot_alpha_flow(["PFS", "OS"], alpha=[0.025], transitions=np.zeros((2, 2)))
