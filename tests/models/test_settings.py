"""Settings of an analysis: what is taken, and one sentence for whatever is not."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.settings import (
    AnalysisSettings,
    FixedFollowUp,
    FreeFollowUp,
    GammaBaseline,
    HierarchicalGammaBaseline,
    RandomWalkBaseline,
    load_settings,
)

ROOT = Path(__file__).parents[2]
STUDY = ROOT / "analyses" / "sohaib2025"


def load(tmp_path: Path, text: str) -> AnalysisSettings:
    path = tmp_path / "settings.toml"
    path.write_text(text, encoding="utf-8")
    return load_settings(path)


def refusal(tmp_path: Path, text: str) -> str:
    with pytest.raises(ValueError) as caught:
        load(tmp_path, text)
    message = str(caught.value)
    assert message.startswith(f"{tmp_path / 'settings.toml'}: ")
    assert "\n" not in message
    return message.removeprefix(f"{tmp_path / 'settings.toml'}: ")


def test_the_reference_analysis_is_the_fixed_yardstick():
    reference = load_settings(STUDY / "reference.toml")
    assert reference.cuts == (3, 6, 9, 12, 18)
    assert reference.baseline == GammaBaseline(shape=1, rate=16.667)
    assert reference.placement == "control"
    assert reference.times == "continuous"
    assert reference.follow_up == FixedFollowUp(earliest=7.43, latest=35.93, loss=0.005)
    assert (reference.log_hr.mean, reference.log_hr.sd) == (0, 1)


def test_the_default_analysis_of_the_study_is_what_a_file_with_a_name_alone_means():
    default = load_settings(STUDY / "default.toml")
    assert default == AnalysisSettings(name="default")
    assert default.placement == "symmetric"
    assert isinstance(default.baseline, HierarchicalGammaBaseline)
    assert isinstance(default.follow_up, FreeFollowUp)


def test_every_field_can_be_changed(tmp_path):
    read = load(
        tmp_path,
        """
name = "mine"
cuts = [6, 12.5]
times = "continuous"
days_per_month = 30.4375
placement = "control"
baseline = { kind = "random_walk", log_mean = -3, log_sd = 0.5, step = 0.2 }
log_hr = { mean = -0.2, sd = 0.35 }
follow_up = { kind = "free", loss_mean = 0.02, accrual = 20, latest = 40 }
sampler = { chains = 6, levels = 12, chunk = 800, time_limit = 60 }
fit = { imputations = 7, chains = 2, draws = 200, tune = 100 }
""",
    )
    assert read.cuts == (6, 12.5)
    assert read.baseline == RandomWalkBaseline(log_mean=-3, log_sd=0.5, step=0.2)
    assert read.follow_up == FreeFollowUp(loss_mean=0.02, accrual=20, latest=40)
    assert (read.sampler.chains, read.sampler.levels, read.sampler.chunk) == (6, 12, 800)
    assert (read.fit.imputations, read.fit.draws) == (7, 200)
    assert AnalysisSettings.model_validate(read.model_dump(mode="json")) == read


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "`name` is missing; this field is required, add it"),
        ('name = ""', "`name` is ''; it must not be empty, write the words"),
        ("name = 3", '`name` is 3; it must be text in quotes, as in "15.37"'),
        (
            'name = "a"\nplacment = "control"',
            "`placment` is not a field; only known fields are allowed, did you mean `placement`?",
        ),
        (
            'name = "a"\nfitt = { draw = 1 }',
            "`fitt` is not a field; only known fields are allowed, did you mean `fit`?",
        ),
        (
            'name = "a"\nfit = { draw = 1 }',
            "`draw` is not a field in `fit`; only known fields are allowed, did you mean `draws`?",
        ),
        ('name = "a"\nplacement = "symetric"', "did you mean 'symmetric'?"),
        ('name = "a"\ntimes = "weeks"', "`times` is 'weeks'; it must be 'days' or 'continuous'"),
        (
            'name = "a"\ncuts = [3, 3]',
            "`cuts`: cuts are (3.0, 3.0); cut points must increase strictly and be at most 31, "
            "sort them and drop repeats",
        ),
        ('name = "a"\ncuts = [6, 3]', "cuts are (6.0, 3.0); cut points must increase strictly"),
        (f'name = "a"\ncuts = {list(range(1, 33))}', "must increase strictly and be at most 31"),
        ('name = "a"\ncuts = [0, 3]', "`cuts.0` is 0; it must be greater than 0"),
        ('name = "a"\ncuts = [3, inf]', "`cuts.1` is inf; it must be a"),
        ('name = "a"\ncuts = ["3"]', "`cuts.0` is '3'; it must be a number without quotes"),
        ('name = "a"\ncuts = 3', "`cuts` is 3; it must be a list, as in [1, 2]"),
        ('name = "a"\ndays_per_month = nan', "`days_per_month` is nan; it must be a"),
        ('name = "a"\ndays_per_month = true', "`days_per_month` is True; it must be a number"),
        ('name = "a"\nlog_hr = { sd = 0 }', "`log_hr.sd` is 0; it must be greater than 0"),
        (
            'name = "a"\nlog_hr = 1',
            "`log_hr` is 1; it must be a table of fields, as in { mean = … }",
        ),
        ('name = "a"\nbaseline = { kind = "weibull" }', "`baseline.kind` is 'weibull'; it must be"),
        ('name = "a"\nbaseline = { shape = 1 }', "`baseline.kind` is missing; it must be"),
        (
            'name = "a"\nbaseline = { kind = "gamma", rat = 1 }',
            "`rat` is not a field in `baseline`; only known fields are allowed, did you mean "
            "`rate`?",
        ),
        (
            'name = "a"\nbaseline = { kind = "random_walk", rate = 1 }',
            "`rate` is not a field in `baseline`; only known fields are allowed, known here are "
            "kind, log_mean, log_sd, step",
        ),
        (
            'name = "a"\nbaseline = { kind = "gamma", rate = -1 }',
            "`baseline.rate` is -1; it must be greater than 0",
        ),
        (
            'name = "a"\nfollow_up = { kind = "fixed", earliest = 9 }',
            "`follow_up.latest` is missing; this field is required",
        ),
        (
            'name = "a"\nfollow_up = { kind = "fixed", earliest = 9, latest = 9 }',
            "`follow_up`: earliest = 9.0 and latest = 9.0; follow-up must end later for some than "
            "for others, correct one of them",
        ),
        ('name = "a"\nsampler = { chains = 1 }', "`sampler.chains` is 1; it must be greater than"),
        ('name = "a"\nsampler = { chunk = 2.5 }', "it must be a whole number without quotes"),
        (
            'name = "a"\nsampler = { thin = 100, chunk = 400 }',
            "`sampler`: thin = 100 and chunk = 400; a chunk must hold at least 50 recorded draws, "
            "lower thin or raise chunk",
        ),
        ('name = "a"\nfit = { imputations = 0 }', "`fit.imputations` is 0; it must be greater"),
    ],
)
def test_what_is_wrong_is_one_sentence(tmp_path, text, sentence):
    assert sentence in refusal(tmp_path, text)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"name = ", "is not valid TOML"),
        (b"\xff\xfe", "is not UTF-8 text (byte 0); a settings file must be TOML in UTF-8"),
        (b"a = " + b"[" * 50_000, "is nested too deeply; a settings file must be a plain TOML"),
        (b'name = "a"\nname = "b"', "is not valid TOML"),
    ],
)
def test_what_is_no_settings_file_is_one_sentence(tmp_path, content, sentence):
    path = tmp_path / "settings.toml"
    path.write_bytes(content)
    with pytest.raises(ValueError) as caught:
        load_settings(path)
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_and_a_folder_are_one_sentence(tmp_path):
    with pytest.raises(ValueError, match=r"none\.toml does not exist; a settings file must be"):
        load_settings(tmp_path / "none.toml")
    with pytest.raises(ValueError, match="is a directory; a settings file must be a TOML file"):
        load_settings(tmp_path)


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(),
    st.text(max_size=8),
    st.lists(st.floats(), max_size=4),
    st.dictionaries(st.text(max_size=5), st.integers(), max_size=2),
)
FIELDS = sorted(
    {"kind", "extra", *AnalysisSettings.model_fields}
    | {
        name
        for part in (GammaBaseline, HierarchicalGammaBaseline, RandomWalkBaseline, FixedFollowUp)
        for name in part.model_fields
    }
)


def toml_text(value: object) -> str:
    """Write a value as TOML would, more or less."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "[" + ", ".join(map(toml_text, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f'"{k}" = {toml_text(v)}' for k, v in value.items()) + "}"
    return repr(value)


@given(
    st.dictionaries(
        st.sampled_from(FIELDS),
        VALUES | st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=3),
        max_size=4,
    )
)
def test_any_content_is_settings_or_one_sentence(tmp_path_factory, content):
    lines = ['name = "a"'] if "name" not in content else []
    lines += [f"{name} = {toml_text(value)}" for name, value in content.items()]
    path = tmp_path_factory.getbasetemp() / "fuzz.toml"
    path.write_text("\n".join(lines), encoding="utf-8", errors="replace")
    try:
        assert isinstance(load_settings(path), AnalysisSettings)
    except ValueError as error:
        assert str(error).startswith(str(path))
        assert "\n" not in str(error)


def test_settings_files_of_the_study_are_plain_toml():
    for path in STUDY.glob("*.toml"):
        assert tomllib.loads(path.read_text(encoding="utf-8"))
