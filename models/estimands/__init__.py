"""What the posterior says in a trialist's words, and the table of it."""

from models.estimands.compute import compute_estimands
from models.estimands.table import summarise

__all__ = ["compute_estimands", "summarise"]
