"""Labels of patients."""

import pytest

from simulate.engine.followed import arm_of, make_label, status_of, stratum_of


@pytest.mark.parametrize("arm", [0, 1])
@pytest.mark.parametrize("status", [0, 1])
@pytest.mark.parametrize("stratum", [0, 1, 1023])
def test_labels_hold_arm_stratum_and_status(arm, stratum, status):
    label = make_label(arm, stratum, status)
    assert (arm_of(label), stratum_of(label), status_of(label)) == (arm, stratum, status)
