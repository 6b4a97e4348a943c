"""What a token is: the same tokens, folded the same way, as the full-text index sees.

The index is FTS5 with `TOKENIZER`. Its tables are those of Unicode 6.1 and have not changed since, while Python's grow with
every version, so they stand here as they are, and a test compares every code point with the SQLite at hand. What Unicode
6.1 did not know, FTS5 takes for a letter, so an emoji would belong to the word beside it: later symbols, and what turns a
heart or a digit into an emoji (U+FE0F, U+20E3), are named to it as separators.

That tokenizer cuts a text at what is not a letter, mark or digit, so it finds no word inside a text written without
spaces. Such a text is indexed a second time by `segment`, where each character is a token of its own. A *character* is here

- a letter of a script in which a line may be broken between any two letters (classes ID, CJ, H2, H3, J* and SA of Unicode's
  annex 14): Han, Kana, Bopomofo, Hangul, Yi, Tangut, Khitan, Nushu, Thai, Lao, Khmer, Myanmar, Tai Le, New Tai Lue, Tai
  Tham, Tai Viet, Ahom; not Tibetan, which writes a point after each syllable, and not digits: a number stays whole;
- together with the marks that follow it, with Thai and Lao sara am, with a consonant stacked below it, and with the jamo of
  one syllable: a query never finds its letter under another vowel or tone, which would be half a syllable;
- composed (NFC; NFKC where it is half-width) and without variation selectors, so that decomposed Hangul, half-width kana and
  compatibility ideographs are found as the ordinary ones.

A term that holds a character is looked for among characters, any other among words and characters. No database here.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple
from unicodedata import normalize

if TYPE_CHECKING:
    from collections.abc import Iterator

_KNOWN_SEPARATORS = (  # what FTS5 itself takes for one
    "0-2f 3a-40 5b-60 7b-a9 ab-b1 b4 b6-b8 bb bf d7 f7 2c2-2c5 2d2-2df 2e5-2eb 2ed 2ef-2ff 375 37e 384-385 387 "
    "3f6 482 55a-55f 589-58a 58f 5be 5c0 5c3 5c6 5f3-5f4 600-604 606-60f 61b 61e-61f 66a-66d 6d4 6dd-6de 6e9 "
    "6fd-6fe 700-70d 70f 7f6-7f9 830-83e 85e 964-965 970 9f2-9f3 9fa-9fb af0-af1 b70 bf3-bfa c7f d79 df4 e3f "
    "e4f e5a-e5b f01-f17 f1a-f1f f34 f36 f38 f3a-f3d f85 fbe-fc5 fc7-fcc fce-fda 104a-104f 109e-109f 10fb "
    "1360-1368 1390-1399 1400 166d-166e 1680 169b-169c 16eb-16ed 1735-1736 17d4-17d6 17d8-17db 1800-180a 180e "
    "1940 1944-1945 19de-19ff 1a1e-1a1f 1aa0-1aa6 1aa8-1aad 1b5a-1b6a 1b74-1b7c 1bfc-1bff 1c3b-1c3f 1c7e-1c7f "
    "1cc0-1cc7 1cd3 1fbd 1fbf-1fc1 1fcd-1fcf 1fdd-1fdf 1fed-1fef 1ffd-1ffe 2000-2064 206a-206f 207a-207e "
    "208a-208e 20a0-20b9 2100-2101 2103-2106 2108-2109 2114 2116-2118 211e-2123 2125 2127 2129 212e 213a-213b "
    "2140-2144 214a-214d 214f 2190-23f3 2400-2426 2440-244a 249c-24e9 2500-26ff 2701-2775 2794-2b4c 2b50-2b59 "
    "2ce5-2cea 2cf9-2cfc 2cfe-2cff 2d70 2e00-2e2e 2e30-2e3b 2e80-2e99 2e9b-2ef3 2f00-2fd5 2ff0-2ffb 3000-3004 "
    "3008-3020 3030 3036-3037 303d-303f 309b-309c 30a0 30fb 3190-3191 3196-319f 31c0-31e3 3200-321e 322a-3247 "
    "3250 3260-327f 328a-32b0 32c0-32fe 3300-33ff 4dc0-4dff a490-a4c6 a4fe-a4ff a60d-a60f a673 a67e a6f2-a6f7 "
    "a700-a716 a720-a721 a789-a78a a828-a82b a836-a839 a874-a877 a8ce-a8cf a8f8-a8fa a92e-a92f a95f a9c1-a9cd "
    "a9de-a9df aa5c-aa5f aa77-aa79 aade-aadf aaf0-aaf1 abeb d800-dfff fb29 fbb2-fbc1 fd3e-fd3f fdfc-fdfd "
    "fe10-fe19 fe30-fe52 fe54-fe66 fe68-fe6b feff ff01-ff0f ff1a-ff20 ff3b-ff40 ff5b-ff65 ffe0-ffe6 ffe8-ffee "
    "fff9-ffff 10100-10102 10137-1013f 10179-10189 10190-1019b 101d0-101fc 1039f 103d0 10857 1091f 1093f "
    "10a50-10a58 10a7f 10b39-10b3f 11047-1104d 110bb-110c1 11140-11143 111c5-111c8 12470-12473 1d000-1d0f5 "
    "1d100-1d126 1d129-1d164 1d16a-1d16c 1d173-1d17a 1d183-1d184 1d18c-1d1a9 1d1ae-1d1dd 1d200-1d241 1d245 "
    "1d300-1d356 1d6c1 1d6db 1d6fb 1d715 1d735 1d74f 1d76f 1d789 1d7a9 1d7c3 1eef0-1eef1 1f000-1f02b "
    "1f030-1f093 1f0a0-1f0ae 1f0b1-1f0be 1f0c1-1f0cf 1f0d1-1f0df 1f110-1f12e 1f130-1f16b 1f170-1f19a "
    "1f1e6-1f202 1f210-1f23a 1f240-1f248 1f250-1f251 1f300-1f320 1f330-1f335 1f337-1f37c 1f380-1f393 "
    "1f3a0-1f3c4 1f3c6-1f3ca 1f3e0-1f3f0 1f400-1f43e 1f440 1f442-1f4f7 1f4f9-1f4fc 1f500-1f53d 1f540-1f543 "
    "1f550-1f567 1f5fb-1f640 1f645-1f64f 1f680-1f6c5 1f700-1f773 e0001 e0020-e007f "
)
_LATER_SEPARATORS = (  # symbols, punctuation and formats of Unicode 6.2 to 18, and all emoji to come
    "58d-58e 605 61c-61d 7fe-7ff 888 890-891 8e2 9fd a76 c77 c84 d4f 1b4e-1b4f 1b7d-1b7f 2066-2069 20ba-20c4 20e3 "
    "218a-218b 23f4-23ff 2427-2429 2700 2b4d-2b4f 2b5a-2b73 2b76-2bff 2e3c-2e5d 2e60-2e63 2ffc-2fff 31e4-31e5 31ef "
    "32ff a8fc ab5b ab6a-ab6b fbc2-fbd2 fd40-fd4f fd90-fd91 fdc8-fdcf fdfe-fdff fe0e-fe0f 1018c-1018e 1019c 101a0 "
    "1056f 10877-10878 10ac8 10af0-10af6 10b99-10b9c 10d6e 10d8e-10d8f 10ead 10ec9-10eca 10ed0-10ed8 10f55-10f59 "
    "10f86-10f89 110cd 11174-11175 111cd 111db 111dd-111df 11238-1123d 112a9 113d4-113d5 113d7-113d8 1144b-1144f "
    "1145a-1145b 1145d 114c6 115c1-115d7 11641-11643 11660-1166c 116b9 1173c-1173f 1183b 11944-11946 119e2 "
    "11a3f-11a46 11a9a-11a9c 11a9e-11aa2 11b00-11b09 11be1 11c41-11c45 11c70-11c71 11ef7-11ef8 11f43-11f4f "
    "11fd5-11ff1 11fff 12474 12ff1-12ff2 13430-1343f 16a6e-16a6f 16af5 16b37-16b3f 16b44-16b45 16d6d-16d6f "
    "16e97-16e9a 16fe2 1bc9c 1bc9f-1bca3 1cc00-1ccef 1ccfa-1ccfc 1cd00-1ceb3 1ceba-1ced0 1ced2-1ced4 1cedd-1cefd "
    "1cf50-1cfc3 1d1de-1d1ff 1d253-1d25a 1d25d-1d25e 1d260-1d27f 1d800-1d9ff 1da37-1da3a 1da6d-1da74 1da76-1da83 "
    "1da85-1da8b 1db00-1db1c 1e14f 1e2ff 1e5ff 1e95e-1e95f 1ecac 1ecb0 1ed2e 1f02c-1f02f 1f094-1f09f 1f0af-1f0b0 "
    "1f0bf-1f0c0 1f0d0 1f0e0-1f0ff 1f10d-1f10f 1f12f 1f16c-1f16f 1f19b-1f1e5 1f203-1f20f 1f23b-1f23f 1f249-1f24f "
    "1f252-1f2ff 1f321-1f32f 1f336 1f37d-1f37f 1f394-1f39f 1f3c5 1f3cb-1f3df 1f3f1-1f3ff 1f43f 1f441 1f4f8 "
    "1f4fd-1f4ff 1f53e-1f53f 1f544-1f54f 1f568-1f5fa 1f641-1f644 1f650-1f67f 1f6c6-1f6ff 1f774-1fb92 1fb94-1fbef "
    "1fbfa "
)
_SEPARATORS = _KNOWN_SEPARATORS + _LATER_SEPARATORS  # every other code point is part of a token
_CASES = (  # 13f-141/2>140 is 13f>140, 141>142: every second one
    "b5>3bc c6>e6 d0>f0 d8>f8 de>fe 110>111 126>127 132>133 13f-141/2>140 14a>14b 152>153 166>167 181>253 "
    "182-184/2>183 186>254 187>188 189-18a>256 18b>18c 18e>1dd 18f>259 190>25b 191>192 193>260 194>263 196>269 "
    "197>268 198>199 19c>26f 19d>272 19f>275 1a2-1a4/2>1a3 1a6>280 1a7>1a8 1a9>283 1ac>1ad 1ae>288 1b1-1b2>28a "
    "1b3-1b5/2>1b4 1b7>292 1b8>1b9 1bc>1bd 1c4>1c6 1c5>1c6 1c7>1c9 1c8>1c9 1ca>1cc 1cb>1cc 1e0-1e4/2>1e1 "
    "1ee>1ef 1f1>1f3 1f2>1f3 1f6>195 1f7>1bf 1fc-1fe/2>1fd 21c>21d 220>19e 222-224/2>223 23a>2c65 23b>23c "
    "23d>19a 23e>2c66 241>242 243>180 244>289 245>28c 246-24e/2>247 345>3b9 370-372/2>371 376>377 386>3ac "
    "388-38a>3ad 38c>3cc 38e-38f>3cd 391-3a1>3b1 3a3-3ab>3c3 3c2>3c3 3cf>3d7 3d0>3b2 3d1>3b8 3d5>3c6 3d6>3c0 "
    "3d8-3ee/2>3d9 3f0>3ba 3f1>3c1 3f4>3b8 3f5>3b5 3f7>3f8 3f9>3f2 3fa>3fb 3fd-3ff>37b 400-40f>450 410-42f>430 "
    "460-480/2>461 48a-4be/2>48b 4c0>4cf 4c1-4cd/2>4c2 4d0-526/2>4d1 531-556>561 10a0-10c5>2d00 10c7>2d27 "
    "10cd>2d2d 1e9e>df 1efa-1efe/2>1efb 1f08-1f0f>1f00 1f18-1f1d>1f10 1f28-1f2f>1f20 1f38-1f3f>1f30 "
    "1f48-1f4d>1f40 1f59-1f5f/2>1f51 1f68-1f6f>1f60 1f88-1f8f>1f80 1f98-1f9f>1f90 1fa8-1faf>1fa0 "
    "1fb8-1fb9>1fb0 1fba-1fbb>1f70 1fbc>1fb3 1fbe>3b9 1fc8-1fcb>1f72 1fcc>1fc3 1fd8-1fd9>1fd0 1fda-1fdb>1f76 "
    "1fe8-1fe9>1fe0 1fea-1feb>1f7a 1fec>1fe5 1ff8-1ff9>1f78 1ffa-1ffb>1f7c 1ffc>1ff3 2126>3c9 2132>214e "
    "2160-216f>2170 2183>2184 2c00-2c2e>2c30 2c60>2c61 2c62>26b 2c63>1d7d 2c64>27d 2c67-2c6b/2>2c68 2c6d>251 "
    "2c6e>271 2c6f>250 2c70>252 2c72>2c73 2c75>2c76 2c7e-2c7f>23f 2c80-2ce2/2>2c81 2ceb-2ced/2>2cec 2cf2>2cf3 "
    "a640-a66c/2>a641 a680-a696/2>a681 a722-a72e/2>a723 a732-a76e/2>a733 a779-a77b/2>a77a a77d>1d79 "
    "a77e-a786/2>a77f a78b>a78c a78d>265 a790-a792/2>a791 a7a0-a7a8/2>a7a1 a7aa>266 ff21-ff3a>ff41 "
    "10400-10427>10428 "
)
_DELETED = "300-304 306-30c 30f 311 31b 323-328 32d-32e 330-331"  # marks that fold to nothing
_BASES = (  # letters of the scripts written without spaces
    "3005-3007 3021-3029 3031-3035 3038-303c 3400-4dbf 4e00-9fff f900-faff 20000-2fffd 30000-3fffd "  # Han
    "3041-3096 309d-309f 30a1-30fa 30fc-30ff 31f0-31ff ff66-ff9d 1aff0-1affe 1b000-1b16f "  # Kana
    "3105-312f 31a0-31bf 1100-11ff 3131-318e a960-a97c ac00-d7a3 d7b0-d7fb ffa0-ffdc "  # Bopomofo, Hangul
    "a000-a48c 17000-18d7f 1b170-1b2ff "  # Yi, Tangut and Khitan, Nushu
    "e01-e30 e32 e40-e46 e81-eb0 eb2 ebd ec0-ec6 edc-edf 1780-17b3 17d7 17dc "  # Thai, Lao, Khmer
    "1000-102a 103f 1050-1055 105a-105d 1061 1065-1066 106e-1070 1075-1081 108e "  # Myanmar
    "a9e0-a9e4 a9e6-a9ef a9fa-a9fe aa60-aa76 aa7a aa7e-aa7f "
    "1950-196d 1970-1974 1980-19ab 19b0-19c9 1a20-1a54 1aa7 "  # Tai Le, New Tai Lue, Tai Tham
    "aa80-aaaf aab1 aab5-aab6 aab9-aabd aac0 aac2 aadb-aadd 11700-1171a 11740-11746"  # Tai Viet, Ahom
)
# Written with blanks between words: the index takes each character of it alone too, but who counts words counts it in words.
HANGUL = ((0x1100, 0x11FF), (0x3131, 0x318E), (0xA960, 0xA97C), (0xAC00, 0xD7FB), (0xFFA0, 0xFFDC))
_SELECTORS = "fe00-fe0f e0100-e01ef"
_MARKS = (  # what belongs to the character before it
    "300-36f 1ab0-1aff 1dc0-1dff 20d0-20e2 20e4-20f0 302a-302f 3099-309a fe20-fe2f ff9e-ff9f "
    "e31 e33-e3a e47-e4e eb1 eb3-ebc ec8-ece 17b4-17d3 17dd "
    "102b-103e 1056-1059 105e-1060 1062-1064 1067-106d 1071-1074 1082-108d 108f 109a-109d a9e5 aa7b-aa7d "
    "1a55-1a5e 1a60-1a7c 1a7f aab0 aab2-aab4 aab7-aab8 aabe-aabf aac1 1171d-1172b " + _SELECTORS
)
_STACKERS = "1039 17d2 1a60"  # the letter after one of these is written below the one before
_LEADING, _FOLLOWING = "1100-115f a960-a97c", "1160-11ff d7b0-d7fb"  # jamo that begin and that go on a syllable


def _range(item: str) -> tuple[int, int]:
    first, _, last = item.partition("-")
    return int(first, 16), int(last or first, 16)


def _tokenizer() -> str:
    """Later separators stand last first: FTS5 puts each into a sorted list, which is quickest at its beginning."""
    codes = [code for first, last in map(_range, _LATER_SEPARATORS.split()) for code in range(first, last + 1)]
    return f"unicode61 remove_diacritics 2 categories 'L* M* N* Co' separators '{''.join(map(chr, reversed(codes)))}'"


TOKENIZER = _tokenizer()


class Token(NamedTuple):
    """A token as the index holds it, and where it stands in the text: `text[start:end]`."""

    text: str
    start: int
    end: int


def words(text: str) -> Iterator[Token]:
    """The tokens of a text as they stand in the columns `title` and `text`."""
    return (Token(fold(match[0]), match.start(), match.end()) for match in pattern(text).finditer(text))


def characters(text: str) -> Iterator[Token]:
    """The tokens of `segment(text)`, with their places in `text`; where that is None, the same as `words`."""
    found = pattern(text, characters=True).finditer(text)
    return (Token(fold(unify(match[0])), match.start(), match.end()) for match in found)


def segment(text: str | None) -> str | None:
    """The tokens of a text with each character on its own, one blank between; None for a text without such characters."""
    if text is None or not has_characters(text):
        return None
    return " ".join(map(unify, character_pattern().findall(text)))


def has_characters(text: str) -> bool:
    """Whether a text holds a letter of a script written without spaces."""
    if text.isascii():
        return False
    likely = _likely_pattern().search(text)
    return likely is not None and _base_pattern().search(text, likely.start()) is not None


def fold(token: str) -> str:
    """A token without case and accents, as FTS5 folds it. Accents alone fold to the empty string, a token to FTS5."""
    return token.lower() if token.isascii() else token.translate(_folds())


@lru_cache(maxsize=1 << 14)
def unify(token: str) -> str:
    """The form in which `segment` writes a token."""
    if token.isascii() or not _base_pattern().match(token):
        return token
    form: Literal["NFC", "NFKC"] = "NFKC" if any("\uff66" <= char <= "\uffdc" for char in token) else "NFC"
    return _selector_pattern().sub("", normalize(form, token))


def variants(folded: str) -> str:
    """All characters that fold to this one, itself first."""
    return _variants().get(folded, folded)


def ranges(name: str) -> str:
    """The inside of a regular expression's character class: "separators", "deleted", "bases", "marks", "stackers", "unusual"."""
    return _class(_CLASSES[name])


def intervals(name: str) -> list[tuple[int, int]]:
    """The same as first and last code points."""
    return [_range(item) for item in _CLASSES[name].split()]


def pattern(text: str, *, characters: bool = False) -> re.Pattern[str]:
    """Matches the tokens of this text, faster than the other two where it is ASCII."""
    if text.isascii():
        return _ASCII
    return character_pattern() if characters else word_pattern()


_ASCII = re.compile("[0-9A-Za-z]++")


@cache
def word_pattern() -> re.Pattern[str]:
    """Matches one token of the columns `title` and `text`."""
    return re.compile(_run(_SEPARATORS))


@cache
def character_pattern() -> re.Pattern[str]:
    """Matches one character, or one token of what stands between characters."""
    base, marks, stackers = _class(_BASES), _class(_MARKS), _class(_STACKERS)
    leading, following = _class(_LEADING), _class(_FOLLOWING)
    letter = f"(?:[{leading}]+[{following}]*|[{following}]+|[\uac00-\ud7a3][{following}]*|[{base}])"
    return re.compile(f"{letter}[{marks}]*(?:(?<=[{stackers}]){letter}[{marks}]*)*|{_run(_SEPARATORS + _BASES)}")


@cache
def _base_pattern() -> re.Pattern[str]:
    return re.compile(f"[{_class(_BASES)}]")


@cache
def _likely_pattern() -> re.Pattern[str]:
    """Finds the first character that may be a base: three ranges are looked through several times faster than all."""
    return re.compile("[^\0-\u0e00\u1200-\u177f\u1e00-\u2fff]")


@cache
def _selector_pattern() -> re.Pattern[str]:
    return re.compile(f"[{_class(_SELECTORS)}]+")


class _Folds(dict[int, int | None]):
    def __missing__(self, code: int) -> int:
        """Most characters fold to themselves; remembered, since `str.translate` is slow over a missing key."""
        self[code] = code
        return code


@cache
def _folds() -> _Folds:
    folds = _Folds({code: code + 32 for code in range(0x41, 0x5B)})
    for item in _CASES.split():
        sources, target = item.split(">")
        sources, _, step = sources.partition("/")
        first, last = _range(sources)
        folds.update({code: int(target, 16) + code - first for code in range(first, last + 1, int(step or 1))})
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        base = normalize("NFD", chr(code).lower())[0]
        if base.isascii():
            folds[code] = ord(base)
    folds |= {0x17F: ord("s"), 0x1E9B: ord("s"), 0x212A: ord("k"), 0x212B: ord("a")}  # long s, Kelvin, Angstrom
    folds |= {0x1E0: 0x1E1, 0x1E1: 0x1E1}  # a with dot and macron is the one that keeps its accents
    for item in _DELETED.split():
        first, last = _range(item)
        folds.update(dict.fromkeys(range(first, last + 1)))
    return folds


@cache
def _variants() -> dict[str, str]:
    table: dict[str, str] = {}
    for code, target in _folds().items():
        if target is not None and target != code:
            table[chr(target)] = table.get(chr(target), chr(target)) + chr(code)
    return table


_CLASSES = {
    "separators": _SEPARATORS,
    "deleted": _DELETED,
    "bases": _BASES,
    "marks": _MARKS,
    "stackers": _STACKERS,
    "unusual": f"{_LEADING} {_FOLLOWING} ff66-ffdc {_SELECTORS} {_STACKERS}",  # what is composed, left out or stacked
}


def _run(without: str) -> str:
    """Matches what consists of no character of the table.

    The first class is what the regular expression engine looks up in one step; in a negated class it would compare a letter with
    every range beyond U+FFFF.
    """
    common, following = "", 0
    for first, last in sorted(map(_range, without.split())):
        if following < first <= 0x10000:
            common += f"{following:x}-{first - 1:x} "
        following = last + 1
    return f"(?:[{_class(common)}]++|[^\\0-\uffff{_class(without)}]++)++"


def _class(table: str) -> str:
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in map(_range, table.split()))
