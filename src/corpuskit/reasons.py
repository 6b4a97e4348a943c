"""The closed list of reasons why an input has no page, or a page no text.

`errors` and `why` print these words, scripts compare them: a reason is only ever added. The texts become
docs/reference/reasons.md.
"""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """A reason and, as `.meaning`, what it says to a user."""

    meaning: str

    def __new__(cls, value: str, meaning: str = "") -> Reason:
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        return member

    # reading an input
    EMPTY = "empty", "the input has no bytes, or only white space"
    TOO_LARGE = "too-large", "larger than --max-size; it was not read"
    UNSUPPORTED_TYPE = "unsupported-type", "neither HTML, text nor a known container; the detail names the type that was found"
    NOT_A_FILE = "not-a-file", "a FIFO, socket or device: only regular files are opened"
    SYMBOLIC_LINK = "symbolic-link", "links are not followed without --follow"
    ALREADY_READ = "already-read", "reached again, through a link or a second mention; it was read once in this run"
    HIDDEN = "hidden", "a name that begins with a dot, inside a folder"
    EXCLUDED = "excluded", "left out by --include or --exclude"
    NOT_FOUND = "not-found", "there is no such file or folder"
    UNREADABLE = "unreadable", "the system refuses to open or read it; the detail says why"
    CORPUS_FILE = "corpus-file", "it is a corpus itself"
    BAD_RECORD = "bad-record", "a line, row or record that cannot be parsed; the detail says why"
    NO_CONTENT = "no-content", "a record without a page: the mapped field is missing, null or not text"
    TRUNCATED = "truncated", "the input ends too early; of a file what came before the cut was kept, of a download nothing"
    DAMAGED = "damaged", "checksum or structure of the container is broken there; the rest was kept"
    HTTP_STATUS = (
        "http-status",
        "the server answered with an error or a redirect; `import` keeps the statuses of --status, `fetch` 2xx",
    )
    RECORD_TYPE = (
        "record-type",
        "a web archive record that never holds a page (warcinfo, request, metadata ...); the detail names it",
    )
    NO_ORIGINAL = "revisit-without-original", "a revisit record whose first capture is not in the corpus"
    UNDECODABLE = "undecodable", "the body's content coding could not be undone; the detail says which"
    ENCRYPTED = "encrypted", "an archive member behind a password"
    NESTED = "nested", "an archive inside an archive inside an archive: one level is opened"
    EMBEDDED = "embedded", "a frame, image or style sheet saved inside a page; not a page itself"
    MIRROR_FILE = (
        "mirror-file",
        "a file that the mirroring tool wrote for itself, or fetched to find its way: the robots.txt or sitemap of a host",
    )
    MISSING_PACKAGE = "missing-package", "reading it needs an optional package; the detail names it"
    FORGOTTEN = "forgotten", "it was forgotten and is not to come back; `forget --list` says when, --allow lets it in again"
    # fetching a page
    BAD_URL = "bad-url", "not an address that can be fetched: no http or https, no host, or a password in it"
    ADDRESS_NOT_ALLOWED = (
        "address-not-allowed",
        "the host is inside this machine or a private network; --allow-private fetches from there",
    )
    ROBOTS = "robots", "the site's robots.txt does not allow it"
    TOO_MANY_REDIRECTS = "too-many-redirects", "the server sent us on more than ten times, or in a circle"
    TLS = "tls", "no trustworthy connection: the certificate is wrong, or the encryption failed"
    NETWORK = "network", "no connection, or no HTTP on it; the detail says why"
    # cleaning a page
    NO_TEXT = "no-text", "the page has no main text: a list of links, an error page, a log-in wall, an empty body"
    NOT_A_PAGE = "not-a-page", "binary content behind a text type, found when it was decoded"
    TIMEOUT = "timeout", "it took longer than --timeout: the worker that cleaned it was ended, or the download was"
    MEMORY = "memory", "cleaning needed more than --max-memory; the worker was ended"
    CRASHED = "crashed", "the worker that cleaned the page died; the detail has the signal or exit code"
    EXTRACTOR_ERROR = "extractor-error", "the extractor raised an error; the detail has it"
