"""Where sentences end, in every script: the characters with Unicode's property Sentence_Terminal, and Tibetan's shad."""

from __future__ import annotations

import re

_MARKS = (  # PropList.txt of Unicode 16, without the one-dot leader
    "21 2e 3f 589 61d-61f 6d4 700-702 7f9 837 839 83d-83e 964-965 f0d-f0e 104a-104b 1362 1367-1368 166e 1735-1736 17d4-17d5 1803 "
    "1809 1944-1945 1aa8-1aab 1b4e-1b4f 1b5a-1b5b 1b5e-1b5f 1b7d-1b7f 1c3b-1c3c 1c7e-1c7f 203c-203d 2047-2049 2cf9-2cfb 2e2e "
    "2e3c 2e53-2e54 3002 a4ff a60e-a60f a6f3 a6f7 a876-a877 a8ce-a8cf a92f a9c8-a9c9 aa5d-aa5f aaf0-aaf1 abeb fe12 fe15-fe16 "
    "fe52 fe56-fe57 ff01 ff0e ff1f ff61 10a56-10a57 10f55-10f59 10f86-10f89 11047-11048 110be-110c1 11141-11143 111c5-111c6 "
    "111cd 111de-111df 11238-11239 1123b-1123c 112a9 113d4-113d5 1144b-1144c 115c2-115c3 115c9-115d7 11641-11642 1173c-1173e "
    "11944 11946 11a42-11a43 11a9b-11a9c 11c41-11c42 11ef7-11ef8 11f43-11f44 16a6e-16a6f 16af5 16b37-16b38 16b44 16d6e-16d6f "
    "16e98 1bc9f 1da88"
)
QUOTES = "\"'’”»«›‹」』〉》＂＇"  # that may close a quotation
CLOSING = QUOTES + ")]）］】〕｝"


def _class(table: str) -> str:
    ends = (item.partition("-") for item in table.split())
    return "".join(f"\\U{int(first, 16):08x}-\\U{int(last or first, 16):08x}" for first, _, last in ends)


_TERMINAL = _class(_MARKS)
_BEYOND_ASCII = _class(_MARKS.removeprefix("21 2e 3f "))
_TERMINAL_MARK = re.compile(f"[{_TERMINAL}]")
# A mark of ASCII ends a sentence only before a blank, so that 3.14 and example.org hold none. Scripts without blanks have others.
_SENTENCE_END = re.compile(
    f"(?<![.!?])[.!?]++[{re.escape(CLOSING)}]*+(?=\\s|$)|[{_BEYOND_ASCII}][{_TERMINAL}]*+[{re.escape(CLOSING)}]*+"
)


def is_terminal(character: str) -> bool:
    """Whether a sentence may end with this character."""
    return _TERMINAL_MARK.match(character) is not None


def ends_sentence(line: str) -> bool:
    """Whether a line ends as a sentence does: with such a mark, maybe inside quotation marks or brackets."""
    bare = line.rstrip(CLOSING)
    return bool(bare) and is_terminal(bare[-1])


def count_sentences(line: str) -> int:
    """How many sentences a line holds, at least one."""
    return max(1, len(_SENTENCE_END.findall(line)))
