"""Priors of models of a changing effect: elicitation, defaults, files, and what is refused."""

from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from models.time_varying.priors import (
    EVERY_MODEL,
    DelayedEffect,
    RandomWalkEffect,
    TimeVaryingSettings,
    WaningEffect,
    load_time_varying,
)


@pytest.mark.parametrize(("ratio", "probability"), [(1.5, 0.9), (1.2, 0.5), (3.0, 0.975)])
def test_the_scale_is_what_was_elicited(ratio, probability):
    model = RandomWalkEffect(ratio=ratio, probability=probability)
    rng = np.random.default_rng(5)
    draws = 200_000
    step = np.abs(rng.normal(0, model.scale, draws)) * rng.normal(size=draws)
    share = float((np.abs(step) < np.log(ratio)).mean())
    error = np.sqrt(probability * (1 - probability) / draws)
    assert abs(share - probability) < 4 * error, (
        f"{draws} draws: {share:.4f} of the neighbours differ by less than {ratio}, "
        f"elicited {probability}, SE {error:.4f}"
    )


def test_the_half_life_has_the_stated_upper_point():
    model = WaningEffect(half_life=10.0, upper=40.0)
    assert np.exp(np.log(10.0) + 1.959964 * model.log_sd) == pytest.approx(40.0, rel=1e-5)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: DelayedEffect(months=(3.0, 3.0)), "delays must increase strictly"),
        (lambda: WaningEffect(half_life=12.0, upper=12.0), "must lie above the median"),
        (lambda: RandomWalkEffect(ratio=1.0), "greater than 1"),
        (lambda: RandomWalkEffect(probability=1.0), "less than 1"),
        (
            lambda: TimeVaryingSettings(models=(DelayedEffect(), DelayedEffect(months=(2.0,)))),
            "each kind may stand once",
        ),
        (lambda: TimeVaryingSettings(similar=1.0), "greater than 1"),
    ],
)
def test_impossible_priors_are_refused(make, sentence):
    with pytest.raises(ValidationError, match=sentence):
        make()


def test_a_file_names_models_and_priors(tmp_path):
    file = tmp_path / "models.toml"
    file.write_text(
        'sets = 20\n[[models]]\nkind = "random_walk"\nratio = 2.0\n'
        '[[models]]\nkind = "delayed"\nmonths = [2.0, 4.0]\n'
    )
    read = load_time_varying(file)
    assert read.sets == 20
    assert read.models == (RandomWalkEffect(ratio=2.0), DelayedEffect(months=(2.0, 4.0)))
    assert TimeVaryingSettings().models == EVERY_MODEL


def test_the_shipped_file_spells_out_the_defaults():
    shipped = Path(__file__).parents[3] / "analyses" / "sohaib2025" / "effect_over_time.toml"
    assert load_time_varying(shipped) == TimeVaryingSettings()


def test_a_wrong_file_gives_one_sentence(tmp_path):
    file = tmp_path / "models.toml"
    file.write_text('[[models]]\nkind = "waning"\nhalf_life = -1.0\n')
    with pytest.raises(ValueError, match="half_life") as told:
        load_time_varying(file)
    assert "\n" not in str(told.value)
