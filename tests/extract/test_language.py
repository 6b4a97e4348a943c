"""Language identification, and what is answered where a text is too short for it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpuskit.extract.language import identify, language_code

SENTENCES = {
    "en": "The ferry leaves at seven, and whoever misses it has to wait for the evening boat.",
    "de": "Die Fähre legt um sieben Uhr ab, und wer sie verpasst, muss auf das Abendschiff warten.",
    "fr": "Le bac part à sept heures, et celui qui le manque doit attendre le bateau du soir.",
    "es": "El transbordador sale a las siete y quien lo pierde tiene que esperar al barco de la tarde.",
    "ru": "Паром отходит в семь часов, а тот, кто опоздал, ждёт вечернего корабля.",
    "uk": "Пором відходить о сьомій годині, а хто спізнився, чекає на вечірній корабель.",
    "el": "Το πλοίο φεύγει στις επτά και όποιος το χάσει περιμένει το βραδινό.",
    "tr": "Vapur saat yedide kalkıyor, kaçıran kişi akşam vapurunu beklemek zorunda.",
    "ja": "船は七時に出ますので、乗り遅れた人は夕方の便を待たなければなりません。",
    "zh": "渡船七点开出,错过的人只好等晚上的船。",
    "ko": "배는 일곱 시에 떠나고 놓친 사람은 저녁 배를 기다려야 합니다.",
    "th": "เรือออกเวลาเจ็ดโมงเช้า ผู้ที่พลาดต้องรอเรือเที่ยวเย็น",
    "ar": "تغادر العبارة في الساعة السابعة ومن يفوته الموعد ينتظر سفينة المساء.",
    "he": "המעבורת יוצאת בשבע ומי שמאחר צריך לחכות לספינה של הערב.",
    "hi": "नाव सात बजे चलती है और जो छूट जाता है उसे शाम की नाव का इंतज़ार करना पड़ता है।",
}


@pytest.mark.parametrize(("code", "text"), SENTENCES.items())
def test_one_sentence_is_enough(code: str, text: str) -> None:
    language, confidence = identify(text)
    assert language == code
    assert confidence is not None
    assert 0 < confidence <= 1


def test_beginning_in_another_language_does_not_decide() -> None:
    text = SENTENCES["en"] + "\n" + SENTENCES["de"] * 200
    assert identify(text)[0] == "de"


@pytest.mark.parametrize("text", ["", "OK", "12,345.67 - 89", "Hello world"])
def test_short_text_has_the_declared_language_without_confidence(text: str) -> None:
    assert identify(text) == (None, None)
    assert identify(text, declared="de-AT") == ("de", None)


def test_declaration_does_not_overrule_a_clear_text() -> None:
    assert identify(SENTENCES["fr"] * 3, declared="en")[0] == "fr"


@pytest.mark.parametrize(
    ("declared", "code"),
    [
        ("en", "en"),
        ("en-GB", "en"),
        ("pt_BR", "pt"),
        ("ZH-Hant-TW", "zh"),
        (" de ", "de"),
        ("iw", "he"),
        ("nb-NO", "no"),
        ("deu", "de"),
        (None, None),
        ("", None),
        ("english", None),
        ("x", None),
        ("tlh", None),
        ("12", None),
    ],
)
def test_declared_codes(declared: str | None, code: str | None) -> None:
    assert language_code(declared) == code


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=400), st.none() | st.text(max_size=8))
def test_any_text_has_a_code_of_two_letters_or_none(text: str, declared: str | None) -> None:
    language, confidence = identify(text, declared=declared)
    assert language is None or (len(language) == 2 and language.isascii() and language.islower())
    assert confidence is None or (language is not None and 0 <= confidence <= 1)
