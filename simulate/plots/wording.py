"""Names of tests and endpoints as they stand in figures."""

from collections.abc import Mapping

TEST_LABELS: Mapping[str, str] = {
    "log_rank": "log-rank test",
    "cox_wald": "Cox model, Wald test",
    "cox_score": "Cox model, score test",
    "bayes": "Bayesian rule",
    "fleming_harrington": "Fleming–Harrington test",
    "modestly_weighted": "modestly weighted log-rank test",
    "max_combo": "MaxCombo test",
    "rmst": "restricted mean",
    "milestone": "milestone survival",
    "milestone_log_log": "milestone survival, log-log scale",
    "median": "medians",
}
ENDPOINT_LABELS: Mapping[str, str] = {
    "pfs": "Progression-free survival",
    "os": "Overall survival",
}
ENDPOINT_NAMES: Mapping[str, str] = {"pfs": "PFS", "os": "OS"}
