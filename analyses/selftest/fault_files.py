"""Faults of files and disks: damage, limits, a full disk, and folders that cannot be written."""

import random
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from analyses.selftest.fault_bench import Bench, one_sentence
from analyses.sweep.store import stored_addresses

SIZES = (60_000, 120_000, 250_000, 450_000)


WAYS: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "a bit flipped": lambda content, rng: _flipped(content, rng),
    "cut short": lambda content, rng: content[: rng.randrange(len(content))],
    "empty": lambda content, _: b"",
    "longer": lambda content, _: content + b"more",
    "zeros": lambda content, _: bytes(len(content)),
}


def damaged(bench: Bench) -> None:
    """Damage cell files in several ways: each is noticed, said and computed again."""
    out = bench.folder / "damaged"
    shutil.copytree(bench.folder / "quiet", out)
    for way, change in WAYS.items():
        for address in bench.rng.sample(stored_addresses(out), 3):
            path = out / "cells" / f"{address}.cell"
            path.write_bytes(change(path.read_bytes(), bench.rng))
        _finish_damaged(bench, out, way, cells=3)
    one, other = (out / "cells" / f"{a}.cell" for a in stored_addresses(out)[:2])
    one.write_bytes(other.read_bytes())
    _finish_damaged(bench, out, "another cell's", cells=1)


def _finish_damaged(bench: Bench, out: Path, way: str, *, cells: int) -> None:
    told = f"{cells} stored cells are damaged" in bench.finish(out)
    bench.record(f"damaged: {way}", out, told=told)


def _flipped(content: bytes, rng: random.Random) -> bytes:
    place = rng.randrange(len(content))
    return (
        content[:place] + bytes([content[place] ^ (1 << rng.randrange(8))]) + content[place + 1 :]
    )


def limited(bench: Bench) -> None:
    """Refuse files above a size, as a quota does: one sentence, and a folder that goes on."""
    for size in (500, 20_000, 60_000):
        out = bench.folder / f"limited{size}"
        process = bench.start(out, largest=size)
        _, said = process.communicate()
        told = one_sentence(process.returncode, said)
        bench.finish(out)
        bench.record("files limited in size", out, bytes=size, told=told)


def full(bench: Bench) -> None:
    """Fill the disk, at several moments; then give it room."""
    for size in SIZES:
        out = bench.folder / f"full{size}"
        with Disk(out, size) as disk:
            process = bench.start(out / "sweep")
            _, said = process.communicate()
            stored = len(stored_addresses(out / "sweep"))
            told = one_sentence(process.returncode, said)
            disk.change("size=64m")
            bench.finish(out / "sweep")
            bench.record("disk full", out / "sweep", bytes=size, stored=stored, told=told)


def read_only(bench: Bench) -> None:
    """Start on a disk that is read-only; then make it writable."""
    out = bench.folder / "read_only"
    with Disk(out, 64_000_000) as disk:
        disk.change("ro")
        process = bench.start(out / "sweep")
        _, said = process.communicate()
        disk.change("rw")
        bench.finish(out / "sweep")
        told = one_sentence(process.returncode, said)
        bench.record("folder unwritable", out / "sweep", told=told)


def taken_away(bench: Bench) -> None:
    """Put a file in the place of the cells amid a sweep; then give them back."""
    out = bench.folder / "taken_away"
    process = bench.start(out)
    bench.wait_for_cells(out, process, wanted=1)
    cells, away = out / "cells", out / "away"
    cells.rename(away)
    cells.touch()
    _, said = process.communicate()
    cells.unlink()
    away.rename(cells)
    told = one_sentence(process.returncode, said)
    bench.finish(out)
    bench.record("folder unwritable amid the sweep", out, told=told)


class Disk:
    """A small disk in memory."""

    def __init__(self, folder: Path, size: int) -> None:
        self.folder, self.size = folder, size

    def __enter__(self) -> "Disk":
        self.folder.mkdir()
        words = ["mount", "-t", "tmpfs", "-o", f"size={self.size}", "tmpfs", str(self.folder)]
        subprocess.run(words, check=True)
        return self

    def change(self, option: str) -> None:
        """Change an option of the disk; a busy one is tried again."""
        words = ["mount", "-o", f"remount,{option}", str(self.folder)]
        for _ in range(200):
            if subprocess.run(words, capture_output=True).returncode == 0:
                return
            time.sleep(0.01)
        raise RuntimeError(f"{self.folder} cannot be made {option}")

    def __exit__(self, *_: object) -> None:
        subprocess.run(["umount", "--lazy", str(self.folder)], check=True)


def can_mount(folder: Path) -> bool:
    """Whether this user may mount a disk in memory."""
    try:
        with Disk(folder / "probe", 65_536):
            return True
    except (OSError, subprocess.CalledProcessError):
        return False
