"""Bad input and bad luck through the command line: the exit code of the contract, one clear line, and everything else kept."""

from __future__ import annotations

import contextlib
import ctypes
import gzip
import json
import os
import re
import resource
import shutil
import signal
import sqlite3
import stat
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.commands.conftest import Start, article, busy_worker, descendants, is_running, saved_pages, slow_article, wait_for
from tests.conftest import CorpusKit, Result

GOOD = article("The good page")
TWO_SECONDS = ("--timeout", "2")


@pytest.fixture
def crawl(tmp_path: Path) -> Path:
    """A folder with two good pages; what a test adds stands between them in order."""
    folder = tmp_path / "crawl"
    folder.mkdir()
    (folder / "a-good.html").write_text(GOOD)
    (folder / "z-good.html").write_text(article("The last page"))
    return folder


def complaints(result: Result) -> list[str]:
    """The lines on stderr that tell of something wrong."""
    return [line for line in result.err.splitlines() if line.startswith(("corpuskit: ", "…", "Exception", "Error", "sys:"))]


def reasons(ck: CorpusKit, *options: str) -> dict[str, str]:
    """What `errors` lists: the end of the location and the reason."""
    rows = ck("errors", "-f", "jsonl", *options, code=None).rows()
    return {row["location"].removeprefix("crawl/"): row["reason"] for row in rows}


def titles(ck: CorpusKit) -> set[str]:
    return {row["title"] for row in ck("list", "-f", "jsonl", code=None).rows()}


def assert_kept_and_sound(ck: CorpusKit, *, cleaned: bool = True) -> None:
    if cleaned:
        assert {"The good page", "The last page"} <= titles(ck)
    else:
        assert ck("why", "crawl/a-good.html").out
        assert ck("why", "crawl/z-good.html").out
    assert ck("check", "--data").out == "sound\n"


def assert_balanced(result: Result) -> dict[str, Any]:
    """The only row that an import printed; its counters balance."""
    header, line = result.out.splitlines()
    row: dict[str, Any] = dict(zip(header.split("\t"), line.split("\t"), strict=True))
    assert int(row["read"]) == sum(int(row[name]) for name in ("new", "known", "skipped", "failed"))
    return row


# Pages that are none


NO_PAGES = {
    "empty.html": (b"", "empty", "no bytes"),
    "white-space.html": (b" \n\t\r\n ", "empty", "only white space"),
    "binary.html": (bytes(range(256)) * 40, "unsupported-type", "application/octet-stream"),
    "document.html": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n%%EOF\n", "unsupported-type", "application/pdf"),
    "image.html": (b"\x89PNG\r\n\x1a\n" + bytes(500), "unsupported-type", "image/png"),
    "program.html": (b"\x7fELF" + bytes(500), "unsupported-type", "application/x-executable"),
}


def test_what_is_no_page_is_skipped_whatever_its_name_says(ck: CorpusKit, crawl: Path) -> None:
    for name, (content, _, _) in NO_PAGES.items():
        (crawl / name).write_bytes(content)
    result = ck("import", "crawl")
    row = assert_balanced(result)
    assert (row["kind"], row["read"], row["new"], row["skipped"], row["failed"]) == ("folder", "8", "2", "6", "0")
    assert complaints(result) == [], "what is skipped on purpose is no error"
    rows = ck("errors", "-f", "jsonl", "--fields", "stage,location,reason,detail,status").rows()
    assert sorted(rows, key=lambda row: str(row["location"])) == [
        {"stage": "import", "location": f"crawl/{name}", "reason": reason, "detail": detail, "status": "skipped"}
        for name, (_, reason, detail) in sorted(NO_PAGES.items())
    ]
    assert_kept_and_sound(ck)


def test_a_skipped_input_is_named_when_asked_for(ck: CorpusKit, crawl: Path) -> None:
    (crawl / "page.html").write_bytes(b"%PDF-1.7\n")
    said = ck("-v", "import", "crawl", "--no-clean").err
    assert "corpuskit: skipped: crawl/page.html: unsupported-type (application/pdf)" in said.splitlines()


def test_a_page_of_50_megabytes_is_over_the_limit(ck: CorpusKit, crawl: Path) -> None:
    page = article("Large", extra="<p>The river rose again, and the ferry went out.</p>" * 1_100_000)
    assert len(page) > 50 * 1024**2
    (crawl / "large.html").write_text(page)
    result = ck("import", "crawl", "--no-clean")
    assert assert_balanced(result)["skipped"] == "1"
    assert reasons(ck) == {"large.html": "too-large"}
    larger = ck("import", "crawl", "--max-size", "64M", code=3)
    assert assert_balanced(larger)["new"] == "1"
    (complaint,) = complaints(larger)
    assert re.match(r"corpuskit: failed: crawl/large\.html: memory \(needs \d+ MB or more, --max-memory is 120 MB\)", complaint)
    assert ck("show", "--raw", "3").out == page
    assert_kept_and_sound(ck)


def test_nesting_of_5000_costs_its_own_page_at_most(ck: CorpusKit, crawl: Path) -> None:
    (crawl / "deep.html").write_text("<html><body>" + "<div>" * 5000 + f"<p>{'A deep story. ' * 40}</p>" + "</div>" * 5000)
    assert complaints(ck("import", "crawl")) == []
    life = json.loads(ck("why", "crawl/deep.html", "-f", "json").out)[0]["cleaning"]
    assert (life["outcome"], life["reason"]) in {("cleaned", None), ("no-text", "no-text")}
    assert_kept_and_sound(ck)


@pytest.mark.parametrize(
    "reference", ["&#12;", "&#27;", "&#x1B;", "&#0;", "&#xFFFF;", "&#xD800;", "&#1114112;", "&#11;", "&#128;"]
)
def test_a_control_reference_costs_nothing(reference: str) -> None:
    from corpuskit.extract.page import PageJob, clean_page

    cleaned = clean_page(
        PageJob(article(f"Control{reference}", extra=f"<p>before{reference} after, and a sentence.</p>").encode())
    )
    text = cleaned.extraction.text or ""
    assert "before" in text
    assert "after, and a sentence." in text
    assert not {character for character in text if ord(character) < 32 or 127 <= ord(character) < 160} - {"\n"}


def test_control_references_through_the_command_line(ck: CorpusKit, crawl: Path) -> None:
    (crawl / "controls.html").write_text(article("Controls", extra="<p>One &#12;&#27;[31m&#xFFFF;&#0; two, and a sentence.</p>"))
    assert complaints(ck("import", "crawl")) == []
    assert "Controls" in titles(ck)
    assert "two, and a sentence." in ck("show", "--text", "2").out
    assert_kept_and_sound(ck)


# Pages that cost more than a page may


def test_a_page_that_hangs_fails_alone_and_by_name(ck: CorpusKit, crawl: Path) -> None:
    (crawl / "slow.html").write_text(slow_article("Slow"))
    result = ck("import", "crawl", "--timeout", "1", code=3)
    assert complaints(result) == ["corpuskit: failed: crawl/slow.html: timeout (more than 1 s)"]
    assert "3 cleaned = 2 with text + 0 without + 1 failed" in result.err
    assert reasons(ck) == {"slow.html": "timeout"}
    assert "timeout" in ck("why", "crawl/slow.html").out
    assert_kept_and_sound(ck)
    again = ck("clean", "--timeout", "1", code=3)
    assert again.out == "outcome\tpages\ncleaned\t0\nno-text\t0\nfailed\t1\n", "a page that failed is tried again"


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV], ids=lambda number: number.name)
def test_a_page_that_crashes_its_worker_fails_alone_and_by_name(
    ck: CorpusKit, start: Start, crawl: Path, number: signal.Signals
) -> None:
    (crawl / "crash.html").write_text(slow_article("Crash"))
    process = start("import", "crawl", "-j", "1")
    os.kill(busy_worker(process.pid), number)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 3
    result = Result(3, out.decode(), err.decode())
    assert complaints(result) == [f"corpuskit: failed: crawl/crash.html: crashed (signal {number} ({number.name}))"]
    assert reasons(ck) == {"crash.html": "crashed"}
    assert_kept_and_sound(ck)


def test_a_page_that_eats_memory_fails_alone_and_by_name(ck: CorpusKit, crawl: Path) -> None:
    (crawl / "fat.html").write_text(slow_article("Fat"))
    result = ck("import", "crawl", "--max-memory", "16M", code=3)
    (complaint,) = complaints(result)
    assert complaint.startswith("corpuskit: failed: crawl/fat.html: memory (")
    assert reasons(ck) == {"fat.html": "memory"}
    assert_kept_and_sound(ck)
    assert assert_balanced(ck("import", "crawl"))["known"] == "3", "known pages are not new, also those that failed"


# Odd things in a folder


def test_a_file_name_that_is_no_utf8(ck: CorpusKit, crawl: Path) -> None:
    name = os.fsencode(crawl) + b"/caf\xe9\n\x1b[31m.html"
    try:
        with open(name, "wb") as file:  # noqa: PTH123  # the name is bytes
            file.write(article("Named in bytes").encode())
    except OSError:
        pytest.skip("this file system takes only UTF-8 names")
    assert complaints(ck("import", "crawl")) == []
    (row,) = [
        row for row in ck("list", "-f", "jsonl", "--fields", "id,title,location").rows() if row["title"] == "Named in bytes"
    ]
    assert row["location"] == "crawl/caf%E9%0A%1B[31m.html"
    assert f"\n{row['id']}: " in "\n" + ck("why", row["location"]).out
    assert f"\n{row['id']}: " in "\n" + ck("why", "crawl/caf\udce9\n\x1b[31m.html").out, "by the name as the shell has it"
    alone = ck("import", os.fsdecode(b"crawl/caf\xe9\n\x1b[31m.html"), "--no-clean")
    assert alone.out.count("\n") == 2
    assert_kept_and_sound(ck)


def test_what_is_no_file_and_links_that_go_round_are_passed_over(ck: CorpusKit, crawl: Path) -> None:
    os.mkfifo(crawl / "fifo.html")
    (crawl / "loop").symlink_to(crawl)
    (crawl / "self.html").symlink_to("self.html")
    (crawl / "nowhere.html").symlink_to("no-such-file.html")
    (crawl / ".hidden.html").write_text(article("Hidden"))
    result = ck("import", "crawl", "--no-clean")
    assert assert_balanced(result)["skipped"] == "5"
    assert reasons(ck) == {
        "fifo.html": "not-a-file", "loop": "symbolic-link", "self.html": "symbolic-link", "nowhere.html": "symbolic-link",
        ".hidden.html": "hidden",
    }  # fmt: skip
    followed = ck("import", "crawl", "--no-clean", "--follow", code=3)
    assert assert_balanced(followed)["known"] == "2"
    assert len(complaints(followed)) == 2, "two links lead nowhere"
    assert reasons(ck)["loop"] in {"already-read", "symbolic-link"}
    assert_kept_and_sound(ck, cleaned=False)


def test_a_fifo_by_name_is_not_opened(ck: CorpusKit, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    assert assert_balanced(ck("import", "fifo"))["skipped"] == "1"
    assert reasons(ck) == {"fifo": "not-a-file"}


def without_the_rights_of_root() -> None:
    """For a child: permissions hold for it as for any user, also where the tests run as root."""
    drop_from_bounding_set, dac_override, dac_read_search = 24, 1, 2
    for capability in (dac_override, dac_read_search):
        ctypes.CDLL(None).prctl(drop_from_bounding_set, capability, 0, 0, 0)


@pytest.fixture
def forbidden(tmp_path: Path) -> Iterator[Callable[[Path], None]]:
    """Take all rights to a file or folder away until the end of the test."""
    changed: list[Path] = []

    def forbid(path: Path) -> None:
        path.chmod(0)
        probe = ["cat" if path.is_file() else "ls", str(path)]
        if subprocess.run(probe, capture_output=True, preexec_fn=without_the_rights_of_root, check=False).returncode == 0:
            pytest.skip("nothing is forbidden here")
        changed.append(path)

    yield forbid
    for path in changed:
        path.chmod(0o700)


def test_an_unreadable_file_and_folder(ck: CorpusKit, crawl: Path, forbidden: Callable[[Path], None]) -> None:
    (crawl / "secret.html").write_text(article("Secret"))
    (crawl / "private").mkdir()
    forbidden(crawl / "secret.html")
    forbidden(crawl / "private")
    result = ck("import", "crawl", "--no-clean", code=3, preexec_fn=without_the_rights_of_root)
    assert sorted(complaints(result)) == [
        "corpuskit: failed: crawl/private: unreadable (Permission denied)",
        "corpuskit: failed: crawl/secret.html: unreadable (Permission denied)",
    ]
    assert reasons(ck) == {"secret.html": "unreadable", "private": "unreadable"}
    assert_kept_and_sound(ck, cleaned=False)
    (crawl / "secret.html").chmod(0o600)
    (crawl / "private").chmod(0o700)
    assert assert_balanced(ck("import", "crawl", "--no-clean"))["new"] == "1"
    assert "secret.html" not in reasons(ck), "an input that failed once and succeeded later is not listed"


def test_a_corpus_that_may_not_be_read_or_written(
    ck: CorpusKit, corpus: Path, crawl: Path, forbidden: Callable[[Path], None]
) -> None:
    corpus.chmod(0o400)
    result = ck("import", "crawl", code=2, preexec_fn=without_the_rights_of_root)
    assert complaints(result) == ["corpuskit: corpus.db: cannot write: no permission"]
    assert ck("list", "-f", "ids", preexec_fn=without_the_rights_of_root).out
    unchecked = ck("check", code=2, preexec_fn=without_the_rights_of_root)
    assert complaints(unchecked) == ["corpuskit: the search index was not checked: corpus.db: cannot write: no permission"]
    forbidden(corpus)
    result = ck("list", code=2, preexec_fn=without_the_rights_of_root)
    assert len(complaints(result)) == 1
    assert "no permission" in result.err


def test_a_corpus_in_a_folder_that_may_not_be_entered(ck: CorpusKit, tmp_path: Path, forbidden: Callable[[Path], None]) -> None:
    (tmp_path / "private").mkdir()
    (tmp_path / "page.html").write_text(GOOD)
    forbidden(tmp_path / "private")
    for arguments in (("list",), ("import", "page.html")):
        result = ck("-d", "private/corpus.db", *arguments, code=2, preexec_fn=without_the_rights_of_root)
        (complaint,) = complaints(result)
        assert complaint.startswith("corpuskit: private/corpus.db: ")
        assert "ermission" in complaint


def test_a_page_in_a_read_only_corpus_folder_can_be_read(ck: CorpusKit, examples: Path, tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    folder.mkdir()
    shutil.copy(examples, folder / "corpus.db")
    folder.chmod(0o500)
    try:
        for arguments in (("list",), ("search", "climate"), ("show", "1"), ("export",), ("check",), ("stats",), ("why", "1")):
            ck("-d", "archive/corpus.db", *arguments, preexec_fn=without_the_rights_of_root)
        refused = ck("-d", "archive/corpus.db", "backup", "archive/copy.db", code=2, preexec_fn=without_the_rights_of_root)
        assert len(complaints(refused)) == 1
    finally:
        folder.chmod(0o700)


# Damaged rows and containers


def test_broken_rows_cost_themselves_alone(ck: CorpusKit, tmp_path: Path) -> None:
    lines = [
        json.dumps({"html": GOOD}).encode(),
        b'{"html": "cut',
        b'{"html": "lone \\ud800 surrogate, and a sentence that is long enough to be one."}',
        b'{"html": "\xff\xfe"}',
        b'{"html": ' + b"[" * 100_000,
        b'{"html": ' + b"9" * 5_000 + b"}",
        b"null",
        b'{"html": null}',
        b"",
        json.dumps({"html": article("The last page")}).encode(),
    ]
    (tmp_path / "rows.jsonl").write_bytes(b"\n".join(lines) + b"\n")
    result = ck("import", "rows.jsonl", code=3)
    row = assert_balanced(result)
    assert (row["kind"], row["read"]) == ("jsonl", "9")
    assert (row["new"], row["skipped"]) == ("3", "1")
    assert len(complaints(result)) == int(row["failed"]) == 5
    assert {f"rows.jsonl#{number}" for number in (2, 4, 5, 6, 7)} == reasons(ck, "--status", "failed").keys()
    assert "\ufffd" in ck("show", "--raw", "2").out
    assert_kept_and_sound(ck)


def test_only_twenty_failures_are_named(ck: CorpusKit, tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text(json.dumps({"html": GOOD}) + "\n" + "{broken\n" * 30)
    result = ck("import", "rows.jsonl", "--no-clean", code=3)
    *named, rest = complaints(result)
    assert len(named) == 20
    assert rest == "… and 10 more (corpuskit errors)"
    assert len(reasons(ck)) == 30


def test_a_cut_gzip_gives_what_came_before_the_cut(ck: CorpusKit, tmp_path: Path) -> None:
    chance = os.urandom(200_000).hex()
    rows = [{"html": GOOD}, {"html": article("The last page")}, {"html": article("Lost", extra=f"<p>{chance}</p>")}]
    whole = gzip.compress("".join(json.dumps(row) + "\n" for row in rows).encode())
    (tmp_path / "rows.jsonl.gz").write_bytes(whole[:-1000])
    result = ck("import", "rows.jsonl.gz", code=3)
    row = assert_balanced(result)
    assert (row["new"], row["failed"]) == ("2", "1")
    assert complaints(result) == ["corpuskit: failed: rows.jsonl.gz: truncated (the gzip data ends too early)"]
    assert_kept_and_sound(ck)
    (tmp_path / "rows.jsonl.gz").write_bytes(whole)
    repaired = assert_balanced(ck("import", "rows.jsonl.gz", "--no-clean"))
    assert (repaired["known"], repaired["new"], repaired["failed"]) == ("2", "1", "0")
    assert reasons(ck) == {}, "the cut is mended"


def test_a_cut_page_is_not_stored_as_if_it_were_whole(ck: CorpusKit, crawl: Path) -> None:
    (crawl / "cut.html.gz").write_bytes(gzip.compress((article("Cut") * 50).encode())[:-20])
    assert assert_balanced(ck("import", "crawl", "--no-clean", code=3))["failed"] == "1"
    assert reasons(ck) == {"cut.html.gz": "truncated"}
    assert_kept_and_sound(ck, cleaned=False)


# Files that are no corpus


@pytest.mark.parametrize("command", [("list",), ("import", "crawl"), ("clean",), ("check",), ("backup", "copy.db")], ids=" ".join)
def test_a_file_that_is_no_corpus_is_refused_and_left_alone(
    ck: CorpusKit, crawl: Path, tmp_path: Path, command: tuple[str, ...]
) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("These are my notes, and no corpus. " * 50)
    foreign = tmp_path / "browser.db"
    with contextlib.closing(sqlite3.connect(foreign)) as connection:
        connection.execute("CREATE TABLE history (url TEXT)")
        connection.commit()
    for path, why in ((text, "not a corpus: not an SQLite file"), (foreign, "not a corpus: an SQLite file of another program"),
                      (crawl, "not a file")):  # fmt: skip
        before = path.read_bytes() if path.is_file() else None
        result = ck("-d", path.name, *command, code=2)
        assert complaints(result) == [f"corpuskit: {path.name}: {why}"]
        assert result.out == ""
        assert before is None or path.read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} == {"crawl", "notes.txt", "browser.db"}


def test_a_corpus_of_a_newer_version_is_refused_and_left_alone(ck: CorpusKit, corpus: Path, crawl: Path) -> None:
    with contextlib.closing(sqlite3.connect(corpus)) as connection:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        connection.execute(f"PRAGMA user_version = {version + 1}")
    before = corpus.read_bytes()
    for command in (("list",), ("import", "crawl"), ("clean",), ("check",)):
        result = ck(*command, code=2)
        assert "made by a newer corpuskit" in result.err
        assert len(complaints(result)) == 1
        assert "hint: " in result.err
    assert corpus.read_bytes() == before


def test_a_damaged_corpus_is_refused_with_a_hint(ck: CorpusKit, corpus: Path) -> None:
    content = bytearray(corpus.read_bytes())
    content[4096:] = bytes(len(content) - 4096)
    corpus.write_bytes(content)
    for command, codes in ((("list",), {2}), (("check",), {1, 2}), (("export",), {2})):
        result = ck(*command, code=None)
        assert result.code in codes
        assert result.code == 1 or len(complaints(result)) == 1


def test_an_empty_file_becomes_a_corpus_only_by_import(ck: CorpusKit, crawl: Path, tmp_path: Path) -> None:
    (tmp_path / "corpus.db").touch()
    assert len(complaints(ck("list", code=2))) == 1
    ck("import", "crawl", "--no-clean")
    assert ck("check").out == "sound\n"


# Disks that are full


def rows_to(process: subprocess.Popen[bytes], first: int, last: int, size: int = 2_000) -> None:
    """Write rows with pages to the stdin of an import."""
    assert process.stdin is not None
    for number in range(first, last):
        row = {
            "html": article(f"Page {number}", extra=f"<p>{os.urandom(size).hex()}</p>"),
            "url": f"https://rows.example/{number}",
        }
        process.stdin.write(json.dumps(row).encode() + b"\n")
    process.stdin.flush()


def assert_import_stops(result: Result, why: str) -> None:
    assert result.code == 2
    (complaint,) = complaints(result)
    assert complaint.startswith("corpuskit: ")
    assert why in complaint
    assert result.out == ""


def test_a_limit_on_file_size_stops_the_import_and_keeps_what_was_saved(ck: CorpusKit, start: Start, tmp_path: Path) -> None:
    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))

    process = start("import", "-", "--no-clean", stdin=subprocess.PIPE, preexec_fn=limited)
    with contextlib.suppress(BrokenPipeError):
        rows_to(process, 0, 250)
        rows_to(process, 250, 1500)
    with contextlib.suppress(BrokenPipeError):
        out, err = process.communicate(timeout=60)
    assert_import_stops(Result(process.returncode, out.decode(), err.decode()), "what was committed before is kept")
    count = json.loads(ck("stats", "-f", "json").out)["pages"]
    assert 200 <= count < 1500
    assert ck("check", "--data").out == "sound\n"
    (run,) = ck("log", "-f", "jsonl").rows()
    assert run["status"] in {"stopped", "running"}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", folder], capture_output=True, check=False).returncode:
        pytest.skip("a small disk cannot be mounted here")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_full_disk_stops_the_run_and_keeps_what_was_saved(ck: CorpusKit, small_disk: Path, tmp_path: Path) -> None:
    path = "disk/corpus.db"
    (tmp_path / "good").mkdir()
    for name in ("The good page", "The last page"):
        (tmp_path / "good" / f"{name}.html").write_text(article(name))
    ck("-d", path, "import", "good", "--no-clean")
    rows = "".join(json.dumps({"html": article("Row", extra=f"<p>{os.urandom(5_000).hex()}</p>")}) + "\n" for _ in range(400))
    assert_import_stops(ck("-d", path, "import", "-", "--no-clean", input=rows, code=2), "the disk is full")
    assert json.loads(ck("-d", path, "stats", "-f", "json").out)["pages"] == 2
    assert ck("-d", path, "check", "--data").out == "sound\n"
    for command in (("backup", "disk/copy.db"), ("export", "-o", "disk/out.jsonl")):
        (small_disk / "filler").write_bytes(b"")
        with contextlib.suppress(OSError), (small_disk / "filler").open("wb", buffering=0) as filler:
            while True:
                filler.write(bytes(4096))
        if command[0] == "export":
            ck("-d", path, "clean", code=None)
        result = ck("-d", path, *command, code=None)
        assert result.code == (2 if command[0] == "backup" else result.code)
        assert {entry.name for entry in small_disk.iterdir()} <= {"corpus.db", "filler", "out.jsonl"}
    (small_disk / "filler").unlink()
    assert ck("-d", path, "clean").out.splitlines()[1] == "cleaned\t2"
    assert ck("-d", path, "check", "--data").out == "sound\n"


# Signals. An import waits for its stdin, a clean is held up by a slow page: so the moment is known.


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -9)], ids=["SIGINT", "SIGTERM", "SIGKILL"]
)
def test_a_signal_ends_an_import_and_the_same_command_goes_on(
    ck: CorpusKit, start: Start, tmp_path: Path, number: signal.Signals, code: int
) -> None:
    process = start("import", "-", "--no-clean", stdin=subprocess.PIPE)
    rows_to(process, 0, 210, size=20)
    wait_for(lambda: saved_pages(tmp_path / "corpus.db") >= 200, "the first batch is not saved")
    process.send_signal(number)
    assert process.wait(30) == code
    err = process.stderr.read().decode() if process.stderr else ""
    assert "Traceback" not in err
    assert len(complaints(Result(code, "", err))) == (0 if number is signal.SIGKILL else 1)
    assert json.loads(ck("stats", "-f", "json").out)["pages"] == 200
    assert ck("check", "--data").out == "sound\n"
    rows = "".join(json.dumps({"text": f"Row {number}", "url": f"https://rows.example/{number}"}) + "\n" for number in range(3))
    ck("import", "-", "--no-clean", input=rows)
    first, second = ck("log", "-f", "jsonl").rows()
    assert (first["status"], second["status"]) == ("interrupted", "done")


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -9)], ids=["SIGINT", "SIGTERM", "SIGKILL"]
)
def test_a_signal_ends_a_clean_with_all_its_workers(
    ck: CorpusKit, start: Start, crawl: Path, number: signal.Signals, code: int
) -> None:
    (crawl / "slow.html").write_text(slow_article("Slow"))
    ck("import", "crawl", "--no-clean")
    process = start("clean")
    busy_worker(process.pid)
    below = descendants(process.pid)
    process.send_signal(number)
    assert process.wait(30) == code
    wait_for(lambda: not any(is_running(pid) for pid in below), "workers outlive the run", 10)
    ck("check", "--data")
    assert ck("clean", "--timeout", "1", code=3).out.splitlines()[-1] == "failed\t1"
    assert_kept_and_sound(ck)


# Several at once


def test_two_imports_at_once_both_succeed_or_one_is_locked_out(ck: CorpusKit, start: Start, tmp_path: Path) -> None:
    for name in ("left", "right"):
        (tmp_path / name).mkdir()
        for number in range(30):
            (tmp_path / name / f"{number:02}.html").write_text(article(f"{name} {number}"))
    both = [start("import", name) for name in ("left", "right")]
    codes = []
    for process in both:
        _, err = process.communicate(timeout=120)
        codes.append(process.returncode)
        assert process.returncode in (0, 75), err.decode()
        assert "Traceback" not in err.decode()
    for name, code in zip(("left", "right"), codes, strict=True):
        if code == 75:
            ck("import", name)
    assert len(ck("list", "-f", "ids").out.splitlines()) == 60
    assert ck("check", "--data").out == "sound\n"


@pytest.fixture(scope="module")
def locked_out(tmp_path_factory: pytest.TempPathFactory, examples: Path) -> Iterator[subprocess.Popen[bytes]]:
    """An import into a corpus that is locked all the time."""
    import sys

    from tests.conftest import environment

    folder = tmp_path_factory.mktemp("locked")
    shutil.copy(examples, folder / "corpus.db")
    (folder / "page.html").write_text(GOOD)
    connection = sqlite3.connect(folder / "corpus.db")
    connection.execute("BEGIN EXCLUSIVE")
    process = subprocess.Popen([sys.executable, "-m", "corpuskit", "import", "page.html"], cwd=folder, env=environment(),
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # fmt: skip
    yield process
    process.kill()
    process.communicate()
    connection.close()


@pytest.fixture(autouse=True)
def _begin_to_wait(locked_out: subprocess.Popen[bytes]) -> None:
    """The tool waits long for a lock before it gives up: it does so while the other tests run."""


def test_a_corpus_that_was_deleted_during_a_run(ck: CorpusKit, start: Start, tmp_path: Path) -> None:
    for name in ("deleted", "replaced"):
        process = start("import", "-", "--no-clean", stdin=subprocess.PIPE)
        rows_to(process, 0, 210, size=20)
        wait_for(lambda: saved_pages(tmp_path / "corpus.db") >= 200, "the first batch is not saved")
        for path in tmp_path.glob("corpus.db*"):
            path.unlink()
        if name == "replaced":
            (tmp_path / "corpus.db").write_text("something else")
        with contextlib.suppress(BrokenPipeError):
            rows_to(process, 210, 220, size=20)
        out, err = process.communicate(timeout=30)
        assert_import_stops(
            Result(process.returncode, out.decode(), err.decode()), "removed or replaced while it was being written"
        )
        if name == "replaced":
            assert (tmp_path / "corpus.db").read_text() == "something else"
        for path in tmp_path.glob("corpus.db*"):
            path.unlink()


def test_a_corpus_that_was_deleted_while_it_was_cleaned(start: Start, ck: CorpusKit, crawl: Path, tmp_path: Path) -> None:
    (crawl / "slow.html").write_text(slow_article("Slow"))
    ck("import", "crawl", "--no-clean")
    process = start("clean")
    worker = busy_worker(process.pid)
    (tmp_path / "corpus.db").unlink()
    os.kill(worker, signal.SIGKILL)  # so that there is something to save
    out, err = process.communicate(timeout=30)
    assert_import_stops(Result(process.returncode, out.decode(), err.decode()), "removed or replaced")
    assert not list(tmp_path.glob("corpus.db*"))


def test_reading_does_not_wait_for_a_writer(ck: CorpusKit, start: Start, tmp_path: Path) -> None:
    process = start("import", "-", "--no-clean", stdin=subprocess.PIPE)
    rows_to(process, 0, 210, size=20)
    wait_for(lambda: saved_pages(tmp_path / "corpus.db") >= 200, "the first batch is not saved")
    with contextlib.closing(sqlite3.connect(tmp_path / "corpus.db")) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE runs SET counts = '{}'")
        assert json.loads(ck("stats", "-f", "json").out)["pages"] == 200
        ck("backup", "copy.db")
        writer.rollback()
    assert json.loads(ck("-d", "copy.db", "stats", "-f", "json").out)["pages"] == 200
    assert ck("-d", "copy.db", "check", "--data").out == "sound\n"
    process.communicate(timeout=30)
    assert process.returncode == 0


def test_a_corpus_locked_by_another_process_is_75(locked_out: subprocess.Popen[bytes]) -> None:
    out, err = locked_out.communicate(timeout=60)
    assert locked_out.returncode == 75
    message, hint = err.decode().splitlines()
    assert message == "corpuskit: corpus.db: locked: another process is writing"
    assert hint.startswith("hint: ")
    assert out == b""


def test_the_corpus_file_is_one_regular_file_after_a_run(ck: CorpusKit, crawl: Path, tmp_path: Path) -> None:
    ck("import", "crawl", "--no-clean")
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("corpus")] == ["corpus.db"]
    assert stat.S_ISREG((tmp_path / "corpus.db").stat().st_mode)
