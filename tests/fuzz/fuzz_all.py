"""Thousands of changed input files of every kind, in parts over all cores; a stopped run goes on.

Run by `make fuzz`. Parts that are done are kept beside the result, line by line, until all are;
a run with other sources, seed or numbers starts anew. Writes what happened to a JSON file; exit
code 1 if anything went wrong.
"""

import argparse
import hashlib
import json
import multiprocessing
import os
import platform
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any, NamedTuple

from fuzz_kinds import ROOT, kinds
from fuzz_run import LONGEST, Tally, added, from_the_shell, guarded

STORED = ROOT / "tests" / "fixtures" / "fuzz" / "inputs.json"
SIZE = 1000
COUNTED = ("accepted", "refused", "sentences")


class Part(NamedTuple):
    """Some mutants of a kind, in this process or through the shell."""

    kind: str
    start: int
    stop: int
    shell: bool = False


class Done(NamedTuple):
    """What came of a part, and how long it took by the clock."""

    tally: Tally
    seconds: float


def parts_of(names: list[str], *, count: int, shells: int) -> list[Part]:
    """Cut the mutants of all kinds into parts."""
    found = []
    for name in names:
        found += [Part(name, start, min(start + SIZE, count)) for start in range(0, count, SIZE)]
        found.append(Part(name, 0, shells, shell=True))
    return found


def try_part(part: Part, *, seed: int) -> Done:
    """Try the mutants of a part."""
    began, use = time.monotonic(), from_the_shell if part.shell else guarded
    tally = use(kinds()[part.kind], range(part.start, part.stop), seed=seed)
    return Done(tally, time.monotonic() - began)


def sources() -> str:
    """Hash of all that decides what a run finds, but for the libraries."""
    digest = hashlib.sha256()
    for folder in ("models", "simulate", "analyses", "tests/fuzz", "tests/data/records"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in {".py", ".toml", ".csv"}:
                digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def read_kept(path: Path, *, run: str) -> dict[Part, Done]:
    """Take up the parts that an earlier call of the same run has done."""
    found: dict[Part, Done] = {}
    if not path.exists():
        return found
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            told = json.loads(line)
        except ValueError:
            continue
        if told["run"] == run:
            counted = {name: Counter(told["tally"].pop(name)) for name in COUNTED}
            tally = Tally(**counted, **told["tally"])
            found[Part(*told["part"])] = Done(tally, told["seconds"])
    return found


def keep(path: Path, part: Part, done: Done, *, run: str) -> None:
    """Note a part that is done."""
    told = {"run": run, "part": part, "seconds": done.seconds, "tally": vars(done.tally)}
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        # A line that a kill has cut short must not take the next one with it.
        file.write("\n" + json.dumps(told, ensure_ascii=False) + "\n")


def try_all(parts: list[Part], *, seed: int, workers: int) -> Iterator[tuple[Part, Done]]:
    """Try parts side by side; each as it is done."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        waiting: dict[Future[Done], Part] = {
            pool.submit(try_part, part, seed=seed): part for part in parts
        }
        for future in as_completed(waiting):
            yield waiting[future], future.result()


def told_of_kind(parts: list[Part], done: dict[Part, Done]) -> dict[str, Any]:
    """Put the parts of a kind together, for the result."""
    tally = Tally()
    for part in parts:
        tally = added(tally, done[part].tally)
    return {
        "mutants": sum(part.stop - part.start for part in parts if not part.shell),
        "accepted": dict(sorted(tally.accepted.items())),
        "refused": dict(sorted(tally.refused.items())),
        "failed": len(tally.failures),
        "kinds_of_refusal": len(tally.sentences),
        "commonest": dict(tally.sentences.most_common(8)),
        "given_to_the_command": tally.commands,
        "from_the_shell": tally.shells,
        "seconds": round(sum(done[part].seconds for part in parts), 1),
        "slowest_seconds": round(tally.slowest, 2),
        "failures": tally.failures[:20],
    }


def store(results: dict[str, dict[str, Any]], path: Path, *, seed: int, known: str) -> bool:
    """Write the result; whether nothing went wrong."""
    passed = not any(result["failed"] for result in results.values())
    document = {
        "seed": seed,
        "sources": known,
        "longest_seconds_allowed": LONGEST,
        "python": platform.python_version(),
        "passed": passed,
        "kinds": results,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(document, indent=1, ensure_ascii=False) + "\n"
    path.write_text(text, encoding="utf-8")
    return passed


def main() -> int:
    """Try every kind, and store what happened."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000, help="mutants of each kind")
    parser.add_argument("--shells", type=int, default=6, help="of them through the shell")
    parser.add_argument("--seed", type=int, default=2025)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--out", type=Path, default=STORED)
    asked = parser.parse_args()
    names, known = list(kinds()), sources()
    parts = parts_of(names, count=asked.count, shells=asked.shells)
    run, kept = f"{known} {asked.seed} {asked.count} {asked.shells}", asked.out.with_suffix(".part")
    done = read_kept(kept, run=run)
    left = [part for part in parts if part not in done]
    print(f"{len(left)} of {len(parts)} parts to try; kept in {kept}, so that a stopped run "
          "goes on", flush=True)  # fmt: skip
    for part, found in try_all(left, seed=asked.seed, workers=asked.workers):
        keep(kept, part, found, run=run)
        done[part] = found
        where = "the shell" if part.shell else f"{part.start} to {part.stop - 1}"
        print(f"{len(done):>4} of {len(parts)}  {part.kind}, {where}: "
              f"{len(found.tally.failures)} failed, {found.seconds:.0f} s", flush=True)  # fmt: skip
    results = {
        name: told_of_kind([part for part in parts if part.kind == name], done) for name in names
    }
    passed = store(results, asked.out, seed=asked.seed, known=known)
    kept.unlink(missing_ok=True)
    print(f"{'passed' if passed else 'FAILED'}; written to {asked.out}")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
