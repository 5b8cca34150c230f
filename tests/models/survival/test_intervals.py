import numpy as np

from models.survival.intervals import interval_labels, interval_of, interval_starts, interval_stops

CUTS = (3.0, 6.0, 9.0, 12.0, 18.0)


def test_a_cut_point_belongs_to_the_interval_that_ends_there():
    index = interval_of([0.0, 2.9, 3.0, 3.01, 18.0, 18.01, 99.0], cuts=CUTS)
    assert index.tolist() == [0, 0, 0, 1, 4, 5, 5]


def test_labels_name_start_and_stop():
    assert interval_labels(CUTS)[0] == "(0, 3]"
    assert interval_labels(CUTS)[-1] == "(18, inf)"
    assert interval_labels((2.5,)) == ["(0, 2.5]", "(2.5, inf)"]
    assert interval_labels(()) == ["(0, inf)"]


def test_intervals_meet():
    np.testing.assert_array_equal(interval_starts(CUTS)[1:], interval_stops(CUTS)[:-1])
