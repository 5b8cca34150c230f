"""How a trial's outcome is drawn: colours apart in hue and lightness, and a hatch."""

from typing import NamedTuple


class OutcomeStyle(NamedTuple):
    """Colour, hatch (none for a plain area) and words of an outcome."""

    colour: str
    hatch: str | None
    label: str


OUTCOME_STYLES = {
    "success": OutcomeStyle("#0f6b4f", None, "success"),
    "futility": OutcomeStyle("#b478ad", "/////", "stopped for futility"),
    "failure": OutcomeStyle("#bcbcbc", None, "no success at the end"),
}
"""Neither orange nor blue, which are the arms'; in the order in which they are stacked."""
