"""From the bytes of a page to its characters, with the evidence that decided.

The order of evidence: byte order mark, strict UTF-8, nearly UTF-8, what was said outside the page, what the page
declares, detection on the whole page, windows-1252. UTF-8 comes before every declaration because text in another encoding is
almost never valid UTF-8 by chance, while declarations are often wrong. Names are the lower-case names of the WHATWG
Encoding Standard; iso-8859-1 means windows-1252 there, and utf-7 means nothing.

Nothing here raises: whatever the bytes, there is a text, and what could not be decoded is replaced and counted.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import Literal

Source = Literal["bom", "utf-8", "nearly-utf-8", "given", "http", "meta", "xml", "detected", "default"]

REPLACEMENT = "\ufffd"

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32le"),  # before UTF-16: its mark begins like the shorter one
    (codecs.BOM_UTF32_BE, "utf-32be"),
    (codecs.BOM_UTF16_LE, "utf-16le"),
    (codecs.BOM_UTF16_BE, "utf-16be"),
)
# Python's codec where it is wider, or more forgiving, than the one that webencodings names.
_WIDER_CODECS = {"gbk": "gb18030", "big5": "big5hkscs", "shift_jis": "cp932", "euc-kr": "cp949"}
_NOT_DETECTABLE = re.compile(r"ibm|cp(437|7\d\d|8\d\d|10\d\d\d)\b|mac|utf-?(7|16|32)|hz|viscii|johab|replacement|x-user")

_SINGLE_BYTE = ("windows-", "iso-8859-", "koi8")
_DETECTOR_NAMES = {"uhc": "euc-kr", "cp949": "euc-kr"}  # what detectors call an encoding that the standard names else

_NEARLY = 0.001  # share of bad sequences among the multibyte ones below which a page is UTF-8 all the same
_MOSTLY = 0.1  # the same, for a page that declares UTF-8 or says nothing
_WRONG_LABEL = 0.1  # share of undecodable characters from which a declaration is not believed
_LONG = 4_000  # bytes of a page without its tags from which a second opinion is worth its price
_PRESCAN = 65_536  # the standard looks at 1,024 bytes; real pages have the declaration behind scripts and comments


@dataclass(frozen=True, slots=True)
class Decoded:
    """The characters of a page, how they were found, and how many sequences had to be replaced by U+FFFD."""

    text: str
    encoding: str
    source: Source
    replacements: int = 0


def decode(
    content: bytes,
    declared: str | None = None,
    *,
    is_html: bool = True,
    declared_by: Literal["given", "http"] = "given",
) -> Decoded:
    """Decode a page; `declared` is a charset said outside of it, `declared_by` who said it. The text holds no NUL."""
    for mark, name in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return _decoded(content[len(mark) :], name, "bom")
    if (wide := _wide_without_mark(content)) is not None:
        return _decoded(content, wide, "detected")
    if b"\x1b$" in content and content.isascii():  # ISO-2022-JP is made of ASCII bytes only: valid UTF-8, and unreadable
        labels = _labels(content, declared, declared_by, is_html)
        source: Source = next((source for name, source in labels if name == "iso-2022-jp"), "detected")
        return _decoded(content, "iso-2022-jp", source)
    try:
        return Decoded(_tidy(content.decode("utf-8")), "utf-8", "utf-8")
    except UnicodeDecodeError:
        return _not_quite_utf8(content, _labels(content, declared, declared_by, is_html), is_html)


def declared_in_page(content: bytes) -> tuple[str, Literal["meta", "xml"]] | None:
    """The encoding that a page declares in its head (the standard's prescan, over more bytes), as a WHATWG name."""
    head = content[:_PRESCAN]
    for match in _PRESCAN_TOKEN.finditer(head):
        if match.lastgroup == "meta" and (name := _from_meta(match["meta"])) is not None:
            return name, "meta"
    if (xml := _XML_DECLARATION.match(head)) and (name := encoding_name(xml[1].decode("ascii", "replace"))) is not None:
        return ("utf-8" if name.startswith("utf-16") else name), "xml"
    return None


def encoding_name(label: str) -> str | None:
    """The WHATWG name behind a label such as `Latin1`, `"UTF8"` or `cp1251`; None if there is none that may be used."""
    import webencodings

    cleaned = label.strip().strip("\"'").strip()
    for candidate in (cleaned, cleaned.replace("_", "-"), re.sub(r"^cp", "windows-", cleaned.lower())):
        try:
            found = webencodings.lookup(candidate)
        except (UnicodeError, ValueError):
            return None
        if found is not None and found.name not in ("replacement", "x-user-defined"):
            return str(found.name)
    return None


# Comments hide a declaration, other tags and their quoted attributes do not contain one, an unclosed tag ends the search.
_ATTRIBUTES = rb"(?:[^<>=]|=\s*+(?:\"[^\"]*\"|'[^']*'|(?![\"'])))*+"
_PRESCAN_TOKEN = re.compile(
    rb"<!--.*?(?:-->|\Z)|<meta(?=[\s/])(?P<meta>" + _ATTRIBUTES + rb")>|<[a-z/]" + _ATTRIBUTES + rb">?|<[!?][^>]*>?",
    re.IGNORECASE | re.DOTALL,
)
_ATTRIBUTE = re.compile(rb"([^\s/>=]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+)))?")
_XML_DECLARATION = re.compile(rb"\s*<\?xml\s[^>]*?encoding\s*=\s*[\"']?([A-Za-z0-9._:-]+)")
_CHARSET_IN_CONTENT = re.compile(rb"charset\s*=\s*(?:\"([^\"]+)\"|'([^']+)'|([^\s;\"']+))", re.IGNORECASE)
_TAG = re.compile(rb"<(script|style)\b.*?</\1\s*>|<[^>]*>", re.IGNORECASE | re.DOTALL)
_NON_ASCII = re.compile(rb"[\x80-\xff]")


def _from_meta(attributes: bytes) -> str | None:
    """The encoding in the attributes of one meta tag. A tag that only describes content needs `http-equiv` beside it."""
    found: dict[bytes, bytes] = {}
    for match in _ATTRIBUTE.finditer(attributes):
        found.setdefault(match[1].lower(), next((value for value in match.groups()[1:] if value is not None), b""))
    label: bytes | None = found.get(b"charset")
    if label is None and found.get(b"http-equiv", b"").lower() == b"content-type":
        inside = _CHARSET_IN_CONTENT.search(found.get(b"content", b""))
        label = next((value for value in inside.groups() if value), None) if inside else None
    name = encoding_name(label.decode("ascii", "replace")) if label and not re.search(rb"[\"']", label) else None
    # A declaration that could be read as ASCII does not stand in UTF-16.
    return "utf-8" if name is not None and name.startswith("utf-16") else name


def _labels(
    content: bytes, declared: str | None, declared_by: Literal["given", "http"], is_html: bool
) -> list[tuple[str, Source]]:
    """What is said about the encoding, the strongest first."""
    labels: list[tuple[str, Source]] = []
    if declared and (name := encoding_name(declared)) is not None:
        labels.append((name, declared_by))
    if is_html and (inside := declared_in_page(content)) is not None:
        labels.append(inside)
    return labels


def _not_quite_utf8(content: bytes, labels: list[tuple[str, Source]], is_html: bool) -> Decoded:
    """A page that is not valid UTF-8: nearly UTF-8, else the declarations in order, else detection, else the default."""
    as_utf8 = content.decode("utf-8", "replace")
    bad = as_utf8.count(REPLACEMENT) - content.count(b"\xef\xbf\xbd")
    good = len(as_utf8) - sum(map(len, _ASCII_RUN.findall(as_utf8))) - bad
    cut_at_end = bad == 1 and good > 0 and as_utf8.endswith(REPLACEMENT) and _is_cut_sequence(content)
    if cut_at_end or bad < _NEARLY * good:
        return Decoded(_tidy(as_utf8), "utf-8", "nearly-utf-8", bad)
    mostly_utf8 = bad <= _MOSTLY * good
    for name, source in labels:
        if name == "utf-8":
            if bad <= good:  # else the label is wrong: windows-1252 behind a default header is the usual case
                return Decoded(_tidy(as_utf8), name, source, bad)
        elif (decoded := _plausible(content, name, source)) is not None:
            return decoded
    if mostly_utf8:
        return Decoded(_tidy(as_utf8), "utf-8", "detected", bad)
    if (guess := _detect(content, is_html)) is not None:
        return _decoded(content, guess, "detected")
    return _decoded(content, "windows-1252", "default")


_ASCII_RUN = re.compile(r"[\x00-\x7f]+")


def _is_cut_sequence(content: bytes) -> bool:
    """Whether the bytes end inside a UTF-8 sequence that began well: the page was cut, not badly encoded."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        decoder.decode(content)
    except UnicodeDecodeError:
        return False
    return True


def _wide_without_mark(content: bytes) -> str | None:
    """UTF-16 without a byte order mark: nearly every second byte of markup or Western text is zero."""
    sample = content[:4096]
    if sample.count(0) * 4 < len(sample) or len(sample) < 4:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if even < 0.02 * odd:
        return "utf-16le"
    if odd < 0.02 * even:
        return "utf-16be"
    return None


def _plausible(content: bytes, name: str, source: Source) -> Decoded | None:
    """The page in a declared encoding, unless so much of it cannot be decoded that the declaration must be wrong."""
    decoded = _decoded(content, name, source)
    non_ascii = len(_NON_ASCII.findall(content))
    return decoded if decoded.replacements <= _WRONG_LABEL * max(1, non_ascii) else None


def _decoded(content: bytes, name: str, source: Source) -> Decoded:
    text = content.decode(_codec(name), "replace")
    replacements = text.count(REPLACEMENT)
    if replacements and name in ("utf-8", "gbk", "gb18030"):  # these can spell U+FFFD themselves
        replacements -= min(replacements, content.count(b"\xef\xbf\xbd" if name == "utf-8" else b"\x84\x31\xa4\x37"))
    return Decoded(_tidy(text), name, source, replacements)


def _codec(name: str) -> str:
    if name in _WIDER_CODECS:
        return _WIDER_CODECS[name]
    if name.startswith("utf-"):
        return name
    import webencodings

    return str(webencodings.lookup(name).codec_info.name)


def _tidy(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\x00", "")


def _detect(content: bytes, is_html: bool) -> str | None:
    """Guess from the bytes alone. Multibyte answers must fit; for long pages the slower detector has the last word."""
    import cchardet

    sample = _TAG.sub(b" ", content) if is_html else content
    if not _NON_ASCII.search(sample):
        sample = content
    first = _detectable(cchardet.detect(sample).get("encoding"))
    if first is not None and (not first.startswith(_SINGLE_BYTE) and _fits(content, first)):
        return first
    if first is None or len(sample) >= _LONG:
        second = _second_opinion(sample)
        # Where both read the same text, the first name is the usual one: windows-1252 rather than windows-1250 for German.
        if second is not None and (
            first is None or content.decode(_codec(first), "replace") != content.decode(_codec(second), "replace")
        ):
            return second
    return first


def _second_opinion(sample: bytes) -> str | None:
    from charset_normalizer import from_bytes

    excluded = [f"cp{n}" for n in (437, 720, 737, 775, 850, 852, 855, 856, 857, 858, 860, 861, 862, 863, 864, 865, 866, 869)]
    excluded += ["mac_cyrillic", "mac_greek", "mac_iceland", "mac_latin2", "mac_roman", "mac_turkish"]
    excluded += ["utf_7", "utf_8", "utf_16", "utf_32", "cp037", "cp500", "cp1026", "cp1140", "cp273", "cp424", "cp875", "hz"]
    # Around the characters that tell encodings apart; a megabyte would cost seconds and decide nothing more.
    best = from_bytes(sample[:100_000], cp_exclusion=excluded).best()
    return _detectable(best.encoding) if best is not None else None


def _detectable(label: str | None) -> str | None:
    """The WHATWG name of a detector's answer, unless it is one that no web page is written in."""
    if label is None or _NOT_DETECTABLE.search(label.lower()):
        return None
    name = encoding_name(_DETECTOR_NAMES.get(label.lower(), label))
    return None if name is None or name == "utf-8" or _NOT_DETECTABLE.search(name) else name


def _fits(content: bytes, name: str) -> bool:
    return _decoded(content, name, "detected").replacements <= 0.01 * len(_NON_ASCII.findall(content))
