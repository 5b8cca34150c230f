"""The ladder of levels: who is where, what was accepted, and how much each level moves."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from models.reconstruction.problem import LEVELS, Floats, Integers

MOVES = (
    "courses",
    "courses and hazards",
    "courses without progression",
    "last times",
    "progressions",
    "figures handed over",
    "deaths without progression",
    "progressions traded",
    "ends exchanged",
    "warps",
)

TRANSFER, FLIP, TRADE, WARP = 5, 6, 7, len(MOVES) - 1
SIZES = (1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 4, 4, 5, 6)
BLOCKS = len(SIZES)
SHARES = (0.06, 0.04, 0.1, 0.3, 0.29, 0.06, 0.04, 0.08, 0.03)

JOINT_LADDER = np.dtype(
    [
        ("slot", np.int64, LEVELS),
        ("heading", np.int64, LEVELS),
        ("exchanged", np.int64, LEVELS),
        ("tried", np.int64, LEVELS),
        ("moves", np.int64, (LEVELS, len(MOVES), 2)),
        ("effort", np.int64, LEVELS),
        ("shares", np.float64, (LEVELS, len(MOVES) - 1)),
        ("blocks", np.int64, (LEVELS, BLOCKS)),
        ("trips", np.int64),
        ("parity", np.int64),
    ],
    align=True,
)


def new_ladder(levels: int, *, moves: int) -> NDArray[np.void]:
    """Ladder of so many levels with `moves` moves between exchanges at each."""
    ladder = np.zeros(1, JOINT_LADDER)
    ladder["slot"][0, :levels] = np.arange(levels)
    ladder["effort"][0, :levels] = moves
    ladder["shares"][0] = SHARES
    ladder["blocks"][0] = SIZES
    return ladder


class JointLadder(Protocol):
    """The replica at each level, and what happened.

    `effort` and `shares` are the moves between exchanges at each level, and how often each kind is
    proposed; warps come on top. A redraw takes as many patients as a random entry of `blocks` says.
    `heading` of a replica is +1 since it was last at the bottom, −1 since last at the top after the
    bottom, 0 before either; `trips` counts round trips bottom to top to bottom; `exchanged` and
    `tried` belong to a level and the one above; `moves` are accepted and proposed `MOVES`.
    """

    slot: Integers
    heading: Integers
    exchanged: Integers
    tried: Integers
    moves: Integers
    effort: Integers
    shares: Floats
    blocks: Integers
    trips: int
    parity: int
