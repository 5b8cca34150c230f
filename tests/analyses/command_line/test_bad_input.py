"""Bad input: one sentence on standard error, exit code 2, and nothing written."""

import contextlib
import io
import random
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyses.command_line.main import run

ROOT = Path(__file__).parents[3]
STUDY = ROOT / "analyses" / "sohaib2025"
LINES = (STUDY / "published.toml").read_text(encoding="utf-8").splitlines()
PUBLISHED = "\n".join(line for line in LINES if not line.startswith("#"))
REFERENCE = (STUDY / "reference.toml").read_text(encoding="utf-8")
INVENTED = (ROOT / "tests" / "data" / "records" / "consistent.toml").read_text(encoding="utf-8")
BRIEF = INVENTED[: INVENTED.index("[categories.stage]")]


def tell(*arguments):
    """Exit code, standard output and standard error of one command."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run([str(argument) for argument in arguments])
    return code, out.getvalue(), err.getvalue()


def refusal(tmp_path, *arguments):
    """The one sentence with which a command refuses; nothing may be written."""
    before = sorted(tmp_path.rglob("*"))
    code, out, err = tell(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith("Error: ")
    assert err.count("\n") == 1
    assert "Traceback" not in err
    assert sorted(tmp_path.rglob("*")) == before
    return err.removeprefix("Error: ").removesuffix("\n")


def record_with(tmp_path, old, new, *, text=PUBLISHED):
    assert old in text
    path = tmp_path / "record.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


@pytest.mark.parametrize("command", ["audit", "reanalyse"])
@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("format = 1\n", "", "`format` is missing"),
        ("[follow_up]", "[folow_up]", "did you mean `follow_up`?"),
        ('text = "1.99"', 'text = "0.99"', "excludes its estimate 0.99"),
        ('text = "1.99"', 'text = "1,99"', "'1,99' is not a printed number"),
        ('text = "15.37"', 'text = "45.37"', "a median must not lie beyond the last follow-up"),
        ("rt = { at_least = 22", "rt = { at_least = 99", "has 99 events among 37 patients"),
        ('"25 (67.6%)"', '"99 (67.6%)"', "counts 99 of 37 patients"),
        ('direction = "control_vs_rt"', 'direction = "rt"', "`endpoints.pfs.direction` is 'rt'"),
        ('direction = "control_vs_rt"', "direction = ", "is not valid TOML"),
    ],
    ids=lambda value: value[:24] if isinstance(value, str) else None,
)
def test_a_bad_record(tmp_path, command, old, new, sentence):
    path = record_with(tmp_path, old, new)
    options = ["--out", tmp_path / "out"] if command == "reanalyse" else []
    assert sentence in refusal(tmp_path, command, path, *options)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (bytes(range(256)), "is not UTF-8 text (byte 128)"),
        (b"\x00\x01\x02", "is not valid TOML"),
        (b"a = " + b"[" * 100_000, "is nested too deeply"),
        (b"a" + b".a" * 3_000 + b" = 1", "`a` is not a field"),
        (b"", "`format` is missing"),
        (b"[" * 5, "is not valid TOML"),
    ],
    ids=["binary", "control characters", "nested lists", "nested tables", "empty", "brackets"],
)
@pytest.mark.parametrize("role", ["audit", "reanalyse", "settings"])
def test_a_file_that_is_no_record_or_settings(tmp_path, role, content, sentence):
    path = tmp_path / "file.toml"
    path.write_bytes(content)
    arguments = {
        "audit": ["audit", path],
        "reanalyse": ["reanalyse", path, "--out", tmp_path / "out"],
        "settings": ["reanalyse", STUDY / "published.toml", "--settings", path],
    }[role]
    if role == "settings" and content == b"":
        sentence = "`name` is missing"
    assert sentence in refusal(tmp_path, *arguments)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('name = "a"\ncuts = [6, 3]\n', "cut points must increase strictly"),
        ('name = "a"\nprior = 1\n', "`prior` is not a field"),
        ('name = "a"\n[baseline]\nkind = "gama"\n', "did you mean 'gamma'?"),
        ('name = "a"\n[sampler]\nchains = "4"\n', "it must be a whole number without quotes"),
    ],
)
def test_bad_settings(tmp_path, text, sentence):
    path = tmp_path / "settings.toml"
    path.write_text(text, encoding="utf-8")
    arguments = ["--settings", path, "--out", tmp_path / "out"]
    assert sentence in refusal(tmp_path, "reanalyse", STUDY / "published.toml", *arguments)


def test_a_byte_order_mark_is_no_fault(tmp_path):
    path = tmp_path / "record.toml"
    path.write_text("\ufeff" + PUBLISHED.replace("\n", "\r\n"), encoding="utf-8")
    code, out, err = tell("audit", path, "--brief")
    assert (code, err) == (0, "")
    assert "282 checks" in out


def test_columns_between_semicolons_are_told(tmp_path):
    path = tmp_path / "patients.csv"
    path.write_text("time;event;arm\n2,5;1;rt\n", encoding="utf-8")
    told = refusal(tmp_path, "fit", path, "--out", tmp_path / "out")
    assert "has semicolons between its columns; they must be commas" in told


def test_an_address_without_a_port_is_no_scheduler(tmp_path):
    plan = ROOT / "analyses" / "phase3" / "sweep.toml"
    told = refusal(tmp_path, "sweep", plan, "--out", tmp_path / "out", "--scheduler", "head-node")
    assert told.startswith("--scheduler is 'head-node'; it must be an address with a port")


def test_bad_settings_beside_the_record_are_named(tmp_path):
    path = record_with(tmp_path, "format = 1", "format = 1")
    (tmp_path / "default.toml").write_text("name = 1\n")
    told = refusal(tmp_path, "reanalyse", path, "--out", tmp_path / "out")
    assert told.startswith(str(tmp_path / "default.toml"))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["reanalyse", "FILE", "--loud"], "; see replan reanalyse --help"),
        (
            ["reanalyse", "FILE", "--endpoint", "dfs"],
            "is 'dfs'; it must be one of 'pfs', 'os', 'both'",
        ),
        (["reanalyse", "FILE", "--seed", "-1"], "--seed is '-1'; it must be at least 0"),
        (["reanalyse", "FILE", "--seed", "one"], "--seed is 'one'; it must be a whole number"),
        (["reanalyse", "FILE", "--cores=0"], "--cores is '0'; it must be at least 1"),
        (
            ["size", "FILE", "--power", "0,9"],
            "--power is '0,9'; it must be a number, with a decimal",
        ),
        (["boundaries", "FILE", "--seed", str(2**63)], f"it must be at most {2**63 - 1}"),
        (["completion"], "Choose from: bash, zsh, fish; see replan completion --help"),
        (["reanalyse"], "Missing argument"),
        (["audit"], "Missing argument"),
        (["audit", "FILE", "FILE"], "unexpected extra argument"),
        (["analyse", "FILE"], "No such command 'analyse'"),
        (["audit", "no/such/file.toml"], "no/such/file.toml does not exist"),
        (["audit", "."], ". is a directory"),
    ],
)
def test_a_bad_command(tmp_path, monkeypatch, arguments, sentence):
    monkeypatch.chdir(tmp_path)
    filled = [str(STUDY / "published.toml") if a == "FILE" else a for a in arguments]
    assert sentence in refusal(tmp_path, *filled)


def test_an_endpoint_that_the_record_lacks(tmp_path):
    text = INVENTED[: INVENTED.index("[endpoints.pfs]")]
    text += INVENTED[INVENTED.index("[endpoints.os]") : INVENTED.index("[categories.sex]")]
    path = tmp_path / "record.toml"
    path.write_text(text, encoding="utf-8")
    told = refusal(tmp_path, "reanalyse", path, "--endpoint", "pfs", "--out", tmp_path / "out")
    assert told == (
        "--endpoint is pfs but the record has only os; choose an endpoint of the record"
    )


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["a file", "below a file", "system"])
def test_a_folder_that_cannot_be_written_is_refused_before_anything_runs(tmp_path, kind):
    taken = tmp_path / "taken"
    taken.write_text("mine")
    out = {"a file": taken, "below a file": taken / "x", "system": "/proc/x"}[kind]
    told = refusal(tmp_path, "reanalyse", STUDY / "published.toml", "--out", out)
    assert told.startswith(f"{out} cannot be written (")
    assert told.endswith(
        "); results need a writable folder with space left, choose another with --out"
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('text = "1.16"', 'text = "1.26"', "cannot come from one Wald interval"),
        ('text = "15.37"', 'text = "15.38"', "the RT median 15.38 is no whole number of days"),
        ("received = 2024-08-28", "received = 2023-02-28", "the latest possible data cut is"),
        ("ci_level = 0.95", "ci_level = 0.9", "the confidence level is 0.9"),
        ("n = 37", "n = 3700", "the sampler takes at most 1024 together"),
    ],
    ids=lambda value: value[:24] if isinstance(value, str) else None,
)
def test_a_record_that_passes_but_cannot_be_analysed(tmp_path, old, new, sentence):
    path = record_with(tmp_path, old, new)
    options = ["--endpoint", "pfs", "--out", tmp_path / "out"]
    code, out, err = tell("reanalyse", path, *options)
    last = err.splitlines()[-1]
    assert (code, out) == (2, "")
    assert last.startswith("Error: ")
    assert sentence in last
    assert [p.name for p in tmp_path.iterdir()] == ["record.toml"]


def mutate(text: str, seed: int) -> str:
    """Change a text as careless hands would: lose, double, swap, retype."""
    chance = random.Random(seed)
    lines = text.splitlines()
    for _ in range(chance.randint(1, 3)):
        place = chance.randrange(len(lines))
        line = lines[place]
        words = re.findall(r"[\w.]+|\W", line) or [""]
        word = chance.randrange(len(words))
        kind = chance.randrange(7)
        if kind == 0:
            del lines[place]
        elif kind == 1:
            lines.insert(chance.randrange(len(lines)), line)
        elif kind == 2:
            words[word] = ""
            lines[place] = "".join(words)
        elif kind == 3:
            words[word] = chance.choice(RETYPED)
            lines[place] = "".join(words)
        elif kind == 4:
            lines[place] = re.sub(r"\d", lambda _: str(chance.randrange(10)), line)
        elif kind == 5:
            cut = chance.randrange(len(line) + 1)
            lines[place] = line[:cut] + chance.choice(RETYPED) + line[cut:]
        else:
            other = chance.randrange(len(lines))
            lines[place], lines[other] = lines[other], line
        if not lines:
            lines = [""]
    return "\n".join(lines)


RETYPED = [
    *["", "0", "-1", "1e400", "nan", "inf", "true", "[]", "{}", '""', '"0.00"', '"<0.001"'],
    *[
        '"1e5"',
        "999999999999999999999",
        "0.5",
        "'",
        '"',
        "=",
        "[",
        "]",
        "{",
        "}",
        "#",
        "\\",
        "\x00",
    ],
    *["é", "٣", "−", "1979-05-27", "rt", "control", "pfs", "os", "text", "unit", '"99.99"', "\t"],
]
PLENTY = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])


def told_in_words(code, err):
    """Whether a command ended as it may: done, a check failed, or one sentence."""
    assert code in (0, 1, 2)
    if code == 2:
        assert err.startswith("Error: ")
        assert err.count("\n") == 1
    else:
        assert err == ""


@PLENTY
@given(st.integers(0, 2**32))
def test_any_change_to_a_record_is_audited_or_refused_in_words(tmp_path, seed):
    path = tmp_path / "record.toml"
    path.write_text(mutate(BRIEF, seed), encoding="utf-8")
    code, _, err = tell("audit", path, "--json")
    told_in_words(code, err)


@settings(PLENTY, max_examples=60)
@given(st.integers(0, 2**32))
def test_any_change_to_the_published_record_is_audited_or_refused_in_words(tmp_path, seed):
    path = tmp_path / "record.toml"
    path.write_text(mutate(PUBLISHED, seed), encoding="utf-8")
    code, _, err = tell("audit", path)
    told_in_words(code, err)


@settings(PLENTY, max_examples=80)
@given(st.binary(max_size=200))
def test_any_bytes_are_refused_in_words(tmp_path, content):
    path = tmp_path / "record.toml"
    path.write_bytes(content)
    code, out, err = tell("audit", path)
    told_in_words(code, err)
    assert (code, out) == (2, "")


def outcome(path, plan):
    """Load record and settings and assemble both problems, as the command does."""
    from models.reconstruction.assemble import assemble_problem
    from models.record import load_record
    from models.settings import load_settings

    try:
        record, chosen = load_record(path), load_settings(plan)
        for name in record.endpoints:
            assemble_problem(record, name, chosen)
    except ValueError as error:
        return str(error)
    return ""


@pytest.mark.slow
@PLENTY
@given(st.integers(0, 2**32), st.booleans())
def test_any_change_to_record_and_settings_is_assembled_or_refused_in_words(
    tmp_path, seed, of_record
):
    path, plan = tmp_path / "record.toml", tmp_path / "settings.toml"
    path.write_text(mutate(BRIEF, seed) if of_record else BRIEF, encoding="utf-8")
    plan.write_text(REFERENCE if of_record else mutate(REFERENCE, seed), encoding="utf-8")
    sentence = outcome(path, plan)
    assert "\n" not in sentence
    assert sentence == "" or len(sentence) > 30
