"""Cells as bytes: read as they were written, or known to be damaged."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from analyses.sweep.cell_file import DamagedError, StoredCell, cell_bytes, parse_cell

ADDRESS = "0f" * 32
SOME = StoredCell(arrays={"wins": np.array([3, 4]), "sum": np.array(0.1)}, aim=2000)
KINDS = st.sampled_from([np.int64, np.float64, np.bool_])


@given(
    st.dictionaries(
        st.text(max_size=8),
        KINDS.flatmap(lambda kind: arrays(kind, array_shapes(min_dims=0, min_side=0))),
    )
)
def test_arrays_are_read_as_they_were_written(found):
    again = parse_cell(cell_bytes(ADDRESS, StoredCell(arrays=found, aim=7)), ADDRESS)
    assert again.aim == 7
    assert list(again.arrays) == list(found)
    for name, array in found.items():
        assert again.arrays[name].dtype == array.dtype
        np.testing.assert_array_equal(again.arrays[name], array, strict=True)


def test_the_same_result_gives_the_same_bytes_whatever_its_memory_layout():
    square = np.arange(6.0).reshape(2, 3)
    turned = np.asfortranarray(square)
    assert cell_bytes(ADDRESS, StoredCell(arrays={"a": square}, aim=1)) == cell_bytes(
        ADDRESS, StoredCell(arrays={"a": turned}, aim=1)
    )


def test_every_changed_or_missing_byte_is_noticed():
    content = cell_bytes(ADDRESS, SOME)
    for place in range(len(content)):
        changed = bytearray(content)
        changed[place] ^= 1
        with pytest.raises(DamagedError):
            parse_cell(bytes(changed), ADDRESS)
        with pytest.raises(DamagedError):
            parse_cell(content[:place], ADDRESS)
    with pytest.raises(DamagedError):
        parse_cell(content + b"\n", ADDRESS)


def test_a_file_of_another_cell_is_refused():
    with pytest.raises(DamagedError):
        parse_cell(cell_bytes(ADDRESS, SOME), "0e" * 32)
