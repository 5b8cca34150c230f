"""Nuisance values from the command line."""

from collections.abc import Sequence

from simulate.threshold.nuisance import NuisanceGrid

NAMES = ("hazard", "accrual", "drop_out")


def read_grid(given: Sequence[str]) -> NuisanceGrid:
    """Read values such as "hazard=0.5,1,2"; names that are left out keep their default.

    Parameters
    ----------
    given : sequence of str
        One entry a name.

    Raises
    ------
    ValueError
        One sentence with the entry, the rule and the cure.
    """
    values: dict[str, tuple[float, ...]] = {}
    for entry in given:
        name, _, numbers = entry.partition("=")
        if name not in NAMES or name in values:
            why = "is given twice" if name in values else "is no nuisance value"
            raise ValueError(
                f"--grid is {entry!r} but {name!r} {why}; name each of {', '.join(NAMES)} at most "
                "once, as in hazard=0.5,1,2"
            )
        try:
            values[name] = tuple(float(number) for number in numbers.split(","))
        except ValueError:
            raise ValueError(
                f"--grid is {entry!r}; after the name come numbers joined by commas, as in "
                f"{name}=0.5,1,2"
            ) from None
    return NuisanceGrid(**values)
