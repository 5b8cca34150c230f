"""Closed forms of sample size and expected events against R's rpact package."""

import math

import numpy as np

from analyses.selftest.check import Check, Finding, Worst
from analyses.selftest.oracles import oracle
from simulate.boundaries.scales import information_per_event
from simulate.closed_forms import expected_events, freedman_events, schoenfeld_events

RELATIVE, SHARE = 1e-7, 5e-7
ARMS = ("control", "rt")


def compare_events() -> Finding:
    """Events by Schoenfeld's and Freedman's formulas."""
    worst, table = Worst(RELATIVE, "relative difference"), oracle("fixed_designs")
    for row in table[table["quantity"] == "events"].itertuples():
        ratio, rt, alpha, power = (float(part) for part in str(row.at).split())
        if row.design == "Schoenfeld":
            per_event = information_per_event(control=1, rt=rt)
            found = schoenfeld_events(ratio, alpha=alpha, power=power, per_event=per_event)
        else:
            found = freedman_events(ratio, alpha=alpha, power=power, rt=rt)
        worst.relative(found, float(str(row.value)), f"{row.design} {row.at}")
    return worst.finding()


def compare_shares() -> Finding:
    """Share of patients with an event by calendar time, with piecewise hazards and drop-out."""
    worst, table = Worst(SHARE, "difference"), oracle("fixed_designs")
    for name in table.loc[table["quantity"] == "accrual_rate", "design"].unique():
        told = {
            str(quantity): part
            for quantity, part in table[table["design"] == name].groupby("quantity")
        }
        values = {quantity: part["value"].to_numpy() for quantity, part in told.items()}
        start, rate = values["accrual_start"], values["accrual_rate"]
        times = told["control_share"]["at"].astype(float).to_numpy()
        for arm in ARMS:
            events = expected_events(
                times,
                accrual_start=start,
                accrual_rate=rate,
                hazard=values[f"{arm}_hazard"],
                cuts=values.get("cuts", ()),
                drop_out=[-math.log(1 - values[f"{arm}_drop_out_12"][0]) / 12],
            )
            patients = np.diff(start) @ rate
            worst.absolute(events / patients, values[f"{arm}_share"], f"{name}, {arm}")
    return worst.finding()


CHECKS = (
    Check(
        name="events by Schoenfeld and Freedman",
        requirement="sizes.closed_forms",
        grade="external oracle",
        claim="Both formulas ask for the events that rpact asks for, at any allocation.",
        source="R rpact, fixed_designs.csv",
        subject="simulate.closed_forms.schoenfeld_events",
        compare=compare_events,
    ),
    Check(
        name="events by calendar time",
        requirement="sizes.closed_forms",
        grade="external oracle",
        claim="Expected events under staggered entry, piecewise hazards and drop-out are rpact's.",
        source="R rpact, fixed_designs.csv",
        subject="simulate.closed_forms.expected_events",
        compare=compare_shares,
    ),
)
