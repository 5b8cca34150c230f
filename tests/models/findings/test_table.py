"""Findings of the published record, and rows that leave counts open."""

import math
from pathlib import Path

import pytest

from models.findings.shares import Share, compare_shares
from models.findings.table import NOT_GIVEN, collect_findings, findings_table
from models.plots.findings import plot_findings
from models.record import Record, load_record

PUBLISHED = Path(__file__).parents[3] / "analyses" / "sohaib2025" / "published.toml"


@pytest.fixture(scope="module")
def record():
    return load_record(PUBLISHED)


@pytest.fixture(scope="module")
def table(record):
    return findings_table(collect_findings(record)).set_index("finding")


def test_the_pattern_of_progression_is_a_dirichlet_posterior(table):
    row = table.loc["Site progression: Locoregional"]
    prior = (0.5, 1.0)
    rt, control = (Share(count=k, n=n, prior=prior) for k, n in ((4, 22), (19, 35)))
    expected = compare_shares(rt, control)
    assert (row["rt"], row["control"], row["tables"]) == ("4/22", "19/35", 1)
    assert row["rt_share_mean"] == pytest.approx(4.5 / 23.5)
    assert row["difference_mean"] == pytest.approx(expected.mean)
    assert row["p_rt_higher_lowest"] == row["p_rt_higher_highest"] == expected.p_rt_higher


def test_the_shares_of_all_sites_sum_to_one(table):
    sites = [
        f"Site progression: {site}" for site in ("Locoregional", "Distant", "Local and distant")
    ]
    for arm in ("rt", "control"):
        assert table.loc[sites, f"{arm}_share_mean"].sum() == pytest.approx(1.0)
    assert table.loc[sites, "difference_mean"].sum() == pytest.approx(0.0, abs=1e-12)


def test_levels_reported_together_are_added(table):
    row = table.loc["Site progression: Locoregional, alone or with distant"]
    assert (row["rt"], row["control"]) == ("12/22", "23/35")
    assert row["rt_share_mean"] == pytest.approx((12 + 1.0) / (22 + 1.5))


def test_cells_that_are_not_printed_give_ranges(table):
    row = table.loc["Dysphagia at 9 months, change by one grade: deterioration by one grade"]
    assert (row["rt"], row["control"]) == ("0 to 20/24", "3/15")
    assert row["tables"] == 21
    assert row["p_rt_higher_lowest"] < 0.05
    assert row["p_rt_higher_highest"] > 0.95


def test_a_percentage_without_a_count_is_not_guessed(table):
    row = table.loc["Chest wall pain, change by one grade: deterioration by one grade"]
    assert (row["tables"], row["rt"], row["note"]) == (0, "–", NOT_GIVEN)
    assert math.isnan(row["difference_mean"])


def test_characteristics_of_patients_are_no_findings(table):
    assert not any("Sex" in name or "ECOG" in name for name in table.index)
    assert "Grade 3 dysphagia" in table.index


@pytest.mark.parametrize(
    ("levels", "said"),
    [(["locoregional", "bone"], "names the level 'bone'"), (["both", "both"], "twice")],
)
def test_groups_must_name_levels_of_their_row(record, levels, said):
    content = record.model_dump(exclude_none=True)
    row = content["categories"]["site_progression"]
    row["groups"]["locoregional_any"]["levels"] = levels
    with pytest.raises(ValueError, match=said):
        Record.model_validate(content)


def test_every_finding_that_can_be_computed_is_drawn(record, table):
    whole = table.reset_index()
    axes = plot_findings(whole)
    assert len(axes.shares.get_yticks()) == int((whole["tables"] > 0).sum())
    assert len(axes.difference.texts) == len(axes.shares.get_yticks())


def test_nothing_to_draw_is_said(table):
    with pytest.raises(ValueError, match="nothing to draw"):
        plot_findings(table[table["tables"] == 0].reset_index())
