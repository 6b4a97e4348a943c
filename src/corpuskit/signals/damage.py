"""Damage that a wrong encoding leaves in a text: replacement characters, mojibake, control characters.

Mojibake is UTF-8 that was read as windows-1252 or ISO 8859-1: a letter that stands for the first byte of a sequence, followed
by those that stand for the others, like `Ã©` or `â€™`. Such runs hardly occur in any language.
"""

from __future__ import annotations

import re

from corpuskit.signals.reading import Reading

# What the bytes 80 to BF are in windows-1252, or in ISO 8859-1 where that has no letter for them
_CONTINUATION = "".join(
    sorted({character for byte in range(0x80, 0xC0) for character in (chr(byte), bytes((byte,)).decode("cp1252", "replace"))})
).replace("\ufffd", "")
_NEXT = f"[{re.escape(_CONTINUATION)}]"
_MOJIBAKE = re.compile(f"[\u00c2-\u00df]{_NEXT}|[\u00e0-\u00ef]{_NEXT}{{2}}|[\u00f0-\u00f4]{_NEXT}{{3}}")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")


def measure(reading: Reading) -> dict[str, float | None]:
    """The signals by name: shares of the characters."""
    text = reading.text
    characters = len(text) or 1
    if text.isascii():
        return {"replaced": 0.0, "mojibake": 0.0, "controls": len(_CONTROL.findall(text)) / characters}
    return {
        "replaced": text.count("\ufffd") / characters,
        "mojibake": sum(map(len, _MOJIBAKE.findall(text))) / characters,
        "controls": len(_CONTROL.findall(text)) / characters,
    }
