"""Hazard ratios by level of evidence, gathered from folders that other commands wrote."""

from pathlib import Path

import pandas as pd

LEVELS = "evidence_levels.csv"
ENDPOINTS = ("pfs", "os")
COLUMNS = ("level", "hr_median", "hr_lower", "hr_upper", "log_hr_mean", "log_hr_sd", "p_below_1",
           "p_below_0.8")  # fmt: skip


def gather_levels(folders: list[Path]) -> dict[str, pd.DataFrame]:
    """Put the levels of several results folders into one table for each endpoint.

    Parameters
    ----------
    folders : list of Path
        Of `replan reanalyse` or `replan fit`.

    Returns
    -------
    dict of str to pandas.DataFrame
        By endpoint: the columns of `level_row` and `source` (the folder), by level. A row that
        several folders hold stands once; levels of one name that differ are told apart by folder.

    Raises
    ------
    ValueError
        If a folder holds no levels.
    """
    found: dict[str, list[pd.DataFrame]] = {}
    for folder in folders:
        for endpoint, table in _levels_of(folder).items():
            found.setdefault(endpoint, []).append(table.assign(source=folder.name))
    return {
        endpoint: _join(found[endpoint])
        for endpoint in sorted(found, key=lambda name: [*ENDPOINTS, name].index(name))
    }


def _levels_of(folder: Path) -> dict[str, pd.DataFrame]:
    """Tables of a folder by endpoint: one of its own, or one in each endpoint's folder."""
    places = {name: folder / name / LEVELS for name in ENDPOINTS}
    found = {name: _read(path) for name, path in places.items() if path.is_file()}
    if (folder / LEVELS).is_file():
        found[_endpoint_of(folder)] = _read(folder / LEVELS)
    if not found:
        raise ValueError(
            f"{folder} holds no {LEVELS}; give results folders of `replan reanalyse` or `replan "
            "fit`, check the path"
        )
    return found


def _read(path: Path) -> pd.DataFrame:
    try:
        table = pd.read_csv(path)
    except (OSError, ValueError):
        table = pd.DataFrame()
    if not set(COLUMNS) <= set(table.columns) or table.empty:
        raise ValueError(
            f"{path} is no table of evidence levels; run the command that wrote its folder again"
        )
    return table[list(COLUMNS)]


def _endpoint_of(folder: Path) -> str:
    """Endpoint of the patients that `replan fit` fitted, from the attributes of its posterior."""
    import h5py  # type: ignore[import-untyped]

    for path in sorted(folder.glob("posterior_level_*.nc")):
        try:
            with h5py.File(path) as file:
                endpoint = str(file.attrs.get("endpoint", ""))
        except OSError:
            continue
        if endpoint in ENDPOINTS:
            return endpoint
    raise ValueError(
        f"{folder} does not tell whose endpoint its levels are of, as it has no posterior; run "
        "`replan fit` again"
    )


def _join(tables: list[pd.DataFrame]) -> pd.DataFrame:
    joined = pd.concat(tables, ignore_index=True).drop_duplicates(subset=list(COLUMNS))
    again = joined["level"].duplicated(keep=False)
    named = joined["level"] + " (" + joined["source"] + ")"
    joined["level"] = joined["level"].where(~again, named)
    # The flat prior is level 0's first row, as everywhere.
    order = joined["level"].str[:7] + (~joined["level"].str.contains("flat prior")).astype(str)
    return joined.loc[order.sort_values(kind="stable").index].reset_index(drop=True)
