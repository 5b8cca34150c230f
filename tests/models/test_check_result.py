"""A check goes from one process to another and stays read-only."""

import copy

import pytest

from models.check_result import CheckResult


def test_a_check_can_be_copied_from_one_process_to_another():
    check = CheckResult(name="R-hat", passed=None, values={"r_hat": 1.002}, text="R-hat 1.002")
    again = copy.deepcopy(check)
    assert again == check
    with pytest.raises(TypeError, match="does not support item assignment"):
        again.values["r_hat"] = 1.0
