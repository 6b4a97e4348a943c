"""What one line of a page says about itself, in any script: how many words, whether it reads like a sentence.

There is no word list here and no rule of one language. Signs are read by what they are in Unicode, and scripts that are
written without spaces get their words counted by length. Context is not looked at: that is the business of `plaintext`.
"""

from __future__ import annotations

import re
from hashlib import blake2b
from typing import NamedTuple

# Runs of letters and digits. Chinese and Japanese have about two characters to a word, the scripts of South-East Asia about
# five letters, so that a line of these scripts weighs as much as a line of the same content elsewhere.
WORD = re.compile(
    r"[\u3005-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]{1,2}"
    r"|[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]{1,5}"
    r"|[^\W_\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+"
)
# The signs that end a sentence in the scripts of the world (Unicode's STerm, as far as it is in use), and closing signs behind.
FULL_STOPS = ".!?…。！？．｡।॥۔؟։።፧၊။។᠃᠉‼⁇⁈⁉܀܂꓿"
CLOSING = "\"'”’»›)]}）］】」』〉》*\u200f\u200e "
SENTENCE_END = re.compile(rf"[{re.escape(FULL_STOPS)}][\"'”’»›)\]）］】」』〉》]*(?=\s|$)|[。！？．｡।॥۔။។]")
CLAUSE_SIGN = re.compile(r"[,;،؛、，；፣፤՝]")
INVISIBLE = dict.fromkeys([0x00AD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, *range(0x202A, 0x202F), 0x200E, 0x200F])


class Line(NamedTuple):
    """One line that is not blank: where it stands and what it says about itself."""

    number: int  # in the page, from 1
    text: str  # without the white space around it and without invisible characters
    words: int
    sentences: int  # how many signs in it end a sentence
    clauses: int  # commas and their kin
    is_ended: bool  # the last sign ends a sentence, quotation marks and brackets aside


def split_lines(page: str) -> list[str]:
    """The lines of a page. Only `\\n`, `\\r\\n` and `\\r` end a line: form feeds and Unicode separators stay inside one."""
    return page.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def visible(line: str) -> str:
    """The line without white space at its ends and without characters that show nothing."""
    return line.strip() if line.isascii() else line.translate(INVISIBLE).strip()


def read_line(number: int, text: str) -> Line:
    """Measure one line of visible text."""
    words = len(WORD.findall(text))
    if words < 3:
        return Line(number, text, words, 0, 0, text.rstrip(CLOSING)[-1:] in FULL_STOPS)
    is_ended = (text.rstrip(CLOSING)[-1:] or " ") in FULL_STOPS
    return Line(number, text, words, len(SENTENCE_END.findall(text)), len(CLAUSE_SIGN.findall(text)), is_ended)


def line_key(line: str) -> int | None:
    """63-bit key of a line, the same for lines that differ in case, digits or spacing; None where it carries no evidence."""
    words = WORD.findall(visible(line).casefold())
    if len(words) < 2:
        return None
    folded = " ".join("0" if word.isdigit() else word for word in words)
    return int.from_bytes(blake2b(folded.encode("utf-8", "surrogatepass"), digest_size=8).digest()) >> 1
