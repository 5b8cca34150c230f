"""Values that are kept: made once, the oldest dropped first."""

from simulate.sweep.kept import Kept


def test_values_are_made_once_and_the_oldest_goes_first():
    made = []

    def make(key):
        made.append(key)
        return key * 2

    kept = Kept(2)
    assert [kept.get(key, lambda key=key: make(key)) for key in (1, 2, 1, 3, 2, 1)] == [
        *(2, 4, 2, 6, 4, 2)
    ]
    assert made == [1, 2, 3, 1]
