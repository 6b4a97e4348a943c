"""Every command in a `console` block of the documentation is run, in order, and does what the page shows.

A block holds lines that begin with `$ ` (one that begins with `> ` continues the command), each followed by what a terminal of
100 columns shows. In the output, `...` stands for anything: in a line for a part of it, on a line of its own for any number of
lines. Times, digests and versions only have to look alike, and columns may be wider or narrower. A command may fail only where
the next one is `echo $?`, so that the page shows the exit code. A block behind `<!-- needs: PROGRAM -->` is left out where that
program is missing.
"""

from __future__ import annotations

import errno
import fcntl
import os
import pty
import re
import shutil
import struct
import subprocess
import sys
import termios
from dataclasses import dataclass
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
PAGES = sorted(path.relative_to(PROJECT).as_posix() for path in (PROJECT / "docs").rglob("*.md"))
COLUMNS = 100
SECONDS = 90

_BLOCK = re.compile(r"(?:<!-- needs: ([^>]+?) -->\n)?```console\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_BAR = re.compile(r"^(?:importing|reading|cleaning|exporting|undoing) [0-9,]+\b.*? {2,}")
_VOLATILE = (
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"), "TIME"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "DIGEST"),
    (re.compile(r"\b\d+\.\d+\.\d+\b"), "VERSION"),
)


@dataclass(frozen=True)
class Step:
    """A command as a page shows it, with its output."""

    command: str
    shown: tuple[str, ...]


def steps(page: str) -> list[Step]:
    """The commands of a page that can be run here."""
    found: list[Step] = []
    for programs, block in _BLOCK.findall(page):
        if all(shutil.which(program) for program in programs.split()):
            found += _steps_of_block(block)
    return found


def _steps_of_block(block: str) -> list[Step]:
    commands: list[tuple[list[str], list[str]]] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            commands.append(([line[2:]], []))
        elif line.startswith("> ") and not commands[-1][1]:
            commands[-1][0].append(line[2:])
        else:
            commands[-1][1].append(line)
    return [Step("\n".join(command), tuple(shown)) for command, shown in commands]


def alike(shown: tuple[str, ...], real: list[str]) -> bool:
    """Whether real output is what a page shows of it."""
    pattern = "".join(_line_pattern(line) for line in shown)
    return re.fullmatch(pattern, "".join(_normal(line) + "\n" for line in real)) is not None


def _line_pattern(line: str) -> str:
    if line.strip() == "...":
        return r"(?:.*\n)*?"
    return ".*".join(re.escape(part) for part in _normal(line).split("...")) + r"\n"


def _normal(line: str) -> str:
    for pattern, name in _VOLATILE:
        line = pattern.sub(name, line)
    return re.sub(r"-{2,}", "--", re.sub(r" {2,}", " ", line)).strip(" ")


def run(commands: list[str], folder: Path) -> list[tuple[int, list[str]]]:
    """Exit code and lines of output of every command, all of them in one shell on a terminal of 100 columns."""
    mark = "=====corpuskit-step====="
    # `eval` so that a command that is no valid shell costs only itself; the subshell hands the exit code on to `echo $?`
    parts = [f"eval {_quoted(command)}\ncode=$?; printf '\\n%s %s\\n' {mark} $code; (exit $code)\n" for command in commands]
    output = _on_terminal("".join(parts), folder)
    pieces = re.split(rf"\n{mark} (\d+)\n", output)
    assert len(pieces) == 2 * len(commands) + 1, f"the shell stopped early:\n{output[-2000:]}"
    return [(int(code), _lines(text)) for text, code in zip(pieces[:-1:2], pieces[1::2], strict=True)]


def _quoted(command: str) -> str:
    return "'" + command.replace("'", "'\\''") + "'"


def _lines(text: str) -> list[str]:
    """Lines as they stand on the terminal in the end: a carriage return begins a line again; a progress bar is no output."""
    lines = [_BAR.sub("", line.rstrip("\r").rsplit("\r", 1)[-1]).rstrip() for line in text.split("\n")]
    return lines[:-1] if lines[-1] == "" else lines


def _on_terminal(script: str, folder: Path) -> str:
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, COLUMNS, 0, 0))
    attributes = termios.tcgetattr(theirs)
    attributes[1] &= ~termios.OPOST
    termios.tcsetattr(theirs, termios.TCSANOW, attributes)
    shell = subprocess.Popen(
        ["bash", "-c", script], cwd=folder, env=_environment(folder), stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    try:
        output = _read_all(ours)
        shell.wait(timeout=SECONDS)
    finally:
        shell.kill()
        shell.wait()
        os.close(ours)
    return output.decode()


def _read_all(descriptor: int) -> bytes:
    pieces = []
    while True:
        try:
            piece = os.read(descriptor, 65_536)
        except OSError as error:
            if error.errno == errno.EIO:  # what Linux says when the other end of a terminal is closed
                break
            raise
        if not piece:
            break
        pieces.append(piece)
    return b"".join(pieces)


def _environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CORPUSKIT", "COLUMNS"))}
    programs = f"{folder.parent / 'bin'}:{Path(sys.executable).parent}:{os.environ['PATH']}"
    return kept | {"PATH": programs, "TERM": "xterm", "LC_ALL": "C.UTF-8"}


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """What a user has after `git clone`: the examples, and the tool of this very environment on PATH."""
    folder = tmp_path / "corpuskit"
    folder.mkdir()
    shutil.copytree(PROJECT / "examples", folder / "examples")
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, command in (("corpuskit", f"{sys.executable} -m corpuskit"), ("python3", sys.executable)):
        (programs / name).write_text(f'#!/bin/sh\nexec {command} "$@"\n')
        (programs / name).chmod(0o755)
    return folder


@pytest.mark.parametrize("name", [name for name in PAGES if "```console" in (PROJECT / name).read_text("utf-8")])
def test_page_shows_what_its_commands_do(name: str, clone: Path) -> None:
    todo = steps((PROJECT / name).read_text("utf-8"))
    results = run([step.command for step in todo], clone)
    for number, (step, (code, real)) in enumerate(zip(todo, results, strict=True)):
        shows_code = number + 1 < len(todo) and todo[number + 1].command == "echo $?"
        assert code == 0 or shows_code, f"{name}: exit code {code}: $ {step.command}\n" + "\n".join(real)
        assert alike(step.shown, real), "\n".join(
            [f"{name}: $ {step.command}", "the page shows:", *step.shown, "but this came:", *real]
        )


def test_every_page_of_instructions_has_commands_that_are_run() -> None:
    for name in PAGES:
        if name.startswith(("docs/tutorial", "docs/howto/")):
            assert steps((PROJECT / name).read_text("utf-8")), name


def test_a_page_that_shows_something_else_is_noticed(clone: Path) -> None:
    page = "```console\n$ printf 'one\\ntwo\\n'\none\nthree\n$ false\n$ echo a; cd examples\na\n$ ls -d pages\n...\n```\n"
    todo = steps(page)
    results = run([step.command for step in todo], clone)
    assert [alike(step.shown, real) for step, (_, real) in zip(todo, results, strict=True)] == [False, True, True, True]
    assert [code for code, _ in results] == [0, 1, 0, 0]


@pytest.mark.parametrize(
    ("shown", "real", "same"),
    [
        (("a", "...", "z"), ["a", "z"], True),
        (("a", "...", "z"), ["a", "b", "c", "z"], True),
        (("a", "...", "z"), ["a", "b"], False),
        (("a ... c",), ["a b c"], True),
        (("a ... c",), ["a b d"], False),
        (("1 word",), ["2 words"], False),
        ((), ["anything"], False),
        (("at 2026-01-02T03:04:05Z by tool 1.2.3",), ["at 2027-06-07T08:09:10Z by tool 1.20.0"], True),
        ((f"sha256:{'0' * 64}",), [f"sha256:{'a' * 64}"], True),
        ((f"sha256:{'0' * 64}",), ["sha256:none"], False),
        (("a.c",), ["abc"], False),
        (("  id    title", "------  ---"), [" id  title", "---- -----"], True),
        (("1\t2",), ["1 2"], False),
    ],
)
def test_output_is_compared_line_by_line(shown: tuple[str, ...], real: list[str], same: bool) -> None:
    assert alike(shown, real) is same


def test_a_block_that_needs_a_missing_program_is_left_out() -> None:
    block = "```console\n$ true\n```\n"
    assert len(steps(f"<!-- needs: sh -->\n{block}")) == 1
    assert steps(f"<!-- needs: sh no-such-program-anywhere -->\n{block}") == []
