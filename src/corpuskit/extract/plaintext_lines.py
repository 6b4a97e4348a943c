"""The lines of a page, and what each says about itself in any script: how many words, whether it reads like a sentence.

There is no word list here and no rule of one language. Signs are read by what they are in Unicode, and scripts that are
written without spaces get their words counted by length. What the lines around it say is the business of `plaintext_run`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import pairwise

# Scripts without spaces. Chinese and Japanese have about two characters to a word, the scripts of South-East Asia about five
# letters, so that a line of these weighs as much as a line of the same content elsewhere.
_EAST_ASIAN = r"\u3005-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_SOUTH_EAST_ASIAN = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
_WORD = re.compile(rf"[{_EAST_ASIAN}]{{1,2}}|[{_SOUTH_EAST_ASIAN}]{{1,5}}|[^\W_{_EAST_ASIAN}{_SOUTH_EAST_ASIAN}]+")

# The signs that end a sentence in the scripts in use today (STerm of Unicode), and what may close behind them.
_FULL_STOPS = ".!?…。！？．｡।॥۔؟։።፧၊။។៕᠃᠉‼⁇⁈⁉"
_CLOSING = "\"'”’»›)]}）］】」』〉》* "
LINE_ENDS = ',;:.!?—–…"”’»،؛؟。，；：！？、।'  # of a line of verse or of speech; a headline has none
_SPACED_END = re.compile(r"[.!?…।॥۔؟։።፧‼⁇⁈⁉။៕][\"'”’»›)\]]*(?:\s|$)")
_UNSPACED_END = re.compile(r"[。！？．｡၊။]")
_UNSTOPPED = re.compile(r"[\s\w]{0,3}?[\u0e00-\u0eff]")  # Thai and Lao end no sentence with a sign
_CLAUSE_SIGN = re.compile(r"[,;،؛、，；፣]")
_MARKUP_SIGN = re.compile(r"[{}<>=|\\_~^]")
_DIGITS = re.compile(r"\d+")
_ZEROS = re.compile(r"00+")
_GAP = re.compile(r"\s{2,}|\s[/·»›>]\s|\s*\]\s*\[\s*|[\t|•]")
_GAP_SIGNS = frozenset("\t\v\f|/]>[")  # of ASCII, without one of which there is no gap but two spaces
_INVISIBLE_SIGNS = "\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064\ufeff"
_ASCII = bytes(range(128))
_INVISIBLE = re.compile(f"[{_INVISIBLE_SIGNS}]+")
# Words that carry content are the longer ones; of scripts other than Latin two letters are enough.
_CONTENT_WORD = re.compile(r"[^\W_]{4,}|[^\W_\x00-\u024f]{2,}")
_UNSPACED_RUN = re.compile(rf"[{_EAST_ASIAN}{_SOUTH_EAST_ASIAN}]{{2,}}")
# Searching all text for rare signs is slow: these say quickly that a line has none of them, and no word of another script.
_MAYBE_UNSPACED = re.compile(r"[\u0e00-\u17ff\u3005-\U0003ffff]")
_EASTERN = re.compile(r"[\u0e00-\u17ff\u3001-\U0003ffff]")  # ... nor a full stop of them
_NOT_LATIN = re.compile(r"[\u0250-\u1fff\u2070-\U0010ffff]")
_ASCII_CONTENT_WORD = re.compile(r"[a-z0-9]{4,}")
_LATIN_CONTENT_WORD = re.compile(f"[{''.join(sign for sign in map(chr, range(0x250)) if sign.isalnum())}]{{4,}}")

FEWEST_SENTENCE_WORDS = 8  # of a line whose full stops are counted
FEWEST_CUT_OFF = 3  # sentences of a line that ends in an ellipsis; with fewer it is the beginning of a text elsewhere
LONG_UNSTOPPED = 18  # words from which on a line in a script without full stops is taken for a sentence
LONGEST_KEY = 100  # characters of a line of which copies may differ in a number
LONGEST_ROW = 200  # characters of a row of buttons
LONGEST_PIECE = 4  # words of a button
LONGEST_PARTED, LONGEST_UNSPACED_PIECE = 16, 4  # letters of one where words have no spaces: between bars, and between spaces
_NARROWEST_WRAP, _WIDEST_WRAP = 45, 100  # columns between which mail and terminal browsers break their lines


@dataclass(slots=True)
class Line:
    """One line that is not blank, or a paragraph that was broken into several lines of the page.

    Nothing changes a line once it is read. It is not frozen because a page has hundreds, and a frozen one is slow to make.
    """

    number: int  # of the first line in the page, from 1
    last: int  # of the last one
    text: str  # without the white space around it
    key: str  # the text without case and, where it is short, without numbers: equal for lines that a page repeats
    words: int
    has_sentence: bool  # a sentence ends in it; of longer lines only
    is_ended: bool  # the last sign ends a sentence, quotation marks and brackets aside


def rare_signs(text: str) -> str:
    """The signs of a text that are not ASCII. They are few, and without the others a search for some of them is quick."""
    return text.encode("utf-8", "surrogatepass").translate(None, _ASCII).decode("utf-8", "surrogatepass")


def split_lines(page: str) -> list[str]:
    """The lines of a page, without characters that show nothing.

    Only `\\n`, `\\r\\n` and `\\r` end a line: form feeds and Unicode separators stay inside one.
    """
    if "\r" in page:
        page = page.replace("\r\n", "\n").replace("\r", "\n")
    if not page.isascii() and any(sign in page for sign in _INVISIBLE_SIGNS):
        page = _INVISIBLE.sub("", page)
    return page.split("\n")


def read_lines(page: Sequence[str]) -> list[Line]:
    """All lines that show something, with paragraphs that were broken at a column put together again."""
    width = wrap_width(page)
    if width:
        spans, texts = paragraphs(page, width)
    else:
        spans, texts = [], []
        for number, line in enumerate(page, 1):
            if text := line.strip():
                spans.append((number, number))
                texts.append(text)
    rare = rare_signs("".join(texts))
    keys = repetition_keys(texts, rare)
    is_spaced = _EASTERN.search(rare) is None
    return [measure(first, last, text, key, is_spaced) for (first, last), text, key in zip(spans, texts, keys, strict=True)]


def paragraphs(page: Sequence[str], width: int) -> tuple[list[tuple[int, int]], list[str]]:
    """The paragraphs of a page that breaks them at a column: the numbers of their first and last lines, and their texts."""
    spans: list[tuple[int, int]] = []
    texts: list[str] = []
    number, total = 0, len(page)
    while number < total:
        first = number
        number += 1
        text = page[first].strip()
        if not text:
            continue
        pieces = [text]
        while number < total and is_broken(page[number - 1], page[number], width):
            pieces.append(page[number].strip())
            number += 1
        spans.append((first + 1, number))
        texts.append(join(pieces))
    return spans, texts


def repetition_keys(texts: Sequence[str], rare: str) -> list[str]:
    """For each line its text without case and, where it is short, without numbers; `rare` are the signs that are not ASCII.

    The short lines are searched for numbers all at once, and with the cheapest means.
    """
    keys = [text.lower() if text.isascii() else text.casefold() for text in texts]
    short = "\n".join([key for key in keys if len(key) <= LONGEST_KEY])
    if _DIGITS.search(rare) is None:
        for digit in "123456789":
            short = short.replace(digit, "0")
        short = _ZEROS.sub("0", short)
    else:
        short = _DIGITS.sub("0", short)
    following = iter(short.split("\n"))
    return [next(following) if len(key) <= LONGEST_KEY else key for key in keys]


def measure(number: int, last: int, text: str, key: str = "", is_spaced: bool = False) -> Line:
    """What one line of visible text says about itself; the page may be known to have no sign of scripts without spaces."""
    key = key or repetition_keys([text], text)[0]
    is_ascii = is_spaced or text.isascii()
    words = len(text.split()) if is_ascii or not has_unspaced(text) else len(_WORD.findall(text))
    end = text[-1] if text[-1] not in _CLOSING else text.rstrip(_CLOSING)[-1:]
    is_ended = end != "" and end in _FULL_STOPS
    if is_ended and (end == "…" or text.rstrip(_CLOSING).endswith("...")) and len(_SPACED_END.findall(text)) < FEWEST_CUT_OFF:
        return Line(number, last, text, key, words, False, False)
    if words < FEWEST_SENTENCE_WORDS:
        return Line(number, last, text, key, words, False, is_ended)
    has_sentence = (
        text[-1] in ".!?" or _SPACED_END.search(text) is not None or (not is_ascii and _UNSPACED_END.search(text) is not None)
    )
    if has_sentence:
        if len(_MARKUP_SIGN.findall(text)) * 4 > words:
            return Line(number, last, text, key, words, False, False)  # a script, a template or a table drawn with bars
    elif words >= LONG_UNSTOPPED and not is_ascii and _UNSTOPPED.match(text, len(text) // 2):
        return Line(number, last, text, key, words, True, True)
    return Line(number, last, text, key, words, has_sentence, is_ended)


def content_words(text: str) -> set[str]:
    """What a line is about: its longer words without case; of scripts without spaces, their overlapping pairs."""
    if text.isascii():
        return set(_ASCII_CONTENT_WORD.findall(text.lower()))
    folded = text.casefold()
    if not _NOT_LATIN.search(folded):
        return set(_LATIN_CONTENT_WORD.findall(folded))
    found = set(_CONTENT_WORD.findall(folded))
    if _MAYBE_UNSPACED.search(folded):
        for run in _UNSPACED_RUN.findall(folded):
            found.discard(run)
            found.update(first + second for first, second in pairwise(run))
    return found


def has_unspaced(text: str) -> bool:
    """Whether a line has words of a script without spaces."""
    return _MAYBE_UNSPACED.search(text) is not None and _UNSPACED_RUN.search(text) is not None


def is_punctuated(line: Line) -> bool:
    """Whether a line has a full stop or a comma of any script."""
    return line.is_ended or _CLAUSE_SIGN.search(line.text) is not None


def is_button_row(line: Line, fewest: int = 3) -> bool:
    """Whether a line is a row of at least so many buttons: short pieces with wide gaps, bars or brackets between them."""
    if line.is_ended or len(line.text) > LONGEST_ROW:
        return False
    is_ascii = line.text.isascii()
    if is_ascii and "  " not in line.text and _GAP_SIGNS.isdisjoint(line.text):
        return False
    pieces = [piece for piece in _GAP.split(line.text) if piece and not piece.isspace()]
    if not is_ascii and has_unspaced(line.text):
        if len(pieces) > fewest:  # a path of links to the page has fewer
            return all(len(piece.strip()) <= LONGEST_PARTED for piece in pieces)
        pieces = line.text.split()
        return len(pieces) >= fewest and all(len(piece) <= LONGEST_UNSPACED_PIECE for piece in pieces)
    return len(pieces) >= fewest and all(len(piece.split()) <= LONGEST_PIECE for piece in pieces)


def is_apart(lines: Sequence[Line], index: int) -> bool:
    """Whether an empty line stands above a line."""
    return index > 0 and lines[index].number > lines[index - 1].last + 1


def wrap_width(page: Sequence[str]) -> int:
    """The column at which the page breaks its paragraphs, 0 for a page of whole paragraphs.

    A line was broken when the first word of the next one would not have fitted behind it. Where that explains many of the
    longer lines the page is one that was wrapped (by chance it is true of one in six); it is so in every script that has spaces.
    """
    lengths = sorted([len(line.rstrip()) for line in page if " " in line and " " in line.strip()])
    if not lengths:
        return 0
    width = lengths[-1 - len(lengths) // 100]
    if not _NARROWEST_WRAP <= width <= _WIDEST_WRAP:
        return 0
    long = [index for index, line in enumerate(page[:-1]) if len(line.rstrip()) > width * 0.6]
    broken = sum(is_broken(page[index], page[index + 1], width) for index in long)
    return width if broken >= 4 and broken * 10 > len(long) * 3 else 0


def is_broken(line: str, following: str, width: int) -> bool:
    """Whether a paragraph that is broken at this width goes on in the following line."""
    length = len(line.rstrip())
    word = following.split(maxsplit=1)[:1]
    return width * 0.6 < length <= width + 1 and bool(word) and length + 1 + len(word[0]) > width


def join(pieces: Sequence[str]) -> str:
    """The paragraph that was broken into these pieces."""
    return " ".join(pieces)


def line_key(line: str) -> int | None:
    """63-bit key of a line, the same for lines that differ in case, numbers or spacing; None where it carries no evidence."""
    words = _WORD.findall(_INVISIBLE.sub("", line).casefold())
    if len(words) < 2:
        return None
    folded = " ".join("0" if word.isdigit() else word for word in words)
    return int.from_bytes(blake2b(folded.encode("utf-8", "surrogatepass"), digest_size=8).digest()) >> 1


def recurring(page: Sequence[str], lines: Sequence[Line], recurrence: Mapping[int, int], *, others: int) -> list[bool]:
    """For each line whether it stands on at least so many other pages; of a wrapped paragraph most of its lines must."""
    found = []
    for line in lines:
        keys = [key for raw in page[line.number - 1 : line.last] if (key := line_key(raw)) is not None]
        found.append(bool(keys) and 2 * sum(recurrence.get(key, 0) >= others for key in keys) > len(keys))
    return found
