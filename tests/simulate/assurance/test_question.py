"""Questions that a posterior can answer, and one sentence for those that it cannot."""

import numpy as np
import pytest

from simulate.assurance.question import ask, planning_truth

LOG_HR = np.array([[-0.5, -0.1], [0.2, -0.3]])
KNOWN = ("pfs", "os")


@pytest.fixture(scope="module")
def one(proportional):
    return proportional(np.zeros(4))


def test_one_endpoint(small, one):
    question = ask(small(), one, target="success")
    assert (question.endpoints, question.joined) == (("os",), "one")
    assert question.words() == "the hazard ratio of OS"
    np.testing.assert_array_equal(question.log_hr(LOG_HR[:, 1:], known=("os",)), LOG_HR[:, 1])


@pytest.mark.parametrize(
    ("target", "expected", "words"),
    [
        ("pfs", LOG_HR[:, 0], "the hazard ratio of PFS"),
        ("success", LOG_HR.max(axis=1), "the larger of the hazard ratios of PFS and OS"),
        ("both", LOG_HR.max(axis=1), "the larger of the hazard ratios of PFS and OS"),
        ("any", LOG_HR.min(axis=1), "the smaller of the hazard ratios of PFS and OS"),
    ],
)
def test_both_endpoints(two_endpoints, joint, target, expected, words):
    question = ask(two_endpoints(), joint(4), target=target)
    np.testing.assert_array_equal(question.log_hr(LOG_HR, known=KNOWN), expected)
    assert question.words() == words


def test_the_designs_own_rule(two_endpoints, joint):
    question = ask(two_endpoints(success="os"), joint(4), target="success")
    assert question.endpoints == ("os",)


def test_separate_fits_are_refused(two_endpoints, one):
    with pytest.raises(ValueError, match="of os alone; separate fits say nothing of how the two"):
        ask(two_endpoints(), one, target="pfs")


def test_the_other_endpoints_posterior_is_refused(small, proportional):
    with pytest.raises(ValueError, match="the design tests os and the posterior is of pfs; give"):
        ask(small(), proportional(np.zeros(4), endpoint="pfs"), target="success")


def test_a_joint_posterior_answers_for_one_endpoint(small, joint):
    assert ask(small(), joint(4), target="os").endpoints == ("os",)


def test_an_unknown_target(small, one):
    with pytest.raises(ValueError, match="--for is 'pfs' but the design tests os; it must be one"):
        ask(small(), one, target="pfs")


def test_the_truth_by_name(small):
    assert planning_truth(small(), None).name == "planning"
    with pytest.raises(ValueError, match="--truth is 'x' but the design has planning; name one"):
        planning_truth(small(), "x")
