"""Where a saved page came from: told by the tool that saved it, or by its path in a mirror.

Pure functions over names and bytes; who walks a folder calls them. The order of trust: what the tool wrote into the
page or beside it (SingleFile, HTTrack, "saved from"), then the path in a `wget -r` tree. What the page says of itself
(canonical, og:url) comes after that and is the extractor's. The time of a file is never taken for the time of fetching:
mirroring tools set it to Last-Modified.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from urllib.parse import quote, unquote, urlsplit

from corpuskit.documents import RawPage, Unread
from corpuskit.readers.options import ReadOptions
from corpuskit.reasons import Reason

_HEAD = 16 * 1024  # where tools leave their comments
_TAIL = 2 * 1024  # HTTrack leaves one at the end of pages that have no <html> tag

_SINGLE_FILE = re.compile(
    rb"<!--\s*Page saved with SingleFile\s+url:\s*(\S+)(?:\s+saved date:\s*([^\r\n]{1,100}))?", re.IGNORECASE
)
_HTTRACK = re.compile(
    rb"<!-- Mirrored from ([^\r\n]{1,4000}?) by HTTrack Website Copier/[^,\r\n]{0,80}(?:, ([^\r\n]{1,60}?GMT))? -->"
)
_SAVED_FROM = re.compile(rb"<!--\s*saved from url=\((\d{4})\)([^\s>]{1,9999})", re.IGNORECASE)
_JAVASCRIPT_DATE = re.compile(r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d\d?) (\d{4}) (\d\d:\d\d:\d\d) GMT([+-])(\d\d)(\d\d)")

_ADDRESS = re.compile(r"(?:\d{1,3}\.){3}\d{1,3}|localhost")
_HOST = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,24}|xn--[a-z0-9-]{1,59})", re.IGNORECASE)
_PORT = re.compile(r"(?P<host>.+)[:+](?P<port>\d{1,5})")
# a folder `notes.old` is no host
_NO_DOMAINS = {
    "html",
    "htm",
    "txt",
    "zip",
    "bak",
    "old",
    "orig",
    "tmp",
    "files",
    "data",
    "git",
    "tar",
    "json",
    "jsonl",
    "csv",
    "warc",
}

_QUERY_PAGE = re.compile(r"\?.*\.html$")
_DOUBLE_EXTENSION = re.compile(r"\.(?:xhtml|shtml|php\d?|phtml|aspx?|jspx?|cgi|pl|cfm|do)\.html$", re.IGNORECASE)
_COMPRESSED_PAGE = re.compile(r"\.html?\.(?:gz|br)$", re.IGNORECASE)

HTTRACK_LOG = "hts-cache/new.txt"
_FOR_CRAWLERS = re.compile(r"robots\.txt|sitemap[\w.-]*\.(?:xml|txt)(?:\.gz)?", re.IGNORECASE)
_HTTRACK_FILES = {"index.html", "hts-log.txt", "hts-err.txt", "hts-in_progress.lock", "backblue.gif", "fade.gif", "cookies.txt"}


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a page came from, and how that was found out."""

    url: str
    url_source: str  # "singlefile", "httrack", "saved-from" or "mirror"
    fetched_at: str | None = None  # UTC, ISO 8601, "Z"
    status: int | None = None  # what the server answered, where the tool kept it


@dataclass(frozen=True, slots=True)
class Mirror:
    """What is known of the tree in which a page lies. `log` has the origin of files, by their path below the mirror's
    root.
    """

    log: Mapping[str, Origin] = field(default_factory=dict)
    adjusts_names: bool = False  # wget -E: `.html` was added to the names of pages that did not have it


def find_origin(path: Sequence[str], content: bytes, mirror: Mirror | None = None, root: Sequence[str] = ()) -> Origin | None:
    """Where the page in the file `path` (its parts below the named source) came from. `root` has the parts of the
    source's own path.
    """
    mirror = mirror or Mirror()
    logged = mirror.log.get("/".join(path))
    written = origin_in_page(content)
    if written and written.url_source == "singlefile":
        return written
    if logged:
        return replace(logged, fetched_at=logged.fetched_at or (written.fetched_at if written else None))
    return written or origin_of_path(path, content, adjusts_names=mirror.adjusts_names, root=root)


def placed(page: RawPage, origin: Origin | None, options: ReadOptions) -> RawPage | Unread:
    """The page with the address that it was saved from; left out where the server had answered with an error."""
    if origin is None:
        return page
    if origin.status is not None and not any(low <= origin.status <= high for low, high in options.status):
        return Unread(page.location, "skipped", Reason.HTTP_STATUS, str(origin.status))
    return replace(page, url=origin.url, url_source=origin.url_source, fetched_at=page.fetched_at or origin.fetched_at)


# what tools write into a page


def origin_in_page(content: bytes) -> Origin | None:
    """The address that the saving tool wrote into a page."""
    head = content[:_HEAD]
    if found := _SINGLE_FILE.search(head):
        return Origin(_text(found[1]), "singlefile", _javascript_time(_text(found[2] or b"")))
    if found := _HTTRACK.search(head) or _HTTRACK.search(content[-_TAIL:]):
        address = _text(found[1])
        host = address.partition("/")[0]
        path = address[len(host) :] or "/"
        return Origin(f"{_scheme(host, content)}://{host}{_quoted(path)}", "httrack", http_time(_text(found[2] or b"")))
    if found := _SAVED_FROM.search(head):
        url = _text(found[2][: int(found[1])])
        return None if url.startswith("about:") else Origin(url, "saved-from")
    return None


def http_time(text: str) -> str | None:
    """A date of an HTTP or mail header in UTC (ISO 8601, `Z`), or None."""
    try:
        moment = parsedate_to_datetime(text)
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, TypeError, OverflowError):
        return None
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _javascript_time(text: str) -> str | None:
    found = _JAVASCRIPT_DATE.search(text)
    if not found:
        return None
    month, day, year, clock, sign, hours, minutes = found.groups()
    offset = timedelta(hours=int(hours), minutes=int(minutes)) * (-1 if sign == "-" else 1)
    try:
        moment = (
            datetime.strptime(f"{month} {day} {year} {clock}", "%b %d %Y %H:%M:%S")
            .replace(tzinfo=timezone(offset))
            .astimezone(UTC)
        )
    except (ValueError, OverflowError):
        return None
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


# what tools write beside the pages


def is_httrack_root(names: Iterable[str]) -> bool:
    """Whether a folder with entries of these names is the root of an HTTrack mirror; then `hts-cache/new.txt` in it
    is its log.
    """
    return "hts-cache" in set(names)


def is_own_file(path: Sequence[str]) -> bool:
    """Whether the file at `path` below the root of an HTTrack mirror was written by HTTrack for itself."""
    return path[0] == "hts-cache" or (len(path) == 1 and path[0] in _HTTRACK_FILES)


def is_for_crawlers(path: Sequence[str], root: Sequence[str] = ()) -> bool:
    """Whether the file at `path` is a robots.txt or sitemap at the root of a host: the tool fetched it to find its way."""
    whole = [*root, *path]
    return len(whole) > 1 and _is_host(whole[-2]) and _FOR_CRAWLERS.fullmatch(whole[-1]) is not None


def read_httrack_log(content: bytes) -> dict[str, Origin]:
    """`hts-cache/new.txt`: the origin of each file, by its path below the mirror's root.

    The columns are: date, size, flags, status, what was done, MIME type, tag, URL, local file, referrer. A page that
    was refused is first kept under a name of its own; it is entered under the path that its URL has.
    """
    origins: dict[str, Origin] = {}
    refused: dict[str, Origin] = {}
    for line in content.split(b"\n"):
        columns = [_text(column) for column in line.rstrip(b"\r").split(b"\t")]
        if len(columns) < 9 or not re.fullmatch(r"-?\d{1,4}", columns[3]) or "://" not in columns[7] or not columns[8]:
            continue
        url, local = _upper_escapes(columns[7]), unquote(columns[8].removeprefix("./"), errors="surrogateescape")
        fetched_at = http_time(unquote(columns[6].removeprefix("date:"))) if columns[6].startswith("date:") else None
        origin = Origin(url, "httrack", fetched_at, int(columns[3]))
        if local.endswith(".delayed"):
            refused[local.partition("/")[0] + unquote(urlsplit(url).path)] = origin
        else:
            origins[local] = origin
    return refused | origins


def adjusts_names(names: Iterable[str]) -> bool:
    """Whether the file names of a folder are those of wget -E: every page with a query, or with another extension,
    ends in `.html`.
    """
    names = list(names)
    with_query = [name for name in names if "?" in name]
    if any(_DOUBLE_EXTENSION.search(name) for name in names):
        return True
    return any(_QUERY_PAGE.search(name) for name in with_query) and all(re.search(r"\.\w{2,4}$", name) for name in with_query)


# the path in a mirror


def origin_of_path(
    path: Sequence[str], content: bytes, *, adjusts_names: bool = False, root: Sequence[str] = ()
) -> Origin | None:
    """The address that a path in a `wget -r` tree stands for: `HOST[:PORT]/folder/page?query`. None where no part looks
    like a host.

    The scheme is not in the path, unless wget was asked for it; then the page's own links decide.
    """
    whole = [*root, *path]
    below = next((index for index, part in enumerate(path[:-1]) if _is_host(part)), None)
    above = next((index for index in reversed(range(len(root))) if _is_host(root[index])), None)
    index = len(root) + below if below is not None else above
    if index is None:
        return None
    with_port = _PORT.fullmatch(whole[index])
    host = f"{with_port['host']}:{with_port['port']}" if with_port else whole[index]
    is_windows = bool(with_port) and "+" in whole[index]
    scheme = whole[index - 1] if index and whole[index - 1] in {"http", "https"} else _scheme(host, content)
    name = _page_name(whole[-1].replace("@", "?", 1) if is_windows else whole[-1], adjusts_names)
    folders = "".join(f"{_quoted(part).replace('?', '%3F')}/" for part in whole[index + 1 : -1])
    return Origin(f"{scheme}://{host}/{folders}{_quoted(name)}", "mirror")


def _page_name(name: str, adjusts_names: bool) -> str:
    """The last part of a URL path and its query, as the server knew it."""
    if adjusts_names:
        if _COMPRESSED_PAGE.search(name):
            name = name.rpartition(".")[0]
        if _QUERY_PAGE.search(name) or _DOUBLE_EXTENSION.search(name):
            name = name.removesuffix(".html")
    page, question_mark, query = name.partition("?")
    return ("" if page == "index.html" else page) + question_mark + query


def _is_host(part: str) -> bool:
    with_port = _PORT.fullmatch(part)
    name = with_port["host"] if with_port else part
    if _ADDRESS.fullmatch(name):
        return True
    return bool(_HOST.fullmatch(name)) and name.rpartition(".")[2].lower() not in _NO_DOMAINS


def _scheme(host: str, content: bytes) -> str:
    """http or https, by the links of the page to its own host; without any, https for a name and http for an address
    or port.
    """
    name = host.encode("utf-8", "replace")
    secure, plain = content.count(b"https://" + name), content.count(b"http://" + name)
    if secure or plain:
        return "https" if secure >= plain else "http"
    return "http" if ":" in host or _ADDRESS.fullmatch(host) else "https"


def _quoted(path: str) -> str:
    """A path as it stands in a URL; what is percent-encoded already stays so."""
    quoted = quote(path, safe="/?=&;:@!$'()*+,~%[]-._", errors="surrogateescape")
    return re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", quoted)


def _upper_escapes(url: str) -> str:
    return re.sub(r"%[0-9a-f]{2}", lambda found: found[0].upper(), url)


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")
