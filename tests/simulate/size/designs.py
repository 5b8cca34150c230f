"""Log-rank designs whose sizes are held against an independent simulation and closed forms."""

import math
from dataclasses import dataclass

from simulate.design import read_design

MEDIAN, RATE, LOSS = 12.0, 15.0, 0.05
PATIENTS, EVENTS = 300, 210


@dataclass(frozen=True)
class Case:
    """One design: hazard ratio, power, allocation, information at the looks, spending, delay."""

    name: str
    hr: float
    power: float
    control: int = 1
    rt: int = 1
    looks: tuple[float, ...] = (1.0,)
    spending: str = "none"
    delay: float = 0.0

    def design(self):
        """Seven in ten patients have the event by the final look."""
        effect = {"kind": "proportional", "hr": self.hr}
        if self.delay:
            effect = {"kind": "delayed", "hr": self.hr, "delay": self.delay}
        loss = {"per_12_months": LOSS}
        return read_design(
            {
                "name": self.name,
                "patients": PATIENTS,
                "allocation": {"control": self.control, "rt": self.rt},
                "recruitment": {
                    "kind": "poisson",
                    "rates": [{"start": 0.0, "per_month": RATE}],
                },
                "randomisation": {"kind": "blocks", "block_sizes": [self.control + self.rt]},
                "looks": [{"events": round(share * EVENTS)} for share in self.looks],
                "efficacy": {"kind": self.spending},
                "truths": [
                    {
                        "name": "planning",
                        "control": {"median": MEDIAN},
                        "effect": effect,
                        "drop_out": {"control": loss, "rt": loss},
                    }
                ],
            }
        )

    def hazards(self):
        """Cut points and hazards per month, (arm, stratum, interval)."""
        base = math.log(2) / MEDIAN
        if self.delay:
            return (self.delay,), [[[base, base]], [[base, base * self.hr]]]
        return (), [[[base]], [[base * self.hr]]]


CASES = [
    Case("large effect", 0.5, 0.9),
    Case("0.6 at 90%", 0.6, 0.9),
    Case("0.6 at 80%", 0.6, 0.8),
    Case("0.65 at 95%", 0.65, 0.95),
    Case("0.7 at 90%", 0.7, 0.9),
    Case("0.75 at 80%", 0.75, 0.8),
    Case("0.7, twice as many RT", 0.7, 0.9, rt=2),
    Case("0.7, twice as many controls", 0.7, 0.9, control=2),
    Case("0.6, three times as many RT", 0.6, 0.8, rt=3),
    Case("two looks, O'Brien-Fleming", 0.65, 0.9, looks=(0.5, 1.0), spending="obrien_fleming"),
    Case("three looks, O'Brien-Fleming", 0.7, 0.8, looks=(0.5, 0.75, 1.0),
         spending="obrien_fleming"),
    Case("two looks, Pocock", 0.6, 0.9, looks=(0.5, 1.0), spending="pocock"),
    Case("three months' delay", 0.55, 0.9, delay=3.0),
]  # fmt: skip
