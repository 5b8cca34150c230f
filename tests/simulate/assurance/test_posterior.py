"""Draws of a posterior in the order in which they are used."""

import numpy as np
import pytest

from simulate.assurance.posterior import spread_order


@pytest.mark.parametrize("size", [1, 2, 7, 64, 1000])
def test_each_draw_once(size):
    assert sorted(spread_order(size)) == list(range(size))


def test_the_first_few_are_spread_evenly():
    for size, first in ((30600, 2000), (4096, 64), (1000, 10)):
        used = np.sort(spread_order(size)[:first])
        gaps = np.diff(np.concatenate([[0], used, [size]]))
        assert gaps.max() <= 4 * size / first, (size, first, gaps.max())
