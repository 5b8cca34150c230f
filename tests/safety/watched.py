"""Run one command of `replan` while an audit hook notes what it starts, opens, unpickles, executes.

Arguments: a file for the events, a word to look for in code, and the command's own arguments.
"""

import json
import sys
from pathlib import Path
from types import CodeType

STARTING = ("os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.forkpty",
            "pty.spawn", "webbrowser.open")  # fmt: skip
REACHING = (
    "socket.connect",
    "socket.bind",
    "socket.getaddrinfo",
    "socket.gethostbyname",
    "urllib.Request",
    "ftplib.connect",
    "smtplib.connect",
    "http.client.connect",
)

INSTALLED = (sys.prefix, sys.base_prefix, str(Path(__file__).parents[2]), "<frozen ")

EVENTS: list[dict[str, object]] = []
READ: set[tuple[str, ...]] = set()


def holds(code: CodeType, word: str) -> bool:
    """Whether a word stands in code: its names and constants, and those of code within it."""
    parts = [*code.co_names, *code.co_varnames, *map(repr, code.co_consts)]
    inner = [const for const in code.co_consts if isinstance(const, CodeType)]
    return any(word in part for part in parts) or any(holds(one, word) for one in inner)


def callers() -> list[str]:
    """Files of the frames that led here, the innermost first."""
    frame, found = sys._getframe(2), []
    while frame is not None:
        found.append(frame.f_code.co_filename)
        frame = frame.f_back
    return list(dict.fromkeys(found))


def note_reading(event: str, what: str) -> None:
    """Note that something is read as objects or code, but by the import system; once a place."""
    frame, nearest = sys._getframe(2), []
    while frame is not None and len(nearest) < 3:
        nearest.append(frame.f_code.co_filename)
        frame = frame.f_back
    if (event, what, *nearest) not in READ:
        READ.add((event, what, *nearest))
        by = callers()
        if "importlib._bootstrap" not in " ".join(by):
            EVENTS.append({"event": event, "what": what, "by": by})


def watch(word: str) -> None:
    """Note events from now on."""

    def note(event: str, arguments: tuple[object, ...]) -> None:
        if event in STARTING or event in REACHING:
            EVENTS.append({"event": event, "what": repr(arguments)[:300], "by": callers()})
        elif event == "subprocess.Popen":
            executable, words = arguments[:2]
            given = words if isinstance(words, str) else [str(part)[:200] for part in words]
            EVENTS.append({"event": event, "what": str(executable), "words": given,
                           "by": callers()})  # fmt: skip
        elif event in ("pickle.find_class", "marshal.load", "marshal.loads"):
            note_reading(event, repr(arguments)[:100])
        elif event == "exec" and isinstance(arguments[0], CodeType):
            code = arguments[0]
            if not code.co_filename.startswith(INSTALLED) and holds(code, word):
                EVENTS.append({"event": event, "what": arguments[0].co_filename})
        elif (event == "compile" and word in str(arguments[0] or "")) or (
            event == "import" and word in str(arguments[0])
        ):
            EVENTS.append({"event": event, "what": str(arguments[0])[:200]})

    sys.addaudithook(note)


def main() -> int:
    """Watch, run, store."""
    path, word, *words = sys.argv[1:]
    watch(word)
    if words[0] == "python":
        exec(compile(words[1], "<a program that does what must be seen>", "exec"), {})
        code = 0
    else:
        from analyses.command_line.main import run

        code = run(words)
    Path(path).write_text(json.dumps(EVENTS), encoding="utf-8")
    return code


if __name__ == "__main__":
    sys.exit(main())
