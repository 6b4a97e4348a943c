r"""Which words every match of a regular expression holds, so that the index can choose the texts that are worth reading.

    certain_words(r"\bclimate (change|summit)s?\b")     # climate AND (change OR changes OR summit OR summits)
    certain_words(r"clim\w+")                           # None: the word may begin before its letters

An expression stands for sequences of letters, gaps (at least one character that is part of no word), borders of words and holes
(anything, also nothing). A run of letters is a whole word where there is a gap or a border on both sides, the beginning of one
where it is on the left. What is not understood for certain becomes a hole, and what could change the meaning of the rest makes
the whole expression unclear: then the answer is None, and every text has to be read. Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import product
from typing import TypeAlias

from corpuskit import tokens
from corpuskit.expression_lexemes import LEXEME, OLD_FORMS
from corpuskit.query_tree import And, Or, Phrase, Query

MOST_SEQUENCES = 64  # that an expression may stand for
MOST_NESTED = 20  # groups in each other
SHORTEST_BEGINNING = 2  # letters: to look for words that begin with one is slower than to read the texts

_GAP, _BORDER, _HOLE = "gap", "border", "hole"
_Sequence: TypeAlias = tuple[str, ...]  # of letters and these
_Sequences: TypeAlias = list[_Sequence]

_ESCAPES = {
    **dict.fromkeys(("\\b", "\\A", "\\Z"), _BORDER),
    **dict.fromkeys(("\\s", "\\n", "\\r", "\\t", "\\f", "\\v"), _GAP),
    **dict.fromkeys(("\\S", "\\w", "\\W", "\\d", "\\D", "\\B", "\\X"), _HOLE),
}
_REPETITION = re.compile(r"[?*+]|\{([0-9]{1,9})(?:(,)([0-9]{0,9}))?\}")
_PROPERTY = re.compile(r"\{[\w :&=^-]*\}")
_GROUP = re.compile(r"\?(?::|>|P?<[A-Za-z_]\w*>)")
_LOOKAROUND = re.compile(r"\?<?[=!]")
_FLAGS = re.compile(r"\(\?([ims]+)\)")
_CLASS = re.compile(r"\[([^\^\[\]\\&|~-][^\[\]\\&|~-]{0,7})\]")  # of a few single letters

# Letters of whose forms, upper and lower case and others, `regex` knows only such as the index folds to the same letter
_SAFE = (
    "30-39 41-48 4a-5a 61-7a c0-d6 d8-de e0-f6 f8-130 132-148 14a-17f 386 388-38a 38c 38e-38f 391-3a1 3a3-3af 3b1-3c1 3c3-3ce "
    "401-411 413 415-41d 41f-420 423-429 42b-431 433 435-43d 43f-440 443-449 44b-45f 531-556 561-586 5d0-5ea 621-64a 671-6d3 "
    "904-939 985-9b9 a05-a39 a85-ab9 b85-bb9 c05-c39 1e02-1e99 1ea0-1eff"
)


def certain_words(expression: str, *, ignore_case: bool) -> Query | None:
    """A query that finds every text with a match of a valid expression; None where no word is certain."""
    try:
        sequences = _Parser(LEXEME.findall(expression), ignore_case=ignore_case).parse()
    except _UnclearError:
        return None
    found = [_words(sequence) for sequence in dict.fromkeys(sequences)]
    alternatives = list(dict.fromkeys(_all_of(words) for words in found if words))
    if not found or not all(found):
        return None
    return alternatives[0] if len(alternatives) == 1 else Or(tuple(alternatives), 0, 0)


class _UnclearError(Exception):
    """Something that may change the meaning of the rest."""


@dataclass(slots=True)
class _Parser:
    lexemes: list[str]
    ignore_case: bool
    place: int = 0
    depth: int = 0
    has_new_forms: bool = False  # `OLD_FORMS` are what stands for a letter

    def parse(self) -> _Sequences:
        self.has_new_forms = self.ignore_case
        flags = _FLAGS.match("".join(self.lexemes[:8]))
        if flags:
            self.place = flags.end()
            self.ignore_case = self.ignore_case or "i" in flags[1]
        sequences = self._alternatives()
        if self.place < len(self.lexemes):
            raise _UnclearError
        return sequences

    def _next(self, text: str) -> bool:
        """Whether the lexeme is there; if so it is passed."""
        found = self.place < len(self.lexemes) and self.lexemes[self.place] == text
        self.place += found
        return found

    def _alternatives(self) -> _Sequences:
        sequences = self._concatenation()
        while self._next("|"):
            sequences += self._concatenation()
        return _few(sequences)

    def _concatenation(self) -> _Sequences:
        sequences: _Sequences = [()]
        while self.place < len(self.lexemes) and self.lexemes[self.place] not in ("|", ")"):
            sequences = _joined(sequences, self._repeated(self._atom()))
        return sequences

    def _atom(self) -> _Sequences:
        lexeme = self.lexemes[self.place]
        self.place += 1
        if lexeme == "(":
            return self._group()
        if lexeme in ("^", "$"):
            return [(_BORDER,)]
        if lexeme == ".":
            return [(_HOLE,)]
        if lexeme[0] == "[" and len(lexeme) > 1:
            return self._class(lexeme)
        if lexeme[0] == "\\":
            return self._escape(lexeme)
        if len(lexeme) > 1:  # a comment
            return [()]
        if lexeme in "*+?{":
            raise _UnclearError
        return self._letter(lexeme)

    def _letter(self, letter: str) -> _Sequences:
        if not tokens.word_pattern().match(letter):
            return [(_GAP if not self.ignore_case or letter.lower() == letter.upper() else _HOLE,)]
        is_form = self.has_new_forms and letter in OLD_FORMS
        if not self.ignore_case or is_form or _safe().match(letter) or tokens.has_characters(letter):
            return [(letter,)]
        return [("i",), ("ı",)] if letter == "I" else [(_HOLE,)]

    def _escape(self, lexeme: str) -> _Sequences:
        if lexeme in ("\\p", "\\P"):
            text = "".join(self.lexemes[self.place : self.place + 60])
            braces = _PROPERTY.match(text)
            if not braces:
                raise _UnclearError
            self.place += braces.end()
            return [(_HOLE,)]
        if lexeme in _ESCAPES:
            return [(_ESCAPES[lexeme],)]
        if lexeme[1:].isalnum():
            raise _UnclearError
        return self._letter(lexeme[1:])

    def _class(self, lexeme: str) -> _Sequences:
        if "[" in lexeme[1:] or any(pair in lexeme for pair in ("--", "&&", "||", "~~")):
            raise _UnclearError  # another class, or an operation on two
        letters = _CLASS.fullmatch(lexeme)
        if not letters or (self.ignore_case and any(letter in OLD_FORMS for letter in letters[1])):
            return [(_HOLE,)]
        return [more for letter in letters[1] for more in self._letter(letter)]

    def _group(self) -> _Sequences:
        self.depth += 1
        if self.depth > MOST_NESTED:
            raise _UnclearError
        head = "".join(self.lexemes[self.place : self.place + 60])
        is_condition = _LOOKAROUND.match(head)
        if head[:1] in ("?", "*"):
            kind = is_condition or _GROUP.match(head)
            if not kind:
                raise _UnclearError
            self.place += kind.end()
        sequences = self._alternatives()
        if not self._next(")"):
            raise _UnclearError
        self.depth -= 1
        return [(_HOLE,)] if is_condition else sequences

    def _repeated(self, atom: _Sequences) -> _Sequences:
        text = "".join(self.lexemes[self.place : self.place + 24])
        found = _REPETITION.match(text)
        if not found:
            if text[:1] == "{":  # not how often, but with how many errors
                raise _UnclearError
            return atom
        self.place += found.end()
        least, most = _bounds(found)
        if not (self._next("?") or self._next("+")) and _REPETITION.match(text, found.end()):
            raise _UnclearError
        if most == 1:
            return [*atom, ()] if not least else atom
        if all(item == _GAP for sequence in atom for item in sequence) and all(atom):
            return [*atom, ()] if not least else atom
        return _few([(*sequence, _HOLE) for sequence in atom]) if least else [(_HOLE,)]


def _bounds(repetition: re.Match[str]) -> tuple[int, int | None]:
    """How often at least, and at most; None for without end."""
    if not repetition[1]:
        return {"?": (0, 1), "*": (0, None), "+": (1, None)}[repetition[0]]
    least = int(repetition[1])
    if not repetition[2]:
        return least, least
    return least, int(repetition[3]) if repetition[3] else None


def _joined(left: _Sequences, right: _Sequences) -> _Sequences:
    if len(left) * len(right) <= MOST_SEQUENCES:
        return [one + other for one, other in product(left, right)]
    if len(right) > 1:
        return [(*one, _HOLE) for one in left]
    return [(_HOLE, *right[0])]


def _few(sequences: _Sequences) -> _Sequences:
    sequences = list(dict.fromkeys(sequences))
    return sequences if len(sequences) <= MOST_SEQUENCES else [(_HOLE,)]


def _words(sequence: _Sequence) -> tuple[Phrase, ...]:
    """What a text with this sequence holds for certain."""
    found: dict[Phrase, None] = {}
    place = 0
    while place < len(sequence):
        kind = _kind(sequence[place])
        end = place + 1
        while end < len(sequence) and kind and (_kind(sequence[end]) == kind or (kind == "base" and _is_mark(sequence[end]))):
            end += 1
        before = sequence[place - 1] if place else _HOLE
        run = "".join(sequence[place:end])
        phrase = None
        if kind == "word":
            phrase = _word(run, before, sequence[end] if end < len(sequence) else _HOLE)
        elif kind == "base":
            phrase = _characters(run, is_begun=before != _HOLE and not _is_stacker(before))
        if phrase:
            found[phrase] = None
        place = end
    return tuple(found)


def _kind(item: str) -> str | None:
    return None if len(item) > 1 else "base" if tokens.has_characters(item) else "word"


def _is_mark(item: str) -> bool:
    return len(item) == 1 and re.match(f"[{tokens.ranges('marks')}]", item) is not None


def _is_stacker(item: str) -> bool:
    return len(item) == 1 and re.match(f"[{tokens.ranges('stackers')}]", item) is not None


def _word(run: str, before: str, after: str) -> Phrase | None:
    whole = after in (_GAP, _BORDER)
    if before not in (_GAP, _BORDER) or not tokens.fold(run) or (not whole and len(run) < SHORTEST_BEGINNING):
        return None
    return Phrase((run,), prefix=not whole, title=False, characters=False, start=0, end=0)


def _characters(run: str, *, is_begun: bool) -> Phrase | None:
    """The characters of a run; its first may go on one before it, its last may have more marks."""
    if _unusual().search(run):
        return None
    found = tuple(map(tokens.unify, tokens.character_pattern().findall(run)))[not is_begun :]
    return Phrase(found, prefix=True, title=False, characters=True, start=0, end=0) if found else None


def _all_of(words: tuple[Phrase, ...]) -> Query:
    return words[0] if len(words) == 1 else And(words, 0, 0)


def _unusual() -> re.Pattern[str]:
    """Jamo, which form syllables with what stands beside them, and forms that are composed when they are indexed."""
    return re.compile("[\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff\uff66-\uffdc\ufe00-\ufe0f\uf900-\ufaff\U0002f800-\U0002fa1f]")


def _safe() -> re.Pattern[str]:
    pairs = (item.partition("-") for item in _SAFE.split())
    return re.compile("[" + "".join(f"{chr(int(a, 16))}-{chr(int(b or a, 16))}" for a, _, b in pairs) + "]")
