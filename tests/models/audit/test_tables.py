"""Counts, percentages, populations, relations and p-values of tables."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from models.audit import audit
from models.audit.p_values import MONTE_CARLO_TABLES, t_tests, table_tests
from models.record import Record
from models.record.cell import read_spread_cell


def record(categories, *, n=(40, 40), tests=(), **more) -> Record:
    ratio = {"text": "0.80", "unit": "ratio", "place": "Results"}
    arms = {
        arm: {"n": number, "label": "arm", "place": "Methods"}
        for arm, number in zip(("control", "rt"), n, strict=True)
    }
    rows = {key: {"label": key, "place": "Table 1"} | row for key, row in categories.items()}
    return Record.model_validate(
        {
            "format": 1,
            "trial": {"name": "Test", "tests": list(tests)},
            "arms": arms,
            "endpoints": {
                "os": {
                    "hazard_ratio": ratio,
                    "lower": ratio | {"text": "0.60"},
                    "upper": ratio | {"text": "1.07"},
                    "direction": "rt_vs_control",
                }
            },
            "categories": rows,
            **more,
        }
    )


def levels(*cells):
    return {f"l{i}": {"label": str(i), "control": c, "rt": r} for i, (c, r) in enumerate(cells)}


def verdicts(record: Record, part: str) -> dict[str, str]:
    return {c.name: c.verdict for c in audit(record).checks if part in c.name}


def share(count, size, decimals=1):
    exact = Decimal(100 * count) / Decimal(size)
    text = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return f"{count} ({text}%)"


TABLES = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=2, max_size=4)


@settings(max_examples=100)
@given(table=TABLES, decimals=st.integers(0, 2), test=st.integers(0, 9))
def test_what_a_real_table_prints_always_passes(table, decimals, test):
    sizes = [sum(column) for column in zip(*table, strict=True)]
    assume(min(sizes) > 0)
    cells = [
        tuple(share(count, size, decimals) for count, size in zip(row, sizes, strict=True))
        for row in table
    ]
    candidates = table_tests([(rt, control) for control, rt in table])
    p_value = f"{candidates[test % len(candidates)].p:.3f}"
    found = verdicts(
        record({"row": {"levels": levels(*cells), "p_value": p_value}}, n=sizes), "categories"
    )
    assert len(found) == 7
    assert set(found.values()) == {"passed"}


@pytest.mark.parametrize(
    ("cells", "part", "failing"),
    [
        ([("20 (50.0%)", "10 (25.0%)"), ("20 (50.0%)", "30 (75.0%)")], "", []),
        ([("20 (50.0%)", "10 (25.1%)"), ("20 (50.0%)", "30 (75.0%)")], "percentages", ["rt"]),
        ([("20 (50.0%)", "10 (25.0%)"), ("20 (50.0%)", "29 (72.5%)")], "sum of counts", ["rt"]),
    ],
)
def test_wrong_cells_fail(cells, part, failing):
    found = verdicts(record({"row": {"levels": levels(*cells)}}), f": {part}" if part else "row")
    assert [name for name, v in found.items() if v == "failed" and f": {part}" in name] == [
        f"categories.row.{arm}: {part}" for arm in failing
    ]


def test_percentages_that_do_not_add_up_fail():
    cells = [("20 (50.0%)", "10 (25.0%)"), ("20 (50.0%)", "30 (78.0%)")]
    found = verdicts(record({"row": {"levels": levels(*cells)}}), "sum of percentages")
    assert list(found.values()) == ["passed", "failed"]


def test_the_cure_of_a_wrong_denominator_is_told():
    row = {
        "n": {"control": 15, "rt": 15},
        "levels": levels(("9 (56.3%)", "9 (60.0%)"), ("6 (40.0%)", "6 (40.0%)")),
    }
    (check,) = [
        c
        for c in audit(record({"row": row})).having("failed")
        if "percentages" in c.name and "sum" not in c.name
    ]
    assert check.arithmetic.startswith("9/15 = 60%, printed 56.3: does not round so; it fits 9/16")


def test_a_cell_with_its_own_denominator_uses_it():
    row = {"unprinted_levels": 1, "levels": levels(("16/35 (45.7%)", "10/22 (45.4%)"))}
    found = verdicts(record({"row": row}), ": percentages")
    assert found == {
        "categories.row.control: percentages": "passed",
        "categories.row.rt: percentages": "failed",
    }


def test_a_percentage_alone_must_be_a_whole_number_of_patients():
    found = verdicts(
        record({"row": {"unprinted_levels": 1, "levels": levels(("20%", "21%"))}}), ": percentages"
    )
    assert list(found.values()) == ["passed", "failed"]


def population(first, second, **more):
    rows = {
        key: {"population": "assessed", "unprinted_levels": 2, "levels": levels(cells)}
        for key, cells in (("first", first), ("second", second))
    }
    rows["second"] |= more
    return record(rows)


def test_rows_of_one_population_share_a_denominator():
    agreeing = population(("3 (20%)", "4 (16.7%)"), ("7 (46.7%)", "8 (33.3%)"))
    assert list(verdicts(agreeing, "population").values()) == ["passed", "passed"]
    told = [c.arithmetic for c in audit(agreeing).checks if "population" in c.name]
    assert [text.rsplit("; ", 1)[1] for text in told] == ["together n = 15", "together n = 24"]
    clashing = population(("3 (20%)", "4 (16.7%)"), ("7 (46.7%)", "8 (34.8%)"))
    assert list(verdicts(clashing, "population").values()) == ["passed", "failed"]


def test_a_clash_that_rests_on_an_assumption_is_a_tension():
    clashing = population(
        ("3 (20%)", "4 (16.7%)"), ("7 (46.7%)", "8 (34.8%)"), population_assumption="same visit"
    )
    assert list(verdicts(clashing, "population").values()) == ["no_tension", "in_tension"]


def relation(left, kind, right, **more):
    return {"left": left, "relation": kind, "right": right, "because": "of the text"} | more


def test_relations_are_held_in_both_arms():
    rows = {
        "all": {"levels": levels(("20", "25"), ("20", "15"))},
        "part": {
            "n": {"control": 20, "rt": 24},
            "unprinted_levels": 1,
            "levels": levels(("5", "5")),
        },
        "unknown": {"unprinted_levels": 1, "levels": levels(("–", "5"))},
    }
    relations = [
        relation(["categories.part.n"], "equals", ["categories.all.l0"]),
        relation(["categories.part.n"], "at_most", ["categories.all.l0"]),
        relation(
            ["categories.part.n"], "equals", ["categories.all.l0"], assumption="all were seen"
        ),
        relation(["categories.all.l0", "categories.all.l1"], "at_most", ["categories.unknown.l0"]),
    ]
    found = [
        c.verdict
        for c in audit(record(rows, relations=relations)).checks
        if "Counts that" in c.section
    ]
    assert found == [
        *("passed", "failed"),
        *("passed", "passed"),
        *("no_tension", "in_tension"),
        *("not_checkable", "failed"),
    ]


def statement(text, unit="percent", **more):
    return {"text": text, "unit": unit, "place": "Discussion", "quote": text} | more


@pytest.mark.parametrize(
    ("text", "verdict"),
    [("25.0", "passed"), ("25", "passed"), ("24.9", "failed"), ("26", "failed")],
)
def test_repeated_figures(text, verdict):
    rows = {"row": {"levels": levels(("20 (50.0%)", "10 (25.0%)"), ("20 (50.0%)", "30 (75.0%)"))}}
    again = {"again": statement(text, same_as=["categories.row.l0.rt.percent"])}
    assert list(verdicts(record(rows, statements=again), "same as").values()) == [verdict]


@pytest.mark.parametrize(
    ("text", "verdict"),
    [("25.0", "passed"), ("25.1", "passed"), ("25.2", "failed"), ("25", "passed")],
)
def test_derived_differences_allow_for_rounding(text, verdict):
    rows = {"row": {"levels": levels(("20 (50.0%)", "10 (25.0%)"), ("20 (50.0%)", "30 (75.0%)"))}}
    paths = ["categories.row.l0.control.percent", "categories.row.l0.rt.percent"]
    gain = {"gain": statement(text, difference_of=paths)}
    assert list(verdicts(record(rows, statements=gain), "difference").values()) == [verdict]


def test_sums_of_counts_are_exact():
    for text, verdict in (("80", "passed"), ("81", "failed")):
        total = {"total": statement(text, "patients", sum_of=["arms.rt.n", "arms.control.n"])}
        assert list(verdicts(record({}, statements=total), "sum").values()) == [verdict]


@pytest.mark.parametrize(
    ("p_value", "tests", "verdict"),
    [
        ("0.094", (), "passed"),
        ("0.094", ("pearson chi-square",), "passed"),
        ("0.094", ("fisher exact",), "failed"),
        ("0.107", ("fisher exact",), "passed"),
        ("0.150", ("continuity-corrected chi-square",), "passed"),
        ("0.150", ("pearson chi-square", "fisher exact"), "failed"),
        ("<0.1", ("pearson chi-square",), "passed"),
        ("<0.05", (), "failed"),
    ],
)
def test_p_values_by_the_tests_that_are_named(p_value, tests, verdict):
    row = {"p_value": p_value, "levels": levels(("20", "12"), ("18", "24"))}
    found = verdicts(record({"row": row}, n=(38, 36), tests=tests), "p-value")
    assert found["categories.row: p-value"] == verdict


def test_a_monte_carlo_test_may_scatter():
    exact = next(
        c for c in table_tests([(4, 3), (3, 0), (0, 4), (1, 1)]) if c.test == "monte carlo"
    )
    scatter = 2.576 * (exact.p * (1 - exact.p) / MONTE_CARLO_TABLES) ** 0.5
    assert exact.high - exact.p == pytest.approx(scatter)
    row = {"levels": levels(("3", "4"), ("0", "3"), ("4", "0"), ("1", "1"))}
    for p_value, verdict in (("0.054", "passed"), ("0.044", "failed")):
        found = verdicts(
            record({"row": row | {"p_value": p_value}}, n=(8, 8), tests=("monte carlo",)), "p-value"
        )
        assert found["categories.row: p-value"] == verdict


def test_unprinted_cells_are_filled_in_every_way():
    def row(p_value):
        return {
            "p_value": p_value,
            "unprinted_levels": 1,
            "levels": levels(("–", "4"), ("3", "–")),
        }

    # RT 4, x and 6 − x, control y, 3 and 7 − y: Fisher's p is smallest, 0.002, for x = 6, y = 0.
    for p_value, verdict in (("0.002", "passed"), ("0.001", "failed")):
        found = verdicts(
            record({"row": row(p_value)}, n=(10, 10), tests=("fisher exact",)), "p-value"
        )
        assert found["categories.row: p-value"] == verdict


def test_p_values_without_counts_are_not_checkable():
    row = {"p_value": "0.005", "unprinted_levels": 1, "levels": levels(("0", "20%"))}
    found = verdicts(record({"row": row}), "p-value")
    assert found["categories.row: p-value"] == "not_checkable"


def test_the_range_of_a_t_test_is_that_of_its_rounded_inputs():
    one, other = (read_spread_cell(text, place="T") for text in ("15.1 ± 0.91", "15.5 ± 0.63"))
    found = t_tests(one, other, sizes=(28, 24))
    inside = []
    for gap in (0.3001, 0.35, 0.4, 0.45, 0.4999):
        for sd_one in (0.9051, 0.91, 0.9149):
            for sd_other in (0.6251, 0.63, 0.6349):
                inside.append(stats.ttest_ind_from_stats(gap, sd_one, 28, 0, sd_other, 24).pvalue)
    assert found.low <= min(inside) <= max(inside) <= found.high
    assert found.low == pytest.approx(min(inside), rel=0.02)
    assert found.high == pytest.approx(max(inside), rel=0.02)
    assert found.p == pytest.approx(
        stats.ttest_ind_from_stats(15.1, 0.91, 28, 15.5, 0.63, 24).pvalue
    )
