"""From points to cells: fields of the design, of the truth in force, and derived ones."""

from multiprocessing.reduction import ForkingPickler

import pytest

from simulate.sweep.address import cell_addresses
from simulate.sweep.cells import sweep_cells

N = {"field": "patients", "values": [60, 80]}
EVENTS = {
    "first": {"field": "looks.1.events", "value": "round(n / 3)"},
    "share": {"value": "2 / 3"},
    "last": {"field": "looks.2.events", "value": "round(share * n)"},
}


def test_fields_and_derived_fields(cells_of):
    one, other = cells_of({"n": N}, derived=EVENTS)
    assert (one.design.patients, other.design.patients) == (60, 80)
    assert [look.events for look in other.design.looks] == [27, 53]
    assert other.derived == {"first": 27, "share": 2 / 3, "last": 53}
    assert other.point == {"n": 80}


def test_the_truth_in_force_changes_and_the_plan_does_not(cells_of):
    cells = cells_of({"hr": {"field": "truth.effect.hr", "values": [0.6, 1.0]}})
    assert [cell.truth.effect.hr for cell in cells] == [0.6, 1.0]
    assert [cell.design.truths[0].effect.hr for cell in cells] == [0.5, 0.5]
    assert {cell.truth.name for cell in cells} == {"planning"}


def test_a_truth_of_the_design_changes_the_plan_and_itself(cells_of):
    cells = cells_of({"hr": {"field": "truths.planning.effect.hr", "values": [0.6, 0.7]}})
    assert [cell.truth.effect.hr for cell in cells] == [0.6, 0.7]
    assert [cell.design.truths[0].effect.hr for cell in cells] == [0.6, 0.7]


def test_truths_by_name(cells_of):
    grid = {"truth_name": {"field": "truth", "values": ["planning", "late"]}}
    cells = cells_of(grid | {"hr": {"field": "truth.effect.hr", "values": [0.4]}})
    assert [cell.truth.effect.kind for cell in cells] == ["proportional", "delayed"]
    assert [cell.truth.effect.hr for cell in cells] == [0.4, 0.4]
    assert [cell.design.truths[0].name for cell in cells] == ["planning", "planning"]
    (late,) = cells_of({"n": {"field": "patients", "values": [70]}}, truth="late")
    assert late.truth.name == "late"


@pytest.mark.parametrize("path", ["truths.late.effect.delay", "truths.3.effect.delay"])
def test_truths_of_the_design_by_name_and_number(small, cells_of, path):
    other = small().truths[0].model_copy(update={"name": "6.5 months"})
    design = small(truths=[one.model_dump() for one in (other, *small().truths)])
    grid = {"delay": {"field": path, "values": [1.0, 2.0]}}
    cells = cells_of(grid, design=design, truth="late")
    assert [cell.truth.effect.delay for cell in cells] == [1.0, 2.0]
    assert {cell.design.truths[0].name for cell in cells} == {"6.5 months"}
    with pytest.raises(ValueError, match=r"at delay = 1.0: .*neither in force nor planned with"):
        cells_of(grid, design=design)
    median = {"m": {"field": "truths.6.5 months.control.median", "values": [9.0]}}
    (cell,) = cells_of(median, design=design)
    assert cell.design.truths[0].control.median == 9.0


def test_cells_travel_to_other_processes(cells_of, rules):
    cells = cells_of({"rule": rules})
    there = ForkingPickler.loads(ForkingPickler.dumps(cells))
    assert there == cells
    assert cell_addresses(there, seed=1) == cell_addresses(cells, seed=1)


def test_choices_set_several_fields(cells_of, rules):
    cells = cells_of({"rule": rules})
    assert [cell.point["rule"] for cell in cells] == ["log-rank", "pocock", "bayes", "cox"]
    assert [cell.design.efficacy.kind for cell in cells[:3]] == ["obrien_fleming", "pocock", "none"]
    assert [cell.design.alpha for cell in cells] == [0.025, 0.025, 0.025, 0.05]


def test_equal_designs_are_one_object(cells_of, rules):
    cells = cells_of({"n": N, "hr": {"field": "truth.effect.hr", "values": [0.6, 0.7, 0.8]}})
    assert len({id(cell.design) for cell in cells}) == 2
    assert len({id(cell.truth) for cell in cells}) == 3


def test_marginals_of_the_truth_in_force_are_solved_again(two_endpoints, cells_of):
    marginals = {
        "kind": "marginals",
        "name": "planning",
        "control": {"pfs_median": 8.0, "os_median": 14.0},
        "rt": {"pfs_hr": 0.7, "os_hr": 0.8},
        "deaths_without_progression": 0.1,
    }
    grid = {"pfs_hr": {"field": "truth.rt.pfs_hr", "values": [0.6, 0.7]}}
    one, other = cells_of(grid, design=two_endpoints(truths=[marginals], scans=None))
    assert one.design is other.design
    solved, planned = other.truth.solved(), other.design.truths[0].solved()
    assert solved.model_dump(exclude={"name"}) == planned.model_dump(exclude={"name"})
    ratios = [cell.truth.solved().progression.effect.hr for cell in (one, other)]
    assert ratios[0] < ratios[1]


BROKEN = [
    ({"n": {"field": "patient", "values": [60]}}, {}, "at n = 60: .*`patients`"),
    ({"n": {"field": "looks.3.events", "values": [60]}}, {}, "at n = 60: .*leads nowhere"),
    ({"n": {"field": "truth.hr", "values": [0.5]}}, {}, "at n = 0.5: .*`truth.hr`|known here"),
    ({"n": {"field": "truth.effect.hr", "values": [0.5, -1]}}, {}, "at n = -1: `truth.effect"),
    ({"n": {"field": "patients", "values": [60, 60.5]}}, {}, "at n = 60.5: .*whole number"),
    ({"n": {"field": "patients", "values": [60, 30]}}, {}, "at n = 30: looks.1.events is 40 of 30"),
    ({"n": {"field": "truth", "values": ["lat"]}}, {}, "at n = 'lat': truth is 'lat'; .*'late'"),
    ({"n": N}, {"truth": "none"}, "truth is 'none'; it must be one of the design's"),
    (
        {"n": N},
        {"derived": {"e": {"field": "looks.1.events", "value": "20 + 0 / (n - 80)"}}},
        "at n = 80: .*divides by zero",
    ),
    ({"n": {"field": "patients", "values": [60, 70, 60.0]}}, {}, "points 1 and 3 are both n = 60"),
    ({"e": {"field": "looks.2.events", "values": [61]}}, {}, "at e = 61: looks.2.events is 61"),
    ({"e": {"field": "looks.2.events", "values": [9.5]}}, {}, "at e = 9.5: `looks.2.events` is"),
    ({"h": {"field": "truths.1.effect.hr", "values": [0]}}, {}, "at h = 0: `truths.1.effect.hr`"),
    ({"h": {"field": "truths.planning.hr.x", "values": [0]}}, {}, "`truths.planning.hr.x` leads"),
    ({"rule": {"choices": {"bayes": {"analysis.test": "bayes"}}}}, {}, "at rule = 'bayes': effic"),
]


@pytest.mark.parametrize(("grid", "fields", "words"), BROKEN, ids=[one[-1] for one in BROKEN])
def test_what_does_not_fit_is_one_sentence_with_its_point(cells_of, grid, fields, words):
    with pytest.raises(ValueError, match=words) as caught:
        cells_of(grid, **fields)
    assert "\n" not in str(caught.value)
    assert "in force." not in str(caught.value)


def test_names_in_expressions_need_numbers_at_listed_points(cells_of):
    fields = {
        "points": [{"n": 60}, {"n": "many"}],
        "derived": {"e": {"field": "looks.1.events", "value": "n / 3"}},
    }
    with pytest.raises(ValueError, match=r"at n = 'many': derived\.e computes with 'n'"):
        cells_of({"n": {"field": "patients"}}, **fields)


def test_many_cells_must_be_meant(small, sweep_of, monkeypatch):
    monkeypatch.setattr("simulate.sweep.cells.MOST_CELLS", 1)
    sweep = sweep_of({"n": N})
    with pytest.raises(
        ValueError, match=r"the sweep has 2 cells; more than 1 must be meant, .*--yes"
    ):
        sweep_cells(sweep, small())
    assert len(sweep_cells(sweep, small(), yes=True)) == 2
