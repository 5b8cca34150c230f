"""What priors and evidence read from files are: frozen, complete, and without unknown fields."""

from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field

from models import frozen


class Frozen(frozen.Frozen):
    """A value read from a file, whose fields are described where they stand."""

    model_config = ConfigDict(use_attribute_docstrings=True)


def _one_line(text: str) -> str:
    if not text.strip() or not text.isprintable():
        raise ValueError(f"{text!r} is not a text; it must be words on one line, write them")
    return text


Text = Annotated[str, AfterValidator(_one_line)]
"""Words on one line."""
Ratio = Annotated[float, Field(ge=0.01, le=100)]
"""A hazard ratio, RT versus control: below 1 favours RT."""
LogRatio = Annotated[float, Field(ge=-4.6, le=4.6)]
"""A log hazard ratio, RT versus control: below 0 favours RT; HR 0.01 to 100."""
Spread = Annotated[float, Field(ge=0.001, le=10)]
"""A standard deviation of a log hazard ratio."""
Share = Annotated[float, Field(gt=0, le=1)]
"""A share above 0; 1 is all."""
