"""Make `.venv` from `requirements.lock` and install the project into it, or see that this is done.

A record of what the environment was made from is written last: an interrupted set-up leaves none
and is redone, and a changed lock file, Python or folder is noticed. One set-up runs at a time.
"""

import argparse
import fcntl
import hashlib
import json
import shutil
import subprocess
import sys
import time
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

RECORD_NAME = "made-from.json"


def describe(root: Path, version: tuple[int, ...]) -> dict[str, str]:
    """Say what an environment of this folder must have been made from."""
    return {
        "folder": str(root),
        "python": ".".join(str(part) for part in version[:2]),
        "requirements.lock": hashlib.sha256((root / "requirements.lock").read_bytes()).hexdigest(),
        "pyproject.toml": hashlib.sha256((root / "pyproject.toml").read_bytes()).hexdigest(),
    }


def read_record(root: Path) -> dict[str, str]:
    """Read what `.venv` was made from; empty when it was never finished."""
    try:
        record = json.loads((root / ".venv" / RECORD_NAME).read_text())
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def is_ready(root: Path) -> bool:
    """See whether this interpreter, `.venv`'s own, belongs to a finished and current set-up."""
    venv_path = root / ".venv"
    in_venv = venv_path.is_dir() and venv_path.samefile(sys.prefix)
    return in_venv and read_record(root) == describe(root, sys.version_info)


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """Hold the lock that keeps two set-ups of one folder apart; it goes with the process."""
    with (root / "requirements.lock").open("r+") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another set-up of .venv is running; waiting for it.", file=sys.stderr)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def show_progress(line: str) -> None:
    """Overwrite one terminal line with what the installer does."""
    if sys.stderr.isatty():
        print(f"\r\033[K  {line.strip()[:90]}", end="", file=sys.stderr, flush=True)


def install(root: Path, *arguments: str) -> None:
    """Run the environment's pip, quietly unless it fails."""
    command = [str(root / ".venv" / "bin" / "python"), "-m", "pip", "install", "--no-deps"]
    output = []
    with subprocess.Popen(
        [*command, *arguments],
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        for line in process.stdout or ():
            output.append(line)
            show_progress(line)
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)
    if process.returncode:
        sys.stderr.writelines(output[-20:])
        raise SystemExit(
            f"Set-up failed at 'pip install {' '.join(arguments)}' (its last words are above): "
            "see that the network is reachable and the disk not full, then run make again."
        )


def set_up(root: Path) -> None:
    """Bring `.venv` up to date: anew for another lock, Python or folder, else the project alone."""
    record, wanted = read_record(root), describe(root, sys.version_info)
    if record == wanted:
        return
    start = time.monotonic()
    (root / ".venv" / RECORD_NAME).unlink(missing_ok=True)
    made_from = ("folder", "python", "requirements.lock")
    if any(record.get(key) != wanted[key] for key in made_from):
        print("Setting up .venv from requirements.lock (a few minutes, once).", file=sys.stderr)
        shutil.rmtree(root / ".venv", ignore_errors=True)
        venv.create(root / ".venv", with_pip=True, symlinks=True)
        install(root, "--requirement", "requirements.lock")
    install(root, "--no-build-isolation", "--editable", ".")
    (root / ".venv" / RECORD_NAME).write_text(json.dumps(wanted, indent=2) + "\n")
    print(f"Set-up done in {time.monotonic() - start:.0f} s.", file=sys.stderr)


def main() -> int:
    """Set up, or with `--check` only answer by exit code whether that is needed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="exit 0 when nothing needs doing")
    arguments = parser.parse_args()
    root = Path(__file__).resolve().parent.parent
    if arguments.check:
        return 0 if is_ready(root) else 1
    try:
        with alone(root):
            set_up(root)
    except KeyboardInterrupt:
        print("\nSet-up interrupted; the next make starts it again.", file=sys.stderr)
        return 130
    except OSError as error:
        print(f"Set-up of .venv failed: {error}; cure that and run make again.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
