"""Where tests disagree on the same trials: how often, and in which."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

MOST_NAMED = 20


class Agreement:
    """Running counts of trials in which a test decides otherwise than the deciding one.

    Parameters
    ----------
    tests : sequence of str
    deciding : str
        One of them.

    Attributes
    ----------
    only_this, only_deciding : dict of str to int
        By test: trials that succeed by it alone of the two, and by the deciding test alone.
    replicates : dict of str to list of int
        Numbers of the first trials in which they differ, to be replayed.
    """

    def __init__(self, tests: tuple[str, ...], deciding: str) -> None:
        self.deciding = deciding
        self.only_this = dict.fromkeys(tests, 0)
        self.only_deciding = dict.fromkeys(tests, 0)
        self.replicates: dict[str, list[int]] = {test: [] for test in tests}

    def add(self, first: int, won: Mapping[str, NDArray[np.bool_]]) -> None:
        """Add a block; blocks must come in order for the named trials to be the first.

        Parameters
        ----------
        first : int
            Number of the first replicate.
        won : dict of str to array (trial,)
            Whether each trial succeeds, by test.
        """
        own = won[self.deciding]
        for test, wins in won.items():
            self.only_this[test] += int((wins & ~own).sum())
            self.only_deciding[test] += int((own & ~wins).sum())
            named = self.replicates[test]
            differ = np.flatnonzero(wins != own)[: MOST_NAMED - len(named)]
            named += [first + int(place) for place in differ]
