"""Time and memory of a whole command, with all the processes that it starts, also those that outlive their parent.

`python benchmarks/measure.py COMMAND...` prints one JSON object: wall and CPU seconds, and the peak memory in MB of the largest
process. `measure(command)` does the same from Python.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median

PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True)
class Usage:
    """What a command used: seconds, and MB of its largest process."""

    wall: float
    cpu: float
    memory: float


def measure(command: list[str], runs: int = 1, before: list[str] | None = None) -> Usage:
    """The median of several runs; `before` is run ahead of each and not counted."""
    usages = []
    for _ in range(runs):
        if before:
            subprocess.run(before, check=True)
        done = subprocess.run([sys.executable, __file__, *command], check=True, capture_output=True, text=True)
        usages.append(Usage(**json.loads(done.stdout.splitlines()[-1])))
    return Usage(*(median(getattr(usage, name) for usage in usages) for name in ("wall", "cpu", "memory")))


def compare(first: list[str], second: list[str], runs: int = 5) -> tuple[Usage, Usage, float]:
    """Both commands in turns; the medians, and the median of the ratios of CPU time, pair by pair."""
    pairs = [(measure(first), measure(second)) for _ in range(runs)]
    ratio = median(one.cpu / other.cpu for one, other in pairs)
    return _median([one for one, _ in pairs]), _median([other for _, other in pairs]), ratio


def _median(usages: list[Usage]) -> Usage:
    return Usage(*(median(getattr(usage, name) for usage in usages) for name in ("wall", "cpu", "memory")))


def table(title: str, header: list[str], rows: list[list[str]]) -> None:
    """Print a table in Markdown."""
    print(f"\n### {title}\n")
    print("| " + " | ".join(header) + " |")
    print("|" + "---|" * len(header))
    for row in rows:
        print("| " + " | ".join(row) + " |")
    sys.stdout.flush()


def shared_folder() -> Path | None:
    """The folder of real pages that are not part of the project, or None."""
    beside = Path(__file__).resolve().parent.parent.parent / "shared"
    for folder in (os.environ.get("CORPUSKIT_SHARED"), beside):
        if folder and Path(folder).is_dir():
            return Path(folder)
    return None


def _main() -> None:
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    start = time.monotonic()
    done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, check=False)
    wall = time.monotonic() - start
    with suppress(ChildProcessError):  # processes that outlived the command were handed to us: their time counts too
        while True:
            os.wait()
    if done.returncode not in (0, 1, 3):
        sys.exit(f"{sys.argv[1:]}: exit code {done.returncode}: {done.stderr.decode()[-500:]}")
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(json.dumps({"wall": wall, "cpu": usage.ru_utime + usage.ru_stime, "memory": usage.ru_maxrss / 1024}))


if __name__ == "__main__":
    _main()
