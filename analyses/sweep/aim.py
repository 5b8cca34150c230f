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
        Of each cell, or with `mcse` the most; a multiple of 1,000.
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
        if have >= self.trials:
            return None
        if self.mcse is None:
            return self.trials
        if have < former:
            return min(former, self.trials)
        if result is not None and result.success_error() <= self.mcse:
            return None
        wanted = FEWEST
        while wanted <= have:
            wanted *= 2
        return min(wanted, self.trials)


def aim_of(
    asked: tuple[int, float | None], *, trials: int | None = None, mcse: float | None = None
) -> Aim:
    """Join what a sweep asks for with options that take its place.

    Parameters
    ----------
    asked : tuple of int and float or None
        Trials and standard error that the sweep's file asks for.
    trials, mcse : optional
        Options. A standard error alone may take up to a million trials a cell; a number of trials
        alone is that number.

    Returns
    -------
    Aim
        Trials rounded up to whole thousands.
    """
    if mcse is not None:
        most, wanted = trials or MOST, mcse
    elif trials is not None:
        most, wanted = trials, None
    else:
        most, wanted = asked
    return Aim(trials=-(-most // FEWEST) * FEWEST, mcse=wanted)
