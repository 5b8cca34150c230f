"""Error spending: how much of alpha (or beta) may be gone at an information fraction.

Every function is 0 at fraction 0, does not decrease, and is the whole error at fraction 1 and
beyond. A design that is looked at once has the kind `NONE`: nothing is spent before the end.
"""

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.compiled import kernel
from simulate.boundaries.normal import upper_quantile, upper_tail
from simulate.boundaries.process import LOOKS

Kind = Literal["none", "obrien_fleming", "pocock", "hwang_shih_decani", "power", "user"]

NONE, OBRIEN_FLEMING, POCOCK, HWANG_SHIH_DECANI, POWER, USER = range(6)
CODES: dict[Kind, int] = {
    "none": NONE,
    "obrien_fleming": OBRIEN_FLEMING,
    "pocock": POCOCK,
    "hwang_shih_decani": HWANG_SHIH_DECANI,
    "power": POWER,
    "user": USER,
}

LARGEST_PARAMETER = 100
EVEN = 1e-9

SPENDING = np.dtype(
    [
        ("kind", np.int64),
        ("total", np.float64),
        ("parameter", np.float64),
        ("table", np.float64, LOOKS),
    ],
    align=True,
)


class PackedSpending(Protocol):
    """A spending function as the kernels see it; see `SpendingFunction`."""

    kind: int
    total: float
    parameter: float
    table: NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class SpendingFunction:
    """How an error probability is spent over the looks.

    Parameters
    ----------
    kind : {"none", "obrien_fleming", "pocock", "hwang_shih_decani", "power", "user"}
        `none` spends everything at the final look.
    total : float
        Error to be spent, one-sided, in (0, 1); below 1/2 for `obrien_fleming`.
    parameter : float
        gamma of `hwang_shih_decani` (negative spends late, 0 evenly) or rho of `power` (positive;
        1 spends evenly); of no account otherwise.
    table : tuple of float
        `user` only: cumulative error after each look, not decreasing, the last equal to `total`.

    References
    ----------
    O'Brien-Fleming and Pocock type: Lan & DeMets 1983, doi 10.1093/biomet/70.3.659; gamma family:
    Hwang, Shih & DeCani 1990, doi 10.1002/sim.4780091207; power family: Kim & DeMets 1987, doi
    10.1093/biomet/74.1.149.
    """

    kind: Kind
    total: float = 0.025
    parameter: float = 0.0
    table: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if self.kind not in CODES:
            raise ValueError(f"`kind` must be one of {', '.join(CODES)}, got {self.kind!r}")
        most = 0.5 if self.kind == "obrien_fleming" else 1.0
        if not 0 < self.total < most:
            raise ValueError(
                f"`total` must be above 0 and below {most:g} for {self.kind!r}, got {self.total}; "
                "it is a one-sided error such as 0.025"
            )
        self._check_parameter()
        self._check_table()

    def _check_parameter(self) -> None:
        if not abs(self.parameter) <= LARGEST_PARAMETER:
            raise ValueError(
                f"`parameter` must be from -{LARGEST_PARAMETER} to {LARGEST_PARAMETER}, "
                f"got {self.parameter}; beyond, everything is spent at one look"
            )
        if self.kind == "power" and self.parameter <= 0:
            raise ValueError(
                f"`parameter` of 'power' must be positive, got {self.parameter}; 1 spends evenly, "
                "3 later"
            )

    def _check_table(self) -> None:
        if (self.kind == "user") != bool(self.table):
            raise ValueError(
                f"`table` is for kind 'user' alone and needed there, got {self.table} for "
                f"{self.kind!r}"
            )
        steps = pairwise((0.0, *self.table))
        if self.table and not (
            len(self.table) <= LOOKS
            and all(earlier <= later for earlier, later in steps)
            and math.isclose(self.table[-1], self.total)
        ):
            raise ValueError(
                f"`table` must rise from at least 0 to `total` = {self.total} over at most {LOOKS} "
                f"looks, got {self.table}"
            )


@kernel
def spent_at(spending: PackedSpending, look: int, fraction: float) -> float:
    """Cumulative error at a look that is not the final one; see `cumulative_error`."""
    total = spending.total
    if spending.kind == USER:
        return float(spending.table[look])
    if spending.kind == NONE or not fraction > 0.0:
        return 0.0
    if fraction >= 1.0:
        return total
    if spending.kind == OBRIEN_FLEMING:
        return 2.0 * upper_tail(upper_quantile(0.5 * total) / math.sqrt(fraction))
    if spending.kind == POCOCK:
        return total * math.log1p(math.expm1(1.0) * fraction)
    if spending.kind == POWER:
        return float(total * fraction**spending.parameter)
    gamma = spending.parameter
    if abs(gamma) < EVEN:
        return total * fraction
    return total * math.expm1(-gamma * fraction) / math.expm1(-gamma)


def pack_spending(spending: SpendingFunction) -> NDArray[np.void]:
    """Write a spending function into a record array of shape (1,), dtype `SPENDING`."""
    packed = np.zeros(1, SPENDING)
    packed["kind"], packed["total"] = CODES[spending.kind], spending.total
    packed["parameter"] = spending.parameter
    packed["table"][0, : len(spending.table)] = spending.table
    return packed


def cumulative_error(spending: SpendingFunction, fraction: ArrayLike) -> NDArray[np.float64]:
    """Error that may have been spent at each look; the last spends all.

    Parameters
    ----------
    spending : SpendingFunction
    fraction : array_like, shape (look,)
        Information reached as a fraction of the information planned for the final look. Fractions
        above 1 (over-running) count as 1.

    Returns
    -------
    ndarray, shape (look,)
        Writing t for the fraction and a for `total`:

        - O'Brien-Fleming type: 2 - 2 Phi(z / sqrt(t)), z the upper a/2 quantile (a is one-sided);
        - Pocock type: a log(1 + (e - 1) t);
        - Hwang-Shih-DeCani: a (1 - exp(-gamma t)) / (1 - exp(-gamma));
        - power: a t^rho;
        - user: the table, look by look, whatever the fraction.

        The final look is at `total` even when its fraction is below 1.

    Raises
    ------
    ValueError
        If fractions are not positive or there are more looks than the table or the kernels hold.
    """
    reached = np.atleast_1d(np.asarray(fraction, np.float64))
    check_looks(spending, len(reached))
    packed: Any = pack_spending(spending)[0]
    early = [spent_at(packed, look, float(t)) for look, t in enumerate(reached[:-1])]
    return np.append(early, spending.total)


def check_looks(spending: SpendingFunction, looks: int) -> None:
    """Refuse more looks than the kernels hold, and a user's table of another length."""
    if not 1 <= looks <= LOOKS:
        raise ValueError(f"the number of looks must be from 1 to {LOOKS}, got {looks}")
    if spending.table and len(spending.table) != looks:
        raise ValueError(
            f"`table` needs one value per look: got {len(spending.table)} for {looks} looks"
        )
