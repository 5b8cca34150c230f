"""Stored answers of other programs, which ship so that proof needs neither R nor a network."""

from functools import cache
from pathlib import Path

import pandas as pd

FOLDER = Path(__file__).parent / "r"


@cache
def oracle(name: str) -> pd.DataFrame:
    """Read a table of stored answers; it is kept, so it must not be changed.

    Parameters
    ----------
    name : str
        File in the folder `r`, such as "boundaries"; its `README.md` says what each holds.
    """
    return pd.read_csv(FOLDER / f"{name}.csv", comment="#")


def wrote(name: str) -> str:
    """Name the program and version that wrote a table, from its first line."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8") as file:
        first = file.readline().strip()
    return first.removeprefix("#").strip() if first.startswith("#") else "R"
