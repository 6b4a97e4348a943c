"""How fast web archives are read and imported: CPU seconds beside warcio and FastWARC, which read the same file and do nothing
with it, each in a process of its own and in turns, and the memory of the largest process.

    python benchmarks/warc_reading.py [PAGES] [--records 4000] [--rounds 5]

PAGES is a folder of HTML files (`.html` or `.html.gz`), else the pages of the article benchmark where they are, else the
examples. They are repeated under different URLs until there are enough of them, and written to a .warc.gz of the usual shape (a
request and a response for each, every record a gzip member). warcio and FastWARC are measured where they are installed. They
split the records, parse the HTTP headers and hand out the decoded body. Reading in corpuskit also checks every length, sniffs
every body and keeps what is damaged; `corpuskit import --no-clean` hashes, compresses and stores all of them besides.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import importlib.util
import sys
import tempfile
from base64 import b32encode
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from pathlib import Path
from statistics import median

from import_speed import BIN
from import_speed import pages as usual_pages
from measure import Usage, measure, table


def write_archive(path: Path, pages: list[bytes], records: int) -> None:
    """A .warc.gz with `records` responses, each behind its request."""
    with path.open("wb") as archive:
        for number, page in enumerate(islice(cycle(pages), records)):
            url = f"https://example.org/{number}"
            body = page + b"<!-- %d -->" % number
            head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n\r\n".encode()
            archive.write(_member("request", url, f"GET /{number} HTTP/1.1\r\nHost: example.org\r\n\r\n".encode(), None))
            archive.write(_member("response", url, head + body, body))


def _member(kind: str, url: str, block: bytes, payload: bytes | None) -> bytes:
    fields = [
        f"WARC-Type: {kind}",
        f"WARC-Target-URI: {url}",
        "WARC-Date: 2024-05-18T01:02:03Z",
        f"WARC-Record-ID: <urn:sha1:{hashlib.sha1(block).hexdigest()}>",
        f"Content-Type: application/http; msgtype={kind}",
        f"WARC-Block-Digest: sha1:{b32encode(hashlib.sha1(block).digest()).decode()}",
        f"Content-Length: {len(block)}",
    ]
    if payload is not None:
        fields.append(f"WARC-Payload-Digest: sha1:{b32encode(hashlib.sha1(payload).digest()).decode()}")
    return gzip.compress(("WARC/1.0\r\n" + "\r\n".join(fields) + "\r\n\r\n").encode() + block + b"\r\n\r\n", 6)


def with_corpuskit(path: Path) -> Iterator[int]:
    from corpuskit.documents import RawPage
    from corpuskit.readers import warc
    from corpuskit.readers.options import ReadOptions

    with path.open("rb") as stream:
        for event in warc.read(stream, path.name, ReadOptions()):
            if isinstance(event, RawPage):
                yield len(event.content)


def with_warcio(path: Path) -> Iterator[int]:
    from warcio.archiveiterator import ArchiveIterator

    with path.open("rb") as stream:
        for record in ArchiveIterator(stream):
            if record.rec_type == "response":
                yield len(record.content_stream().read())


def with_fastwarc(path: Path) -> Iterator[int]:
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    with path.open("rb") as stream:
        for record in ArchiveIterator(stream, record_types=WarcRecordType.response):
            yield len(record.reader.read())


READERS: dict[str, Callable[[Path], Iterator[int]]] = {
    "corpuskit": with_corpuskit,
    "warcio": with_warcio,
    "FastWARC": with_fastwarc,
}
IMPORT = "corpuskit import --no-clean: hashed, compressed, stored"


def commands(archive: Path, corpus: Path) -> dict[str, list[str]]:
    """What is measured: the readers that are installed, and the import."""
    found = {}
    for name, module in (("warcio", "warcio"), ("FastWARC", "fastwarc"), ("corpuskit", "corpuskit")):
        if importlib.util.find_spec(module):
            found[f"{name}: read"] = [sys.executable, __file__, "--read", name, str(archive)]
    return found | {IMPORT: [str(BIN / "corpuskit"), "-d", str(corpus), "import", "--no-clean", str(archive)]}


def compare(archive: Path, corpus: Path, records: int, rounds: int) -> None:
    """Every command in turns; the ratio of CPU time to warcio's is the median over the rounds."""
    todo = commands(archive, corpus)
    usages: dict[str, list[Usage]] = {name: [] for name in todo}
    for _ in range(rounds):
        for name, command in todo.items():
            usages[name].append(measure(command, before=["rm", "-f", str(corpus)]))
    size = archive.stat().st_size / 1e6
    yardstick = usages.get("warcio: read")
    rows = []
    for name, found in usages.items():
        cpu = median(usage.cpu for usage in found)
        ratio = median(one.cpu / other.cpu for one, other in zip(yardstick, found, strict=True)) if yardstick else None
        speed = "-" if ratio is None else f"{ratio:.2f}"
        rows.append([name, f"{cpu:.2f}", f"{records / cpu:,.0f}", speed, f"{max(usage.memory for usage in found):.0f}"])
    title = f"{records} pages, {size:.0f} MB of .warc.gz (median of {rounds} rounds in turns)"
    table(title, ["command", "CPU s", "pages per CPU s", "of warcio's speed", "MB of the largest process"], rows)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", type=Path, nargs="?", help="a folder of .html or .html.gz files")
    parser.add_argument("--records", type=int, default=4000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--read", choices=READERS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.read:
        sys.exit(not sum(1 for _ in READERS[arguments.read](arguments.pages)))
    if arguments.pages:
        files = sorted(path for path in arguments.pages.rglob("*") if path.name.endswith((".html", ".html.gz")))
        contents = [gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes() for path in files]
    else:
        contents = usual_pages()
    if not contents:
        sys.exit(f"no HTML files in {arguments.pages}")
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "pages.warc.gz"
        write_archive(archive, contents, arguments.records)
        compare(archive, Path(folder) / "corpus.db", arguments.records, arguments.rounds)


if __name__ == "__main__":
    main()
