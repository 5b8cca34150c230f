"""Which cells share a simulation, and that it serves them all."""

import numpy as np
import pytest

from simulate.engine.run import simulate_block
from simulate.sweep.cells import Cell
from simulate.sweep.groups import group_cells
from simulate.sweep.shared_scenario import shared_scenario
from simulate.sweep.simulate import simulate_group

N = {"field": "patients", "values": [60, 64]}
TESTS = ["log_rank", "rmst", "fleming_harrington", "max_combo", "modestly_weighted", "milestone"]


def members(cells):
    return [group.members for group in group_cells(cells)]


def test_rules_share_and_sizes_do_not(cells_of, rules):
    cells = cells_of({"n": N, "rule": rules})
    groups = group_cells(cells)
    assert [group.members for group in groups] == [(0, 1, 2, 3), (4, 5, 6, 7)]
    assert [group.patients for group in groups] == [60, 64]
    assert len({group.key for group in groups}) == 2


@pytest.mark.parametrize(
    ("path", "values", "shared"),
    [
        ("alpha", [0.025, 0.05], True),
        ("name", ["a", "b"], True),
        ("futility.hr", [[1.0], [0.9]], True),
        ("analysis.bayes.probability", [0.95, 0.99], True),
        ("analysis.bayes.hr", [0.9, 1.0], True),
        ("analysis.ties", ["efron", "breslow"], True),
        ("truth.control.median", [10.0, 11.0], False),
        ("truths.planning.control.median", [10.0, 11.0], False),
        ("looks.1.events", [20, 21], False),
        ("data_cut_delay", [0.0, 1.0], False),
        ("randomisation.block_sizes", [[2], [4]], False),
        ("recruitment.kind", ["uniform", "poisson"], False),
    ],
)
def test_what_is_shared(cells_of, path, values, shared):
    choices = {f"v{place}": {path: value} for place, value in enumerate(values)}
    cells = cells_of({"x": {"choices": choices}})
    assert members(cells) == ([(0, 1)] if shared else [(0,), (1,)])


def test_bayesian_rules_share_where_their_models_are_equal(cells_of):
    bayes = {"analysis.test": "bayes", "efficacy": {"kind": "none"}}
    choices = {
        "log-rank": {"analysis.test": "log_rank"},
        "P > 0.975": bayes,
        "HR below 0.9": bayes | {"analysis.bayes.hr": 0.9},
        "P > 0.99": bayes | {"analysis.bayes.probability": 0.99},
    }
    assert members(cells_of({"rule": {"choices": choices}})) == [(0, 1, 3), (2,)]


def test_the_truth_counts_by_its_hazards(cells_of):
    choices = {
        "median": {"truth.control": {"median": 10.0}},
        "rates": {"truth.control": {"rates": [float(np.log(2) / 10)]}},
    }
    cells = cells_of({"x": {"choices": choices}})
    assert members(cells) == [(0, 1)]


def test_late_tests_on_one_pass_find_what_each_finds_alone(small, cells_of):
    design = small(futility=None, analysis={"also": ["rmst"], "milestone": 12.0})
    grid = {"test": {"field": "analysis.test", "values": TESTS}}
    cells = cells_of(grid, design=design)
    assert members(cells) == [tuple(range(len(TESTS)))]
    together = simulate_group(cells, seed=4, trials=120)
    for cell, found in zip(cells[1:], together[1:], strict=True):
        (alone,) = simulate_group([cell], seed=4, trials=120)
        assert all(
            alone.to_arrays()[name].tobytes() == array.tobytes()
            for name, array in found.to_arrays().items()
        ), cell.point
    assert len({found.success for found in together}) > 2


def test_only_what_is_needed_is_computed(cells_of, rules):
    cells = cells_of({"rule": rules})
    for wanted, picked in (((0, 0), cells[:2]), ((0, 1), cells[:3]), ((1, 1), cells)):
        plan = shared_scenario(picked).plan
        assert (plan.wanted["cox"][0], plan.wanted["bayes"][0]) == wanted
        assert plan.late is None
        assert plan.harm is None
    (with_estimates,) = cells_of({"n": N | {"values": [60]}}, estimates=True)
    assert shared_scenario([with_estimates]).plan.wanted["cox"][0] == 1


def test_harm_that_stops_is_watched(two_endpoints):
    watched, stops = two_endpoints(harm={"hr": 1.0}), two_endpoints()
    cells = [
        Cell(point={}, derived={}, design=one, truth=one.truths[0]) for one in (watched, stops)
    ]
    assert members(cells) == [(0,), (1,)]
    assert shared_scenario(cells[:1]).plan.harm is None
    assert shared_scenario(cells[1:]).plan.harm is not None


def test_cells_of_two_groups_are_refused(cells_of):
    with pytest.raises(ValueError, match="2 cells are given that do not share one simulation"):
        simulate_group(cells_of({"n": N}), seed=1, trials=10)


def test_shared_fields_are_those_of_each_cell(cells_of, rules):
    cells = cells_of({"rule": rules})
    blocks = [
        simulate_block(shared_scenario(picked), seed=2, first=0, trials=50).endpoints
        for picked in (cells, cells[:1], cells[2:3], cells[3:])
    ]
    for alone in blocks[1:]:
        known = ~np.isnan(alone)
        np.testing.assert_array_equal(alone[known], blocks[0][known])
