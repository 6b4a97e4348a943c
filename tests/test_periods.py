"""Years and months without gaps."""

from __future__ import annotations

from corpuskit.periods import complete


def test_missing_years_are_there_without_documents() -> None:
    groups = [("2019", [1]), ("2022", [2, 3]), (None, [4])]
    assert complete(groups, "year") == [("2019", [1]), ("2020", []), ("2021", []), ("2022", [2, 3]), (None, [4])]


def test_months_run_over_the_end_of_a_year() -> None:
    assert [name for name, _ in complete([("2020-11", [1]), ("2021-02", [2])], "month")] == [
        "2020-11",
        "2020-12",
        "2021-01",
        "2021-02",
    ]


def test_other_groups_stay_as_they_are() -> None:
    assert complete([("a.example", [1]), (None, [2])], "site") == [("a.example", [1]), (None, [2])]
    assert complete([(None, [2])], "year") == [(None, [2])]
    assert complete([], "month") == []
