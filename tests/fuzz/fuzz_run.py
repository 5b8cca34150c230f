"""Changed input files tried one by one: each is used or refused in one sentence, within seconds.

Files are changed in bytes, tokens and structure, and read as the commands read them, while a hook
watches which files are opened for writing: none may be. One refused file in fifty is given to its
command, too, which must end with exit code 2, say one sentence and write nothing; some go through
`replan` itself in a process of its own. `fuzz_all.py` does it by the ten thousand.
"""

import contextlib
import importlib
import io
import multiprocessing
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from types import FrameType

from fuzz_kinds import Kind, kinds

LONGEST = 10.0
LONGEST_SENTENCE = 700
PATIENCE = 30.0
COMMAND_EVERY = 50
NOT_SAID = re.compile(
    r"pydantic|Traceback|https?://errors|Input should|<class|Ellipsis|pyarrow|Errno|object at 0x"
)


MAKING = ("os.mkdir", "os.rename", "os.link", "os.symlink")
WRITTEN: list[str] = []


def watch_writing() -> None:
    """Note every file that this process opens for writing from now on; there is no way back."""

    def note(event: str, arguments: tuple[object, ...]) -> None:
        if event == "open" and isinstance(arguments[2], int):
            writes = arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
            if writes and arguments[0] != os.devnull and not _is_cache(arguments[0]):
                WRITTEN.append(str(arguments[0]))
        elif event in MAKING and not _is_cache(arguments[0]):
            WRITTEN.append(f"{event} {arguments[0]}")

    sys.addaudithook(note)


def _is_cache(path: object) -> bool:
    """Whether a path is of compiled kernels or of matplotlib, which no input decides."""
    return isinstance(path, int) or any(part in str(path) for part in ("/.cache/", "/matplotlib"))


class HangError(BaseException):
    """An input took longer than any may; not an Exception, so that nothing swallows it."""


@dataclass
class Tally:
    """What came of the mutants of one kind.

    Attributes
    ----------
    accepted, refused : dict of str to int
        Mutants by level.
    sentences : Counter
        Refusals by their wording, without names and figures.
    failures : list of dict
        Mutants that ended otherwise.
    commands : int
        Refused mutants that were given to their command, too.
    shells : int
        Refused mutants that went through `replan` in a process of its own.
    slowest : float
        Seconds of the processor that the slowest mutant took.
    """

    accepted: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    sentences: Counter[str] = field(default_factory=Counter)
    failures: list[dict[str, object]] = field(default_factory=list)
    commands: int = 0
    shells: int = 0
    slowest: float = 0.0

    def fail(self, number: int, level: str, why: str) -> None:
        """Note a mutant that ended otherwise than it may."""
        self.failures.append({"number": number, "level": level, "why": why})


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise HangError after so many seconds of the processor, or 30 times as many by the clock.

    On a busy machine the clock alone would blame files for what others compute.
    """

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise HangError

    limits = ((signal.SIGPROF, signal.ITIMER_PROF, seconds),
              (signal.SIGALRM, signal.ITIMER_REAL, PATIENCE * seconds))  # fmt: skip
    before = [signal.signal(number, stop) for number, _, _ in limits]
    for _, timer, limit in limits:
        signal.setitimer(timer, limit)
    try:
        yield
    finally:
        for (number, timer, _), former in zip(limits, before, strict=True):
            signal.setitimer(timer, 0)
            signal.signal(number, former)


def fault_of_sentence(sentence: str) -> str:
    """What is wrong with a refusal; empty if nothing is."""
    if sentence.count("\n"):
        return f"several lines: {sentence[:300]!r}"
    if len(sentence) > LONGEST_SENTENCE:
        return f"{len(sentence)} signs: {sentence[:300]!r}"
    if not sentence.isprintable():
        return f"signs that cannot be shown: {sentence[:300]!r}"
    if NOT_SAID.search(sentence):
        return f"words of a program: {sentence[:300]!r}"
    return "" if len(sentence) > 20 else f"says too little: {sentence!r}"


def wording(sentence: str, path: Path) -> str:
    """Keep what is common to refusals of one sort."""
    text = sentence.replace(str(path), "FILE").replace(path.name, "FILE")
    text = re.sub(r"'[^']*'|\"[^\"]*\"|`[^`]*`", "…", text)
    return re.sub(r"[-+]?\d[\d.e+-]*|inf\b|nan\b", "N", text)[:110]


def refusal(kind: Kind, path: Path) -> str | None:
    """Use a file; the sentence that refuses it, or None."""
    try:
        kind.use(path)
    except ValueError as error:
        return str(error)
    return None


def command_fault(kind: Kind, path: Path, out: Path) -> str:
    """Give a refused file to its command; what is wrong with how it ended, empty if nothing is."""
    from analyses.command_line.main import run

    before = sorted(path.parent.iterdir())
    stdout, stderr = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(stdout), contextlib.redirect_stderr(stderr):
        code = run(kind.command(path, out))
    said = stderr.getvalue()
    if code != 2 or stdout.getvalue():
        return f"the command ended with {code}: {said[-300:]!r}"
    if sorted(path.parent.iterdir()) != before:
        return "the command wrote files"
    if not said.startswith("Error: ") or fault_of_sentence(said[7:].rstrip("\n")):
        return f"the command said {said[-300:]!r}"
    return ""


def try_one(kind: Kind, number: int, *, seed: int, folder: Path, tally: Tally) -> None:
    """Try one mutant: used, or refused in a sentence by reader and command."""
    level, content = kind.mutant(number, seed=seed)
    path = folder / f"input{kind.suffix}"
    path.write_bytes(content)
    began = time.process_time()
    WRITTEN.clear()
    try:
        with time_limit(LONGEST):
            sentence = refusal(kind, path)
            fault = fault_of_sentence(sentence) if sentence is not None else ""
            if sentence is not None and not fault and number % COMMAND_EVERY == 0:
                tally.commands += 1
                fault = command_fault(kind, path, folder / "out")
        if WRITTEN and not fault:
            fault = f"opened for writing: {WRITTEN[:3]}"
    except HangError:
        sentence, fault = None, f"longer than {LONGEST:g} s"
    except Exception:
        sentence, fault = None, traceback.format_exc()[-900:]
    tally.slowest = max(tally.slowest, time.process_time() - began)
    if fault:
        tally.fail(number, level, fault)
    elif sentence is None:
        tally.accepted[level] += 1
    else:
        tally.refused[level] += 1
        tally.sentences[wording(sentence, path)] += 1


def try_many(kind: Kind, numbers: range, *, seed: int, folder: Path) -> Tally:
    """Try mutants of one kind, in this process."""
    importlib.import_module("analyses.command_line.main")
    tally = Tally()
    for name, content in kind.beside.items():
        (folder / name).write_bytes(content)
    for number in numbers:
        try_one(kind, number, seed=seed, folder=folder, tally=tally)
    return tally


def _child(kind: str, numbers: range, seed: int, pipe: Connection) -> None:
    watch_writing()
    with tempfile.TemporaryDirectory() as folder:
        pipe.send(try_many(kinds()[kind], numbers, seed=seed, folder=Path(folder)))


def guarded(kind: Kind, numbers: range, *, seed: int) -> Tally:
    """Try mutants in a process of its own; one that kills it is found and noted.

    Libraries in C read Parquet files, and what they do with damaged ones is not Python's to catch.
    """
    ours, theirs = multiprocessing.Pipe(duplex=False)
    context = multiprocessing.get_context("fork")
    process = context.Process(target=_child, args=(kind.name, numbers, seed, theirs))
    process.start()
    theirs.close()
    try:
        tally: Tally = ours.recv()
    except EOFError:
        process.join()
        if len(numbers) == 1:
            tally = Tally()
            level, _ = kind.mutant(numbers[0], seed=seed)
            tally.fail(numbers[0], level, f"the process ended with {process.exitcode}")
            return tally
        half = len(numbers) // 2
        return added(guarded(kind, numbers[:half], seed=seed),
                     guarded(kind, numbers[half:], seed=seed))  # fmt: skip
    process.join()
    return tally


def added(one: Tally, other: Tally) -> Tally:
    """Put two tallies together."""
    return Tally(
        accepted=one.accepted + other.accepted,
        refused=one.refused + other.refused,
        sentences=one.sentences + other.sentences,
        failures=one.failures + other.failures,
        commands=one.commands + other.commands,
        shells=one.shells + other.shells,
        slowest=max(one.slowest, other.slowest),
    )


def from_the_shell(kind: Kind, numbers: range, *, seed: int) -> Tally:
    """Run refused mutants through `replan` itself."""
    tally = Tally()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for beside, content in kind.beside.items():
            (folder / beside).write_bytes(content)
        for number in numbers:
            level, content = kind.mutant(number, seed=seed)
            path = folder / f"input{kind.suffix}"
            path.write_bytes(content)
            if refusal(kind, path) is None:
                continue
            tally.shells += 1
            why = _shell_fault(kind.command(path, folder / "out"), folder)
            if why:
                tally.fail(number, level, f"from the shell: {why}")
    return tally


def _shell_fault(words: list[str], folder: Path) -> str:
    before = sorted(folder.iterdir())
    command = [sys.executable, "-m", "analyses.command_line", *words]
    former = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = former.ru_utime + former.ru_stime
    try:
        ended = subprocess.run(
            command, capture_output=True, text=True, timeout=PATIENCE * LONGEST, check=False
        )
    except subprocess.TimeoutExpired:
        return f"longer than {PATIENCE * LONGEST:g} s"
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    if spent.ru_utime + spent.ru_stime - start > LONGEST:
        return f"longer than {LONGEST:g} s of the processor"
    if sorted(folder.iterdir()) != before:
        return "files were written"
    one = ended.stderr.startswith("Error: ") and ended.stderr.count("\n") == 1
    if ended.returncode != 2 or not one or ended.stdout:
        return f"exit code {ended.returncode}: {ended.stderr[-300:]!r}"
    return ""
