"""Every script in examples/ runs as it is, leaves nothing behind, and prints what it is there to show."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
HEADINGS = ("$ ", "== ", "year\t", "The corpus was")
SCRIPTS = sorted(path.name for path in EXAMPLES.iterdir() if path.suffix in (".sh", ".py"))


@dataclass(frozen=True)
class Ran:
    """What a script printed."""

    out: str
    err: str

    def after(self, heading: str) -> list[str]:
        """The lines from the one that holds `heading` to the next heading."""
        lines = self.out.splitlines()
        start = next(number for number, line in enumerate(lines) if heading in line) + 1
        found = list(takewhile(lambda line: not line.startswith(HEADINGS), lines[start:]))
        while found and not found[-1]:
            found.pop()
        return found


def run(script: str, folder: Path, *, stdin: str = "") -> Ran:
    """Run a script of examples/ somewhere else, as a user with the tool on PATH; all that it writes has to go to `folder`."""
    temporary = folder / "tmp"
    temporary.mkdir(exist_ok=True)
    programs = folder / "bin"
    programs.mkdir(exist_ok=True)
    (programs / "corpuskit").write_text(f'#!/bin/sh\nexec {sys.executable} -m corpuskit "$@"\n')
    (programs / "corpuskit").chmod(0o755)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CORPUSKIT") and name != "COLUMNS"}
    environment |= {"PATH": f"{programs}:{environment['PATH']}", "TMPDIR": str(temporary), "NO_COLOR": "1"}
    interpreter = "sh" if script.endswith(".sh") else sys.executable
    done = subprocess.run(
        [interpreter, str(EXAMPLES / script)],
        input=stdin, cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr + done.stdout
    assert "Traceback" not in done.stderr
    assert not [path for path in temporary.iterdir() if not path.name.startswith("pymp-")], "something was left behind"
    assert sorted(path.name for path in folder.iterdir()) == ["bin", "tmp"]
    return Ran(done.stdout, done.stderr)


def test_demo_shows_every_part_of_the_job(tmp_path: Path) -> None:
    ran = run("demo.sh", tmp_path)
    commands = re.findall(r"^\$ corpuskit (\w+)", ran.out, re.MULTILINE)
    decided, counted = ["filter", "dedupe"], ["kwic", "words", "collocates"]
    read = ["search", "search", *counted, "why", "why", "errors", "export", "stats"]
    assert commands == ["import", "list", *decided, *read, "check"]
    source, kind, *counts = ran.after("corpuskit import")[1].split("\t")
    inputs, new, known, skipped, failed = map(int, counts)
    assert (source, kind) == ("pages", "folder")
    assert inputs == new + known + skipped + failed
    assert (known, failed) == (0, 1)
    assert all("climate summit" in line.lower() for line in ran.after("climate summit")[1:])
    assert any("phare-fr.html" in line for line in ran.after("why pages/other/phare-fr.html"))
    assert any(re.match(r" +\d+ - \S", line) for line in ran.after("why pages/dumps/"))
    assert {line.split("\t")[3] for line in ran.after("corpuskit errors")[1:]} == {
        "bad-record",
        "no-content",
        "empty",
        "unsupported-type",
    }
    assert ran.after("check --data") == ["sound"]
    for command in re.findall(r"^\$ (corpuskit .*)$", ran.out, re.MULTILINE):  # as it is shown, it can be pasted into a shell
        assert subprocess.run(["sh", "-n", "-c", command], check=False).returncode == 0, command


def test_pipelines(tmp_path: Path) -> None:
    ran = run("pipelines.sh", tmp_path)
    kinds = {tuple(line.split()) for line in ran.after("names from find")}
    assert kinds == {("1", "kind", "new"), ("19", "html", "1")}
    assert ran.after("rows from stdin") == ['{"kind": "jsonl", "read": 5, "new": 3, "skipped": 1, "failed": 1}']
    assert {tuple(line.split()) for line in ran.after("what gave no page")} == {("1", "bad-record"), ("1", "no-content")}
    assert all(re.search("flood|bridge", line, re.IGNORECASE) for line in ran.after("ids through a pipe")[1:])
    assert len(ran.after("ids through a pipe")) > 2
    assert ran.after("finds nothing") == ["exit code 1"]
    assert int(ran.after("one command for each document")[0]) > 2
    sample = [int(number) for number in ran.after("a sample")[0].split()]
    assert len(set(sample)) == 4
    assert sample == sorted(sample)
    assert "index.tsv" in ran.after("a folder of texts")
    assert ran.after("byte for byte") == ["identical"]


def test_use_from_python(tmp_path: Path) -> None:
    ran = run("use_from_python.py", tmp_path)
    counts = {name: int(number) for name, number in re.findall(r"'(\w+)': (\d+)", ran.out)}
    assert counts["read"] == counts["new"] + counts["known"] + counts["skipped"] + counts["failed"]
    assert f"cleaned: {counts['new']} of {counts['new']}" in ran.out
    assert "failed: notes.jsonl#4: bad-record" in ran.out
    (hits,) = re.findall(r"^hits: (\d+)$", ran.out, re.MULTILINE)
    assert len(re.findall(r"^ +\| \d{4}-", ran.out, re.MULTILINE)) == int(hits) > 2
    assert "the Courier: 8 documents" in ran.out
    assert "oldest: recipe-saffron-buns.html" in ran.out
    assert "error: no corpus at WORK/missing.db (hint: corpuskit import)" in ran.out


RECORDS = """
{"date": "2021-02-14", "language": "en", "words": 6, "text": "flood flood flood river and the"}
{"date": "2021-02", "language": "en", "words": 3, "text": "flood and the"}
{"date": "2022", "language": "en", "words": 4, "text": "summit summit and river"}
{"date": null, "language": "en", "words": 2, "text": "summit everywhere"}
{"date": "2022-05-01", "language": "de", "words": 2, "text": "Hochwasser Hochwasser"}
"""


def test_words_by_month(tmp_path: Path) -> None:
    ran = run("words_by_month.py", tmp_path, stdin=RECORDS)
    assert ran.after("month\tdocuments") == [
        "(no date)\t1\t2",
        "2021-02\t2\t9",
        "2022 (year only)\t1\t4",
        "2022-05\t1\t2",
    ]
    typical = dict(line.split("\t") for line in ran.after("year\twords typical"))
    assert typical["2021"].split(", ")[0] == "flood"
    assert typical["2022"] == "summit"


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_says_what_it_is_for(script: str) -> None:
    text = (EXAMPLES / script).read_text("utf-8")
    assert text.startswith(('"""', "#!/bin/sh\n# "))
    assert f"test_{Path(script).stem}" in Path(__file__).read_text("utf-8")
