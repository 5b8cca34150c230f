import pytest

from models.reconstruction.importance.accepted import check_problem
from models.reconstruction.problem import (
    HIERARCHICAL_GAMMA,
    LONGEST,
    MIDDLE,
    RANDOM_WALK,
    SHORTEST,
    UPPER_MIDDLE,
)


@pytest.mark.parametrize("endpoint", ["os", "pfs"])
def test_reference_problems_are_taken(published_problem, endpoint):
    check_problem(published_problem(endpoint)[0])


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"grid": 30.0}, "`grid` = 30.0"),
        ({"baseline": HIERARCHICAL_GAMMA}, "`baseline` = 1"),
        ({"baseline": RANDOM_WALK}, "`baseline` = 2"),
        ({"free_follow_up": 1}, "`free_follow_up` = 1"),
        ({"cut_high": 40.0}, "one known last cut"),
        ({"n": 76}, "`n` = 76: it must be odd"),
        ({"accrual": 36.0}, "`accrual` = 36.0"),
        ({"accrual": 0.0}, "`accrual` = 0.0"),
    ],
)
def test_other_settings_are_named_and_refused(published_problem, changes, sentence):
    problem = published_problem("os")[0]
    for name, value in changes.items():
        problem[name] = value
    with pytest.raises(ValueError, match=f"importance sampler does not take .*{sentence}"):
        check_problem(problem)


def test_a_middle_between_two_patients_is_refused(published_problem):
    problem = published_problem("os")[0]
    problem["used"][UPPER_MIDDLE] = 1
    with pytest.raises(ValueError, match="odd when the follow-up median is printed"):
        check_problem(problem)


def test_overlapping_windows_are_named(published_problem):
    problem = published_problem("os")[0]
    problem["windows"][MIDDLE] = problem["windows"][0]
    with pytest.raises(ValueError, match="control median and follow-up median overlap"):
        check_problem(problem)


@pytest.mark.parametrize(
    ("role", "window"), [(SHORTEST, (14.0, 14.1)), (LONGEST, (17.0, 17.1)), (LONGEST, (36.0, 36.1))]
)
def test_times_out_of_order_are_refused(published_problem, role, window):
    problem = published_problem("os")[0]
    problem["windows"][role] = window
    with pytest.raises(ValueError, match="out of order"):
        check_problem(problem)
