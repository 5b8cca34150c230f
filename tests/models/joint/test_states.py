"""What the moves leave behind: orders, counts, tables and holders, computed again."""

import numpy as np
import pytest

from models.joint.problem import JOINT_STATE, RESET
from models.joint.tables import tabulate_courses
from models.joint.windows import joint_windows
from models.reconstruction.problem import (
    CONTROL_MEDIAN,
    LONGEST,
    MIDDLE,
    RT_MEDIAN,
    SHORTEST,
)

COX = {
    "pfs": {"hr": (0.8, 3.5), "lower": (0.1, 1.1), "upper": (2.4, 14.0)},
    "os": {"hr": (0.7, 3.2), "lower": (0.1, 0.9), "upper": (2.4, 14.0)},
}
PFS_ROLES = {CONTROL_MEDIAN: (2.0, 6.0), RT_MEDIAN: (5.0, 9.0)}
OS_ROLES = {
    CONTROL_MEDIAN: (6.0, 10.5),
    RT_MEDIAN: (11.5, 17.5),
    SHORTEST: (0.2, 2.0),
    MIDDLE: (9.0, 12.5),
    LONGEST: (17.5, 24.0),
}


@pytest.fixture(scope="module", params=[0, RESET], ids=["forward", "reset"])
def found(request, joint):
    problem = joint.joint_record(
        PFS_ROLES, OS_ROLES, clock=request.param, progressions=((3, 5), (2, 5)), **COX
    )
    return problem, joint.tempered(problem, scans=3_000, seed=4)


@pytest.mark.slow
def test_every_replica_is_of_one_piece(found):
    problem, chain = found
    n, control = int(problem["os"]["n"]), int(problem["os"]["n_control"])
    for state in chain.replicas:
        pfs, os, progressed = state["pfs"], state["os"], state["progressed"][:n]
        assert (pfs["time"][:n] <= os["time"][:n]).all()
        assert np.array_equal(pfs["time"][:n] == os["time"][:n], progressed == 0)
        assert np.array_equal(pfs["event"][:n], progressed | os["event"][:n])
        assert sorted(os["free"][:n]) == list(range(n))
        for endpoint in (pfs, os):
            assert np.array_equal(endpoint["order"][:n], np.argsort(endpoint["key"][:n]))
            assert np.array_equal(endpoint["key"][:n], endpoint["time"][:n])
            assert endpoint["events_control"] == endpoint["event"][:control].sum()
            assert endpoint["events_rt"] == endpoint["event"][control:n].sum()
        counts = progressed[:control].sum(), progressed[control:].sum()
        assert tuple(state["progressions"]) == counts
        assert 3 <= counts[0] <= 5
        assert 2 <= counts[1] <= 5


@pytest.mark.slow
def test_tables_kept_by_moves_are_those_of_the_patients(found):
    problem, chain = found
    for state in chain.replicas:
        fresh = np.zeros(1, JOINT_STATE)[0]
        tabulate_courses(state, problem, fresh)
        for name in ("progression", "death", "after"):
            np.testing.assert_allclose(state[name]["events"], fresh[name]["events"], atol=1e-9)
            np.testing.assert_allclose(state[name]["exposure"], fresh[name]["exposure"], atol=1e-8)


@pytest.mark.slow
def test_holders_hold_their_figures(found):
    problem, chain = found
    n = int(problem["os"]["n"])
    for state in chain.replicas:
        for name, roles in (("pfs", PFS_ROLES), ("os", OS_ROLES)):
            for role, (low, high) in roles.items():
                holder = state[name]["holder"][role]
                assert low <= state[name]["time"][holder] < high, (name, role)
        order, holder = state["os"]["order"], state["os"]["holder"]
        assert order[0] == holder[SHORTEST]
        assert order[n // 2] == holder[MIDDLE]
        assert order[n - 1] == holder[LONGEST]


@pytest.mark.slow
def test_all_kinds_of_moves_are_made(found):
    _, chain = found
    accepted = chain.ladder["moves"][: len(chain.windows), :, 0].sum(axis=0)
    assert (accepted > 0).all(), accepted
    assert chain.ladder["trips"] > 0


def test_levels_widen_one_endpoint_at_a_time(joint):
    printed = {"hr": (1.985, 1.995), "lower": (1.155, 1.165), "upper": (3.405, 3.415)}
    problem = joint.joint_record(pfs=printed, os=printed)
    windows = joint_windows(problem, levels=4, widest=8.0)
    assert windows.shape == (7, 2, 8)
    widths = windows[:, :, 1] - windows[:, :, 0]
    changed = np.diff(widths, axis=0) > 0
    assert (changed.sum(axis=1) == 1).all()
    assert windows[0, :, 7].tolist() == [1.0, 1.0]
    assert windows[1:, :, 7].sum() == 1.0
