"""WACZ collections: the records in `archive/` and nothing else."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from corpuskit.documents import RawPage, Unread
from corpuskit.readers import archives, wacz, warc
from corpuskit.readers.options import ReadOptions
from corpuskit.reasons import Reason

PAGE = b"<html><body>x</body></html>"
RECORD = b"WARC/1.0\r\nWARC-Type: resource\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n" % (len(PAGE), PAGE)


def collection(*names: str) -> io.BytesIO:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in names:
            archive.writestr(name, RECORD if name.endswith(".warc") else b"{}")
    return target


def test_only_the_records_of_a_collection_are_read() -> None:
    file = collection("datapackage.json", "archive/a.warc", "indexes/index.cdx.gz", "pages/pages.jsonl", "archive/notes.txt")
    events = list(archives.read_zip(file, "a.wacz", ReadOptions(), warc.read))
    assert [event.location for event in events if isinstance(event, RawPage)] == ["a.wacz!/archive/a.warc#0"]
    assert [event.reason for event in events if isinstance(event, Unread)] == [Reason.MIRROR_FILE] * 4


def test_another_zip_file_is_no_collection() -> None:
    assert not wacz.is_wacz(["pages/pages.jsonl", "archive/a.warc"])
    assert not wacz.is_wacz(["datapackage.json", "table.csv"])
    assert wacz.is_wacz(["datapackage.json", "archive/a.warc"])


def test_real_collections_are_read_completely(manifest: Callable[[str], list[tuple[Path, dict[str, Any]]]]) -> None:
    rows = [row for row in manifest("") if row[0].suffix == ".wacz"]
    assert rows
    for path, expected in rows:
        with path.open("rb") as stream:
            events = list(archives.read_zip(stream, path.name, ReadOptions(), warc.read))
        found = [event for event in events if isinstance(event, RawPage)]
        assert len(found) == expected["pages"], path
        assert [page.url for page in found[: len(expected["first_urls"])]] == [url.strip("<>") for url in expected["first_urls"]]
        assert not [event for event in events if isinstance(event, Unread) and event.status == "failed"]
