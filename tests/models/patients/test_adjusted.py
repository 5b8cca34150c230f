"""The model with covariates: plain formulas, R's Cox model, and averages over patients."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from models.check_result import all_passed
from models.estimands import compute_estimands
from models.patients import encode_covariates
from models.patients.cuts import cuts_by_events
from models.patients.fit import compile_adjusted, fit_adjusted
from models.patients.model import build_adjusted
from models.patients.standardised import standardised_estimands
from models.patients.table import patient_table
from models.settings import GammaBaseline, HierarchicalGammaBaseline, NormalPrior
from models.survival import tabulate

CUTS = (4.0, 9.0)


def invented(patients=40):
    rng = np.random.default_rng(2)
    frame = pd.DataFrame(
        {
            "time": rng.exponential(8, patients),
            "event": rng.random(patients) < 0.7,
            "age": rng.normal(60, 9, patients),
            "stage": np.tile(["I", "II", "III", "II"], patients // 4),
            "site": np.repeat(["a", "b"], patients // 2),
        }
    )
    arms = np.tile(["control", "rt"], patients // 2)
    frame["arm"] = pd.Categorical(arms, categories=["control", "rt"], ordered=True)
    return frame


def test_numbers_are_standardised_and_text_becomes_categories():
    frame = invented()
    found = encode_covariates(frame, effects=("age", "stage"), strata=("site",))
    assert found.names == ["age", "stage: II", "stage: III"]
    assert found.strata == ["site a", "site b"]
    np.testing.assert_allclose(found.values.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(
        found.values[:, 0] * found.unit[0], frame["age"] - frame["age"].mean()
    )
    np.testing.assert_allclose(np.ptp(found.values[:, 1:], axis=0), 1)


def test_unusable_covariates_are_refused():
    frame = invented().assign(same=1.0, many=[str(i) for i in range(40)])
    for effects, strata, sentence in (
        (("same",), (), "`same` is '1.0' in every patient"),
        (("many",), (), "`many` has 40 categories"),
        (("age",), ("age",), "`age` is a covariate and a stratum"),
        ((), ("many",), "`many` make 40 strata"),
    ):
        with pytest.raises(ValueError, match=sentence):
            encode_covariates(frame, effects=effects, strata=strata)
    with pytest.raises(ValueError, match="stratum 'site b' has nobody in arm 'rt'"):
        one_armed = frame.assign(site=np.where(frame["arm"] == "rt", "a", frame["site"]))
        encode_covariates(one_armed, effects=(), strata=("site",))


def test_likelihood_is_the_plain_formula():
    frame = invented()
    covariates = encode_covariates(frame, effects=("age", "stage"), strata=("site",))
    table = patient_table(frame, covariates, cuts=CUTS)
    model = build_adjusted(
        table,
        covariates,
        baseline=GammaBaseline(),
        placement="symmetric",
        log_hr=NormalPrior(),
    )
    log_likelihood = model.logp(vars=[model["log_likelihood"]])
    found = model.compile_fn(log_likelihood, mode="FAST_COMPILE", on_unused_input="ignore")
    rng = np.random.default_rng(5)
    log_hr, slope, unit = rng.normal(), rng.normal(0, 0.4, 3), rng.gamma(2, 1, (2, 3))
    baseline = unit / GammaBaseline().rate
    edges = (0.0, *CUTS, np.inf)
    total = 0.0
    for i, row in frame.iterrows():
        relative = np.exp(
            covariates.values[i] @ slope + (0.5 if row["arm"] == "rt" else -0.5) * log_hr
        )
        hazard = baseline[covariates.stratum[i]] * relative
        for k in range(3):
            total -= hazard[k] * max(min(row["time"], edges[k + 1]) - edges[k], 0.0)
            if row["event"] and edges[k] < row["time"] <= edges[k + 1]:
                total += np.log(hazard[k])
    values = {"log_hr": log_hr, "coefficient": slope, "unit_hazard_log__": np.log(unit)}
    assert float(found(values)) == pytest.approx(total, rel=1e-9)


def test_without_covariates_averages_are_those_of_one_patient():
    rng = np.random.default_rng(7)
    log_hr, baseline = rng.normal(0, 0.4, (2, 30)), rng.gamma(3, 0.02, (2, 30, 1, 3))
    frame = invented()
    nobody = encode_covariates(frame, effects=(), strata=())
    coords = {"chain": [0, 1], "draw": np.arange(30)}
    walk = ("chain", "draw")
    draws = xr.Dataset(
        {"log_hr": (walk, log_hr), "baseline": ((*walk, "stratum", "interval"), baseline)},
        coords=coords,
    )
    factors = np.exp(log_hr[..., np.newaxis] * np.array([-0.5, 0.5]))
    hazard = factors[..., np.newaxis] * baseline
    plain = xr.Dataset(
        {"log_hr": (walk, log_hr), "hazard": ((*walk, "arm", "interval"), hazard)},
        coords=coords | {"arm": ["control", "rt"], "interval_start": ("interval", [0, *CUTS])},
    )
    found = standardised_estimands(draws, nobody, cuts=CUTS, placement="symmetric")
    expected = compute_estimands(plain)
    for name in expected:
        np.testing.assert_allclose(found[name], expected[name], rtol=1e-6, atol=1e-9, err_msg=name)


def test_cut_points_share_the_events():
    rng = np.random.default_rng(1)
    time, event = rng.exponential(10, 300), rng.random(300) < 0.6
    cuts = cuts_by_events(time, event)
    assert len(cuts) == 5
    counts = tabulate(time, event, np.zeros(300, int), cuts=cuts).events.sum(axis=0)
    assert np.ptp(counts) <= 3, counts
    assert cuts_by_events([1.0, 2.0], [True, False]) == ()


@pytest.mark.calibration
def test_agrees_with_r_on_the_effect_of_treatment_and_age(public):
    frame, answers = public("colon_death")
    covariates = encode_covariates(frame, effects=("age",), strata=())
    cuts = cuts_by_events(frame["time"], frame["event"], intervals=8)
    compiled = compile_adjusted(
        patient_table(frame, covariates, cuts=cuts),
        covariates,
        baseline=HierarchicalGammaBaseline(),
        placement="symmetric",
        log_hr=NormalPrior(sd=10.0),
    )
    fit = fit_adjusted(compiled, covariates, cuts=cuts, seed=3, draws=1000)
    assert all_passed(fit.checks), [check.text for check in fit.checks if not check.passed]
    draws = fit.tree["posterior"]
    # Eight intervals in place of R's one for each event: a twentieth of a standard error; Monte
    # Carlo error of 4,000 draws: another one.
    for found, expected, error in (
        (draws["log_hr"], "log_hr_adjusted", "standard_error_adjusted"),
        (draws["coefficient"] / covariates.unit[0], "age_coefficient", "age_standard_error"),
    ):
        z = (float(found.mean()) - answers[expected]) / answers[error]
        ratio = float(found.std()) / answers[error]
        assert abs(z) < 0.2, f"{expected}: off by {z:.3f} standard errors"
        assert ratio == pytest.approx(1, abs=0.1), f"{expected}: spread {ratio:.3f} of R's"
