"""Effects over time, hazards and drop-out, and their arrays."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulate.design import read_design
from simulate.truth import (
    Crossing,
    Delayed,
    Hazards,
    Loss,
    Pieces,
    Piecewise,
    Proportional,
    Waning,
    pack_truth,
)
from simulate.truth.pieces import common_cuts


def test_each_kind_of_effect():
    assert Proportional(hr=0.7).pieces() == ((), (0.7,))
    assert Delayed(hr=0.7, delay=6).pieces() == ((6,), (1, 0.7))
    assert Crossing(before=1.2, after=0.6, at=4).pieces() == ((4,), (1.2, 0.6))
    assert Piecewise(cuts=(3, 9), hr=(1, 0.5, 0.8)).pieces() == ((3, 9), (1, 0.5, 0.8))


def test_a_level_changes_the_effect_only_where_there_is_one():
    assert Proportional(hr=0.5).pieces(ratio=1.5).values == (0.75,)
    assert Delayed(hr=0.5, delay=6).pieces(ratio=1.5).values == (1, 0.75)
    assert Crossing(before=1.2, after=0.5, at=4).pieces(ratio=0.5).values == (0.6, 0.25)
    assert Piecewise(cuts=(3,), hr=(1, 0.5)).pieces(ratio=2).values == (2, 1)
    waning = Waning(hr=0.5, start=3, end=5).pieces(ratio=1.5)
    assert (waning.values[0], waning.values[-1]) == (0.75, 1)


def test_waning_returns_to_none_in_monthly_steps():
    waning = Waning(hr=0.5, start=12, end=14).pieces()
    assert waning.cuts == (12, 13, 14)
    assert np.log(waning.values) / math.log(0.5) == pytest.approx([1, 0.75, 0.25, 0])


@given(
    hr=st.floats(0.1, 3), start=st.floats(0, 30), length=st.floats(0.01, 30), at_zero=st.booleans()
)
def test_waning_keeps_the_area_under_the_log_hazard_ratio(hr, start, length, at_zero):
    start = 0.0 if at_zero else start
    waning = Waning(hr=hr, start=start, end=start + length).pieces()
    widths = np.diff([0, *waning.cuts])
    area = widths @ np.log(waning.values[:-1])
    assert area == pytest.approx(math.log(hr) * (start + length / 2), abs=1e-9)
    assert widths.min() > 0
    assert widths[1:].max(initial=0) <= 1 + 1e-9


def test_medians_and_yearly_probabilities_are_hazards():
    assert Hazards(median=13.73).pieces() == ((), (math.log(2) / 13.73,))
    assert Loss(per_12_months=0.05).pieces().values == pytest.approx([-math.log(0.95) / 12])
    assert Loss(per_12_months=0.0).pieces() == ((), (0.0,))
    assert Loss(cuts=(6,), rates=(0.1, 0.0)).pieces() == ((6,), (0.1, 0.0))


def test_functions_on_a_common_grid():
    first = Pieces(cuts=(3, 9), values=(1, 2, 3))
    second = Pieces(cuts=(3, 5), values=(4, 5, 6))
    cuts = common_cuts([first, second, Pieces(cuts=(), values=(7,))])
    assert cuts == (3, 5, 9)
    assert first.at(cuts) == (1, 2, 2, 3)
    assert second.at(cuts) == (4, 5, 6, 6)
    assert Pieces(cuts=(), values=(7,)).at(cuts) == (7, 7, 7, 7)


def test_a_packed_truth_has_an_entry_for_each_arm_stratum_and_interval(default_design_with):
    design = default_design_with(
        {
            "name": "full",
            "control": {"cuts": [6], "rates": [0.05, 0.04]},
            "effect": {"kind": "delayed", "hr": 0.5, "delay": 3},
            "cured": {"rt": 0.1},
            "drop_out": {"rt": {"cuts": [2], "rates": [0.01, 0.02]}},
            "factors": {
                "metastases": {"more than 3": {"hazard_ratio": 2.0, "effect_ratio": 1.2}},
                "EGFR": {"mutant": {"hazard_ratio": 0.5}},
            },
        }
    )
    packed = pack_truth(design, design.truths[0])
    assert packed.cuts.tolist() == [3, 6]
    assert packed.hazard.shape == (2, 8, 3)
    assert packed.hazard[0, 0].tolist() == [0.05, 0.05, 0.04]
    assert packed.hazard[1, 0] == pytest.approx([0.05, 0.025, 0.02])
    many, mutant = 4, 5
    assert packed.hazard[0, many] == pytest.approx([0.1, 0.1, 0.08])
    assert packed.hazard[1, many] == pytest.approx([0.1, 0.06, 0.048])
    assert packed.hazard[1, mutant] == pytest.approx([0.05, 0.03, 0.024])
    assert packed.cured.tolist() == [0, 0.1]
    assert packed.drop_cuts.tolist() == [2]
    assert packed.drop_out == pytest.approx(np.array([[0, 0], [0.01, 0.02]]))


def test_every_array_is_of_doubles(default_content):
    design = read_design(default_content)
    for truth in design.truths:
        packed = pack_truth(design, truth)
        assert {array.dtype for array in packed} == {np.dtype(float)}
        assert packed.hazard.shape == (2, 8, packed.cuts.size + 1)
