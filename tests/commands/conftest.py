"""What the tests of the commands share: a corpus of the example pages, a terminal, and processes that can be met half-way."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import shutil
import sqlite3
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.conftest import EXAMPLES, PROJECT, Result, environment

OnTerminal = Callable[..., Result]
Start = Callable[..., "subprocess.Popen[bytes]"]

_SENTENCES = (
    "The ferry crossed the river every morning before the market opened, and nobody could remember a winter without it.",
    "In the spring the council voted to repair the old landing stage, although the money was far from certain.",
    "People on both banks wrote letters, collected coins in jars, and came to every single meeting about the crossing.",
    "When the first boat went out again, the school closed for an hour so that the children could wave from the shore.",
)


def article(title: str, *, extra: str = "", head: str = "") -> str:
    """An HTML page that has a main text."""
    body = "".join(f"<p>{sentence}</p>" for sentence in _SENTENCES)
    return (
        f"<!doctype html><html lang='en'><head><title>{title}</title>{head}</head><body><article><h1>{title}</h1>"
        f"<p>This is the story of {title}.</p>{body}{extra}</article></body></html>"
    )


def slow_article(title: str) -> str:
    """A page that keeps the extractor busy for many seconds, by its size alone."""
    return article(title, extra="<p>The river rose again, and the ferry went out.</p>" * 100_000)


def descendants(pid: int) -> list[int]:
    """The processes below a process, as /proc shows them."""
    below: list[int] = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        if int(fields[1]) == pid:
            below += [int(folder.name), *descendants(int(folder.name))]
    return below


def processor_seconds(pid: int) -> float:
    """How long a process has computed; nothing for one that is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def is_running(pid: int) -> bool:
    """Whether a process is there and not only waiting to be buried."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def saved_pages(path: Path) -> int:
    """How many pages another process has saved so far."""
    if not path.exists():
        return 0
    with contextlib.closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        try:
            (count,) = connection.execute("SELECT count(*) FROM pages").fetchone()
        except sqlite3.OperationalError:  # it has no tables yet
            return 0
        return int(count)


def wait_for(condition: Callable[[], object], what: str, seconds: float = 60) -> None:
    """Wait until something holds that another process brings about."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited in vain: {what}"
        time.sleep(0.02)


def busy_worker(pid: int) -> int:
    """The worker below a running `corpuskit` that is deep in a slow page."""
    found: list[int] = []

    def look() -> bool:
        # the first generation are the helpers of multiprocessing; workers are forked from one of them
        workers = [worker for helper in descendants(pid) for worker in descendants(helper)]
        found[:] = [worker for worker in workers if processor_seconds(worker) > 0.5]
        return bool(found)

    wait_for(look, "no worker computes")
    return found[0]


@pytest.fixture(scope="session")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus of the example pages. Nothing may write to it: a test that does takes `corpus`."""
    path = tmp_path_factory.mktemp("examples") / "corpus.db"
    done = subprocess.run(
        [sys.executable, "-m", "corpuskit", "-d", path, "import", EXAMPLES.relative_to(PROJECT)],
        cwd=PROJECT,
        env=environment(),
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 3, done.stderr.decode()  # one of its rows is broken
    return path


@pytest.fixture
def corpus(examples: Path, tmp_path: Path) -> Path:
    """A copy of the example corpus where `ck` looks for one."""
    return Path(shutil.copy(examples, tmp_path / "corpus.db"))


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start `corpuskit ARGUMENTS` without waiting for it; what still runs at the end of the test is killed."""
    processes: list[subprocess.Popen[bytes]] = []

    def begin(*arguments: object, **options: object) -> subprocess.Popen[bytes]:
        defaults: dict[str, object] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        process: subprocess.Popen[bytes] = subprocess.Popen(
            [sys.executable, "-m", "corpuskit", *map(str, arguments)],
            cwd=tmp_path,
            env=environment(),
            **defaults | options,  # type: ignore[call-overload]
        )
        processes.append(process)
        return process

    yield begin
    for process in processes:
        process.kill()
        process.communicate()


@pytest.fixture
def on_terminal(tmp_path: Path) -> OnTerminal:
    """Run `corpuskit ARGUMENTS` with stdout and stderr on terminals of their own, so that what went where can be told."""

    def run(*arguments: object, columns: int = 80, code: int | None = 0, env: dict[str, str] | None = None) -> Result:
        (out, out_side), (err, err_side) = _terminal(columns), _terminal(columns)
        process = subprocess.Popen(
            [sys.executable, "-m", "corpuskit", *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            stdout=out_side,
            stderr=err_side,
            cwd=tmp_path,
            env=environment() | {"TERM": "xterm"} | (env or {}),
        )
        os.close(out_side)
        os.close(err_side)
        shown = _drain([out, err])
        result = Result(process.wait(60), shown[out].decode(), shown[err].decode())
        assert code is None or result.code == code, f"exit code {result.code}: {result.err}{result.out}"
        assert "Traceback" not in result.err, result.err
        return result

    return run


def _terminal(columns: int) -> tuple[int, int]:
    """Our side and the tool's side of a terminal that changes nothing in what is sent."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    mode = termios.tcgetattr(theirs)
    mode[1] &= ~termios.OPOST
    termios.tcsetattr(theirs, termios.TCSANOW, mode)
    return ours, theirs


def _drain(descriptors: list[int]) -> dict[int, bytes]:
    import select

    shown = dict.fromkeys(descriptors, b"")
    waiting = list(descriptors)
    while waiting:
        for descriptor in select.select(waiting, [], [], 60)[0]:
            try:
                data = os.read(descriptor, 65_536)
            except OSError:  # how Linux says that the other side is closed
                data = b""
            shown[descriptor] += data
            if not data:
                waiting.remove(descriptor)
                os.close(descriptor)
    return shown
