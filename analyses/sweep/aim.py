"""How many trials a cell is to have: a number, or as many as a standard error needs."""

from dataclasses import dataclass

from analyses.sweep.pool import Result

FEWEST = 1000
MOST = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Aim:
    """What every cell of a sweep is to reach.

    Parameters
    ----------
    trials : int
        Of each cell, a multiple of 1,000; without `mcse`.
    mcse : float, optional
        Wanted Monte Carlo standard error of success.
    """

    trials: int
    mcse: float | None = None

    def of(self, result: Result | None, former: int) -> int | None:
        """Trials to go on to.

        With `mcse`, precision is looked at after 1,000 trials and whenever their number has come to
        the next power of two of thousands: never in between, so that a sweep that was stopped goes
        on to the same numbers of trials.

        Parameters
        ----------
        result : Result or None
            Of the trials that there are.
        former : int
            What these trials were on their way to.

        Returns
        -------
        int or None
            None when there is nothing left to do.
        """
        have = 0 if result is None else result.trials
        if self.mcse is None:
            return self.trials if have < self.trials else None
        if have < former:
            return former
        if result is not None and (have >= MOST or result.success_error() <= self.mcse):
            return None
        wanted = FEWEST
        while wanted <= have:
            wanted *= 2
        return min(wanted, MOST)
