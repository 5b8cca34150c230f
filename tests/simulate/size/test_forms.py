"""Sizes by closed forms against R's rpact."""

import importlib.util
import sys
from pathlib import Path

import pandas as pd
import pytest

from analyses.selftest.oracles import FOLDER
from simulate.size.forms import first_guess, sizes_by_closed_forms
from simulate.size.vary import vary

SPEC = importlib.util.spec_from_file_location("size_designs", Path(__file__).parent / "designs.py")
DESIGNS = importlib.util.module_from_spec(SPEC)
sys.modules["size_designs"] = DESIGNS
SPEC.loader.exec_module(DESIGNS)

RPACT = pd.read_csv(FOLDER / "sizes.csv", comment="#", index_col="design")
CASES = {case.name: case for case in DESIGNS.CASES}


@pytest.mark.parametrize("name", RPACT.index)
def test_sizes_are_those_of_rpact(name):
    """Events are rounded up on the way, at most one in 90: patients agree within 1.2%."""
    case, answer = CASES[name], RPACT.loc[name]
    varied = vary(case.design(), "n")
    forms = sizes_by_closed_forms(varied, varied.design.truths[0], power=case.power, seed=1)["os"]
    per_patient = DESIGNS.EVENTS / DESIGNS.PATIENTS
    looked = len(case.looks) > 1
    schoenfeld = forms.group_sequential if looked else forms.schoenfeld
    assert schoenfeld * per_patient == pytest.approx(answer["schoenfeld"], rel=0.012)
    if not looked:
        assert forms.freedman * per_patient == pytest.approx(answer["freedman"], rel=0.012)
        assert forms.group_sequential is None
    assert forms.hazard_ratio == case.hr


def test_no_effect_has_no_size(one_look):
    design = one_look(truths=[{"name": "none", "control": {"median": 10.0},
                               "effect": {"kind": "proportional", "hr": 1.0}}])  # fmt: skip
    varied = vary(design, "n")
    forms = sizes_by_closed_forms(varied, design.truths[0], power=0.9, seed=1)
    assert forms["os"].known() == {}
    assert first_guess(forms, "success", planned=120.0) == 120.0


def test_the_guess_is_that_of_the_endpoints_that_must_be_won(two_endpoints):
    design = two_endpoints()
    varied = vary(design, "n")
    forms = sizes_by_closed_forms(varied, design.truths[0], power=0.8, seed=1)
    sizes = {name: form.group_sequential for name, form in forms.items()}
    assert first_guess(forms, "pfs", planned=1.0) == sizes["pfs"]
    assert first_guess(forms, "both", planned=1.0) == max(sizes.values())
    assert first_guess(forms, "any", planned=1.0) == min(sizes.values())
