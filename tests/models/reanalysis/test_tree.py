"""A re-analysis as groups of a tree: sets keep their patients, checks their verdicts."""

import numpy as np
import pandas as pd

from models.check_result import CheckResult
from models.prior_draws import PriorDraws
from models.reanalysis.tree import checks_dataset, label_prior, name_tree, patients_dataset
from models.survival.exposure import exposure_table


def patients():
    rng = np.random.default_rng(3)
    arm = pd.Categorical(["control", "rt", "rt"] * 2, ["control", "rt"], ordered=True)
    return pd.DataFrame(
        {
            "imputation": np.repeat([0, 1], 3),
            "patient": np.tile([0, 1, 2], 2),
            "time": rng.uniform(1, 30, 6),
            "event": [True, False, True, True, True, False],
            "arm": arm,
            "chain": 0,
            "draw": np.repeat([4, 9], 3),
        }
    )


def test_patients_go_into_a_dataset_and_come_back():
    sets = patients()
    found = patients_dataset(sets)
    assert dict(found.sizes) == {"imputation": 2, "patient": 3}
    back = found.to_dataframe().reset_index()
    for name in ("imputation", "patient", "time", "event"):
        np.testing.assert_array_equal(back[name], sets[name])
    assert back["arm"].tolist() == sets["arm"].tolist()
    tables = (exposure_table(one, cuts=(6.0,)) for one in (sets, back))
    first, second = tables
    np.testing.assert_array_equal(first["events"], second["events"])
    np.testing.assert_array_equal(first["exposure"], second["exposure"])


def test_checks_keep_their_kind_and_verdict():
    gates = [CheckResult(name=name, passed=passed, text=f"{name} it is")
             for name, passed in (("good", True), ("bad", False), ("open", None))]  # fmt: skip
    findings = [CheckResult(name="seen", passed=False, text="seen it is")]
    table = checks_dataset(gates, findings).to_dataframe()
    assert table.index.tolist() == ["good", "bad", "open", "seen"]
    assert table["verdict"].tolist() == ["passed", "failed", "not judged", "failed"]
    assert table["kind"].tolist() == ["gate"] * 3 + ["finding"]
    assert table.loc["bad", "text"] == "bad it is"


def test_a_tree_says_what_it_is():
    tree = name_tree({"checks": checks_dataset([], [])}, endpoint="os", attrs={"seed": 7})
    assert tree.attrs["endpoint"] == "os"
    assert tree.attrs["hazard_ratio"] == "RT versus control, below 1 favours RT"
    assert (tree.attrs["hazard_unit"], tree.attrs["seed"]) == ("per month", 7)


def test_prior_draws_are_one_chain(small_draws):
    prior = PriorDraws(np.zeros(5), np.ones((5, 2, 2)))
    found = label_prior(prior, small_draws)
    assert dict(found.sizes) == {"chain": 1, "draw": 5, "arm": 2, "interval": 2}
    assert found["interval_start"].values.tolist() == [0.0, 6.0]
