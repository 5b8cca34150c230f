"""Tests of tables of counts against scipy and against shuffling every patient."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from models.audit.contingency import can_list, exact, pearson

TABLES = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=2, max_size=4).filter(
    lambda table: all(map(sum, table)) and all(map(sum, zip(*table, strict=True)))
)


@settings(max_examples=200)
@given(table=TABLES)
def test_pearson_is_scipys(table):
    expected = stats.chi2_contingency(table, correction=False).pvalue
    assert pearson(table) == pytest.approx(expected, rel=1e-10)


@settings(max_examples=200)
@given(table=st.tuples(*[st.tuples(st.integers(1, 15), st.integers(1, 15))] * 2))
def test_two_rows_are_scipys_corrected_and_exact(table):
    corrected = stats.chi2_contingency(table, correction=True).pvalue
    assert pearson(table, corrected=True) == pytest.approx(corrected, rel=1e-10)
    assert exact(table).fisher == pytest.approx(stats.fisher_exact(table).pvalue, rel=1e-9)


def shuffled(table):
    """Give the exact p-values by assigning the patients to the arms in every possible way."""
    rows = [row for row, counts in enumerate(table) for _ in range(sum(counts))]
    first = sum(counts[0] for counts in table)
    seen = []
    for chosen in combinations(range(len(rows)), first):
        column = [0] * len(table)
        for patient in chosen:
            column[rows[patient]] += 1
        seen.append(tuple(column))
    observed = tuple(counts[0] for counts in table)
    totals = [sum(counts) for counts in table]
    share = first / len(rows)

    def statistic(column):
        return sum((c - t * share) ** 2 / t for c, t in zip(column, totals, strict=True))

    frequency = {column: seen.count(column) for column in set(seen)}
    fisher = sum(f for f in frequency.values() if f <= frequency[observed])
    large = sum(
        f for column, f in frequency.items() if statistic(column) >= statistic(observed) - 1e-9
    )
    return fisher / len(seen), large / len(seen)


@pytest.mark.parametrize(
    "table",
    [
        [(4, 1), (1, 3), (0, 2)],
        [(2, 2), (3, 0), (0, 4)],
        [(1, 0), (0, 1), (2, 3), (4, 1)],
        [(3, 0), (1, 5)],
    ],
)
def test_exact_is_the_shuffling_of_patients(table):
    fisher, large = shuffled(table)
    found = exact(table)
    assert found.fisher == pytest.approx(fisher, rel=1e-12)
    assert found.chi_square == pytest.approx(large, rel=1e-12)


def test_empty_rows_and_margins_say_nothing():
    assert pearson([(3, 4), (0, 0)]) == 1
    assert exact([(3, 4), (0, 0)]).fisher == 1
    assert pearson([(3, 0), (4, 0)]) == 1
    assert exact([]).fisher == 1


def test_large_tables_are_not_listed():
    assert can_list([(20, 30), (10, 15), (3, 4)])
    assert not can_list([(800, 700), (10, 15)])
    assert not can_list([(90, 90)] * 4)
