"""A check goes from one process to another and stays read-only."""

import pickle

import pytest

from models.check_result import CheckResult


def test_a_check_comes_out_of_a_pickle_as_it_went_in():
    check = CheckResult(name="R-hat", passed=None, values={"r_hat": 1.002}, text="R-hat 1.002")
    again = pickle.loads(pickle.dumps(check))
    assert again == check
    with pytest.raises(TypeError, match="does not support item assignment"):
        again.values["r_hat"] = 1.0
