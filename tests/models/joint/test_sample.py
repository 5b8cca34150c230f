"""A short joint run of the published record, end to end; every kept set prints every figure."""

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from models.illness_death.priors import TRANSITIONS
from models.illness_death.survival import survival_at
from models.joint.patients import joint_reproduction, pseudo_patients
from models.joint.posterior import joint_posterior
from models.joint.quantities import packed_draws
from models.joint.sample import sample_joint
from models.joint.settings import load_joint_settings
from models.record import load_record

STUDY = Path(__file__).parents[3] / "analyses" / "sohaib2025"
SHORT = {
    "chains": 2,
    "chunk": 400,
    "thin": 8,
    "ess_wanted": 1.0,
    "ess_needed": 1.0,
    "r_hat": 100.0,
    "round_trips": 0,
}


@pytest.fixture(scope="module")
def record():
    return load_record(STUDY / "published.toml")


def short(name, **changes):
    settings = load_joint_settings(STUDY / f"{name}.toml")
    sampler = settings.sampler.model_copy(update=SHORT)
    return settings.model_copy(update={"sampler": sampler, **changes})


@pytest.fixture(scope="module", params=["joint_reference", "joint", "reset"])
def analysis(request, record):
    name = "joint" if request.param == "reset" else request.param
    clock = "reset" if request.param == "reset" else "forward"
    settings = short(name, clock=clock)
    return settings, sample_joint(record, settings, seed=11)


@pytest.mark.slow
def test_every_set_prints_every_figure(analysis, record):
    settings, run = analysis
    patients = pseudo_patients(run.draws, settings, sets=20)
    table, check = joint_reproduction(patients, record, settings)
    assert check.passed, check.text
    printed = table[table["endpoint"] != "both"]["figure"].tolist()
    assert len(printed) == 15, printed
    both = table[table["endpoint"] == "both"]["figure"].tolist()
    assert {"pfs_after_os", "events_not_counted", "progressions_control", "progressions_rt"} == set(
        both
    )
    assert len(patients) == 20 * 75


@pytest.mark.slow
def test_a_wrong_patient_is_noticed(analysis, record):
    settings, run = analysis
    patients = pseudo_patients(run.draws, settings, sets=3)
    wrong = patients.copy()
    row = wrong.index[wrong["progressed"]][0]
    wrong.loc[row, "progressed"] = False
    assert not joint_reproduction(wrong, record, settings)[1].passed
    wrong = patients.copy()
    wrong.loc[row, "pfs_time"] = wrong.loc[row, "os_time"] + 1.0
    table, check = joint_reproduction(wrong, record, settings)
    assert not check.passed
    assert table.set_index("figure").loc["pfs_after_os", "reproduced"] == 2


@pytest.mark.slow
def test_draws_are_of_one_piece(analysis):
    _, run = analysis
    draws = run.draws
    assert (draws.first <= draws.last).all()
    assert np.array_equal(draws.first == draws.last, draws.progressed == 0)
    counts = draws.transitions()
    assert (counts[:, :, 0] == [35, 22]).all()
    assert np.array_equal(draws.events()[:, :, 1], counts[:, :, 1] + counts[:, :, 2])
    assert np.array_equal(draws.events()[:, :, 0], counts[:, :, 0] + counts[:, :, 1])
    ratio = np.log(draws.hazard[:, :, :, 1] / draws.hazard[:, :, :, 0])
    np.testing.assert_allclose(ratio, np.repeat(draws.log_hr[..., np.newaxis], 6, -1), atol=1e-9)
    assert run.checks[-1].name == "deaths without progression"
    assert run.checks[-1].values["mean_rt"] == pytest.approx(counts[:, :, 1, 1].mean())


@pytest.mark.slow
def test_others_can_read_the_posterior(analysis, tmp_path):
    settings, run = analysis
    joint_posterior(run.draws, settings, attrs={"seed": 11}).to_netcdf(tmp_path / "posterior.nc")
    with xr.open_datatree(tmp_path / "posterior.nc") as tree:
        assert (tree.attrs["kind"], tree.attrs["clock"]) == ("illness_death", settings.clock)
        posterior = tree["posterior"].to_dataset().load()
        cuts = tree["constant_data"]["cuts"].values
    assert posterior["hazard"].dims == ("chain", "draw", "transition", "arm", "interval")
    assert posterior["log_hr"].dims == ("chain", "draw", "transition")
    assert posterior["transition"].values.tolist() == list(TRANSITIONS)
    assert posterior["interval_stop"].values[:-1].tolist() == cuts.tolist() == [3, 6, 9, 12, 18]
    assert ("last_cut" in posterior) == (settings.follow_up.kind == "free")
    packed = packed_draws(posterior["hazard"].values, cuts, clock=settings.clock)
    late = survival_at(packed, [24.0], endpoint="os")[1, :, 0]
    told = run.quantities["OS S(24) RT"].reshape(-1)
    np.testing.assert_allclose(late, told, atol=1e-12)


@pytest.mark.slow
def test_the_same_seed_gives_the_same_draws_on_any_number_of_threads(record):
    settings = short("joint_reference")
    one, two = (sample_joint(record, settings, seed=3, threads=k).draws for k in (1, 2))
    assert np.array_equal(one.last, two.last)
    assert np.array_equal(one.log_hr, two.log_hr)


def test_too_many_levels_are_refused(record):
    settings = short("joint_reference")
    sampler = settings.sampler.model_copy(update={"levels": 20})
    with pytest.raises(ValueError, match=r"sampler\.levels is 20"):
        sample_joint(record, settings.model_copy(update={"sampler": sampler}), seed=1)
