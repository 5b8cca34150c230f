"""Simulated operating characteristics: reproducible, and as group-sequential theory has them."""

import math

import numpy as np
import pytest

from simulate.boundaries.power import operating
from simulate.operating.characteristics import characteristics, share_error
from simulate.operating.monitoring import planned_boundaries, planned_events, planning_ratio
from simulate.operating.simulate import simulate_design

TRIALS = 4000


def table_of(design, **options):
    events = planned_events(design, seed=1)
    options = {"seed": 3, "trials": TRIALS} | options
    return characteristics([simulate_design(design, design.truths[0], events=events, **options)])


def test_power_and_stops_agree_with_group_sequential_theory(small):
    design = small()
    table = table_of(design).sel(truth="planning", test="log_rank")
    theory = operating(planned_boundaries(design, np.array([40.0, 80.0])), hazard_ratio=0.6)
    seen = {
        "power": (float(table["success"]), theory.power),
        "early": (float(table["stop"].sel(outcome="success", look=1)), theory.success[0]),
        "futile": (float(table["stop"].sel(outcome="futility", look=1)), theory.futility[0]),
    }
    for name, (value, expected) in seen.items():
        error = math.sqrt(expected * (1 - expected) / TRIALS)
        print(f"{name}: simulated {value:.4f}, theory {expected:.4f}, SE {error:.4f}")
        # theory is that of a normal score; with 40 events it is off by a few points
        assert abs(value - expected) < 4 * error + 0.03


def test_shares_add_up_and_events_are_those_of_the_looks(small):
    table = table_of(small()).sel(truth="planning", test="log_rank")
    assert float(table["stop"].sum()) == pytest.approx(1.0)
    assert float(table["stop"].sel(outcome="success").sum()) == float(table["success"])
    assert table["at_look_mean"].sel(measure="events").values.tolist() == [40.0, 80.0]
    early = float(table["stop"].sel(look=1).sum())
    assert float(table["at_stop_mean"].sel(measure="events")) == pytest.approx(80 - 40 * early)
    assert int(table["at_look"].sel(look=2)) == round(TRIALS * (1 - early))


def test_numbers_do_not_depend_on_the_workers(small):
    first, second = (table_of(small(), workers=workers, trials=2500) for workers in (1, 3))
    assert first.identical(second)


def test_a_longer_simulation_begins_with_the_shorter(small):
    short, long = (table_of(small(), trials=trials) for trials in (1000, 2000))
    assert int(short["trials"][0]) == 1000
    assert int(long["trials"][0]) == 2000
    wins = [float(part["success"].sel(test="log_rank")[0]) for part in (short, long)]
    gained = 2000 * wins[1] - 1000 * wins[0]
    assert 0 <= gained <= 1000


def test_simulation_goes_on_to_the_wanted_standard_error(small):
    table = table_of(small(), trials=100_000, mcse=0.009).sel(test="log_rank")
    assert int(table["trials"][0]) in (2000, 4000)
    assert float(table["success_mcse"][0]) <= 0.009
    assert int(table_of(small(), trials=1500, mcse=0.0001)["trials"][0]) == 1500


def test_share_error_is_never_zero():
    assert float(share_error(0, 1000)) == pytest.approx(math.sqrt(0.001 * 0.999 / 1000))
    assert float(share_error(1000, 1000)) == pytest.approx(float(share_error(0, 1000)))
    assert float(share_error(500, 1000)) == pytest.approx(math.sqrt(0.25 / 1000))


def test_the_cox_estimate_covers_its_limit_and_the_adjusted_one_is_median_unbiased(small):
    design = small(looks=[{"events": 80}], efficacy={"kind": "none"}, futility=None)
    table = table_of(design).sel(truth="planning", test="log_rank")
    print(f"bias {float(table['bias']):.4f}, covers {float(table['coverage']):.4f}")
    assert float(table["cox_limit"][0]) == pytest.approx(math.log(0.6), abs=1e-6)
    assert abs(float(table["bias"])) < 4 * float(table["bias_mcse"]) + 0.01
    assert abs(float(table["coverage"]) - 0.95) < 4 * math.sqrt(0.95 * 0.05 / TRIALS) + 0.003
    looked = table_of(small()).sel(truth="planning", test="log_rank")
    below = float(looked["adjusted_below"])
    print(f"adjusted below the limit {below:.4f} of {int(looked['adjusted_trials'])}")
    assert abs(below - 0.5) < 4 * math.sqrt(0.25 / int(looked["adjusted_trials"])) + 0.02
    assert abs(float(looked["adjusted_bias"])) < abs(float(looked["bias"]))


def test_looks_by_the_calendar_have_their_mean_events_planned(small):
    looks = [{"months": 12.0, "information": 0.5}, {"months": 24.0}]
    design = small(looks=looks)
    events = planned_events(design, seed=1)
    table = table_of(design).sel(truth="planning", test="log_rank")
    assert events[0] == pytest.approx(events[1] / 2)
    mean = float(table["at_look_mean"].sel(measure="events", look=2))
    print(f"planned {events}, mean at the last look {mean:.2f}")
    assert table["at_look_mean"].sel(measure="month").values.tolist() == [12.0, 24.0]


def test_the_planning_ratio_of_a_changing_effect_weighs_by_events(small):
    design = small()
    assert planning_ratio(design, design.truths[0]) == pytest.approx(0.6)
    delayed = small(
        truths=[
            {
                "name": "late",
                "control": {"median": 10.0},
                "effect": {"kind": "delayed", "hr": 0.6, "delay": 10.0},
            }
        ]
    )
    assert planning_ratio(delayed, delayed.truths[0]) == pytest.approx(
        math.exp(0.5 * math.log(0.6))
    )


def test_trials_whose_events_never_come_are_counted(small):
    truth = {
        "name": "cured",
        "control": {"median": 10.0},
        "effect": {"kind": "proportional", "hr": 0.6},
        "cured": {"control": 0.3, "rt": 0.3},
    }
    design = small(truths=[truth], looks=[{"events": 84}], efficacy={"kind": "none"}, futility=None)
    table = table_of(design, trials=1000).sel(truth="cured", test="log_rank")
    missed = float(table["not_reached"].sel(look=1))
    print(f"not reached in {missed:.3f} of the trials")
    assert 0.2 < missed < 0.8
    assert float(table["at_look_mean"].sel(measure="events", look=1)) < 84
