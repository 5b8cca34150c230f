"""Names that must differ from each other."""

from collections import Counter
from collections.abc import Sequence


def check_names(what: str, names: Sequence[str]) -> None:
    """Refuse a name that is used twice: one sentence."""
    name, times = Counter(names).most_common(1)[0] if names else ("", 0)
    if times > 1:
        raise ValueError(
            f"{what} has {times} entries named {name!r}; names must differ, rename all but one"
        )
