"""Mean log hazard ratio and mean hazard of a draw, against integrals on a fine grid."""

import numpy as np
import pytest

from models.illness_death.packed import FORWARD, RESET, PackedIllnessDeath
from models.illness_death.survival import endpoint_hazard, survival_at
from simulate.assurance.effect import HORIZON, draw_effects


def test_a_constant_hazard_ratio_is_itself(proportional):
    log_hr = np.array([-0.7, 0.0, 0.3])
    posterior = proportional(log_hr)
    found = draw_effects(posterior, posterior.hazard)
    np.testing.assert_allclose(found.log_hr[:, 0], log_hr, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(found.log_hazard, np.log(np.log(2) / 10.0), rtol=1e-12)


def test_hazards_that_change(time_varying):
    posterior = time_varying(4)
    found = draw_effects(posterior, posterior.hazard)
    months = (np.arange(60_000) + 0.5) * HORIZON / 60_000
    place = np.searchsorted(posterior.cuts, months, side="left")
    hazard = posterior.hazard[:, 0][..., place]
    weight = hazard[:, 0] * np.exp(-np.cumsum(hazard[:, 0], axis=-1) * (months[1] - months[0]))
    weight /= weight.sum(axis=-1, keepdims=True)
    log_hr = (weight * np.log(hazard[:, 1] / hazard[:, 0])).sum(axis=-1)
    np.testing.assert_allclose(found.log_hr[:, 0], log_hr, atol=2e-4)
    mean = np.log((weight * hazard[:, 0]).sum(axis=-1))
    np.testing.assert_allclose(found.log_hazard[:, 0], mean, atol=2e-4)


@pytest.mark.parametrize("clock", ["forward", "reset"])
def test_both_endpoints_of_progression_and_death(joint, clock):
    posterior = joint(3, clock=clock)
    found = draw_effects(posterior, posterior.hazard)
    by_arm = np.moveaxis(posterior.hazard, 0, 2)
    packed = PackedIllnessDeath(
        cuts=posterior.cuts,
        hazard=by_arm[:2],
        clock=RESET if clock == "reset" else FORWARD,
        after_cuts=posterior.cuts,
        after_hazard=by_arm[2],
        drop_cuts=np.empty(0),
        drop_out=np.zeros((2, 2, 1)),
    )
    months = np.arange(0.025, HORIZON, 0.05)
    for place, endpoint in enumerate(("pfs", "os")):
        hazard = endpoint_hazard(packed, months, endpoint=endpoint)
        weight = hazard[0] * survival_at(packed, months, endpoint=endpoint)[0]
        log_hr = np.average(np.log(hazard[1] / hazard[0]), weights=weight, axis=-1)
        np.testing.assert_allclose(found.log_hr[:, place], log_hr, atol=3e-3)
