"""Events and person-months by arm and interval against the models' own table."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.survival.exposure import tabulate
from simulate.effect.exposure import fill_exposure, new_cells

CUTS = (3.0, 6.0, 9.0, 12.0, 18.0)
TIMES = st.one_of(st.sampled_from([0.0, 3.0, 6.0, 18.0, 50.0]), st.floats(0.0, 60.0, width=32))
DATA = st.lists(st.tuples(TIMES, st.booleans(), st.integers(0, 1)), min_size=1, max_size=60)


def tables(seen, cuts):
    events, exposure = np.full((2, 2, len(cuts) + 1), 7.0)
    fill_exposure(seen, np.array(cuts), new_cells(len(cuts) + 1), events, exposure)
    return events, exposure


@given(DATA, st.sampled_from([(), (3.0,), CUTS]), st.booleans())
def test_it_is_that_of_the_models(seen_data, rows, cuts, cut):
    """Times at cut points among them; what the arrays held before does not matter."""
    time, event, arm = (np.array(column) for column in zip(*rows, strict=True))
    events, exposure = tables(seen_data(time, event, arm, cut=cut), cuts)
    own = tabulate(time, event, arm, cuts=cuts)
    np.testing.assert_array_equal(events, own.events)
    np.testing.assert_allclose(exposure, own.exposure, rtol=1e-12, atol=1e-10)


@pytest.mark.parametrize("name", ["day_grid", "large", "median_not_reached"])
def test_of_data_sets(plain_sets, seen_data, name):
    data = plain_sets.data[name]
    columns = data["time"].to_numpy(), data["event"].to_numpy(bool), data["arm"].to_numpy()
    own = tabulate(*columns, cuts=CUTS)
    for cut in (False, True):
        events, exposure = tables(seen_data(*columns, cut=cut), CUTS)
        np.testing.assert_array_equal(events, own.events)
        np.testing.assert_allclose(exposure, own.exposure, rtol=1e-11)


def test_an_event_at_a_cut_point_belongs_to_the_interval_before(seen_data):
    events, exposure = tables(seen_data([3.0, 3.5], [1, 1], [0, 1]), (3.0,))
    assert events.tolist() == [[1.0, 0.0], [0.0, 1.0]]
    assert exposure.tolist() == [[3.0, 0.0], [3.0, 0.5]]
