"""Convergence figure: slowest first, chains against all, bands of the right size."""

import numpy as np
import pytest

from models.convergence import gate
from models.plots.convergence import plot_convergence


def draw(draws, made_up, **others):
    return plot_convergence(draws, gate(draws), endpoint_label=made_up.endpoint, **others)


def test_the_slowest_come_first_and_what_never_moves_is_left_out(made_up):
    assert list(draw(made_up.chains(), made_up)) == ["events", "log HR"]
    assert list(draw(made_up.chains(), made_up, panels=1)) == ["events"]


def test_titles_hold_r_hat_and_effective_sizes(made_up):
    chains = made_up.chains()
    values = {check.name: check for check in gate(chains)}["events"].values
    title = draw(chains, made_up)["events"].get_title(loc="left")
    assert title.startswith("events: failed\n")
    assert f"R-hat {values['r_hat']:.3f}, ESS {values['ess_bulk']:,.0f} bulk" in title


def test_lines_are_chain_minus_all(made_up):
    values = np.arange(40.0).reshape(2, 20)
    ax = draw({"x": values}, made_up)["x"]
    lines = made_up.lines(ax)
    share = np.asarray(lines["chain-0"].get_xdata())
    expected = np.where(share <= 0.5, share, 1 - share)
    np.testing.assert_allclose(lines["chain-0"].get_ydata(), expected, atol=1 / 40)
    np.testing.assert_allclose(lines["chain-1"].get_ydata(), -expected, atol=1 / 40)


def test_independent_chains_leave_the_band_in_one_place_of_twenty(made_up):
    draws = {f"q{n}": np.random.default_rng(n).normal(size=(4, 500)) for n in range(20)}
    outside = []
    for ax in draw(draws, made_up, panels=20).values():
        lines = made_up.lines(ax)
        corners = ax.collections[0].get_paths()[0].vertices
        edge = corners[:, 1].max()
        for number in range(4):
            share, gap = np.asarray(lines[f"chain-{number}"].get_data(), dtype=float)
            middle = np.argmin(np.abs(share - 0.5))
            outside.append(abs(gap[middle]) > edge)
    # 80 values, 60 of them free: 5% with a standard error of about 2.8%.
    assert np.mean(outside) < 0.16


def test_chains_differ_in_line_and_colour(made_up):
    values = np.random.default_rng(1).normal(size=(8, 50))
    lines = made_up.lines(draw({"x": values}, made_up)["x"])
    looks = {(line.get_color(), line.get_linestyle()) for line in lines.values()}
    assert len({colour for colour, _ in looks}) == 8
    assert len({style for _, style in looks}) > 1


def test_unusable_input_is_refused(made_up):
    chains = made_up.chains()
    with pytest.raises(ValueError, match="`panels` must be at least 1, got 0"):
        draw(chains, made_up, panels=0)
    with pytest.raises(ValueError, match="`draws` lacks 'events'"):
        plot_convergence({}, gate({"events": chains["events"]}), endpoint_label="PFS")
    with pytest.raises(ValueError, match="`checks` has no quantity that moves"):
        draw({"fixed": chains["fixed"]}, made_up)
