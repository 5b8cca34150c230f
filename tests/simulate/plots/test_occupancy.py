"""Shares of the states over time, and the areas drawn of them."""

import numpy as np
import pytest

from simulate.plots.occupancy import plot_occupancy
from simulate.plots.states import state_shares

LEVELS = [{"name": "few", "prevalence": 0.75}, {"name": "many", "prevalence": 0.25}]
FACTORS = [{"name": "spread", "levels": LEVELS}]
WORSE = {"spread": {"many": {"hazard_ratio": 2.0}}}


def by_hand(months, *, progression, without, after):
    """Shares under constant hazards: free of progression, progressed and alive."""
    leave = progression + without
    free = np.exp(-leave * months)
    return free, progression / (leave - after) * (np.exp(-after * months) - free)


def test_shares_are_those_of_constant_hazards_and_fill_one(made_up):
    design = made_up.two_endpoints(scans=None)
    shares = state_shares(design, design.truths[0], until=36.0)
    months = shares["month"].values
    assert (months[0], months[-1], len(months)) == (0.0, 36.0, 361)
    for arm, hr in (("control", 1.0), ("rt", 0.7)):
        free, seen = by_hand(months, progression=0.06 * hr, without=0.01 * hr, after=0.1)
        np.testing.assert_allclose(shares.sel(arm=arm, state="free"), free, atol=1e-12)
        np.testing.assert_allclose(shares.sel(arm=arm, state="seen"), seen, atol=1e-12)
    assert not shares.sel(state="unseen").any()
    np.testing.assert_allclose(shares.sum("state"), 1.0, atol=1e-12)
    assert shares.attrs == {"design": "two endpoints", "truth": "states", "scans": False}


def test_strata_are_mixed_by_their_prevalence(made_up):
    truth = made_up.states_truth | {"factors": WORSE}
    design = made_up.two_endpoints(factors=FACTORS, truths=[truth])
    shares = state_shares(design, design.truths[0]).sel(arm="control")
    months = shares["month"].values
    alive = [
        sum(by_hand(months, progression=0.06 * k, without=0.01 * k, after=0.1 * k)) for k in (1, 2)
    ]
    found = 1 - shares.sel(state="dead")
    np.testing.assert_allclose(found, 0.75 * alive[0] + 0.25 * alive[1], atol=1e-12)


def test_scans_show_all_progression_on_their_dates_and_none_between(made_up):
    design = made_up.two_endpoints()
    shares = state_shares(design, design.truths[0]).sel(arm="control")
    months, unseen = shares["month"].values, shares.sel(state="unseen").values
    scanned = np.isin(months, np.arange(0.0, 49.0, 2.0))
    np.testing.assert_allclose(unseen[scanned], 0.0, atol=1e-12)
    assert (unseen[~scanned] > 0).all()
    place = int(np.flatnonzero(months == 10.0)[0])
    pfs = (shares.sel(state="free") + shares.sel(state="unseen")).values
    drop = pfs[place - 1] - pfs[place]
    assert drop == pytest.approx(unseen[place - 1], abs=1e-6)
    assert drop > 0.03


def test_one_endpoint_has_no_states(made_up):
    design = made_up.two_endpoints(
        endpoints=[],
        multiplicity=None,
        scans=None,
        looks=[{"events": 50}],
        truths=[made_up.one_endpoint],
    )
    with pytest.raises(ValueError, match="`truth` 'one' has one endpoint"):
        state_shares(design, design.truths[0])


def edges(area):
    """Lower and upper edge of an area, month by month."""
    corners = area.get_paths()[0].vertices
    months = np.unique(corners[:, 0])
    heights = [corners[corners[:, 0] == month, 1] for month in months]
    return np.array([h.min() for h in heights]), np.array([h.max() for h in heights])


def test_areas_lie_on_one_another_and_fill_the_panel(made_up):
    shares = made_up.shares()
    for arm, panel in zip(("control", "rt"), plot_occupancy(shares), strict=True):
        drawn, base = made_up.named(panel), np.zeros(97)
        for state in ("free", "unseen", "seen", "dead"):
            low, high = edges(drawn[f"state-{state}"])
            np.testing.assert_allclose(low, base, atol=1e-12)
            np.testing.assert_allclose(high - low, shares.sel(arm=arm, state=state), atol=1e-12)
            base = high
        np.testing.assert_allclose(base, 1.0)


def test_curves_are_the_edges_and_carry_their_names(made_up):
    shares = made_up.shares()
    for arm, panel in zip(("control", "rt"), plot_occupancy(shares), strict=True):
        drawn = made_up.named(panel)
        rates = {"PFS": {"control": 0.07, "rt": 0.05}, "OS": {"control": 0.05, "rt": 0.04}}
        for name, rate in rates.items():
            curve = np.exp(-rate[arm] * shares["month"].values)
            assert drawn[f"curve-{name}"].get_ydata() == pytest.approx(curve)
        assert [text.get_text() for text in panel.texts] == ["PFS", "OS"]
    assert panel.get_xlabel() == "Months since randomisation"
    assert panel.get_title(loc="left") == "RT"


@pytest.mark.parametrize(("scans", "words"), [(True, "when a scan shows it"), (False, "at once")])
def test_the_figure_says_when_progression_is_seen(made_up, scans, words):
    panel = plot_occupancy(made_up.shares(scans=scans))[0]
    assert f"progression is seen {words}" in made_up.words(panel)
    assert ("progressed, not seen yet" in made_up.words(panel)) == scans
    assert ("state-unseen" in made_up.named(panel)) == scans
