"""The packed example pages are what make.py writes, and give what examples/README.md says of them."""

from __future__ import annotations

import base64
import csv
import gzip
import hashlib
import io
import json
import os
import re
import sqlite3
import subprocess
import sys
import zipfile
import zlib
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
ARCHIVES = EXAMPLES / "archives"
MAKE = ARCHIVES / "make.py"
LIMIT = 60_000
WARCS = ("orle.warc.gz", "orle.warc.wet.gz")
TABLES = ("pages.csv", "fineweb-like.jsonl")

# other builds of zlib compress the same bytes differently
is_usual_zlib = re.fullmatch(r"1\.(?:2|3)(?:\.\d+)*", zlib.ZLIB_RUNTIME_VERSION) is not None


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder that make.py is to write."""
    paths = (path for path in folder.rglob("*") if path.is_file() and path.suffix not in {".py", ".pyc"})
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


@cache
def described() -> dict[str, tuple[str, ...]]:
    """Input to kind, read, new, skipped and addresses, as the table of the README has them."""
    readme = (EXAMPLES / "README.md").read_text("utf-8")
    rows = re.findall(r"^\| `archives/([^`]+)` \| [^|]{20,} \| (\w+) \|((?: \d+ \|){4})$", readme, re.MULTILINE)
    return {name: (kind, *re.findall(r"\d+", numbers)) for name, kind, numbers in rows}


def members(content: bytes) -> list[bytes]:
    """What each member of a gzip file inflates to."""
    found = []
    while content:
        inflate = zlib.decompressobj(wbits=31)
        found.append(inflate.decompress(content))
        assert inflate.eof
        content = inflate.unused_data
    return found


def fields(record: bytes) -> dict[str, str]:
    """The header fields of a WARC record."""
    lines = record.partition(b"\r\n\r\n")[0].decode().split("\r\n")[1:]
    return dict(line.split(": ", 1) for line in lines)


def corpuskit(*arguments: str) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CORPUSKIT")}
    done = subprocess.run(
        [sys.executable, "-m", "corpuskit", *arguments],
        cwd=EXAMPLES, env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, list[dict[str, Any]]]:
    """A corpus with every input of the README, not cleaned, and the rows that `import` printed."""
    path = str(tmp_path_factory.mktemp("archives") / "corpus.db")
    sources = [f"archives/{name}" for name in described()]
    printed = corpuskit("--db", path, "import", *sources, "--no-clean", "-f", "jsonl")
    return path, [json.loads(line) for line in printed.splitlines()]


# the files


@pytest.mark.skipif(not is_usual_zlib, reason=f"zlib {zlib.ZLIB_RUNTIME_VERSION} compresses in its own way")
def test_make_writes_the_files_byte_for_byte(tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(MAKE), str(tmp_path)], check=True, timeout=60)
    assert contents(tmp_path) == contents(ARCHIVES)


def test_the_readme_names_every_file_and_no_other() -> None:
    assert {name.partition("/")[0] for name in contents(ARCHIVES)} == set(described())


@pytest.mark.parametrize("name", sorted(contents(ARCHIVES)))
def test_a_file_is_small(name: str) -> None:
    assert len(contents(ARCHIVES)[name]) < LIMIT


def test_every_host_is_an_invented_one() -> None:
    for name, content in contents(ARCHIVES).items():
        unpacked = b"".join(members(content)) if name.endswith(".gz") else content
        hosts = set(re.findall(rb"https?://([a-z0-9.-]+)", unpacked))
        invented = {host for host in hosts if host.endswith(b".example")}
        assert hosts - invented <= {b"schema.org", b"www.w3.org", b"netpreserve.org"}, name


@pytest.mark.parametrize("name", WARCS)
def test_a_web_archive_says_the_truth_about_its_records(name: str) -> None:
    for record in members((ARCHIVES / name).read_bytes()):
        head, _, rest = record.partition(b"\r\n\r\n")
        said = fields(record)
        block = rest[: int(said["Content-Length"])]
        assert head.startswith(b"WARC/1.")
        assert rest == block + b"\r\n\r\n"
        assert said["WARC-Block-Digest"] == "sha1:" + base64.b32encode(hashlib.sha1(block).digest()).decode()


def test_the_archive_has_every_kind_of_record_that_the_readme_names() -> None:
    records = members((ARCHIVES / "orle.warc.gz").read_bytes())
    assert {fields(record)["WARC-Type"] for record in records} == {"warcinfo", "request", "response", "metadata", "revisit"}
    whole = b"".join(records)
    assert re.search(rb"HTTP/1.1 404 ", whole)
    assert re.search(rb"HTTP/1.1 301 ", whole)
    assert b"Content-Type: image/gif" in whole
    coded = [record for record in records if b"Transfer-Encoding: chunked" in record and b"Content-Encoding: gzip" in record]
    assert len(coded) == 1
    revisit = next(fields(record) for record in records if fields(record)["WARC-Type"] == "revisit")
    originals = [fields(record) for record in records if fields(record)["WARC-Type"] == "response"]
    assert revisit["WARC-Payload-Digest"] in {original["WARC-Payload-Digest"] for original in originals}


def test_the_collection_tells_the_digest_and_offsets_of_its_archive() -> None:
    with zipfile.ZipFile(ARCHIVES / "orle.wacz") as collection:
        package = json.loads(collection.read("datapackage.json"))
        for resource in package["resources"]:
            content = collection.read(resource["path"])
            assert resource["bytes"] == len(content)
            assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        archive = collection.read("archive/data.warc.gz")
        for line in collection.read("indexes/index.cdxj").splitlines():
            entry = json.loads(line.partition(b" ")[2])
            record = gzip.decompress(archive[entry["offset"] : entry["offset"] + entry["length"]])
            assert fields(record)["WARC-Target-URI"] == entry["url"]


def test_the_tables_have_the_rows_of_the_readme() -> None:
    content = {name: (ARCHIVES / name).read_text("utf-8") for name in TABLES}
    rows = list(csv.DictReader(io.StringIO(content["pages.csv"], newline="")))
    assert [bool(row["text"]) for row in rows] == [True, True, True, False]
    columns = {"text", "id", "dump", "url", "date", "file_path", "language", "language_score", "token_count"}
    assert all(set(json.loads(line)) == columns for line in content["fineweb-like.jsonl"].splitlines())


# what comes of them


@pytest.mark.parametrize("name", described())
def test_an_import_gives_what_the_readme_says(name: str, imported: tuple[str, list[dict[str, Any]]]) -> None:
    path, rows = imported
    row = next(row for row in rows if row["source"] == f"archives/{name}")
    kind, read, new, skipped, addresses = described()[name]
    assert (row["kind"], str(row["read"]), str(row["new"]), str(row["skipped"])) == (kind, read, new, skipped)
    assert (row["known"], row["failed"]) == (0, 0)
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as corpus:
        sql = "SELECT count(DISTINCT url) FROM pages JOIN sources ON sources.id = source_id WHERE name = ?"
        assert corpus.execute(sql, (f"archives/{name}",)).fetchone() == (int(addresses),)
