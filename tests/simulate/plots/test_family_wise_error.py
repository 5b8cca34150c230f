"""Family-wise error by configuration: taken from tallies, and drawn with its Monte Carlo error."""

import math
from types import SimpleNamespace

import numpy as np
import pytest

from simulate.plots.false_wins import false_wins
from simulate.plots.family_wise_error import ABOVE, plot_family_wise_error


def draw(made_up, **changes):
    return plot_family_wise_error(made_up.configurations, **{**made_up.errors, **changes})


def test_rows_are_errors_with_their_interval_beside_them(made_up):
    ax = draw(made_up)
    texts = [text.get_text() for text in ax.texts]
    assert texts == ["2.39% (2.29 to 2.49)", "2.51% (2.41 to 2.61)", "3.10% (2.90 to 3.30)"]
    lines = [line.get_xdata() for line in ax.get_lines() if line.get_gid() != "alpha"]
    intervals = [ends for ends in lines if len(ends) == 2]
    half = 1.959964 * np.array(made_up.errors["mcse"])
    by_hand = np.add.outer(made_up.errors["errors"], [0, 0]) + np.outer(half, [-1, 1])
    np.testing.assert_allclose(intervals, by_hand)
    assert [ends[0] for ends in lines if len(ends) == 1] == made_up.errors["errors"]
    assert made_up.named(ax)["alpha"].get_xdata() == [0.025, 0.025]


def test_labels_name_the_endpoints_without_effect(made_up):
    labels = [label.get_text() for label in draw(made_up).get_yticklabels()]
    assert labels[:2] == [
        "PFS effective\nno effect on OS",
        "neither\nno effect on PFS and OS",
    ]
    assert labels[2].count("\n") == 2


def test_only_an_interval_above_alpha_as_a_whole_is_marked(made_up):
    for alpha, above in ((0.025, 1), (0.03, 0), (0.02, 3)):
        ax = draw(made_up, alpha=alpha)
        colours = [text.get_color() for text in ax.texts]
        assert colours.count(ABOVE.colour) == above
        assert ("above alpha beyond Monte Carlo error" in made_up.words(ax)) == (above > 0)


def test_alpha_and_all_intervals_are_within_the_axis(made_up):
    for errors in ([0.0, 0.0, 0.0], [0.2, 0.0, 0.1]):
        ax = draw(made_up, errors=errors)
        low, high = ax.get_xlim()
        assert low < 0.0
        assert high > max(0.025, *(x + 0.002 for x in errors))


def test_numbers_of_other_truths_and_truths_without_null_endpoints_are_refused(made_up):
    for name in ("errors", "mcse", "null"):
        with pytest.raises(ValueError, match=f"`{name}` needs one entry for each of 3 truths"):
            draw(made_up, **{name: made_up.errors[name][:2]})
    with pytest.raises(ValueError, match="`null` of 'neither' is empty; every endpoint has an"):
        draw(made_up, null=[["OS"], [], ["PFS"]])
    with pytest.raises(ValueError, match="each of 0 truths, at least one, got 0"):
        plot_family_wise_error([], errors=[], mcse=[], alpha=0.025, null=[])


def simulated(name, null, wins):
    return SimpleNamespace(
        truth=SimpleNamespace(name=name),
        null=null,
        endpoints={"pfs": None, "os": None},
        trial=SimpleNamespace(false_win=wins, trials=1000),
    )


def test_errors_are_shares_of_trials_in_truths_with_a_null_endpoint():
    found = false_wins(
        [
            simulated("planning", (False, False), 0),
            simulated("OS null", (False, True), 24),
            simulated("both null", (True, True), 30),
        ]
    )
    assert found.names == ("OS null", "both null")
    assert found.null == (("OS",), ("PFS", "OS"))
    assert found.errors.tolist() == [0.024, 0.03]
    assert found.mcse == pytest.approx([math.sqrt(p * (1 - p) / 1000) for p in (0.024, 0.03)])


def test_without_null_endpoints_there_is_no_error():
    found = false_wins([simulated("planning", (False, False), 0)])
    assert (found.names, found.errors.size) == ((), 0)
