"""Illness-death truths as values: defaults, arrays over strata, refusals, marginals."""

import numpy as np
import pytest

from models.illness_death.packed import RESET
from models.illness_death.survival import median_of, survival_at
from simulate.design import read_design
from simulate.illness_death.courses import draw_courses, new_courses
from simulate.illness_death.pack import pack_illness_death, pack_scans, passages_of
from simulate.random_numbers import Key, trial_key
from simulate.truth.illness_death import IllnessDeathTruth
from simulate.truth.marginals import MarginalsTruth
from simulate.truth.pack import pack_truth

NONE = {"kind": "proportional", "hr": 1.0}
SHORT = {
    "name": "short",
    "progression": {"control": {"median": 8}, "effect": {"kind": "proportional", "hr": 0.6}},
    "death_after_progression": {"control": {"median": 9}, "effect": NONE},
}
FULL = {
    "kind": "illness_death",
    "name": "full",
    "progression": {
        "control": {"cuts": [6], "rates": [0.1, 0.05]},
        "effect": {"kind": "delayed", "hr": 0.5, "delay": 3},
    },
    "death_without_progression": {"control": {"rates": [0.01]}, "effect": NONE},
    "death_after_progression": {
        "control": {"cuts": [4], "rates": [0.2, 0.1]},
        "effect": {"kind": "proportional", "hr": 0.8},
        "clock": "reset",
    },
    "drop_out": {"rt": {"cuts": [2], "rates": [0.01, 0.02]}},
    "drop_out_after_progression": {"control": {"rates": [0.05]}},
    "switching": {"probability": 0.3, "delay": 1, "hr": 0.7},
    "factors": {"metastases": {"more than 3": {"hazard_ratio": 2.0, "effect_ratio": 1.2}}},
}
MEDIANS = {
    "name": "from medians",
    "control": {"pfs_median": 6.5, "os_median": 13.7},
    "deaths_without_progression": 0.1,
}


@pytest.fixture
def design(default_content):
    return read_design(default_content)


def test_a_packed_truth_has_every_passage_on_its_own_clock(design):
    packed = pack_illness_death(design, IllnessDeathTruth.model_validate(FULL))
    many = 4
    assert packed.cuts.tolist() == [3, 6]
    assert packed.hazard.shape == (2, 2, 8, 3)
    assert packed.hazard[0, 0, 0].tolist() == [0.1, 0.1, 0.05]
    assert packed.hazard[0, 1, 0] == pytest.approx([0.1, 0.05, 0.025])
    assert packed.hazard[0, 1, many] == pytest.approx([0.2, 0.12, 0.06])
    assert packed.hazard[1, 1, many] == pytest.approx([0.024] * 3)
    assert (packed.clock, packed.after_cuts.tolist()) == (RESET, [4])
    assert packed.after_hazard[0, 0].tolist() == [0.2, 0.1]
    assert packed.after_hazard[1, many] == pytest.approx([0.384, 0.192])
    assert packed.drop_cuts.tolist() == [2]
    assert packed.drop_out[0].tolist() == [[0, 0], [0.01, 0.02]]
    assert packed.drop_out[1].tolist() == [[0.05, 0.05], [0, 0]]
    switching = (packed.switch_probability, packed.switch_delay, packed.switch_hr)
    assert switching == (0.3, 1.0, 0.7)


def test_an_endpoint_is_packed_for_its_caller_alone(design):
    """It is found once and kept: what a caller writes, or another endpoint, is kept out."""
    truth = IllnessDeathTruth.model_validate(FULL)
    first = pack_truth(design, truth)
    expected = [part.copy() for part in first]
    first.hazard[:] = 0.0
    for found, part in zip(pack_truth(design, truth), expected, strict=True):
        np.testing.assert_array_equal(found, part)
    other = pack_truth(design.model_copy(update={"endpoint": "pfs"}), truth)
    assert other.hazard.shape != first.hazard.shape, "hazards of progression-free survival"


def test_what_is_left_out_does_not_happen(design):
    truth = IllnessDeathTruth.model_validate(SHORT)
    packed = pack_illness_death(design, truth)
    assert truth.kind == "illness_death"
    assert not packed.hazard[1].any()
    assert not packed.drop_out.any()
    assert packed.switch_probability == 0
    lost = IllnessDeathTruth.model_validate(SHORT | {"drop_out": {"rt": {"rates": [0.1]}}})
    np.testing.assert_array_equal(*pack_illness_death(design, lost).drop_out)


def test_packed_hazards_are_what_kernels_take(design):
    packed = pack_illness_death(design, IllnessDeathTruth.model_validate(FULL))
    passages = passages_of(packed)
    assert passages.reached[0, 0, 0] == pytest.approx([0, 0.3, 0.6])
    assert passages.after_reached[0, 0] == pytest.approx([0, 0.8])
    assert (passages.drops, passages_of(packed._replace(drop_out=packed.drop_out * 0)).drops) == (
        1,
        0,
    )
    courses, zero = new_courses(9), np.zeros(9, np.int64)
    key = Key(*map(np.uint64, trial_key(np.uint64(1), np.uint64(0))))
    draw_courses(key, 9, zero, zero, passages, pack_scans(None), np.empty(9, np.uint64), courses)
    assert np.all(courses.death > 0)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"progression": {"control": {"median": 8}}}, "effect"),
        ({"progression": {"control": {"rates": [0]}, "effect": NONE}}, "without any hazard"),
        ({"switching": {"probability": 0, "hr": 0.7}}, "greater than 0"),
        ({"switching": {"probability": 1.1, "hr": 0.7}}, "less than or equal to 1"),
        ({"switching": {"probability": 0.5, "hr": 0}}, r"greater than or equal to 0\.01"),
        ({"death_after_progression": SHORT["progression"] | {"clock": "back"}}, "'reset'"),
        ({"cured": {"rt": 0.1}}, "Extra inputs"),
    ],
)
def test_refusals(change, message):
    with pytest.raises(ValueError, match=message):
        IllnessDeathTruth.model_validate(SHORT | change)


@pytest.mark.parametrize("rt", [{"pfs_hr": 0.6, "os_hr": 0.75}, {"pfs_median": 10, "os_hr": 0.8}])
def test_marginals_have_the_medians_that_were_given(design, rt):
    truth = MarginalsTruth.model_validate(MEDIANS | {"rt": rt})
    packed = pack_illness_death(design, truth.solved())
    found = [median_of(packed, endpoint=endpoint) for endpoint in ("pfs", "os")]
    assert found[0][0, 0] == pytest.approx(6.5)
    assert found[1][0, 0] == pytest.approx(13.7)
    assert found[0][1, 0] == pytest.approx(rt.get("pfs_median", 6.5 / 0.6))
    assert truth.solved() is truth.solved()
    without, progression = packed.hazard[1], packed.hazard[0]
    np.testing.assert_allclose(without / (without + progression), 0.1)


def test_marginals_by_medians_of_both_arms_and_correlation(design):
    rt = {"pfs_median": 10, "os_median": 18}
    content = {key: value for key, value in MEDIANS.items() if key != "deaths_without_progression"}
    truth = MarginalsTruth.model_validate(content | {"rt": rt, "correlation": 0.6})
    packed = pack_illness_death(design, truth.solved())
    assert median_of(packed, endpoint="pfs")[1, 0] == pytest.approx(10)
    assert median_of(packed, endpoint="os")[1, 0] == pytest.approx(18)


def test_marginals_with_overall_survival_alike(design):
    truth = MarginalsTruth.model_validate(MEDIANS | {"rt": {"pfs_hr": 0.8}, "os_null": True})
    solved = truth.solved()
    packed = pack_illness_death(design, solved)
    survival = survival_at(packed, packed.after_cuts, endpoint="os")
    np.testing.assert_allclose(survival[1], survival[0], atol=1e-9)
    assert median_of(packed, endpoint="pfs")[1, 0] == pytest.approx(6.5 / 0.8)
    assert solved.death_without_progression.effect.hr == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rt": {"pfs_hr": 0.6}}, "neither of os_median and os_hr of rt given"),
        ({"rt": {"os_hr": 0.8}}, "neither of pfs_median and pfs_hr of rt given"),
        ({"rt": {"pfs_hr": 0.6, "os_hr": 0.8, "os_median": 15}}, "both of os_median and os_hr"),
        ({"rt": {"pfs_hr": 0.6, "os_hr": 0.8}, "correlation": 0.5}, "both of deaths_without"),
        ({"rt": {"pfs_hr": 0.6, "os_hr": 0.8}, "os_null": True}, "leave them out"),
        ({"rt": {"pfs_hr": 0.6, "os_hr": 1.5}}, r"os_hr is 1\.5; .* it can be from .* to 1\.051"),
        ({"rt": {"pfs_hr": 0.6}, "os_null": True}, r"set it above 0\.769 or take an earlier"),
        ({"rt": {"pfs_median": 7, "os_median": 700}}, "death after progression of .* from 0.01 to"),
        ({"rt": {"pfs_median": 20, "os_median": 18}}, "os_median of rt is 18 and pfs_median 20"),
    ],
)
def test_marginals_that_cannot_be(change, message):
    with pytest.raises(ValueError, match=message):
        MarginalsTruth.model_validate(MEDIANS | change)


def test_the_bounds_that_are_named_are_within_reach(design):
    for hr, fits in ((0.772, True), (0.768, False)):
        content = MEDIANS | {"rt": {"pfs_hr": hr}, "os_null": True}
        if fits:
            assert MarginalsTruth.model_validate(content).solved()
        else:
            with pytest.raises(ValueError, match="set it above"):
                MarginalsTruth.model_validate(content)
