"""An endpoint that a trial tests: how it is analysed, and what its looks may decide."""

from typing import Literal

from pydantic import Field

from simulate.design.analysis import Analysis
from simulate.design.futility import Futility
from simulate.design.spending import NoSpending, Spending
from simulate.frozen import Frozen

EndpointName = Literal["pfs", "os"]
ENDPOINTS: tuple[EndpointName, ...] = ("pfs", "os")


class Endpoint(Frozen):
    """One of the endpoints that share the type I error of a trial."""

    name: EndpointName
    """Progression-free survival ("pfs") or overall survival ("os")."""
    analysis: Analysis = Analysis()
    """How the arms are compared."""
    efficacy: Spending = Field(default=NoSpending(), discriminator="kind")
    """How the alpha of this endpoint is spent over its looks."""
    futility: Futility | None = Field(default=None, discriminator="kind")
    """When this endpoint is given up; never by default."""
