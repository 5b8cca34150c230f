"""The re-analysis in one call: the sampler's own draws, and refusals in one sentence."""

from pathlib import Path

import numpy as np
import pytest

from models.reanalysis.of_record import reanalyse
from models.reanalysis.quick import quick_settings
from models.reconstruction.assemble import assemble_problem
from models.reconstruction.sample import sample_patients
from models.record import load_record
from models.settings import AnalysisSettings

RECORD = Path(__file__).parents[3] / "analyses" / "sohaib2025" / "published.toml"
BRIEF = AnalysisSettings.model_validate(
    {
        "name": "brief",
        "fit": {"imputations": 2},
        "sampler": {"chains": 2, "chunk": 400, "chunks": 2, "ess_needed": 5.0, "r_hat": 2.0,
                    "round_trips": 0},
    }
)  # fmt: skip


def test_draws_are_those_of_the_sampler():
    record = load_record(RECORD)
    tree = reanalyse(record, "pfs", seed=5, settings=BRIEF)
    problem = {"pfs": assemble_problem(record, "pfs", BRIEF)}
    sample = sample_patients(problem, BRIEF, seed=5, threads=1)["pfs"]
    np.testing.assert_array_equal(tree["posterior"]["log_hr"], sample.parameters["log_hr"])
    np.testing.assert_array_equal(
        tree["estimands"]["hazard_ratio"], np.exp(sample.parameters["log_hr"])
    )
    assert (tree.attrs["analysis"], tree.attrs["quick"]) == ("brief", 0)


def test_a_quick_look_is_shorter_and_asks_for_less():
    plain = AnalysisSettings(name="default")
    quick = quick_settings(plain)
    assert quick.sampler.chunk < plain.sampler.chunk
    assert quick.sampler.r_hat > plain.sampler.r_hat
    assert quick.fit.imputations < plain.fit.imputations
    assert quick.log_hr == plain.log_hr


def test_an_endpoint_without_figures_is_refused():
    record = load_record(RECORD)
    with pytest.raises(ValueError, match="dfs"):
        reanalyse(record, "dfs", seed=1, settings=BRIEF)
