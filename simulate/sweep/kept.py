"""Values that cost time, kept for the next request of the same process."""

from collections.abc import Callable, Hashable


class Kept[Value]:
    """The last so many values by key.

    Parameters
    ----------
    most : int
        The oldest is dropped when there are more.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: dict[Hashable, Value] = {}

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """Return the value of a key, made where it is not at hand."""
        if key not in self._values:
            made = make()
            while len(self._values) >= self._most:
                del self._values[next(iter(self._values))]
            self._values[key] = made
        return self._values[key]
