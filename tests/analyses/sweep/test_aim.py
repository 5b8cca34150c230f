"""How far cells go: fixed numbers, or a standard error looked at after fixed numbers of trials."""

from types import SimpleNamespace

import pytest

from analyses.sweep.aim import MOST, Aim, aim_of


def after(trials, error):
    return SimpleNamespace(trials=trials, success_error=lambda: error)


def test_a_number_of_trials():
    aim = Aim(trials=4000)
    assert aim.of(None, 0) == 4000
    assert aim.of(after(3000, 0.1), 3000) == 4000
    assert aim.of(after(4000, 0.1), 4000) is None
    assert aim.of(after(9000, 0.1), 9000) is None


def test_precision_is_looked_at_where_a_run_would_have_looked():
    aim = Aim(trials=MOST, mcse=0.01)
    assert aim.of(None, 0) == 1000
    assert aim.of(after(1000, 0.02), 1000) == 2000
    assert aim.of(after(2000, 0.01), 2000) is None
    assert aim.of(after(3000, 0.005), 4000) == 4000
    assert aim.of(after(10_000, 0.02), 10_000) == 16_000
    assert aim.of(after(MOST, 0.02), MOST) is None


def test_no_more_than_the_most_trials():
    aim = Aim(trials=5000, mcse=0.01)
    assert aim.of(after(4000, 0.02), 4000) == 5000
    assert aim.of(after(5000, 0.02), 5000) is None
    assert aim.of(after(4500, 0.02), 8000) == 5000


@pytest.mark.parametrize(
    ("asked", "options", "aim"),
    [
        ((10_000, None), {}, Aim(trials=10_000)),
        ((10_000, 0.01), {}, Aim(trials=10_000, mcse=0.01)),
        ((10_000, 0.01), {"trials": 1500}, Aim(trials=2000)),
        ((10_000, None), {"mcse": 0.02}, Aim(trials=MOST, mcse=0.02)),
        ((10_000, None), {"mcse": 0.02, "trials": 64_000}, Aim(trials=64_000, mcse=0.02)),
    ],
)
def test_options_take_the_place_of_what_the_sweep_asks(asked, options, aim):
    assert aim_of(asked, **options) == aim
