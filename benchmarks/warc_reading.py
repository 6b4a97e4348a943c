"""How fast web archives are read: pages per CPU second, beside warcio and FastWARC reading the same file, and the peak
of memory.

    python benchmarks/warc_reading.py PAGES [--records 4000]

PAGES is a folder of HTML files (`.html` or `.html.gz`); they are repeated under different URLs until there are enough
of them, and written to a .warc.gz of the usual shape (a request and a response for each, every record a gzip member).
warcio and FastWARC are measured where they are installed. They split the records, parse the HTTP headers and hand out
the decoded body; corpuskit also checks every length and digest, sniffs every body and keeps what is damaged.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import resource
import sys
import tempfile
import time
from base64 import b32encode
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from pathlib import Path


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


def measure(name: str, read: Callable[[Path], Iterator[int]], path: Path) -> None:
    started = time.process_time()
    try:
        sizes = list(read(path))
    except ImportError:
        print(f"{name:<12}{'not installed':>30}")
        return
    spent = time.process_time() - started
    rate = f"{len(sizes) / spent:>12,.0f}{sum(sizes) / spent / 1e6:>10,.0f}"
    print(f"{name:<12}{len(sizes):>8}{spent:>10.2f}{rate}{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:>10,.0f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", type=Path, help="a folder of .html or .html.gz files")
    parser.add_argument("--records", type=int, default=4000)
    arguments = parser.parse_args()
    files = sorted(path for path in arguments.pages.rglob("*") if path.name.endswith((".html", ".html.gz")))
    pages = [gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes() for path in files]
    if not pages:
        sys.exit(f"no HTML files in {arguments.pages}")
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "pages.warc.gz"
        write_archive(archive, pages, arguments.records)
        pages.clear()
        print(f"{arguments.records} pages, {archive.stat().st_size / 1e6:.0f} MB of .warc.gz; CPU seconds")
        print(f"{'':<12}{'pages':>8}{'CPU s':>10}{'pages/s':>12}{'MB/s':>10}{'peak MB':>10}")
        for name, read in (("corpuskit", with_corpuskit), ("warcio", with_warcio), ("FastWARC", with_fastwarc)):
            measure(name, read, archive)


if __name__ == "__main__":
    main()
