"""Decisions on several endpoints against a slow plain procedure, and one by one."""

import math
from dataclasses import replace

import numpy as np
import pytest

from simulate.design.multiplicity import CoPrimary, Hierarchical
from simulate.multiplicity.bounds import new_room
from simulate.multiplicity.decide import HARMED, SETTLED, SUCCEEDED, decide, new_decisions
from simulate.multiplicity.plan import pack_testing

CASES = [
    ("hierarchical", "all", False),
    ("split", "any", True),
    ("co-primary", "all", False),
    ("graph", "any", False),
    ("graph", "os", True),
]


@pytest.mark.parametrize(("rule", "success", "stop_at_success"), CASES)
def test_decisions_are_those_of_the_plain_procedure(trials, rule, success, stop_at_success):
    how = {"success": success, "stop_at_success": stop_at_success}
    z, events = trials.paths(2000)
    harm = (np.random.default_rng(2).uniform(size=(2000, 3)) < 0.02).astype(np.int64)
    found = trials.decided(trials.rules[rule], trials.endpoints, z, events, harm=harm, **how)
    for trial in range(len(z)):
        plain = trials.plain_decision(
            trials.rules[rule], trials.endpoints, z[trial], events[trial], harm=harm[trial], **how
        )
        assert found.rejected[trial].tolist() == plain.rejected, trial
        assert found.dropped[trial].tolist() == plain.dropped, trial
        assert found.stop[trial] == plain.stop, trial
        assert found.reason[trial] == plain.reason, trial
        assert found.success[trial] == plain.success, trial
    reasons = {SETTLED, HARMED} | ({SUCCEEDED} if stop_at_success else set())
    assert set(found.reason.tolist()) == reasons
    assert {0, 1} == set(found.success.tolist())


def test_what_is_kept_of_earlier_trials_never_shows(trials):
    z, events = trials.paths(300)
    testing = pack_testing(trials.rules["graph"], trials.endpoints, alpha=trials.alpha)
    used, together = new_room(testing), new_decisions(300, testing)
    used = used._replace(kept=np.full((*used.kept.shape[:2], 4, used.kept.shape[3]), np.nan))
    decide(z, z, events, trials.no_harm, testing, used, together)
    for trial in reversed(range(300)):
        alone = new_decisions(1, testing)
        one = slice(trial, trial + 1)
        decide(z[one], z[one], events[one], trials.no_harm, testing, used, alone)
        for name in alone._fields:
            np.testing.assert_array_equal(
                getattr(alone, name)[0], getattr(together, name)[trial], err_msg=name
            )


def two(trials, rule, z, **how):
    """Decide one trial of PFS and OS with the planned events; OS has two looks as well."""
    later = replace(
        trials.os, looks=(0, 1), planned=(110, 200), efficacy=trials.of, futility=trials.below_one
    )
    events = np.array([[[150.0, 110.0], [250.0, 200.0]]])
    return trials.decided(rule, (trials.pfs, later), np.array([z], float), events, **how)


CHAIN = Hierarchical(order=("pfs", "os"))


def test_an_endpoint_waits_for_the_one_before_it(trials):
    found = two(trials, CHAIN, [[1.0, 9.0], [1.0, 9.0]])
    assert found.rejected[0].tolist() == [-1, -1]
    assert found.upper[0, 0, 1] == math.inf
    found = two(trials, CHAIN, [[1.0, 9.0], [3.0, 3.0]])
    assert found.rejected[0].tolist() == [1, 1]


def test_data_of_an_earlier_look_do_not_count_once_alpha_comes(trials):
    assert two(trials, CHAIN, [[1.0, 9.0], [3.0, 1.0]]).rejected[0].tolist() == [1, -1]


def test_a_trial_goes_on_for_the_second_endpoint(trials):
    found = two(trials, CHAIN, [[4.0, 1.0], [0.0, 3.0]], success="pfs")
    assert (found.rejected[0].tolist(), found.stop[0], found.reason[0]) == ([0, 1], 1, SETTLED)
    found = two(trials, CHAIN, [[4.0, 1.0], [0.0, 3.0]], success="pfs", stop_at_success=True)
    assert (found.rejected[0].tolist(), found.stop[0], found.reason[0]) == ([0, -1], 0, SUCCEEDED)


def test_behind_a_dropped_endpoint_nothing_is_left(trials):
    found = two(trials, CHAIN, [[-0.1, 2.0], [9.0, 9.0]])
    assert (found.dropped[0].tolist(), found.stop[0], found.success[0]) == ([0, -1], 0, 0)
    found = two(trials, CHAIN, [[-0.1, 2.0], [9.0, 9.0]], obey_futility=False)
    assert (found.rejected[0].tolist(), found.stop[0], found.success[0]) == ([1, 1], 1, 1)


def test_one_lost_co_primary_endpoint_ends_the_trial(trials):
    found = two(trials, CoPrimary(), [[4.0, -0.1], [9.0, 9.0]])
    assert (found.rejected[0].tolist(), found.stop[0], found.success[0]) == ([0, -1], 0, 0)


def test_harm_stops_before_anything_is_tested(trials):
    harm = np.array([[0, 1]])
    found = two(trials, CHAIN, [[4.0, 1.0], [9.0, 9.0]], harm=harm, success="any")
    assert (found.rejected[0].tolist(), found.stop[0]) == ([0, -1], 1)
    assert (found.reason[0], found.success[0]) == (HARMED, 1)


def test_an_undefined_statistic_is_neither_success_nor_futile(trials):
    found = two(trials, CoPrimary(), [[math.nan, math.nan]] * 2)
    assert (found.rejected == -1).all()
    assert (found.dropped == -1).all()
    assert found.stop[0] == 1


def test_plans_that_cannot_be_kept_are_refused(trials):
    with pytest.raises(ValueError, match='set it to "all"'):
        two(trials, CoPrimary(), [[0, 0], [0, 0]], success="any")
    with pytest.raises(ValueError, match="got 'orr'"):
        two(trials, CHAIN, [[0, 0], [0, 0]], success="orr")
    binding = replace(trials.pfs, futility=replace(trials.below_one, binding=True))
    with pytest.raises(ValueError, match="futility of 'pfs' is binding but its alpha can grow"):
        pack_testing(trials.rules["graph"], (binding, trials.os, trials.late), alpha=0.025)
    with pytest.raises(ValueError, match="`planned` of 'pfs' needs one number of events for each"):
        replace(trials.pfs, planned=(150,))
    with pytest.raises(ValueError, match="`looks` of 'pfs' must be looks of the trial"):
        replace(trials.pfs, looks=(1, 0))
