"""Dates: what is said is kept, what is not said is never added."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.extract.dates import day_comes_first, find_dates, parse_date
from corpuskit.extract.months import month_number

FULL = """
2021-05-04 | 2021-05-04T10:00:00Z | 2021-05-04T23:30:00-05:00 | 2021-05-04 10:00
20210504 | 20210504T101112Z | 20210504101112
2021/5/4 | 2021. 5. 4. | Tue, 04 May 2021 10:00:00 +0200 | Tue May 04 2021 10:00:00 GMT+0200 | Tue May  4 10:00:00 2021
May 4, 2021 | May 4th, 2021 | the 4th of May, 2021 | 4 May 2021 | 04-May-2021 | 4.5.2021 | 4. 5. 2021 | 2021 May 4
4. Mai 2021 | 4 mai 2021 | 4 de mayo de 2021
mayo 4, 2021 | 4 de maio de 2021 | 4 maggio 2021 | 4 mei 2021 | 4 maja 2021 r.
4. května 2021 | 4 мая 2021 г. | 4 травня 2021 | 4 Mayıs 2021 | 4. maj 2021 | 4. toukokuuta 2021
4 Μαΐου 2021 | 2021. május 4.
4 mai 2021 | 4 مايو 2021 | ٤ مايو ٢٠٢١ | 4 مايو/أيار 2021 | 4 במאי 2021 | ۴ مه ۲۰۲۱ | 4 मई 2021
৪ মে ২০২১ | 4 พฤษภาคม 2564 | ๔ พฤษภาคม ๒๕๖๔
ngày 4 tháng 5 năm 2021 | 4 Mei 2021 | 2021年5月4日 | 2021 年 5 月 4 日 | 2021년 5월 4일 | 令和3年5月4日
民國110年5月4日 | 2021 m. gegužės 4 d.
2021. gada 4. maijs | 4 de maig del 2021 | 4 травня 2021 року
"""


@pytest.mark.parametrize("raw", [one.strip() for line in FULL.strip().splitlines() for one in line.split("|")])
def test_the_same_day_in_many_ways(raw: str) -> None:
    found = parse_date(raw)
    assert found is not None
    assert (found.iso, found.precision) == ("2021-05-04", "day")


@pytest.mark.parametrize(
    ("raw", "iso"),
    [
        ("2021", "2021"),
        ("May 2021", "2021-05"),
        ("2021-05", "2021-05"),
        ("05/2021", "2021-05"),
        ("2021年5月", "2021-05"),
        ("1. September 2020", "2020-09-01"),
        ("1er août 2020", "2020-08-01"),
        ("14/5/2021", "2021-05-14"),
        ("5/14/2021", "2021-05-14"),
        ("5/5/2021", "2021-05-05"),
        ("4/5/2021", "2021"),  # the fourth of May, or the fifth of April
        ("04-05-2021", "2021"),
        ("2020-02-29", "2020-02-29"),
    ],
)
def test_only_the_parts_that_are_said(raw: str, iso: str) -> None:
    found = parse_date(raw)
    assert found is not None
    assert found.iso == iso


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "99",
        "May",
        "10/11/12",
        "12 May 69",
        "4.5.21",
        "2021-02-30",
        "31 April 2021",
        "2021-13-01",
        "29.2.2021",
        "1620122400",
        "1620122400000",
        "1899-12-31",
        "2099-01-01",
        "0000-00-00",
        "yesterday",
        "2 hours ago",
        "1.2.2021.5",
        "version 5.4.2021-1",
    ],
)
def test_what_is_no_date(raw: str) -> None:
    assert parse_date(raw) is None


def test_hints_settle_what_numbers_leave_open() -> None:
    assert [(one := parse_date("4/5/2021", day_first=hint)) and one.iso for hint in (True, False)] == ["2021-05-04", "2021-04-05"]
    # A hint does not make an impossible date possible.
    assert [(one := parse_date("5/14/2021", day_first=hint)) and one.iso for hint in (True, False)] == ["2021-05-14"] * 2


@pytest.mark.parametrize(
    ("tag", "order"), [("en-GB", True), ("en_US", False), ("en", None), ("fr", True), ("pt-BR", True), ("ja", None), (None, None)]
)
def test_order_of_a_language(tag: str | None, order: bool | None) -> None:
    assert day_comes_first(tag) is order


def test_a_name_that_languages_share_needs_the_language() -> None:
    assert month_number("listopada") is None
    assert month_number("listopada", language="hr") == 10
    assert month_number("listopada", language="pl") == 11
    assert parse_date("3. listopada 2021") is None
    found = parse_date("3. listopada 2021", language="hr")
    assert found is not None
    assert found.iso == "2021-10-03"


@pytest.mark.parametrize(
    "line",
    [
        "In 1998 the mill was sold.",
        "They paid 2000 crowns for 12 sheep.",
        "Room 2021, 4 beds",
        "https://example.org/2021/05/04/",
        "the season 2011-12",
        "two years ago 2021",
        "set 2021 aside",
        "12:30 2021",
    ],
)
def test_running_text_without_a_date(line: str) -> None:
    assert find_dates(line) == []


def test_mission_names_are_not_months_of_another_language() -> None:
    assert find_dates("the Mars 2020 rover", language="en") == []
    assert [one.iso for one in find_dates("en mars 2020", language="fr")] == ["2020-03"]


def test_dates_in_a_line_with_their_places() -> None:
    line = "Published: May 4, 2021, changed on 6.5.2021 and again in June 2022"
    found = find_dates(line)
    assert [(one.iso, line[one.start : one.end]) for one in found] == [
        ("2021-05-04", "May 4, 2021"),
        ("2021-05-06", "6.5.2021"),
        ("2022-06", "June 2022"),
    ]


days = st.dates(date(1900, 1, 1), date(2020, 12, 31))


@given(days)
def test_iso_dates_come_back(day: date) -> None:
    for raw in (day.isoformat(), f"{day.isoformat()}T23:59:59-11:00", day.strftime("%Y%m%d")):
        found = parse_date(raw)
        assert found is not None
        assert found.iso == day.isoformat()


@given(days, st.sampled_from(["{d}. {m} {y}", "{m} {d}, {y}", "{d} {m} {y}"]))
def test_written_dates_come_back(day: date, form: str) -> None:
    raw = form.format(d=day.day, m=f"{day:%B}", y=day.year)
    found = parse_date(raw)
    assert found is not None
    assert found.iso == day.isoformat()


@given(st.text())
def test_no_text_raises_and_every_date_is_one(text: str) -> None:
    value = parse_date(text)
    for one in ([] if value is None else [value]) + find_dates(text):
        parts = [int(part) for part in one.iso.split("-")]
        date(*[*parts, 1, 1][:3])
        assert 0 <= one.start <= one.end <= len(text)


@given(st.text(alphabet="0123456789/.- \tMay年月日TZ:", max_size=30))
def test_a_found_year_stands_in_the_text(text: str) -> None:
    for one in find_dates(text):
        assert one.iso[:4] in text
