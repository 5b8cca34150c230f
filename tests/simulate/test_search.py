"""Finding a place among numbers in order, against numpy."""

import numpy as np
import pytest

from models.compiled import lean_kernel
from simulate.search import first_after


@lean_kernel
def place(month, months, start, stop):
    return first_after(month, months, start, stop)


@pytest.mark.parametrize("start", [0, 3])
@pytest.mark.parametrize("stop", [3, 8, 10])
@pytest.mark.parametrize("month", [-1.0, 0.0, 1.0, 1.5, 2.0, 5.0, 9.0])
def test_it_is_that_of_numpy(month, start, stop):
    months = np.array([0.0, 1.0, 1.0, 1.0, 2.0, 2.0, 3.0, 5.0, 5.0, 7.0])
    expected = start + np.searchsorted(months[start:stop], month, side="right")
    assert place(month, months, start, stop) == expected
