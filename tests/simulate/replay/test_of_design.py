"""A trial replayed by its design alone: of one endpoint or of several, as the two do it."""

from pathlib import Path

import pandas as pd

from simulate.design import load_design
from simulate.replay.of_design import replay_trial
from simulate.replay.replay import Replay, replay
from simulate.replay.several import SeveralReplay, replay_several

PLAN = Path(__file__).parents[3] / "analyses" / "phase3"


def test_one_endpoint_is_replayed_as_such():
    design = load_design(PLAN / "os_alone.toml")
    found = replay_trial(design, design.truths[0], seed=2, replicate=3)
    plain = replay(design, design.truths[0], seed=2, replicate=3)
    assert isinstance(found, Replay)
    assert [look.z for look in found.looks] == [look.z for look in plain.looks]
    pd.testing.assert_frame_equal(found.patients, plain.patients)


def test_several_endpoints_are_replayed_together():
    design = load_design(PLAN / "design.toml")
    found = replay_trial(design, design.truths[0], seed=2, replicate=3)
    plain = replay_several(design, design.truths[0], seed=2, replicate=3)
    assert isinstance(found, SeveralReplay)
    assert (found.stop, found.success, list(found.endpoints)) == (
        plain.stop, plain.success, ["pfs", "os"],
    )  # fmt: skip
