"""Rows of the sensitivity table: what each varies, and how long it samples."""

import io
from pathlib import Path

import pandas as pd
import pytest

from analyses.reanalyse.sensitivity import list_variants
from models.reconstruction.assemble import assemble_problem
from models.record import load_record
from models.settings import AnalysisSettings, SamplerSettings, load_settings

ROOT = Path(__file__).parents[3]
STUDY = ROOT / "analyses" / "sohaib2025"
RECORD = load_record(STUDY / "published.toml")
DEFAULT, REFERENCE = (load_settings(STUDY / f"{name}.toml") for name in ("default", "reference"))
FREE = {"name", "sampler", "fit"}


def changed(variant, settings):
    """Fields of the model in which a row differs from the analysis."""
    one, other = (s.model_dump(exclude=FREE) for s in (variant.settings, settings))
    return {name for name in one if one[name] != other[name]}


def test_each_row_varies_one_assumption_and_the_last_is_the_reference_analysis():
    variants = list_variants(DEFAULT, RECORD, REFERENCE)
    assert len(variants) == 11
    *single, last = variants
    fields = {
        "baseline": [{"baseline"}, {"baseline", "placement"}],
        "follow-up": [{"follow_up"}],
        "log HR prior": [{"log_hr"}],
        "cut points": [{"cuts"}],
        "times": [{"times"}],
    }
    assert {variant.varied for variant in single} == set(fields)
    for variant in single:
        assert changed(variant, DEFAULT) in fields[variant.varied], variant
    assert len({variant.settings.model_dump_json() for variant in variants}) == 11
    assert last.varied == "all"
    assert last.settings.model_dump(exclude=FREE) == REFERENCE.model_dump(exclude=FREE)


def test_without_settings_of_its_own_the_reference_follows_from_the_record():
    """Accrual from mid-September 2020 to mid-January 2023: 852 days, 28.4 months of 30 days."""
    last = list_variants(DEFAULT, RECORD)[-1].settings
    follow_up = {"kind": "fixed", "earliest": 7.53, "latest": 35.93, "loss": 0.005}
    expected = REFERENCE.model_dump(exclude=FREE) | {"follow_up": follow_up}
    assert last.model_dump(exclude=FREE) == expected


def test_a_row_that_changes_nothing_is_left_out():
    names = [variant.analysis for variant in list_variants(REFERENCE, RECORD, REFERENCE)]
    assert "reference analysis" not in names
    assert "gamma, on control" not in names
    assert "continuous" not in names


@pytest.mark.parametrize("endpoint", ["pfs", "os"])
def test_every_row_can_be_sampled_for_the_published_trial(endpoint):
    for variant in list_variants(DEFAULT, RECORD):
        problem = assemble_problem(RECORD, endpoint, variant.settings)[0]
        assert problem["intervals"] == len(variant.settings.cuts) + 1


def test_a_record_without_follow_up_has_no_rows_that_need_it():
    record = load_record(ROOT / "tests" / "data" / "records" / "consistent.toml")
    bare = record.model_copy(update={"follow_up": type(record.follow_up)()})
    assert len(list_variants(DEFAULT, bare)) == 9


@pytest.mark.parametrize(
    ("sampler", "chunk", "chunks"),
    [
        (SamplerSettings(), 6_000, 24),
        (SamplerSettings(chunk=800, chunks=2), 400, 4),
        (SamplerSettings(chunk=400, chunks=5), 400, 5),
        (SamplerSettings(chunk=3_000, thin=60, chunks=2), 3_000, 2),
    ],
)
def test_rows_are_judged_more_often_and_sampled_no_longer(sampler, chunk, chunks):
    settings = AnalysisSettings(name="any", sampler=sampler)
    for variant in list_variants(settings, RECORD):
        found = SamplerSettings.model_validate(variant.settings.sampler.model_dump())
        assert (found.chunk, found.chunks) == (chunk, chunks)
        assert found.ess_wanted == 400
        assert (found.ess_needed, found.r_hat) == (sampler.ess_needed, sampler.r_hat)


def test_the_table_on_the_screen_is_not_cut():
    from rich.console import Console

    from analyses.reanalyse.screen import _sensitivity

    names = [f"{v.varied}: {v.analysis}" for v in list_variants(DEFAULT, RECORD, REFERENCE)]
    rows = pd.DataFrame({"endpoint": "pfs", "analysis": names, "converged": True})
    figures = ("hr_median", "hr_lower", "hr_upper", "p_below_1", "s24_control", "s24_rt")
    rows = rows.assign(**dict.fromkeys(figures, 0.123), rmst24_difference=-12.34)
    console = Console(width=100, record=True, file=io.StringIO())
    console.print(_sensitivity(rows))
    text = console.export_text()
    assert "…" not in text
    assert all(name in text for name in (*names, "control", "0.123 (0.123 to 0.123)", "-12.34"))
