import numpy as np
import pytest

from models.reconstruction.importance import adaptation, run
from models.reconstruction.importance.run import importance_sample, log_evidence
from models.reconstruction.problem import LONGEST, MIDDLE, SHORTEST
from models.survival.cox import cox, hazard_ratio
from models.survival.kaplan_meier import kaplan_meier, median_time


@pytest.fixture(autouse=True)
def quick_adaptation(monkeypatch):
    monkeypatch.setattr(adaptation, "STAGE_HITS", (40, 40, 40, 40, 40))
    monkeypatch.setattr(run, "PILOT", 8)


def test_answer_does_not_depend_on_threads(wide_problem):
    problems = wide_problem("bounds", symmetric=0.0)
    results = [
        importance_sample(problems, seed=3, threads=threads, most_draws=1, data_sets=16)
        for threads in (1, 3)
    ]
    assert (results[0].time == results[1].time).all()
    assert (results[0].log_weight == results[1].log_weight).all()
    assert results[0].log_evidence == results[1].log_evidence


def test_limit_on_draws_stops_a_run_that_has_not_passed(wide_problem):
    lines = []
    result = importance_sample(
        wide_problem("follow-up", symmetric=0.0),
        seed=3,
        most_draws=1,
        effective_size=1e9,
        data_sets=16,
        progress=lines.append,
    )
    assert result.draws == 512
    assert len(lines) == len(adaptation.FACTORS) + 2
    assert lines[-2].startswith("pilot of 256 draws, weight effective size ")
    assert lines[-1] == "512 of 1 draws"


def test_as_many_draws_as_the_pilot_says_and_none_of_its_own(wide_problem):
    lines = []
    result = importance_sample(
        wide_problem("bounds", symmetric=0.0),
        seed=3,
        effective_size=200.0,
        data_sets=16,
        progress=lines.append,
    )
    size = int(lines[-2 - (result.draws // 512 - 1)].split()[-1])
    wanted = run.MARGIN * 200.0 / size * 256
    print(f"pilot worth {size} of 256 draws, {wanted:.0f} wanted, {result.draws} drawn")
    assert result.draws - 512 < wanted * (1 + 0.5 / size) + 1
    assert result.draws > wanted * (1 - 0.5 / size) - 512


def test_time_limit_stops_a_run(wide_problem):
    problem = wide_problem("bounds", symmetric=0.0)
    with pytest.raises(ValueError, match="time limit of 0 s was over"):
        importance_sample(problem, seed=3, seconds=0.0, effective_size=1e9, data_sets=16)


def test_figures_that_cannot_be_together_are_refused(wide_problem, monkeypatch):
    monkeypatch.setattr(adaptation, "MOST_ROUNDS", 1)
    problems = wide_problem("bounds", symmetric=0.0)
    problems[0]["hr"], problems[0]["lower"], problems[0]["upper"] = (
        (1, 1.01),
        (0.9, 0.91),
        (1.1, 1.12),
    )
    with pytest.raises(ValueError, match="no set of patients reproduces the printed figures"):
        importance_sample(problems, seed=3, data_sets=16)


def test_every_hit_prints_the_published_figures(published_problem):
    problems = published_problem("os")
    problem = problems[0]
    result = importance_sample(problems, seed=3, most_draws=1, data_sets=80)
    assert result.log_hr.size >= 20
    arm = np.repeat([0, 1], [38, 37])

    def holds(name, value):
        low, high = problem[name]
        return low <= value < high

    for time, event, events in zip(result.time, result.event, result.events, strict=True):
        ratio = hazard_ratio(cox(time, event, arm))
        assert holds("hr", 1 / ratio.estimate)
        assert holds("lower", 1 / ratio.upper)
        assert holds("upper", 1 / ratio.lower)
        ordered = np.sort(time)
        medians = [median_time(kaplan_meier(time[arm == a], event[arm == a])) for a in (0, 1)]
        printed = [(0, medians[0]), (1, medians[1]), (SHORTEST, ordered[0])]
        for role, value in [*printed, (MIDDLE, ordered[37]), (LONGEST, ordered[74])]:
            low, high = problem["windows"][role]
            assert low <= value < high
        assert events.tolist() == [event[arm == 0].sum(), event[arm == 1].sum()]


def test_evidence_of_equal_weights():
    found = log_evidence(np.full(25, -700.0), draws=100)
    assert found.value == pytest.approx(-700 + np.log(0.25))
    assert found.standard_error == pytest.approx((0.75 / 25) ** 0.5)


def test_evidence_without_a_hit():
    assert log_evidence(np.empty(0), draws=10).value == -np.inf
