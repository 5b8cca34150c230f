"""Independent runs: the same numbers from the same seed, limits, progress, and what they print."""

from pathlib import Path

import numpy as np
import pytest

from models.reconstruction import sample as sampling
from models.reconstruction.assemble import assemble_problem
from models.reconstruction.chains import NoStartError
from models.reconstruction.sample import sample_patients
from models.record import load_record
from models.settings import SamplerSettings, load_settings

pytestmark = pytest.mark.slow

STUDY = Path(__file__).parents[3] / "analyses" / "sohaib2025"
RECORD = load_record(STUDY / "published.toml")
PLAN = SamplerSettings(
    chains=2, chunk=400, chunks=2, ess_wanted=1, ess_needed=1, r_hat=50, time_limit=1e-9
)
SETTINGS = load_settings(STUDY / "reference.toml").model_copy(update={"sampler": PLAN})


def draw(*endpoints, seed=7, threads=2, settings=SETTINGS, progress=None):
    problems = {name: assemble_problem(RECORD, name, settings) for name in endpoints}
    return sample_patients(problems, settings, seed=seed, threads=threads, progress=progress)


@pytest.fixture(scope="module")
def steps():
    return []


@pytest.fixture(scope="module")
def both(steps):
    """Both endpoints, one chunk: the time limit is over at once."""
    return draw("pfs", "os", progress=steps.append)


def same(one, other):
    """Whether two samples are the same to the bit."""
    arrays = ("hazard", "time", "event", "events", "acceptance", "exchange")
    return all(np.array_equal(getattr(one, a), getattr(other, a)) for a in arrays) and all(
        np.array_equal(one.parameters[name], other.parameters[name]) for name in one.parameters
    )


@pytest.mark.parametrize(("endpoint", "threads"), [("pfs", 1), ("os", 2)])
def test_alone_or_beside_another_for_any_number_of_threads(both, endpoint, threads):
    assert same(draw(endpoint, threads=threads)[endpoint], both[endpoint])


def test_another_seed_gives_other_draws_and_chains_differ(both):
    other = draw("pfs", seed=8)["pfs"]
    assert not np.array_equal(other.parameters["log_hr"], both["pfs"].parameters["log_hr"])
    first, second = both["pfs"].parameters["log_hr"]
    assert not np.array_equal(first, second)


def test_shapes_and_what_belongs_together(both):
    sample = both["pfs"]
    draws = sample.parameters["log_hr"].shape
    assert sample.time.shape == sample.event.shape == (*draws, 75)
    assert sample.hazard.shape == (*draws, 2, 6)
    control, rt = sample.event[..., :38].sum(-1), sample.event[..., 38:].sum(-1)
    assert np.array_equal(sample.events, np.stack([control, rt], axis=-1))
    assert sample.events[..., 0].min() >= 35
    assert sample.events[..., 1].min() >= 22
    ratio = sample.hazard[:, :, 1] / sample.hazard[:, :, 0]
    assert np.allclose(ratio, np.exp(sample.parameters["log_hr"])[..., np.newaxis])
    assert sample.scans == 400
    assert draws[1] == 50 - int(0.15 * 50)


def test_progress_is_told_for_each_endpoint_after_each_chunk(both, steps):
    told = [(step.endpoint, step.chunks, step.done) for step in steps if step.chunks]
    assert told == [("pfs", 1, True), ("os", 1, True)]
    assert all(step.ess > 0 and step.seconds > 0 for step in steps if step.chunks)


def test_a_time_limit_ends_a_run_whose_checks_then_fail(both):
    """One chunk of 400 scans cannot make a hundred round trips of the ladder."""
    for sample in both.values():
        trips = next(check for check in sample.checks if check.name == "round trips")
        assert trips.passed is False
        assert "(100 needed)" in trips.text


def test_figures_in_conflict_are_searched_once_and_named_with_their_endpoint(monkeypatch):
    searched = []

    def search(problem, plan, *, seed):
        searched.append(int(problem[0]["events_low"][0]))
        if searched[-1] == 0:
            raise NoStartError

    monkeypatch.setattr(sampling, "start_chain", search)
    monkeypatch.setattr(sampling, "name_conflict", lambda *_, **__: "no patients")
    with pytest.raises(ValueError, match=r"^endpoints\.os: no patients$"):
        draw("os", "pfs")
    assert sorted(searched) == [0, 35]


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
@pytest.mark.parametrize("endpoint", ["pfs", "os"])
def test_lifelines_finds_the_printed_figures_in_the_patients(both, endpoint):
    """Continuous times have no ties, so every rule for ties gives the same estimate."""
    import pandas as pd
    from lifelines import CoxPHFitter, KaplanMeierFitter
    from lifelines.utils import median_survival_times

    printed = RECORD.endpoints[endpoint]
    sample = both[endpoint]
    control = np.arange(75) < 38
    for chain, row in ((0, 3), (0, 40), (1, 11), (1, 30)):
        time, event = sample.time[chain, row], sample.event[chain, row].astype(bool)
        frame = pd.DataFrame({"time": time, "event": event, "control": control.astype(int)})
        fit = CoxPHFitter().fit(frame, "time", "event").summary.loc["control"]
        assert f"{fit['exp(coef)']:.2f}" == printed.hazard_ratio.text
        assert f"{fit['exp(coef) lower 95%']:.2f}" == printed.lower.text
        assert f"{fit['exp(coef) upper 95%']:.2f}" == printed.upper.text
        for arm, mask in (("control", control), ("rt", ~control)):
            curve = KaplanMeierFitter().fit(time[mask], event[mask])
            median = median_survival_times(curve.survival_function_)
            assert f"{median:.2f}" == printed.median[arm].text
        if endpoint == "os":
            follow_up = RECORD.follow_up
            assert f"{time.min():.2f}" == follow_up.minimum.text
            assert f"{np.median(time):.2f}" == follow_up.median.text
            assert f"{time.max():.2f}" == follow_up.maximum.text
