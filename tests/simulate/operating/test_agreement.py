"""Where tests disagree, counted and named in the order of the trials."""

import numpy as np

from simulate.operating.agreement import MOST_NAMED, Agreement


def test_disagreements_are_counted_and_the_first_named():
    rng = np.random.default_rng(3)
    own, other = rng.random((2, 300)) < 0.5
    agreement = Agreement(("log_rank", "bayes"), "log_rank")
    for first in range(0, 300, 100):
        part = slice(first, first + 100)
        agreement.add(first, {"log_rank": own[part], "bayes": other[part]})
    assert agreement.only_this == {"log_rank": 0, "bayes": (other & ~own).sum()}
    assert agreement.only_deciding == {"log_rank": 0, "bayes": (own & ~other).sum()}
    assert agreement.replicates["log_rank"] == []
    assert agreement.replicates["bayes"] == np.flatnonzero(own != other)[:MOST_NAMED].tolist()


def test_tests_that_agree_name_nothing():
    agreement = Agreement(("log_rank", "cox_score"), "log_rank")
    agreement.add(0, {"log_rank": np.ones(5, bool), "cox_score": np.ones(5, bool)})
    assert agreement.replicates["cox_score"] == []
