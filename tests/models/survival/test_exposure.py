import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.survival.exposure import exposure_dataset, exposure_table, tabulate
from models.survival.hazard import cumulative_hazard

CUTS = (3.0, 6.0, 9.0, 12.0, 18.0)


def frame(rows):
    table = pd.DataFrame(rows, columns=["imputation", "time", "event", "arm"])
    table["arm"] = pd.Categorical(table["arm"], categories=["control", "rt"], ordered=True)
    return table


def test_by_hand_with_events_on_cut_points():
    table = tabulate([3.0, 7.0, 3.5, 20.0], [True, True, False, True], [0, 0, 1, 1], cuts=CUTS)
    assert table.events.tolist() == [[1, 0, 1, 0, 0, 0], [0, 0, 0, 0, 0, 1]]
    np.testing.assert_allclose(table.exposure, [[6, 3, 1, 0, 0, 0], [6, 3.5, 3, 3, 6, 2]])


@given(
    rows=st.lists(
        st.tuples(st.floats(0, 60), st.booleans(), st.integers(0, 1)), min_size=1, max_size=30
    )
)
def test_nothing_is_lost(rows):
    time, event, arm = (np.array(column) for column in zip(*rows, strict=True))
    table = tabulate(time, event, arm, cuts=CUTS)
    assert table.events.sum(axis=1).tolist() == [
        int((event & (arm == index)).sum()) for index in (0, 1)
    ]
    np.testing.assert_allclose(
        table.exposure.sum(axis=1), [time[arm == index].sum() for index in (0, 1)], atol=1e-9
    )


def test_poisson_terms_are_the_censored_likelihood():
    rng = np.random.default_rng(3)
    time, event, arm = rng.exponential(12, 40), rng.random(40) < 0.7, rng.integers(0, 2, 40)
    hazard = rng.gamma(2, 0.03, (2, 6))
    table = tabulate(time, event, arm, cuts=CUTS)
    direct = sum(
        seen * np.log(hazard[a, np.searchsorted(CUTS, t)])
        - cumulative_hazard(hazard[a], t, cuts=CUTS)
        for t, seen, a in zip(time, event, arm, strict=True)
    )
    assert (table.events * np.log(hazard) - table.exposure * hazard).sum() == pytest.approx(direct)


def test_many_sets_at_once():
    rng = np.random.default_rng(4)
    time, event = rng.exponential(12, (5, 3, 20)), rng.random((5, 3, 20)) < 0.7
    arm = np.repeat([0, 1], 10)
    many = tabulate(time, event, arm, cuts=CUTS)
    one = tabulate(time[4, 1], event[4, 1], arm, cuts=CUTS)
    assert many.events.shape == (5, 3, 2, 6)
    np.testing.assert_array_equal(many.events[4, 1], one.events)
    np.testing.assert_array_equal(many.exposure[4, 1], one.exposure)


def test_the_data_frame_gives_the_same_numbers_with_names():
    rng = np.random.default_rng(6)
    patients = frame(
        {
            "imputation": np.repeat([7, 3], 20),
            "time": rng.exponential(12, 40),
            "event": rng.random(40) < 0.7,
            "arm": np.tile(["rt", "control"], 20),
        }
    )
    table = exposure_table(patients, cuts=CUTS)
    assert table["events"].dims == ("imputation", "arm", "interval")
    assert table["arm"].values.tolist() == ["control", "rt"]
    assert table["imputation"].values.tolist() == [3, 7]
    assert table["interval"].values.tolist()[-1] == "(18, inf)"
    assert table["interval_stop"].values[0] == 3.0
    one = patients[patients["imputation"] == 7]
    expected = tabulate(one["time"], one["event"], one["arm"] == "rt", cuts=CUTS)
    np.testing.assert_array_equal(table["events"].sel(imputation=7), expected.events)
    np.testing.assert_allclose(table["exposure"].sel(imputation=7), expected.exposure)
    alone = exposure_table(one.drop(columns="imputation"), cuts=CUTS)
    assert alone["exposure"].dims == ("arm", "interval")
    np.testing.assert_array_equal(alone["events"], expected.events)


def test_dataset_numbers_the_sets_when_not_told():
    table = tabulate(np.ones((3, 4)), np.ones((3, 4)), [0, 0, 1, 1], cuts=())
    named = exposure_dataset(table, cuts=())
    assert named["imputation"].values.tolist() == [0, 1, 2]
    assert named["interval"].values.tolist() == ["(0, inf)"]


def test_unusable_patients_are_named():
    good = frame([(0, 1.0, True, "rt")])
    with pytest.raises(ValueError, match="lacks the column 'event'"):
        exposure_table(good.drop(columns="event"), cuts=CUTS)
    with pytest.raises(ValueError, match=r"`arm` must be 'control' or 'rt', got \['sham'\]"):
        exposure_table(good.assign(arm="sham"), cuts=CUTS)
