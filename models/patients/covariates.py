"""Covariates as columns of numbers: standardised, or one column for each category but the first."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]
MOST_CATEGORIES = 12


class Covariates(NamedTuple):
    """What a model takes of the patients besides times, events and arm.

    Attributes
    ----------
    names : list of str, length P
        Column, or "column: category" against the first category.
    values : numpy.ndarray, shape (n, P)
        Numbers are centred and divided by their standard deviation, categories 0 or 1 and centred.
    unit : numpy.ndarray, shape (P,)
        How much of the covariate a difference of 1 is: its standard deviation, or 1.
    strata : list of str, length S
        Names of the strata; "all" where there are none.
    stratum : numpy.ndarray of int, shape (n,)
        Stratum of each patient.
    """

    names: list[str]
    values: Array
    unit: Array
    strata: list[str]
    stratum: NDArray[np.int64]


def encode_covariates(
    patients: pd.DataFrame, *, effects: tuple[str, ...], strata: tuple[str, ...]
) -> Covariates:
    """Turn columns of patients into covariates of the model.

    Parameters
    ----------
    patients : pandas.DataFrame
        From `read_patients`.
    effects : tuple of str
        Columns with a proportional effect: numbers enter linearly, text by category.
    strata : tuple of str
        Columns whose combinations have baseline hazards of their own.

    Returns
    -------
    Covariates

    Raises
    ------
    ValueError
        If a column does not vary, has too many categories, or a stratum lacks an arm.
    """
    both = sorted(set(effects) & set(strata))
    if both:
        raise ValueError(
            f"`{both[0]}` is a covariate and a stratum; it must be one of the two, choose"
        )
    names: list[str] = []
    columns: list[Array] = []
    unit: list[float] = []
    for name in effects:
        for label, column, spread in _encode(patients, name):
            names.append(label)
            columns.append(column)
            unit.append(spread)
    labels, stratum = _strata(patients, strata)
    values = np.column_stack(columns) if columns else np.zeros((len(patients), 0))
    return Covariates(names, values, np.array(unit), labels, stratum)


def _encode(patients: pd.DataFrame, name: str) -> list[tuple[str, Array, float]]:
    column = patients[name]
    categories = sorted(map(str, column.unique()))
    if len(categories) < 2:
        raise ValueError(
            f"`{name}` is {categories[0]!r} in every patient; a covariate must vary, leave it out"
        )
    if column.dtype.kind == "f":
        values = column.to_numpy(dtype=float)
        spread = float(values.std())
        return [(name, (values - values.mean()) / spread, spread)]
    if len(categories) > MOST_CATEGORIES:
        raise ValueError(
            f"`{name}` has {len(categories)} categories; a covariate of text must have at most "
            f"{MOST_CATEGORIES}, join some"
        )
    text = column.astype(str).to_numpy()
    dummies = [(f"{name}: {category}", text == category) for category in categories[1:]]
    return [(label, here.astype(float) - here.mean(), 1.0) for label, here in dummies]


def _strata(patients: pd.DataFrame, strata: tuple[str, ...]) -> tuple[list[str], NDArray[np.int64]]:
    if not strata:
        return ["all"], np.zeros(len(patients), dtype=np.int64)
    text = [
        ", ".join(f"{name} {value:g}" if isinstance(value, float) else f"{name} {value}"
                  for name, value in zip(strata, row, strict=True))
        for row in patients[list(strata)].itertuples(index=False, name=None)
    ]  # fmt: skip
    labels, stratum = np.unique(text, return_inverse=True)
    if labels.size > MOST_CATEGORIES:
        raise ValueError(
            f"`{', '.join(strata)}` make {labels.size} strata; there must be at most "
            f"{MOST_CATEGORIES}, take the column as a covariate or join categories"
        )
    for index, label in enumerate(labels):
        for arm in patients["arm"].cat.categories:
            if not ((stratum == index) & (patients["arm"] == arm).to_numpy()).any():
                raise ValueError(
                    f"stratum {str(label)!r} has nobody in arm {arm!r}; each stratum needs both "
                    "arms, join it with another"
                )
    return [str(label) for label in labels], stratum.astype(np.int64)
