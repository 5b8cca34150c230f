"""The mark by which files of reconstructed patients are known: sets that no model invented."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

MARK = {"made_by": "replan reconstruct"}


def mark_sets(patients: pd.DataFrame) -> pd.DataFrame:
    """Give patients the mark; Parquet keeps it."""
    marked = patients.copy()
    marked.attrs |= MARK
    return marked


def is_marked(path: Path) -> bool:
    """Whether a file that can be read as patients holds sets reconstructed from a curve."""
    import json

    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        kept = (pq.read_schema(path).metadata or {}).get(b"PANDAS_ATTRS", b"{}")
    except (OSError, pa.ArrowException):
        return False
    return bool(json.loads(kept).items() >= MARK.items())
