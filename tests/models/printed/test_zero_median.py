"""A control median of 0 days has no ratio of medians; it must not stop a run."""

import numpy as np

from models.printed import printed_figures


def test_no_ratio_where_the_control_median_is_zero():
    time = np.array([[0.0, 0.0, 0.0, 1.0, 2.0, 3.0]])
    event = np.ones((1, 6), dtype=bool)
    found = printed_figures(time, event, n_control=3)
    assert found["median_control"][0] == 0.0
    assert np.isnan(found["ratio_of_medians"][0])
