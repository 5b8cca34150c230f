"""What a running sweep says of itself."""

from dataclasses import replace

from analyses.sweep.progress import told, words
from analyses.sweep.run import SweepProgress

STEP = SweepProgress(
    finished=12, failed=0, cells=40, trials=130_000, wanted=400_000, rate=21_500.4,
    seconds_left=12.6, worst=0.00514,
)  # fmt: skip


def test_cells_trials_rate_and_error_are_said():
    assert words(STEP) == (
        "12 of 40 cells, 130,000 of 400,000 trials, 21,500 trials/s, largest Monte Carlo error "
        "0.0051"
    )


def test_what_is_not_known_yet_is_left_out_and_failures_are_said():
    step = replace(STEP, rate=0.0, worst=None, failed=3)
    assert words(step) == "12 of 40 cells, 130,000 of 400,000 trials, 3 cells failed"


def test_the_share_of_trials_and_the_time_left_are_shown():
    shown = []
    told(shown.append, name="mine")(STEP)
    assert (shown[0].stage, shown[0].done, shown[0].seconds_left) == ("mine", 0.325, 12.6)
