"""Every benchmark, one after the other; `make bench` runs it. What needs pages or peers that are not here says so."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
BENCHMARKS = (
    ("html_quality.py",),
    ("plaintext_quality.py",),
    ("plaintext_heads.py",),
    ("plaintext_kinds.py",),
    ("import_speed.py", "--memory"),
    ("import_speed.py", "--folder"),
    ("warc_reading.py",),
    ("near_duplicates.py",),
    ("dedupe_speed.py",),
    ("filter_speed.py",),
    ("search_speed.py",),
    ("counting_speed.py",),
    ("startup.py",),
)


def main() -> None:
    """Run them; the exit code is that of the worst."""
    worst = 0
    for name, *arguments in BENCHMARKS:
        print(f"\n## {name}", flush=True)
        worst = max(worst, subprocess.run([sys.executable, str(HERE / name), *arguments], check=False).returncode)
    sys.exit(worst)


if __name__ == "__main__":
    main()
