"""Verdicts that rest on an assumption name it, the others do not."""

import pytest

from models.audit import AuditCheck
from models.audit.check import decide


@pytest.mark.parametrize(
    ("holds", "assumption", "verdict"),
    [
        (True, "", "passed"),
        (False, "", "failed"),
        (True, "ties are rare", "no_tension"),
        (False, "ties are rare", "in_tension"),
    ],
)
def test_verdicts(holds, assumption, verdict):
    assert decide(holds, assumption=assumption) == verdict


@pytest.mark.parametrize(("verdict", "assumption"), [("in_tension", None), ("passed", "no ties")])
def test_tension_and_assumption_go_together(verdict, assumption):
    with pytest.raises(ValueError, match="tension needs an assumption and the other verdicts have"):
        AuditCheck(
            section="Times",
            name="follow_up",
            verdict=verdict,
            arithmetic="1 = 1",
            place="Table 1",
            assumption=assumption,
        )
