"""Content addresses: equal cells have equal addresses, however they are written."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Any

from simulate.design.trial import TrialDesign
from simulate.sweep.cell import Cell
from simulate.sweep.code_version import code_version
from simulate.truth.kinds import OneTruth, solve


def cell_address(cell: Cell, *, seed: int, code: str | None = None) -> str:
    """Address of a cell's trials: SHA-256 of design, truth, seed and code (64 hex digits).

    The number of trials does not enter: a cell is topped up under the same address.

    Parameters
    ----------
    cell : Cell
    seed : int
    code : str, optional
        Version of the code; that of `code_version` unless given.

    Notes
    -----
    Every field of the design, its planning truth and the truth in force enters by its value, those
    left out by their defaults, but for what no result depends on: names of the design and of the
    truths, and tests that are computed beside the one that decides (`analysis.also`), which cells
    do without. Truths given by marginals enter by the hazards that they are solved for.
    """
    return cell_addresses([cell], seed=seed, code=code)[0]


def cell_addresses(cells: Iterable[Cell], *, seed: int, code: str | None = None) -> list[str]:
    """Give the address of each of many cells, see `cell_address`.

    Parameters
    ----------
    cells : iterable of Cell
    seed : int
    code : str, optional
    """
    version, texts = code or code_version(), dict[int, str]()

    def text(part: TrialDesign | OneTruth) -> str:
        """Write a design or truth, once for all cells that hold the same object."""
        if id(part) not in texts:
            content = _design(part) if isinstance(part, TrialDesign) else _truth(part)
            texts[id(part)] = json.dumps(_canonical(content), sort_keys=True, allow_nan=False)
        return texts[id(part)]

    return [
        hashlib.sha256(
            json.dumps(
                {
                    "design": text(cell.design),
                    "truth": text(cell.truth),
                    "estimates": cell.estimates,
                    "seed": seed,
                    "code": version,
                }
            ).encode()
        ).hexdigest()
        for cell in list(cells)
    ]


def _design(design: TrialDesign) -> dict[str, Any]:
    content = design.model_dump(mode="json", exclude={"name", "truths"})
    for analysis in _analyses(content):
        del analysis["also"]
    return content | {"planning": _truth(design.truths[0])}


def _analyses(content: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield content["analysis"]
    for endpoint in content["endpoints"]:
        yield endpoint["analysis"]


def _truth(truth: OneTruth) -> dict[str, Any]:
    return solve(truth).model_dump(mode="json", exclude={"name"})


def _canonical(content: Any) -> Any:  # noqa: ANN401 - any JSON
    """Write minus 0 as 0, which it equals."""
    if isinstance(content, dict):
        return {key: _canonical(value) for key, value in content.items()}
    if isinstance(content, list):
        return [_canonical(value) for value in content]
    return content + 0.0 if isinstance(content, float) else content
