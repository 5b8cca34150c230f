"""The kinds of input files: examples to change, how each is read, and the command that reads it."""

import functools
import io
import random
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from fuzz_mutations import (
    NUMBERS,
    TEXTS,
    Mutator,
    mutated_bytes,
    mutated_cells,
    mutated_structure,
    mutated_tokens,
)

from analyses.selftest.oracles import oracle

ROOT = Path(__file__).parents[2]
ANALYSES = ROOT / "analyses"
RECORD = ANALYSES / "sohaib2025" / "published.toml"


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of input file.

    Attributes
    ----------
    name, suffix : str
    examples : tuple of bytes
        Valid files; several, so that all that such a file may hold is there to be changed.
    use : callable
        Reads the file at a path and takes the first steps with what it holds; ValueError refuses.
    command : callable
        Arguments of `replan` that read the file and write to a folder, by path and folder.
    levels : mapping of str to callable
        How to change an example at each level.
    beside : mapping of str to bytes
        Files that must stand beside it.
    """

    name: str
    suffix: str
    examples: tuple[bytes, ...]
    use: Callable[[Path], None]
    command: Callable[[Path, Path], list[str]]
    levels: dict[str, Mutator]
    beside: dict[str, bytes]

    def mutant(self, number: int, *, seed: int) -> tuple[str, bytes]:
        """Give the level and content of a mutant, the same for the same number and seed."""
        rng = random.Random(f"{seed} {self.name} {number}")
        level = tuple(self.levels)[number % len(self.levels)]
        return level, self.levels[level](rng.choice(self.examples), rng)


def _structure(content: bytes, rng: random.Random) -> bytes:
    return mutated_structure(_parsed(content), rng)


@functools.cache
def _parsed(content: bytes) -> dict[str, object]:
    return tomllib.loads(content.decode("utf-8"))


OF_TOML = {"byte": mutated_bytes, "token": mutated_tokens, "structure": _structure}
OF_CSV = {"byte": mutated_bytes, "token": mutated_tokens, "structure": mutated_cells}


def _use_record(path: Path) -> None:
    from models.audit import audit, audit_json, audit_text
    from models.record import load_record

    report = audit(load_record(path))
    audit_json(report)
    audit_text(report)


def _use_design(path: Path) -> None:
    from simulate.design import design_text, load_design, read_design

    design = load_design(path)
    if path.stat().st_size % 8:
        return
    # Writing and reading again takes ten times as long as reading: one in eight.
    again = read_design(tomllib.loads(design_text(design)))
    if again != design:
        raise AssertionError("the design reads otherwise once it is written")


def _use_sweep(path: Path) -> None:
    from analyses.sweep.prepare import prepare_sweep
    from simulate.sweep.sweep import load_sweep

    prepare_sweep(load_sweep(path), file=path)


def _use_evidence(path: Path) -> None:
    from models.priors.evidence_file import load_evidence

    load_evidence(path)


def _use_settings(path: Path) -> None:
    from models.settings import load_settings

    load_settings(path)


def _use_models(path: Path) -> None:
    from models.time_varying.priors import load_time_varying

    load_time_varying(path)


def _use_joint(path: Path) -> None:
    from models.joint.settings import load_joint_settings

    load_joint_settings(path)


def _use_curves(path: Path) -> None:
    from models.curves.read import read_curves

    read_curves(path, path.parent / "at_risk.csv")


def _use_at_risk(path: Path) -> None:
    from models.curves.read import read_curves

    read_curves(path.parent / "curves.csv", path)


def _use_patients(path: Path) -> None:
    from models.patients import read_patients
    from models.patients.cuts import cuts_by_events

    covariates = ("age",) if b"age" in path.read_bytes()[:400] else ()
    try:
        found = read_patients(path, covariates=covariates)
    except ValueError as error:
        if "--endpoint" not in str(error):
            raise
        found = read_patients(path, endpoint="pfs", covariates=covariates)
    cuts_by_events(found["time"], found["event"])


BRIEF = re.sub(r"(?m)^#.*\n|\n(?=\n)", "", RECORD.read_text(encoding="utf-8")).encode()


def _toml(folder: str, *names: str) -> tuple[bytes, ...]:
    return tuple((ROOT / folder / name).read_bytes() for name in names)


def _patients_csv() -> tuple[bytes, ...]:
    rows = oracle("survival_data")
    one = rows[rows["set"] == "no_ties"].head(40).assign(arm=lambda t: t["arm"].map(_arm))
    both = pd.DataFrame(
        {
            "pfs_time": one["time"].round(2),
            "pfs_event": one["event"],
            "os_time": (one["time"] * 1.5).round(2),
            "os_event": one["event"],
            "arm": one["arm"],
        }
    )
    sets = one.assign(imputation=np.arange(len(one)) % 2)
    aged = one.assign(age=50)
    frames = (one.drop(columns="set"), both, sets.drop(columns="set"), aged.drop(columns="set"))
    return tuple(frame.to_csv(index=False).encode() for frame in frames)


def _arm(number: int) -> str:
    return ("control", "rt")[number]


def _as_parquet(content: bytes) -> bytes:
    frame, sink = pd.read_csv(io.BytesIO(content)), io.BytesIO()
    frame.to_parquet(sink)
    return sink.getvalue()


def _changed_words(content: bytes, rng: random.Random) -> bytes:
    """Change words of a Parquet file into others of the same length, as its offsets need."""
    words = list(re.finditer(rb"[A-Za-z_]{3,}", content))
    found = bytearray(content)
    for word in rng.sample(words, min(len(words), rng.randint(1, 4))):
        length = word.end() - word.start()
        other = rng.choice(words).group()[:length].ljust(length, rng.choice((b"x", b"\x00", b" ")))
        found[word.start() : word.end()] = other
    return bytes(found)


ODD_COLUMNS = (
    lambda n: pa.array([None] * n),
    lambda n: pa.array([None] * n, pa.string()),
    lambda n: pa.array([b"\x00\xff"] * n),
    lambda n: pa.array([[1, 2]] * n),
    lambda n: pa.array([{"a": 1}] * n),
    lambda n: pa.array([True] * n),
    lambda n: pa.array([2**63 - 1] * n),
    lambda n: pa.array([2**64 - 1] * n, pa.uint64()),
    lambda n: pa.array([1] * n, pa.timestamp("ns")),
    lambda n: pa.array([1] * n, pa.timestamp("s", tz="UTC")),
    lambda n: pa.array([10**9] * n, pa.date32()),
    lambda n: pa.array([1] * n, pa.duration("us")),
    lambda n: pa.array(["control"] * n).dictionary_encode(),
    lambda n: pa.array(["1"] * n, pa.large_string()),
    lambda n: pa.array([1.5] * n, pa.float16()) if n else pa.array([], pa.float16()),
    lambda n: pa.array([1] * n, pa.decimal128(38, 2)),
)  # fmt: skip


def _changed_table(content: bytes, rng: random.Random) -> bytes:
    """Change types, values, names, rows and metadata of a Parquet file, one to three times."""
    table = pq.read_table(io.BytesIO(content))
    for _ in range(rng.randint(1, 3)):
        table = _change_table(table, rng)
    sink = io.BytesIO()
    pq.write_table(table, sink, compression=rng.choice(("none", "snappy", "gzip", "zstd")))
    return sink.getvalue()


def _change_table(table: pa.Table, rng: random.Random) -> pa.Table:
    if not table.num_columns:
        return table
    column = rng.randrange(table.num_columns)
    name, rows = table.column_names[column], table.num_rows
    match rng.randrange(8):
        case 0:
            try:
                return table.set_column(column, name, rng.choice(ODD_COLUMNS)(rows))
            except (pa.ArrowException, TypeError, ValueError):
                return table.remove_column(column)
        case 1 | 2 if rows:
            try:
                values = table.column(column).to_pylist()
                values[rng.randrange(rows)] = float(rng.choice(NUMBERS[:13]))
                return table.set_column(column, name, pa.array(values))
            except (pa.ArrowException, TypeError, ValueError, OverflowError):
                return table
        case 3 if rows:
            values = [rng.choice(TEXTS) if rng.random() < 0.1 else "control" for _ in range(rows)]
            return table.set_column(column, name, pa.array(values))
        case 4:
            return table.remove_column(column)
        case 5:
            new = rng.choice(("time", "arm", "", "é", "TIME ", "imputation", "event", "a" * 5000))
            return table.rename_columns(
                [new if place == column else old for place, old in enumerate(table.column_names)]
            )
        case 6:
            return table.slice(0, rng.choice((0, 1, rows // 2)))
        case _:
            loose = rng.choice(
                (None, {b"pandas": b"{"}, {b"pandas": b'{"columns": 1}'}, {b"pandas": b"[]"},
                 {b"pandas": b'{"index_columns": ["x"], "columns": [], "column_indexes": []}'},
                 {b"ARROW:schema": b"AAAA"})
            )  # fmt: skip
            return table.replace_schema_metadata(loose)


OF_PARQUET: dict[str, Mutator] = {
    "byte": mutated_bytes,
    "token": _changed_words,
    "structure": _changed_table,
}


def _with_out(*words: object) -> list[str]:
    return [str(word) for word in words]


def kinds() -> dict[str, Kind]:
    """Give every kind by its name."""
    curves = (ANALYSES / "veteran" / "curves.csv").read_bytes()
    at_risk = (ANALYSES / "veteran" / "at_risk.csv").read_bytes()
    design = (ANALYSES / "phase3" / "os_alone.toml").read_bytes()
    patients, lines = _patients_csv(), curves.split(b"\n")
    few = b"\n".join([*lines[1:2], *lines[2::4]])
    sweep = (ANALYSES / "phase3" / "sweep.toml").read_bytes()
    found = (
        Kind(
            name="record",
            suffix=".toml",
            examples=(BRIEF, *_toml("tests/data/records", "consistent.toml", "pembro_rt.toml"),
                      *_toml("analyses/veteran", "published.toml")),
            use=_use_record,
            command=lambda path, out: _with_out("reanalyse", path, "--out", out),
            levels=OF_TOML,
            beside={},
        ),
        Kind(
            name="design",
            suffix=".toml",
            examples=_toml("analyses/phase3", "design.toml", "os_alone.toml"),
            use=_use_design,
            command=lambda path, out: _with_out("power", path, "--out", out),
            levels=OF_TOML,
            beside={},
        ),
        Kind(
            name="sweep",
            suffix=".toml",
            examples=(sweep.replace(b"[300, 350, 400, 450, 500]", b"[400]"),),
            use=_use_sweep,
            command=lambda path, out: _with_out("sweep", path, "--out", out),
            levels=OF_TOML,
            beside={"os_alone.toml": design},
        ),
        Kind(
            name="evidence",
            suffix=".toml",
            examples=(*_toml("analyses/priors", "evidence.toml"),
                      *_toml("analyses/sohaib2025", "evidence.toml")),
            use=_use_evidence,
            command=lambda path, out: _with_out("priors", path, "--out", out),
            levels=OF_TOML,
            beside={},
        ),
        Kind(
            name="settings",
            suffix=".toml",
            examples=_toml("analyses/sohaib2025", "default.toml", "reference.toml"),
            use=_use_settings,
            command=lambda path, out: _with_out(
                "reanalyse", RECORD, "--settings", path, "--out", out
            ),
            levels=OF_TOML,
            beside={},
        ),
        Kind(
            name="models of an effect over time",
            suffix=".toml",
            examples=_toml("analyses/sohaib2025", "effect_over_time.toml"),
            use=_use_models,
            command=lambda path, out: _with_out(
                "effect-over-time", RECORD, "--models", path, "--out", out
            ),
            levels=OF_TOML,
            beside={},
        ),
        Kind(
            name="curves",
            suffix=".csv",
            examples=(curves, few),
            use=_use_curves,
            command=lambda path, out: _with_out(
                "reconstruct", path, "--at-risk", path.parent / "at_risk.csv", "--out", out
            ),
            levels=OF_CSV,
            beside={"at_risk.csv": at_risk},
        ),
        Kind(
            name="numbers at risk",
            suffix=".csv",
            examples=(at_risk,),
            use=_use_at_risk,
            command=lambda path, out: _with_out(
                "reconstruct", path.parent / "curves.csv", "--at-risk", path, "--out", out
            ),
            levels=OF_CSV,
            beside={"curves.csv": few},
        ),
        Kind(
            name="patients, CSV",
            suffix=".csv",
            examples=patients,
            use=_use_patients,
            command=lambda path, out: _with_out(
                "fit", path, "--endpoint", "pfs", "--out", out
            ),
            levels=OF_CSV,
            beside={},
        ),
        Kind(
            name="patients, Parquet",
            suffix=".parquet",
            examples=tuple(_as_parquet(content) for content in patients),
            use=_use_patients,
            command=lambda path, out: _with_out(
                "fit", path, "--endpoint", "pfs", "--out", out
            ),
            levels=OF_PARQUET,
            beside={},
        ),
    )  # fmt: skip
    return {kind.name: kind for kind in found}
