"""What real tools wrote, and what nobody should have written, through the command line; skipped where the inputs are absent."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.conftest import CorpusKit  # type: ignore[import-not-found]

# what cannot be known from what wget -k -E leaves behind
UNKNOWABLE = {"wget-k-E": {"http://127.0.0.1:8123/noext"}}
# nobody can have asked for these, but the path or the record says that they are pages
EXTRA = {"http://127.0.0.1:8123/redirect", "http://127.0.0.1:8123/redirect.html", "http://127.0.0.1:8123/noext.html"}


@pytest.mark.parametrize(
    "name",
    ["wget-r", "wget-k-E", "httrack", "wget-warc", "wacz", "scrapy/site.csv", "scrapy/site.json", "scrapy/site.jsonl"],
)
def test_every_page_of_a_crawl_is_found_under_its_url(ck: CorpusKit, shared: Path, name: str) -> None:
    with (shared / "data/fixtures/tools/truth.tsv").open(encoding="utf-8") as file:
        truth = {row["url"] for row in csv.DictReader(file, delimiter="\t") if row["verdict"] == "page"}
    ck("import", shared / "data/fixtures/tools" / name, "--no-clean", code=None)
    ck("clean", "--mode", "fast")
    found = {row["url"] for row in ck("list", "--all", "-f", "jsonl", "--fields", "url,media_type").rows() if row["url"]}
    texts = {url for url in found if url.endswith((".txt", ".json"))}
    assert truth - found == UNKNOWABLE.get(name, set())
    assert found - truth - EXTRA - texts == set()


def hostile_cases(shared: Path, folder: Path) -> Iterator[tuple[str, Path, int, int]]:
    """Each case with the fewest and the most pages that may come out of it."""
    subprocess.run([sys.executable, shared / "tools/hostile_inputs.py", folder], check=True, capture_output=True)
    with (shared / "tools/hostile_inputs.tsv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            path = folder / row["path"]
            if "*" in row["path"] or row["family"] in ("urls", "html") or not path.exists():
                continue
            # "all" and "1 distinct" are said in words
            words = row["pages"].replace("<=50 (1 distinct)", "1").replace("all 6", "6")
            numbers = [int(number) for number in re.findall(r"\d+", re.sub(r"\(2\d\d.*?\)|/\w+", "", words))]
            yield row["id"], path, numbers[0] if numbers else 0, sum(numbers) + 1


def test_hostile_inputs_keep_their_pages_and_harm_nothing(ck: CorpusKit, shared: Path, tmp_path: Path) -> None:
    folder = tmp_path / "hostile"
    cases = list(hostile_cases(shared, folder))
    wrong = []
    try:
        for name, path, fewest, most in cases:
            result = ck("-d", f"{name}.db", "import", path, "--no-clean", "-f", "jsonl", code=None)
            assert result.code in (0, 3), (name, result.err)
            (row,) = result.rows()
            assert row["read"] == row["new"] + row["known"] + row["skipped"] + row["failed"], name
            assert (result.code == 3) == (row["failed"] > 0), name
            if not fewest <= row["new"] <= most and not (name == "d07" and row["failed"]):
                wrong.append((name, fewest, most, row))
            if row["failed"] + row["skipped"]:
                assert ck("-d", f"{name}.db", "errors", "-f", "jsonl").rows(), name
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    assert len(cases) > 60
    assert wrong == []
    for name in ("w05", "z06", "j01", "t02"):
        assert ck("-d", f"{name}.db", "check", "--data").out == "sound\n"
