"""Enrolment as a whole is arrivals, strata and arms in this order."""

import numpy as np
import pytest

from simulate.enrolment.pack import pack_enrolment
from simulate.enrolment.plan import new_scratch
from simulate.enrolment.randomise import randomise
from simulate.enrolment.recruitment import draw_arrivals
from simulate.enrolment.strata import draw_strata

FACTORS = [(0.3, 0.7), (0.5, 0.3, 0.2)]
RANDOM = {"kind": "blocks", "block_sizes": (4, 6), "stratified": True}


@pytest.mark.parametrize("size", [{"patients": 90}, {"duration": 7.0}])
def test_enrolment_is_its_three_parts(design, enrolled, key_of, size):
    chosen = design(kind="poisson", factors=FACTORS, randomisation=RANDOM, **size)
    (trial,) = enrolled(chosen)
    plan, scratch, key = pack_enrolment(chosen)[0], new_scratch()[0], key_of(0)
    most = int(plan["most_patients"])
    entry, (arm, stratum) = np.zeros(most), np.zeros((2, most), dtype=np.int8)
    patients = draw_arrivals(plan, key, entry)
    draw_strata(plan, key, stratum, patients)
    randomise(plan, key, arm, stratum, patients, scratch)
    assert trial.entry.tolist() == entry[:patients].tolist()
    assert trial.stratum.tolist() == stratum[:patients].tolist()
    assert trial.arm.tolist() == arm[:patients].tolist()


def test_replicates_differ(design, enrolled):
    chosen = design(kind="poisson", patients=60, factors=FACTORS, randomisation=RANDOM)
    one, other = enrolled(chosen, trials=2)
    assert not set(one.entry) & set(other.entry)
    assert one.arm.tolist() != other.arm.tolist()
    assert one.stratum.tolist() != other.stratum.tolist()


def test_a_stratum_and_an_arm_do_not_depend_on_each_other(design, enrolled):
    """20,000 patients under simple randomisation: SE of the correlation 0.0071."""
    chosen = design(patients=500, factors=[(0.5, 0.5)])
    trials = enrolled(chosen, trials=40)
    pairs = np.concatenate([np.stack([t.arm, t.stratum]) for t in trials], axis=1)
    assert abs(np.corrcoef(pairs)[0, 1]) < 4 * 0.0071
