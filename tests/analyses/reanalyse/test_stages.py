"""Stages of a run: their order, their times, and what is told of them."""

import pytest

from analyses.reanalyse.stages import Stopwatch, draw_while_compiling, tell_fitting, tell_sampling
from models.reconstruction.stopping import SamplingProgress


def step(**changes):
    values = {"endpoint": "os", "chunks": 1, "ess": 50.0, "r_hat": 1.02, "seconds": 1.0}
    values |= {"seconds_left": 3.0, "done": False}
    return SamplingProgress(**{**values, **changes})


def test_figures_that_nobody_can_print_are_told_without_any_compilation():
    def draw(told):
        raise ValueError("no set of patients reproduces the printed figures")

    def compile_model():
        pytest.fail("compiled for nothing")

    watch = Stopwatch()
    with pytest.raises(ValueError, match="no set of patients"):
        draw_while_compiling(
            draw, compile_model, told=lambda _: None, watch=watch, progress=lambda _: None
        )
    assert watch.seconds == {}


@pytest.mark.parametrize("chunks", [0, 1, 3])
def test_the_model_is_compiled_once_whether_the_sampler_told_of_itself_or_not(chunks):
    compiled, told, stages = [], [], []

    def draw(tell):
        for chunk in range(chunks):
            tell(step(ess=chunk))
        return "patients"

    watch = Stopwatch()
    found = draw_while_compiling(
        draw,
        lambda: compiled.append("model") or compiled[-1],
        told=told.append,
        watch=watch,
        progress=lambda one: stages.append(one.note),
    )
    assert found == ("patients", "model")
    assert (compiled, len(told)) == (["model"], chunks)
    assert stages == ["compiling the model"]
    assert list(watch.seconds) == ["patients", "waiting for PyMC to compile"]


def test_stages_that_follow_one_another_share_the_time_that_passed(monkeypatch):
    times = iter([10.0, 12.0, 15.5])
    monkeypatch.setattr("analyses.reanalyse.stages.perf_counter", lambda: next(times))
    watch = Stopwatch()
    watch.lap("first")
    watch.lap("second")
    assert watch.seconds == {"first": 2.0, "second": 3.5}


def test_a_sampler_is_as_far_as_its_effective_size_and_done_when_it_says_so():
    told = []
    tell = tell_sampling(told.append, ess_wanted=200.0)
    for one in (step(), step(ess=1e9), step(done=True)):
        tell(one)
    assert [one.done for one in told] == [0.25, 0.99, 1.0]
    assert {one.stage for one in told} == {"OS patients"}
    tell_sampling(told.append, ess_wanted=1.0, stage="patients")(step())
    assert told[-1].stage == "patients"
    assert told[-1].note == "effective sample size 50, R-hat 1.020"


def test_fits_of_several_endpoints_are_one_stage(monkeypatch):
    monkeypatch.setattr("analyses.reanalyse.stages.perf_counter", lambda: 30.0)
    told = []
    tell_fitting(told.append, place=1, of=2, began=0.0)(5, 10)
    assert told[0].done == 0.75
    assert told[0].seconds_left == pytest.approx(10.0)
    assert told[0].note == "set 5 of 10"
