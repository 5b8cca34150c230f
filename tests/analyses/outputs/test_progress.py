"""Progress is for terminals: a bar there, nothing where output is read by files or programs."""

import io
import sys

from analyses.outputs.progress import Progress, tell_progress


class Terminal(io.StringIO):
    """A screen that keeps what is written to it."""

    def isatty(self):
        return True


def shown_on(stream, monkeypatch):
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("TERM", "xterm")
    with tell_progress() as tell:
        tell(Progress(stage="sampling", done=0.5, note="half of it", seconds_left=3.0))
    return stream.getvalue()


def test_a_file_gets_no_progress(monkeypatch):
    assert shown_on(io.StringIO(), monkeypatch) == ""


def test_a_terminal_gets_a_bar_with_stage_share_and_time_left(monkeypatch):
    shown = shown_on(Terminal(), monkeypatch)
    for words in ("sampling", "50%", "half of it, about 3 s left"):
        assert words in shown


def test_colours_that_are_forced_make_no_terminal(monkeypatch):
    """Notebooks set FORCE_COLOR; bars would be drawn over and over in their outputs."""
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.setenv(name, "1")
    assert shown_on(io.StringIO(), monkeypatch) == ""
