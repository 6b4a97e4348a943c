"""Decoding: the order of evidence, each step with a page that only it gets right."""

from __future__ import annotations

import codecs
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.extract.encoding import declared_in_page, decode, encoding_name

SHARED = Path(os.environ.get("CORPUSKIT_SHARED") or Path(__file__).parents[3] / "shared")
PRESCAN = SHARED / "data" / "fixtures" / "encoding" / "html5lib"

PASSAGES = {
    "windows-1252": "Der Zug fährt über die Brücke, schön und gemächlich – „größer“ als früher. Überall blüht süßer Flieder.",
    "windows-1251": "Поезд медленно идёт через мост, и пассажиры смотрят на широкую реку и старый город на берегу.",
    "koi8-r": "Поезд медленно идёт через мост, и пассажиры смотрят на широкую реку и старый город на берегу.",
    "shift_jis": "列車は橋をゆっくりと渡り、乗客は広い川と岸辺の古い町を眺めている。",
    "euc-jp": "列車は橋をゆっくりと渡り、乗客は広い川と岸辺の古い町を眺めている。",
    "gb18030": "火车缓缓驶过大桥，乘客们望着宽阔的河流和岸边的老城。",
    "big5": "火車緩緩駛過大橋，乘客們望著寬闊的河流和岸邊的老城。",
    "euc-kr": "기차가 천천히 다리를 건너고 승객들은 넓은 강과 강가의 오래된 도시를 바라본다.",
    "windows-1253": "Το τρένο περνά αργά τη γέφυρα και οι επιβάτες κοιτάζουν το πλατύ ποτάμι και την παλιά πόλη.",
    "windows-1255": "הרכבת חוצה לאט את הגשר והנוסעים מביטים בנהר הרחב ובעיר העתיקה שעל הגדה.",
}


def page(text: str, head: str = "") -> str:
    return f"<!DOCTYPE html><html><head>{head}<title>x</title></head><body><p>{text}</p></body></html>"


@pytest.mark.parametrize(
    ("mark", "codec", "name"),
    [
        (codecs.BOM_UTF8, "utf-8", "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16le"),
        (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16be"),
    ],
)
def test_byte_order_mark_is_believed_before_everything(mark: bytes, codec: str, name: str) -> None:
    content = mark + page("Grüße", '<meta charset="koi8-r">').encode(codec)
    decoded = decode(content, "shift_jis")
    assert (decoded.encoding, decoded.source, decoded.replacements) == (name, "bom", 0)
    assert "Grüße" in decoded.text
    assert "\ufeff" not in decoded.text


def test_valid_utf8_is_believed_before_declarations() -> None:
    decoded = decode(page("Grüße", '<meta charset="iso-8859-1">').encode(), "koi8-r")
    assert (decoded.encoding, decoded.source) == ("utf-8", "utf-8")
    assert "Grüße" in decoded.text


def test_utf8_with_few_bad_bytes_stays_utf8_and_counts_them() -> None:
    content = page("ä" * 2500 + "X" + "ö" * 2500, '<meta charset="iso-8859-1">').encode().replace(b"X", b"\xff\xfe")
    decoded = decode(content)
    assert (decoded.encoding, decoded.source, decoded.replacements) == ("utf-8", "nearly-utf-8", 2)
    assert decoded.text.count("ä") == decoded.text.count("ö") == 2500


def test_utf8_cut_inside_a_character_stays_utf8() -> None:
    content = page("Größe und Süße").encode() + "é".encode()[:1]
    assert decode(content).source == "nearly-utf-8"


def test_more_bad_bytes_than_that_are_another_encoding() -> None:
    decoded = decode(page("Grüße aus München, schöne Tage").encode("windows-1252"))
    assert decoded.encoding == "windows-1252"
    assert decoded.replacements == 0


def test_outside_charset_before_meta_before_detection() -> None:
    text = PASSAGES["windows-1251"]
    content = page(text, '<meta charset="koi8-r">').encode("windows-1251")
    outside = decode(content, "cp1251", declared_by="http")
    assert (outside.encoding, outside.source) == ("windows-1251", "http")
    assert decode(content, "windows-1251").source == "given"
    inside = decode(page(text, '<meta charset="koi8-r">').encode("koi8-r"))
    assert (inside.encoding, inside.source) == ("koi8-r", "meta")
    assert text in outside.text
    assert text in inside.text


def test_xml_declaration() -> None:
    content = ('<?xml version="1.0" encoding="ISO-8859-2"?>' + page("Žluťoučký kůň")).encode("iso-8859-2")
    decoded = decode(content)
    assert (decoded.encoding, decoded.source) == ("iso-8859-2", "xml")
    assert "Žluťoučký kůň" in decoded.text


def test_utf8_declared_over_latin_bytes_is_not_believed() -> None:
    decoded = decode(page(PASSAGES["windows-1252"], '<meta charset="utf-8">').encode("windows-1252"), "utf-8", declared_by="http")
    assert decoded.encoding == "windows-1252"
    assert PASSAGES["windows-1252"] in decoded.text


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("iso-8859-1", "windows-1252"),
        ("latin1", "windows-1252"),
        ("gb2312", "gbk"),
        ("SJIS", "shift_jis"),
        ('"UTF8"', "utf-8"),
        ("cp1251", "windows-1251"),
        ("utf-7", None),
        ("nonsense", None),
        ("", None),
        ("hz-gb-2312", None),
    ],
)
def test_labels(label: str, name: str | None) -> None:
    assert encoding_name(label) == name


def test_utf7_is_never_used() -> None:
    content = b'<html><head><meta charset="utf-7"></head><body>+ADw-script+AD4-</body></html>'
    assert decode(content, "utf-7").text == content.decode()


def test_seven_bit_japanese_is_not_taken_for_utf8() -> None:
    text = PASSAGES["shift_jis"]
    decoded = decode(page(text, '<meta charset="iso-2022-jp">').encode("iso-2022-jp"))
    assert (decoded.encoding, decoded.source) == ("iso-2022-jp", "meta")
    assert text in decoded.text
    assert decode(page(text).encode("iso-2022-jp")).source == "detected"


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark(codec: str) -> None:
    decoded = decode(page("Grüße").encode(codec))
    assert decoded.encoding == codec.replace("-le", "le").replace("-be", "be")
    assert "Grüße" in decoded.text


@pytest.mark.parametrize(("name", "text"), PASSAGES.items())
@pytest.mark.parametrize("times", [1, 60])
def test_detection_of_undeclared_pages(name: str, text: str, times: int) -> None:
    content = page(text * times).encode({"big5": "cp950", "euc-kr": "cp949", "shift_jis": "cp932"}.get(name, name))
    decoded = decode(content)
    assert text in decoded.text
    assert decoded.source == "detected"
    assert decoded.replacements == 0


def test_default_is_windows_1252() -> None:
    assert decode(b"caf\xe9 \x93x\x94").text == "café “x”"


def test_code_pages_of_dos_are_never_an_answer() -> None:
    decoded = decode(page(PASSAGES["windows-1252"] * 50).encode("cp850", "ignore"))
    assert not decoded.encoding.startswith(("ibm", "cp"))


def test_wider_tables_than_the_label_says() -> None:
    assert "①髙" in decode(page("日本①髙", '<meta charset="shift_jis">').encode("cp932")).text
    assert "똠" in decode(page("한국어 똠방각하 문장", '<meta charset="euc-kr">').encode("cp949")).text
    assert "€" in decode(page("价格 € 一百", '<meta charset="gb2312">').encode("gb18030")).text


def test_text_pages_have_no_meta_tags() -> None:
    content = ('<meta charset="koi8-r"> ' + PASSAGES["windows-1251"]).encode("windows-1251")
    assert PASSAGES["windows-1251"] in decode(content, is_html=False).text


@given(st.binary(max_size=600), st.none() | st.text(max_size=12))
def test_any_bytes_give_a_text_without_nul(content: bytes, declared: str | None) -> None:
    decoded = decode(content, declared)
    assert "\x00" not in decoded.text
    assert decoded.replacements >= 0
    assert decoded.encoding == decoded.encoding.lower()


@given(st.text().map(lambda text: text.replace("\x00", "")))
def test_utf8_comes_back_unchanged(text: str) -> None:
    content = text.encode()
    if content.startswith((codecs.BOM_UTF8, b"\x1b$")) or b"\x1b$" in content:
        return
    assert decode(content).text == text


@pytest.mark.parametrize("name", ["tests1.dat", "tests2.dat", "test-yahoo-jp.dat"])
def test_prescan_of_the_standard(name: str) -> None:
    path = PRESCAN / name
    if not path.is_file():
        pytest.skip(f"no {path}")
    wrong = []
    for case in path.read_bytes().split(b"#data\n")[1:]:
        content, _, wanted = case.rpartition(b"\n#encoding\n")
        if content.startswith(codecs.BOM_UTF8):
            continue
        found = declared_in_page(content)
        if (found[0] if found else "windows-1252") != wanted.strip().decode().lower():
            wrong.append((content, wanted, found))
    assert wrong == []


def test_long_page_of_the_standards_tests() -> None:
    path = PRESCAN / "test_big5.txt"
    if not path.is_file():
        pytest.skip(f"no {path}")
    decoded = decode(path.read_bytes(), is_html=False)
    assert (decoded.encoding, decoded.replacements) == ("big5", 0)
