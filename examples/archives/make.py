"""Makes the files beside it out of examples/pages: the same pages as crawlers, browsers and published data sets pack them.

    python examples/archives/make.py [FOLDER]

Without FOLDER it writes where it lies. Every time, digest and identifier comes from the pages and from this script, so running it
again gives the same bytes.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import quopri
import sys
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import urlsplit

from lxml import html
from warc_records import (
    Record,
    about,
    chunked,
    compressed,
    digest,
    http,
    identifier,
    plain,
    record_bytes,
    request,
    response,
    warc,
)

HERE = Path(__file__).resolve().parent
PAGES = HERE.parent / "pages"

COURIER = "https://www.selbrook-courier.example"
FLOOD = f"{COURIER}/news/2021/02/river-orle-bursts-its-banks-48213"
BUNS = f"{COURIER}/food/2019/12/saffron-buns-31877"
MUSEUM = f"{COURIER}/whats-on/2020/10/museum-of-small-boats-interview-40312"
BRIDGE = f"{COURIER}/news/2023/03/harbour-bridge-opens-again-59640"
SUMMIT = f"{COURIER}/news/2022/06/river-towns-sign-climate-summit-pledge-55120"
ECHO = "https://northmoor-echo.example/2022/06/19/river-towns-pledge/"
ANSLEY = "https://ansley-today.example/a/7731"
PHARE = "https://le-phare.example/2022/10/12/derniere-gardienne/"
ANZEIGER = "https://www.fallerbruecker-anzeiger.example/lokales/aumuehlwiesen-hochwasser-2207.html"
RADIO = "https://www.orle-valley-radio.example/news"

STYLE = b"body { max-width: 40em; margin: 0 auto }\n"
DOT = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")  # a GIF of one pixel


def page(name: str) -> bytes:
    """The bytes of an example page."""
    return (PAGES / name).read_bytes()


# web archives


def crawl() -> bytes:
    """Several visits to two sites, with all that a crawler writes down besides pages."""
    first, second, third, fourth = "2021-02-14T09:12:03Z", "2021-02-16T12:30:41Z", "2022-10-13T05:44:10Z", "2024-06-06T10:20:30Z"
    coded = ("Content-Type: text/html; charset=utf-8", "Content-Encoding: gzip", "Transfer-Encoding: chunked")
    buns = plain(page("courier/recipe-saffron-buns.html"))
    again = http("200 OK", ("Content-Type: text/html; charset=utf-8",))
    same = {
        "WARC-Profile": "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest",
        "WARC-Refers-To-Target-URI": BUNS,
        "WARC-Refers-To-Date": fourth,
        "WARC-Payload-Digest": digest(buns.partition(b"\r\n\r\n")[2]),
    }
    return warc(
        (
            about(first, "examples/archives/make.py", robots="obey"),
            request(first, FLOOD),
            response(first, FLOOD, http("200 OK", coded, chunked(compressed(page("courier/flood.html"))))),
            Record("metadata", first, FLOOD, b"fetchTimeMs: 212\r\n", "application/warc-fields"),
            response(first, f"{COURIER}/assets/dot.gif", plain(DOT, "image/gif")),
            response(second, f"{COURIER}/old", plain(b"", status=f"301 Moved Permanently\r\nLocation: {COURIER}/")),
            response(second, f"{COURIER}/gone", plain(page("odd/not-found.html"), status="404 Not Found")),
            response(second, FLOOD, plain(page("courier/flood-updated.html"))),
            response(third, PHARE, plain(page("other/phare-fr.html"), "text/html; charset=iso-8859-1")),
            response(fourth, BUNS, buns),
            Record("revisit", "2024-06-13T10:20:30Z", BUNS, again, "application/http; msgtype=response", same),
        )
    )


def extracts() -> bytes:
    """Texts of pages without their markup, as Common Crawl publishes them beside its archives."""
    records = [about("2024-05-28T03:00:00Z", "examples/archives/make.py", description="texts of a crawl")]
    for number, name in enumerate(("market", "ferry", "summit")):
        date, url = f"2024-05-28T02:0{number}:00Z", f"{RADIO}/{name}"
        more = {"WARC-Refers-To": identifier("response", date, url), "WARC-Identified-Content-Language": "eng"}
        records.append(Record("conversion", date, url, page(f"dumps/valley-radio-{name}.txt"), "text/plain", more))
    return warc(records, "1.0")


def collection() -> bytes:
    """A WACZ collection: a ZIP file with an archive, its index, and a list of the pages that were visited."""
    visits = (
        ("2022-06-20T06:10:00Z", SUMMIT, "courier/wire-climate-summit.html"),
        ("2022-06-20T06:10:09Z", ECHO, "other/northmoor-echo.html"),
        ("2022-06-20T06:10:21Z", ANSLEY, "other/ansley-today.html"),
    )
    archive, index, seen = compressed(record_bytes(about(visits[0][0], "examples/archives/make.py"))), [], []
    for date, url, name in visits:
        member = compressed(record_bytes(response(date, url, plain(page(name)))))
        entry = {"url": url, "offset": len(archive), "length": len(member), "filename": "data.warc.gz"}
        index.append(f"{urlsplit(url).netloc} {json.dumps(entry)}\n")
        seen.append(json.dumps({"id": identifier(url)[10:-1], "url": url, "ts": date}) + "\n")
        archive += member
    members = {
        "archive/data.warc.gz": archive,
        "indexes/index.cdxj": "".join(sorted(index)).encode(),
        "pages/pages.jsonl": ('{"format": "json-pages-1.0", "id": "pages", "title": "All Pages"}\n' + "".join(seen)).encode(),
    }
    resources = [
        {"name": Path(name).name, "path": name, "hash": f"sha256:{hashlib.sha256(content).hexdigest()}", "bytes": len(content)}
        for name, content in members.items()
    ]
    package = {"profile": "data-package", "wacz_version": "1.1.1", "title": "The summit", "resources": resources}
    return zipped({**members, "datapackage.json": json.dumps(package, indent=2).encode()})


def zipped(members: Mapping[str, bytes]) -> bytes:
    """A ZIP file with its members stored as they are, and no time in it."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            member = zipfile.ZipInfo(name)
            member.create_system = 3  # else it would tell where it was made
            archive.writestr(member, content)
    return file.getvalue()


# mirrors and saved pages


def wget_mirror() -> dict[str, bytes]:
    """Two sites as `wget -r -p` leaves them: a folder for each host, the paths of the addresses as paths of files."""
    robots = b"User-agent: *\nDisallow: /login\n"
    return {
        local(FLOOD): page("courier/flood-updated.html"),
        local(MUSEUM): page("courier/interview-museum.html"),
        local(f"{COURIER}/assets/site.7f3a.css"): STYLE,
        local(f"{COURIER}/assets/dot.gif"): DOT,
        local(f"{COURIER}/robots.txt"): robots,
        local(ANZEIGER): page("other/anzeiger-de.html"),
        f"{local(ECHO)}index.html": page("other/northmoor-echo.html"),
    }


def local(url: str) -> str:
    """The path of an address below the folder of a mirror."""
    return url.partition("://")[2]


def httrack_mirror() -> dict[str, bytes]:
    """A site as HTTrack leaves it: names changed, a comment in each page, and a log that knows where everything came from."""
    visits = (
        (PHARE, "le-phare.example/2022/10/12/derniere-gardienne/index.html", 200, page("other/phare-fr.html")),
        ("https://le-phare.example/plus-la", "le-phare.example/plus-la.html", 404, page("odd/not-found.html")),
    )
    log = ["date\tsize'/'remotesize\tflags\tstatuscode\tstatus ('servermsg')\tMIME\tEtag|Date\tURL\tlocalfile\t(from URL)"]
    files = {"index.html": b"<html><body><h1>Index of locally available sites</h1></body></html>\n", "hts-log.txt": b"done\n"}
    for url, path, status, content in visits:
        message = "added ('OK')" if status == 200 else "error ('Not Found')"
        size = f"{len(content)}/{len(content)}"
        when = "date:Thu,%2013%20Oct%202022%2005:44:10%20GMT"
        log.append(f"05:44:10\t{size}\t---M--\t{status}\t{message}\ttext/html\t{when}\t{url}\t./{path}\t(from )")
        comment = f"<!-- Mirrored from {local(url)} by HTTrack Website Copier/3.x [XR&CO'2014], Thu, 13 Oct 2022 05:44:10 GMT -->"
        files[path] = content.replace(b"<head>", b"<head>\n" + comment.encode(), 1)
    return {**files, "hts-cache/new.txt": "".join(f"{line}\n" for line in log).encode()}


def single_file() -> bytes:
    """A page as the browser extension SingleFile saves it."""
    when = "Thu Jun 06 2024 12:20:30 GMT+0200 (Central European Summer Time)"
    comment = f"<!--\n Page saved with SingleFile \n url: {BRIDGE} \n saved date: {when}\n-->"
    return page("courier/bridge-reopens.html").replace(b"<html ", comment.encode() + b"<html ", 1)


def saved_mhtml() -> bytes:
    """A page as a browser saves it in one file, with a picture and a style sheet."""
    boundary = "----MultipartBoundary--orle----"
    moment = format_datetime(datetime.fromisoformat("2024-06-06T10:20:30+00:00"))
    head = (
        "From: <Saved by Blink>",
        f"Snapshot-Content-Location: {MUSEUM}",
        "Subject: Museum of Small Boats",
        f"Date: {moment}",
        "MIME-Version: 1.0",
        f'Content-Type: multipart/related; type="text/html"; boundary="{boundary}"',
    )
    parts = (
        ("text/html", MUSEUM, "quoted-printable", quopri.encodestring(page("courier/interview-museum.html"))),
        ("text/css", f"{COURIER}/assets/site.7f3a.css", "quoted-printable", quopri.encodestring(STYLE)),
        ("image/gif", f"{COURIER}/assets/dot.gif", "base64", base64.encodebytes(DOT)),
        ("text/html", "cid:frame-1@mhtml.blink", "quoted-printable", b"<html><body>An advertisement.</body></html>\n"),
    )
    message = "\r\n".join((*head, "", "")).encode()
    for media_type, url, coding, content in parts:
        lines = (f"--{boundary}", f"Content-Type: {media_type}", f"Content-Transfer-Encoding: {coding}")
        body = content.replace(b"\n", b"\r\n") + b"\r\n"
        message += "\r\n".join(("", *lines, f"Content-Location: {url}", "", "")).encode() + body
    return message + f"--{boundary}--\r\n".encode()


# tables


def scraped_table() -> bytes:
    """Items of a scraper as a CSV file: pages of text, with what the scraper found out about them."""
    rows: Sequence[tuple[str, str, str, str]] = (
        ("https://allotment-talk.example/t/611", "Seed potatoes in silt", "", "dumps/forum-seed-potatoes.txt"),
        ("https://small-poems.example/aske/bridge-keeper", "The Bridge Keeper", "Rosalind Aske", "dumps/poem-bridge-keeper.txt"),
        ("https://kuchen.example/rezepte/zwetschgen", "Zwetschgenkuchen", "", "dumps/rezept-zwetschgenkuchen.txt"),
    )
    file = io.StringIO(newline="")
    table = csv.writer(file)
    table.writerow(("url", "title", "author", "text"))
    table.writerows((url, title, author, page(name).decode()) for url, title, author, name in rows)
    table.writerow(("https://small-poems.example/aske/untitled", "Untitled", "Rosalind Aske", ""))
    return file.getvalue().encode()


def dataset() -> bytes:
    """Rows of a published data set with the columns of FineWeb: texts that were cleaned already."""
    rows = []
    for url, name, date in (
        (SUMMIT, "courier/wire-climate-summit.html", "2022-06-20T06:10:00Z"),
        (ECHO, "other/northmoor-echo.html", "2022-06-20T06:10:09Z"),
        (BRIDGE, "courier/bridge-reopens.html", "2024-06-06T10:20:30Z"),
        (MUSEUM, "courier/interview-museum.html", "2024-06-06T10:21:02Z"),
    ):
        text = paragraphs(page(name))
        row = {
            "text": text,
            "id": identifier("response", date, url),
            "dump": "CC-MAIN-2022-27" if date < "2023" else "CC-MAIN-2024-26",
            "url": url,
            "date": date,
            "file_path": "s3://a-bucket.example/crawl-data/orle.warc.gz",
            "language": "en",
            "language_score": 0.97,
            "token_count": len(text) // 4,
        }
        rows.append(json.dumps(row, ensure_ascii=False))
    return "".join(f"{row}\n" for row in rows).encode()


def paragraphs(content: bytes) -> str:
    """The longer paragraphs of a page, each on one line."""
    tree = html.fromstring(content.decode())
    found = (" ".join(node.text_content().split()) for node in tree.xpath("//article//p"))
    return "\n".join(text for text in found if len(text) > 120)


def files() -> dict[str, bytes]:
    """Every file, by its path."""
    return {
        "orle.warc.gz": crawl(),
        "orle.warc.wet.gz": extracts(),
        "orle.wacz": collection(),
        "saved.mhtml": saved_mhtml(),
        "singlefile.html": single_file(),
        "pages.csv": scraped_table(),
        "fineweb-like.jsonl": dataset(),
        **{f"mirror/{path}": content for path, content in wget_mirror().items()},
        **{f"mirror-httrack/{path}": content for path, content in httrack_mirror().items()},
    }


def main() -> None:
    """Write them all."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    for name, content in files().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


if __name__ == "__main__":
    main()
