"""Parts of a design: expected recruitment, strata, planned information, reachable size."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulate.design import (
    Factor,
    Level,
    Look,
    Rate,
    Recruitment,
    Sites,
    cell_prevalences,
    cells,
    count_cells,
    largest_size,
    load_design,
    read_design,
)
from simulate.design.looks import planned_information
from simulate.enrolment.intensity import expected_patients, recruitment_intensity

FACTORS = (
    Factor(name="a", levels=(Level(name="x", prevalence=0.25), Level(name="y", prevalence=0.75))),
    Factor(
        name="b",
        levels=(
            Level(name="1", prevalence=0.5),
            Level(name="2", prevalence=0.3),
            Level(name="3", prevalence=0.2),
        ),
    ),
)


def test_strata_are_row_major():
    assert cells(FACTORS)[:4] == [
        {"a": "x", "b": "1"},
        {"a": "x", "b": "2"},
        {"a": "x", "b": "3"},
        {"a": "y", "b": "1"},
    ]
    assert count_cells(FACTORS) == len(cells(FACTORS)) == 6
    shares = np.outer([0.25, 0.75], [0.5, 0.3, 0.2]).ravel()
    assert cell_prevalences(FACTORS) == pytest.approx(shares, rel=1e-12)


def test_without_factors_there_is_one_stratum():
    assert cells(()) == [{}]
    assert (count_cells(()), cell_prevalences(())) == (1, (1.0,))


def test_a_printed_prevalence_may_be_rounded():
    thirds = tuple(Level(name=str(place), prevalence=0.3333333) for place in range(3))
    shares = cell_prevalences((Factor(name="third", levels=thirds),))
    assert sum(shares) == pytest.approx(1, abs=1e-15)


def test_recruitment_at_rates_and_with_a_ramp_up():
    rates = (Rate(start=0, per_month=4), Rate(start=10, per_month=8))
    plain = Recruitment(kind="even", rates=rates)
    assert [plain.expected(until) for until in (0, 5, 10, 12.5)] == [0, 20, 40, 60]
    ramp = Recruitment(kind="even", rates=rates, ramp_up=6)
    assert [ramp.expected(until) for until in (3, 6, 12.5)] == pytest.approx([3, 12, 48])


def test_recruitment_by_sites_that_open_one_by_one():
    sites = Sites(number=3, opening_months=10, per_site_month=2)
    recruitment = Recruitment(kind="poisson", sites=sites)
    assert [recruitment.expected(until) for until in (5, 10, 20)] == [10, 30, 90]
    alone = Sites(number=1, opening_months=10, per_site_month=2)
    assert Recruitment(sites=alone).expected(4) == 8


@given(ramp=st.floats(0.1, 9.9), until=st.floats(0, 30))
def test_a_ramp_up_is_the_integral_of_its_rate(ramp, until):
    rates = (Rate(start=0, per_month=4), Rate(start=10, per_month=8))
    recruitment = Recruitment(kind="even", rates=rates, ramp_up=ramp)
    nodes = np.union1d(np.linspace(0, until, 50), [t for t in (ramp, 10) if t < until])
    middle = (nodes[1:] + nodes[:-1]) / 2
    rate = np.where(middle > 10, 8.0, 4.0) * np.minimum(middle / ramp, 1)
    assert recruitment.expected(until) == pytest.approx(rate @ np.diff(nodes), rel=1e-9, abs=1e-9)


@given(until=st.floats(0, 60), ramp=st.sampled_from([None, 4.0, 10.0]), by_sites=st.booleans())
def test_the_enrolment_kernels_expect_the_same(until, ramp, by_sites):
    rates = (Rate(start=0, per_month=4), Rate(start=10, per_month=8), Rate(start=30, per_month=0))
    sites = Sites(number=7, opening_months=20, per_site_month=0.3)
    recruitment = Recruitment(sites=sites) if by_sites else Recruitment(rates=rates, ramp_up=ramp)
    expected = expected_patients(recruitment_intensity(recruitment), until)
    assert recruitment.expected(until) == pytest.approx(float(expected), rel=1e-9, abs=1e-9)


def test_planned_information_is_given_or_a_share_of_the_events():
    assert planned_information((Look(events=50), Look(events=200))) == (0.25, 1.0)
    given_share = (Look(months=12, information=0.3), Look(events=200))
    assert planned_information(given_share) == (0.3, 1.0)
    assert planned_information((Look(months=12), Look(events=200))) is None
    assert planned_information((Look(events=12), Look(months=20))) is None
    assert planned_information((Look(months=20),)) == (1.0,)


def test_a_look_waits_for_events_only_where_nothing_else_lets_it_happen():
    assert Look(events=10).waits_for_events()
    assert Look(events=10, combine="any").waits_for_events()
    assert Look(events=10, months=12).waits_for_events()
    assert not Look(events=10, months=12, combine="any").waits_for_events()
    assert not Look(events=10, max_wait=12).waits_for_events()
    assert not Look(months=12).waits_for_events()


def test_the_largest_size_of_a_fixed_duration(with_change):
    def size(kind):
        recruitment = {"kind": kind, "rates": [{"start": 0, "per_month": 10}], "duration": 40}
        return largest_size(
            read_design(with_change(("patients", None), ("recruitment", recruitment)))
        )

    assert (size("even"), size("uniform"), size("poisson")) == (400, 400, 400 + 120 + 36)


def test_the_default_design(default_content):
    design = read_design(default_content)
    assert (design.alpha, design.patients, design.allocation.total()) == (0.025, 400, 2)
    assert design.information() == (0.5, 0.75, 1.0)
    assert len(design.strata()) == len(design.prevalences()) == 8
    assert [truth.name for truth in design.truths] == [
        "planning",
        "no effect",
        "as in the phase II",
        "delayed by 6 months",
    ]
    assert design.truths[0].effect.hr == 0.7


def test_designs_cannot_be_changed(default_content):
    design = read_design(default_content)
    with pytest.raises(ValueError, match="frozen"):
        design.patients = 3
    assert hash(design.looks) == hash(read_design(default_content).looks)


def test_a_design_file_may_be_given_as_text(tmp_path):
    with pytest.raises(ValueError, match="does not exist"):
        load_design(str(tmp_path / "none.toml"))
