"""Results of cells: the same bits however they are made, and what the tallies of designs count."""

import io
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulate.operating.monitoring import all_planned_events
from simulate.operating.several import simulate_several
from simulate.operating.simulate import simulate_design
from simulate.sweep.cells import Cell
from simulate.sweep.exact_sums import LOG_UNIT, MONTH_UNIT, Bins, bin_width, count_bins
from simulate.sweep.groups import group_cells
from simulate.sweep.result import CellResult, total
from simulate.sweep.simulate import simulate_group

SEED, TRIALS = 11, 400
HR = {"field": "truth.effect.hr", "values": [0.6]}


def same(one, other):
    """Whether two results are equal to the bit."""
    first, second = one.to_arrays(), other.to_arrays()
    return first.keys() == second.keys() and all(
        first[name].dtype == second[name].dtype and first[name].tobytes() == second[name].tobytes()
        for name in first
    )


@pytest.fixture(scope="module")
def cells(cells_of, rules):
    return cells_of({"rule": rules}, estimates=True)


@pytest.fixture(scope="module")
def together(cells):
    """All four rules decided on the same trials at once."""
    return simulate_group(cells, seed=SEED, trials=TRIALS)


def test_a_cell_finds_the_same_alone(cells, together):
    for cell, found in zip(cells, together, strict=True):
        assert same(simulate_group([cell], seed=SEED, trials=TRIALS)[0], found)
    successes = [found.success for found in together]
    assert len(set(successes)) == 4


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_runs_of_any_length_in_any_order_add_up_to_the_whole(cells, together, data):
    cuts = data.draw(st.lists(st.integers(1, TRIALS - 1), max_size=4, unique=True))
    edges = [0, *sorted(cuts), TRIALS]
    runs = [
        simulate_group(cells[1:3], seed=SEED, first=first, trials=stop - first)
        for first, stop in pairwise(edges)
    ]
    data.draw(st.randoms(use_true_random=False)).shuffle(runs)
    for place, whole in enumerate(together[1:3]):
        assert same(total([run[place] for run in runs]), whole)


def test_blocks_that_do_not_fit_in_memory_change_nothing(cells, together, monkeypatch):
    monkeypatch.setattr("simulate.sweep.simulate.BLOCK", 70)
    monkeypatch.setattr("simulate.sweep.simulate.HELD_BYTES", 1)
    found = simulate_group(cells, seed=SEED, trials=TRIALS)
    assert all(same(one, other) for one, other in zip(found, together, strict=True))


def test_results_survive_a_file(together):
    for found in together:
        file = io.BytesIO()
        np.savez(file, **found.to_arrays())
        file.seek(0)
        assert same(CellResult.from_arrays(dict(np.load(file, allow_pickle=False))), found)
        assert sum(array.nbytes for array in found.to_arrays().values()) < 30_000


def test_replicates_count_once(cells):
    first = simulate_group(cells[:1], seed=SEED, first=0, trials=30)[0]
    later = simulate_group(cells[:1], seed=SEED, first=20, trials=30)[0]
    with pytest.raises(ValueError, match="replicates from 20 on are counted in runs"):
        first + later


@pytest.mark.parametrize("place", range(4))
def test_as_the_tallies_of_the_design_count_it(cells, together, place):
    cell, found = cells[place], together[place]
    events = all_planned_events(cell.design, seed=SEED)["os"]
    run = simulate_design(cell.design, cell.truth, events=events, seed=SEED, trials=TRIALS)
    tally = run.tallies[cell.design.analysis.test]
    assert found.trials == tally.trials == TRIALS
    check_endpoint(found, 0, tally)
    assert found.success == tally.success
    np.testing.assert_array_equal(found.sums["stop"], tally.stopped.sum(axis=0))
    np.testing.assert_allclose(found.limits[0], tally.limits, rtol=1e-9)
    assert found.success_error() == pytest.approx(
        np.sqrt(tally.success * (TRIALS - tally.success) / TRIALS**3)
    )


def check_endpoint(found, place, tally):
    """Hold an endpoint's sums against a tally: counts exactly, sums to their units."""
    sums = found.sums
    for name, wanted in (
        ("ended", tally.stopped),
        ("at_look", tally.at_look),
        ("reached", tally.reached),
        ("undefined", tally.undefined),
    ):
        np.testing.assert_array_equal(sums[name][place], wanted)
    for name, wanted in (("total", tally.total), ("squares", tally.squares)):
        np.testing.assert_array_equal(sums[name][1:, place], wanted[1:3])
        months = sums[name][0, place] * MONTH_UNIT
        np.testing.assert_allclose(months, wanted[0], atol=TRIALS * MONTH_UNIT / 2)
    np.testing.assert_array_equal(sums["end_total"][1:, place], tally.stop_total[1:3])
    name = f"{found.endpoints[place]}.month"
    np.testing.assert_array_equal(found.bins[name].whole(), tally.histogram[0])
    np.testing.assert_array_equal(
        found.bins[f"{found.endpoints[place]}.events"].whole(), tally.histogram[2]
    )
    if found.limits is not None:
        np.testing.assert_array_equal(sums["covered"][place], tally.covered)
        np.testing.assert_array_equal(sums["estimated"][place], tally.estimated)
        atol = TRIALS * LOG_UNIT / 2 + 1e-9
        np.testing.assert_allclose(sums["bias"][place] * LOG_UNIT, tally.error, atol=atol)
        won = sums["winner_squares"][place] * LOG_UNIT
        np.testing.assert_allclose(won, tally.won_squares, atol=atol)


def test_limits_that_change_over_time_are_those_of_the_design(cells_of):
    (cell,) = cells_of({"rule": {"choices": {"a": {"alpha": 0.02}}}}, truth="late", estimates=True)
    events = all_planned_events(cell.design, seed=SEED)["os"]
    run = simulate_design(cell.design, cell.truth, events=events, seed=SEED, trials=1000)
    (found,) = simulate_group([cell], seed=SEED, first=200, trials=10)
    np.testing.assert_array_equal(found.limits[0], run.tallies["log_rank"].limits)
    assert found.limits[0, 0] > found.limits[0, 1] > np.log(0.5)


def test_several_endpoints_as_the_tallies_count_them(two_endpoints):
    pfs, os = (one.model_dump(mode="json") for one in two_endpoints().endpoints)
    os["analysis"] |= {"test": "rmst", "also": []}
    os["futility"] = None
    design = two_endpoints(endpoints=[pfs, os])
    truth, bayes = design.truths[1], pfs | {"efficacy": {"kind": "none"}}
    bayes["analysis"] = bayes["analysis"] | {"test": "bayes"}
    other = two_endpoints(endpoints=[bayes, os], multiplicity={"kind": "co_primary"})
    cells = [Cell(point={}, derived={}, design=one, truth=truth) for one in (design, other)]
    assert [group.members for group in group_cells(cells)] == [(0, 1)]
    both = simulate_group(cells, seed=SEED, trials=TRIALS)
    for cell, found in zip(cells, both, strict=True):
        events = all_planned_events(cell.design, seed=SEED)
        run = simulate_several(cell.design, truth, events=events, seed=SEED, trials=TRIALS)
        for place, (name, part) in enumerate(run.endpoints.items()):
            test = cell.design.endpoints[place].analysis.test
            assert found.endpoints[place] == name
            check_endpoint(found, place, part.tallies[test])
        assert found.success == run.trial.success
        assert (found.sums["any"], found.sums["all"]) == (run.trial.any_won, run.trial.all_won)
        np.testing.assert_array_equal(found.sums["harm_stop"], run.trial.stopped[2])
        np.testing.assert_array_equal(found.sums["won"], run.trial.split)
        assert found.sums["harm_stop"].sum() > 0
    assert both[0].success != both[1].success
    parts = [
        simulate_group(cells[1:], seed=SEED, first=first, trials=TRIALS // 2)[0]
        for first in (TRIALS // 2, 0)
    ]
    assert same(parts[0] + parts[1], both[1])


def test_undefined_statistics_are_named(small):
    design = small(patients=4, looks=[{"months": 0.5}], efficacy={"kind": "none"}, futility=None)
    cell = Cell(point={}, derived={}, design=design, truth=design.truths[0])
    (found,) = simulate_group([cell], seed=SEED, trials=60)
    (later,) = simulate_group([cell], seed=SEED, first=60, trials=60)
    assert found.sums["undefined"][0, 0] > 20
    assert len(found.undefined) == 20
    assert found.undefined == (later + found).undefined
    assert min(later.undefined) >= 60


def test_histograms_add_up():
    values = np.array([0.0, 3.2, 99.0, 1e9])
    whole = count_bins(values, 0.5)
    parts = count_bins(values[2:], 0.5) + count_bins(values[:2], 0.5)
    np.testing.assert_array_equal(whole.whole(), parts.whole())
    assert (whole.first, whole.counts.size) == (parts.first, parts.counts.size) == (0, 4096)
    assert whole.whole()[[0, 6, 198, 4095]].tolist() == [1, 1, 1, 1]
    empty = Bins(first=0, counts=np.zeros(0, np.int64))
    assert (empty + count_bins(values[1:3], 1.0)).first == 3
    assert (bin_width(4095), bin_width(4096), bin_width(10_000)) == (1.0, 2.0, 3.0)


def test_more_trials_than_sums_have_room_for(together):
    full = CellResult.from_arrays(together[0].to_arrays() | {"spans": np.array([[400, 9**9]])})
    full.sums["stop_squares"][0] = 2**63 - 10
    with pytest.raises(ValueError, match="more than the sums of a cell have room for"):
        full + together[0]
