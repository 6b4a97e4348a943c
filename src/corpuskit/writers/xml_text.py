"""Any text as a piece of XML 1.0: what XML forbids is replaced, what it would take for markup is escaped."""

from __future__ import annotations

import re
from typing import Any

from corpuskit.formats import cell

# Most control characters, lone surrogates, U+FFFE and U+FFFF: no XML file may hold them, not even as a character reference.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_REPLACEMENT = "\ufffd"


def allowed(text: str) -> str:
    """The text with U+FFFD in the place of every character that XML 1.0 forbids."""
    return _FORBIDDEN.sub(_REPLACEMENT, text)


def content(text: str) -> str:
    """The text as it stands between tags. A parser gives it back as it was, but for the characters that are forbidden."""
    text = allowed(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace("\r", "&#13;")  # a parser would make a line feed of it


def attribute(value: Any) -> str:
    """A value as it stands between double quotes, on one line; null is empty, lists are joined with a comma."""
    return content(cell(value)).replace('"', "&quot;")
