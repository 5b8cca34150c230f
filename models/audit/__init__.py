"""The audit: whether the figures that a publication prints can all be true together."""

from models.audit.audit import audit
from models.audit.check import VERDICTS, AuditCheck, AuditReport, Verdict
from models.audit.render import audit_json, audit_text, by_section, headline
from models.audit.times import UNITS, TimeUnit, UnitFit, fit_units

__all__ = [
    "UNITS",
    "VERDICTS",
    "AuditCheck",
    "AuditReport",
    "TimeUnit",
    "UnitFit",
    "Verdict",
    "audit",
    "audit_json",
    "audit_text",
    "by_section",
    "fit_units",
    "headline",
]
