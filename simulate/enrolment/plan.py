"""The numbers behind enrolment, packed for the compiled kernels as records of fixed layout.

Arm 0 is control, arm 1 RT. Strata (cells) are numbered row-major in the order of the factors.
"""

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Records = NDArray[Any]

PIECES = 1024
CELLS = 1024
FACTORS = 16
LEVELS = CELLS + FACTORS
SIZES = 32

EVEN, UNIFORM, POISSON = range(3)
SIMPLE, ALTERNATING, BLOCKS, STRATIFIED_BLOCKS, MINIMISATION = range(5)


class Enrolment(Protocol):
    """How patients arrive, what strata they belong to, and how they are randomised.

    Attributes
    ----------
    kind : int
        `EVEN`, `UNIFORM` or `POISSON` arrivals.
    most_patients : int
        Patients enrolled; with Poisson arrivals over a fixed time the most there is room for.
    target : float
        Expected patients at which recruitment ends; for Poisson arrivals of a fixed number of
        patients infinite, unless the rates end at 0: then some trials stay smaller.
    pieces : int
        Pieces of the intensity used; the fields are those of `Intensity`, and `stop` is where
        each piece ends (infinite for the last).
    cells : int
        Strata.
    upper : array (cell,)
        Probability of this stratum or one before it.
    method : int
        `SIMPLE`, `ALTERNATING`, `BLOCKS`, `STRATIFIED_BLOCKS` or `MINIMISATION`.
    ratio : array (arm,)
        Allocation in lowest terms.
    sizes : int
        Block sizes, equally likely.
    block_size, block_control : array (size,)
        Patients and control patients of each block.
    factors, levels : int
        Factors that minimisation balances, and the number of their levels together.
    level : array (cell, factor)
        Which level, counted over all factors, a stratum has.
    control_share : array (3,)
        P(control) when control, neither arm or RT is preferred.
    """

    kind: int
    most_patients: int
    target: float
    pieces: int
    start: Floats
    stop: Floats
    expected: Floats
    rate: Floats
    slope: Floats
    cells: int
    upper: Floats
    method: int
    ratio: Integers
    sizes: int
    block_size: Integers
    block_control: Integers
    factors: int
    levels: int
    level: Integers
    control_share: Floats


class Scratch(Protocol):
    """What randomisation remembers within one trial.

    Attributes
    ----------
    left, control : array (cell,)
        Patients and control patients still to come in the open block of each stratum.
    lead : array (level,)
        Control patients times RT's share less RT patients times control's share.
    """

    left: Integers
    control: Integers
    lead: Integers


ENROLMENT = np.dtype(
    [
        ("kind", np.int64),
        ("most_patients", np.int64),
        ("target", np.float64),
        ("pieces", np.int64),
        ("start", np.float64, PIECES),
        ("stop", np.float64, PIECES),
        ("expected", np.float64, PIECES),
        ("rate", np.float64, PIECES),
        ("slope", np.float64, PIECES),
        ("cells", np.int64),
        ("upper", np.float64, CELLS),
        ("method", np.int64),
        ("ratio", np.int64, 2),
        ("sizes", np.int64),
        ("block_size", np.int64, SIZES),
        ("block_control", np.int64, SIZES),
        ("factors", np.int64),
        ("levels", np.int64),
        ("level", np.int64, (CELLS, FACTORS)),
        ("control_share", np.float64, 3),
    ],
    align=True,
)

SCRATCH = np.dtype(
    [
        ("left", np.int64, CELLS),
        ("control", np.int64, CELLS),
        ("lead", np.int64, LEVELS),
    ],
    align=True,
)


def new_scratch() -> Records:
    """Scratch space of one worker, an array of one record."""
    return np.zeros(1, dtype=SCRATCH)
