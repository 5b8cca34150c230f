"""The plain-Python courses that the kernels are held against, and truths to draw them from."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from models.illness_death.packed import PackedIllnessDeath
from simulate.illness_death.courses import draw_courses, fill_endpoints, new_courses, new_endpoints
from simulate.illness_death.pack import pack_scans, passages_of
from simulate.random_numbers import Key, trial_key


def key_of(replicate, seed=41):
    return Key(*map(np.uint64, trial_key(np.uint64(seed), np.uint64(replicate))))


def build(
    progression,
    without,
    after,
    *,
    cuts=(),
    after_cuts=(),
    clock=0,
    drop_out=0.0,
    drop_cuts=(),
    switch=(0.0, 0.0, 1.0),
):
    """A truth from hazards that broadcast to (arm, stratum, interval), drop-out to (2, arm, -)."""
    start = [np.asarray(part, float) for part in (progression, without)]
    strata = max(part.shape[-2] if part.ndim > 1 else 1 for part in (*start, np.asarray(after)))
    shape = (2, strata, len(cuts) + 1)
    return PackedIllnessDeath(
        cuts=np.array(cuts, float),
        hazard=np.stack([np.broadcast_to(part, shape) for part in start]),
        clock=clock,
        after_cuts=np.array(after_cuts, float),
        after_hazard=np.array(
            np.broadcast_to(np.asarray(after, float), (2, strata, len(after_cuts) + 1))
        ),
        drop_cuts=np.array(drop_cuts, float),
        drop_out=np.array(np.broadcast_to(np.asarray(drop_out, float), (2, 2, len(drop_cuts) + 1))),
        switch_probability=switch[0],
        switch_delay=switch[1],
        switch_hr=switch[2],
    )


def draw(packed, arm, stratum, *, scans=None, replicate=0):
    """Courses and endpoints from the kernels."""
    arm, stratum = (np.ascontiguousarray(label, dtype=np.int64) for label in (arm, stratum))
    courses, ends = new_courses(arm.size), new_endpoints(arm.size)
    bits = np.empty(arm.size, np.uint64)
    draw_courses(
        key_of(replicate),
        arm.size,
        arm,
        stratum,
        passages_of(packed),
        pack_scans(scans),
        bits,
        courses,
    )
    fill_endpoints(arm.size, courses, ends)
    return courses, ends


@pytest.fixture(scope="session")
def plain():
    """The module `plain_courses` that stands beside this file."""
    path = Path(__file__).with_name("plain_courses.py")
    spec = importlib.util.spec_from_file_location("plain_courses", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def packed_of():
    return build


@pytest.fixture(scope="session")
def drawn():
    return draw


@pytest.fixture(scope="session")
def key():
    return key_of
