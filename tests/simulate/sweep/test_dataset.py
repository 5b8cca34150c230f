"""Results laid out: by dims of the grid, with errors, and as a tidy table."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from simulate.operating.outcomes import simulate_outcomes
from simulate.sweep.cells import Cell
from simulate.sweep.dataset import success_difference, sweep_dataset, sweep_table
from simulate.sweep.groups import group_cells
from simulate.sweep.simulate import simulate_group
from simulate.sweep.stack import DIMS

SEED, TRIALS = 3, 640
GRID = {
    "n": {"field": "patients", "values": [60, 64]},
    "rule": {
        "choices": {
            "log-rank": {"analysis.test": "log_rank"},
            "bayes": {"analysis.test": "bayes", "efficacy": {"kind": "none"}},
            "final only": {"looks": [{"events": 40}], "efficacy": {"kind": "none"}},
        }
    },
}
DERIVED = {"tenth": {"value": "n / 10"}, "delay": {"field": "data_cut_delay", "value": "tenth / 9"}}


def run(cells, *, trials=TRIALS):
    results = [None] * len(cells)
    for group in group_cells(cells):
        members = [cells[place] for place in group.members]
        found = simulate_group(members, seed=SEED, trials=trials)
        for place, one in zip(group.members, found, strict=True):
            results[place] = one
    return results


@pytest.fixture(scope="module")
def whole(small, sweep_of, cells_of):
    fields = {"derived": DERIVED, "seed": SEED, "estimates": True}
    sweep, cells = sweep_of(GRID, **fields), cells_of(GRID, **fields, design=small(futility=None))
    results = run(cells)
    return sweep, cells, results, sweep_dataset(sweep, cells, results)


def test_dims_and_coordinates_are_those_of_the_grid(whole):
    dataset = whole[-1]
    assert dict(dataset.success.sizes) == {"n": 2, "rule": 3}
    assert dataset.n.values.tolist() == [60, 64]
    assert dataset.rule.values.tolist() == ["log-rank", "bayes", "final only"]
    assert dataset.tenth.sel(n=64).values.tolist() == [6.4] * 3
    assert dataset.attrs["seed"] == SEED
    assert "RT versus control" in dataset.attrs["direction"]


def test_values_are_those_of_each_cell(whole):
    _, cells, results, dataset = whole
    for cell, found in zip(cells, results, strict=True):
        here = dataset.sel(cell.point)
        share = found.success / TRIALS
        assert here.trials == TRIALS
        assert here.success == share
        assert float(here.success_se) == pytest.approx(np.sqrt(share * (1 - share) / TRIALS))
        looks = found.sums["stop"].size
        assert np.isnan(here.stop.values[looks:]).all()
        assert here.stop.values[:looks].sum() == pytest.approx(1.0)
        ended = here.ended.sel(endpoint="os", outcome="success").values[:looks]
        np.testing.assert_allclose(ended * TRIALS, found.sums["ended"][0, 1])
        assert float(here.at_end.sel(endpoint="os", measure="month")) == pytest.approx(
            float(here.duration)
        )
        assert 0.85 < float(here.coverage[0]) <= 1.0
        assert float(here.duration_quantile[0]) < float(here.duration_quantile[2])


def test_every_estimate_has_its_error(whole):
    dataset = whole[-1]
    known = {"trials", "batch_success", "at_look_trials", "undefined", "cox_limit"}
    names = {str(name) for name in dataset.data_vars}
    without = {name for name in names if not name.endswith("_se") and f"{name}_se" not in names}
    assert without == known
    for name in names - known:
        if name.endswith("_se"):
            there = np.isfinite(dataset[name.removesuffix("_se")].values)
            assert (dataset[name].values[there] >= 0).all(), name
    assert (dataset.success_se > 0).all()


def test_errors_are_those_of_repeated_runs(cells_of, sweep_of):
    """32 runs of 100 trials: variance ratios lie within chi-square limits of 1 in 10,000."""
    grid = {"n": {"field": "patients", "values": [60]}}
    cells = cells_of(grid, estimates=True)
    runs = [
        simulate_group(cells, seed=SEED, first=first, trials=100) for first in range(0, 3200, 100)
    ]
    names = ("success", "duration", "bias", "rmse", "coverage")
    values = {name: [] for name in names} | {f"{name}_se": [] for name in names}
    for found in runs:
        dataset = sweep_dataset(sweep_of(grid), cells, found)
        for name in values:
            values[name].append(float(dataset[name].values.ravel()[0]))
    low, high = stats.chi2.ppf([1e-4, 1 - 1e-4], 31) / 31
    for name in names:
        ratio = np.var(values[name], ddof=1) / np.mean(np.square(values[f"{name}_se"]))
        assert low < ratio < high, f"{name}: variance over squared error is {ratio:.2f}"


def test_unfinished_cells_are_not_a_number(whole):
    sweep, cells, results, dataset = whole
    part = sweep_dataset(sweep, cells, [None, *results[1:]])
    first = part.sel(cells[0].point)
    assert first.trials == 0
    assert all(
        np.isnan(first[name].values).all() for name in part.data_vars if name not in ("trials",)
    )
    rest = part.sel(cells[1].point)
    for name in part.data_vars:
        np.testing.assert_array_equal(rest[name], dataset.sel(cells[1].point)[name])
    empty = sweep_dataset(sweep, cells, [None] * len(cells))
    assert (empty.trials == 0).all()


def test_listed_points_have_a_dim_of_their_own(cells_of, sweep_of):
    grid = {"n": {"field": "patients"}, "late": {"field": "truth"}}
    points = [{"n": 60, "late": "planning"}, {"n": 50, "late": "late"}]
    cells = cells_of(grid, points=points)
    dataset = sweep_dataset(sweep_of(grid, points=points), cells, run(cells, trials=50))
    assert dataset.success.dims == ("point",)
    assert dataset.point.values.tolist() == [1, 2]
    assert dataset.n.values.tolist() == [60, 50]
    assert dataset.late.values.tolist() == ["planning", "late"]
    table = sweep_table(dataset)
    assert table.query("quantity == 'success' and n == 50").point.tolist() == [2]


def test_the_table_is_tidy(whole):
    dataset = whole[-1]
    table = sweep_table(dataset)
    assert list(table.columns) == [
        *("n", "rule", "tenth", "delay", "quantity", "endpoint", "look", "outcome", "measure"),
        *("quantile", "value", "se"),
    ]
    row = table.query("quantity == 'success' and n == 64 and rule == 'bayes'")
    here = dataset.sel(n=64, rule="bayes")
    assert row.value.tolist() == [float(here.success)]
    assert row.se.tolist() == [float(here.success_se)]
    assert table.query("quantity == 'stop' and rule == 'final only'").look.tolist() == [1, 1]
    assert not table.value.isna().any()
    assert not table.duplicated(
        [name for name in table.columns if name not in ("value", "se")]
    ).any()


def test_endpoints_of_several_kinds_of_cells_stand_side_by_side(two_endpoints, sweep_of):
    """Cells of one endpoint and of two: what a cell does not have is not a number."""
    both = two_endpoints(harm=None)
    designs = [both, both.seen_by("os").model_copy(update={"endpoint": "os"})]
    cells = [
        Cell(point={"k": k}, derived={}, design=one, truth=both.truths[0])
        for k, one in enumerate(designs)
    ]
    found = simulate_group(cells[:1], seed=SEED, trials=40)[0]
    sweep = sweep_of({"k": {"field": "patients", "values": [0, 1]}})
    only_os = _only(found, "os")
    dataset = sweep_dataset(sweep, cells, [found, only_os])
    assert dataset.endpoint.values.tolist() == ["pfs", "os"]
    assert np.isnan(dataset.endpoint_success.sel(k=1, endpoint="pfs"))
    for name in ("endpoint_success", "at_end", "at_end_quantile"):
        np.testing.assert_array_equal(
            dataset[name].sel(k=1, endpoint="os"), dataset[name].sel(k=0, endpoint="os")
        )


def _only(found, name):
    """A result with one of its endpoints."""
    place = found.endpoints.index(name)
    sums = {
        key: np.take(value, [place], axis=DIMS[key].index("endpoint"))
        if "endpoint" in DIMS[key]
        else value
        for key, value in found.sums.items()
    }
    return replace(found, endpoints=(name,), sums=sums | {"won": sums["won"][:2]})


def test_differences_between_cells_are_surer_than_their_shares(whole):
    dataset = whole[-1]
    one, other = {"n": 64, "rule": "bayes"}, {"n": 64, "rule": "log-rank"}
    cells = [next(cell for cell in whole[1] if cell.point == point) for point in (one, other)]
    won = [
        simulate_outcomes(cell.design, cell.truth, seed=SEED, trials=TRIALS).success
        for cell in cells
    ]
    by_trial = np.subtract(*won, dtype=float).std(ddof=1) / np.sqrt(TRIALS)
    difference, error = success_difference(dataset, one, other)
    assert abs(error / by_trial - 1) < 4 / np.sqrt(2 * 63), f"{error} for {by_trial}"
    assert difference == float(dataset.success.sel(one) - dataset.success.sel(other))
    apart = np.hypot(dataset.success_se.sel(one), dataset.success_se.sel(other))
    assert 0 < error < 0.7 * apart
    same, least = success_difference(dataset, one, one)
    assert (same, least) == (0.0, 1 / TRIALS)
