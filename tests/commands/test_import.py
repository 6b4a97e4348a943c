"""`corpuskit import`: sources in, one balanced row each out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.commands.conftest import article
from tests.conftest import EXAMPLES, CorpusKit

NO_CLEAN = "--no-clean"


def row(text: str = "A row about the ferry.", **more: object) -> str:
    return json.dumps({"text": text, **more}) + "\n"


def test_every_source_has_a_row_that_balances(ck: CorpusKit, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(article("Page"))
    (tmp_path / "rows.jsonl").write_text(row() + row("Another row.") + "{broken\n" + row(""))
    result = ck(
        "import", EXAMPLES, "page.html", "rows.jsonl", "no-such-file", "-", NO_CLEAN, "-f", "jsonl", input="Some text.", code=3
    )
    rows = result.rows()
    assert [(row["source"], row["kind"]) for row in rows] == [
        (str(EXAMPLES), "folder"), ("page.html", "html"), ("rows.jsonl", "jsonl"), ("no-such-file", "unknown"), ("-", "text"),
    ]  # fmt: skip
    assert [tuple(row) for row in rows] == [("source", "kind", "read", "new", "known", "skipped", "failed")] * 5
    for line in rows:
        assert line["read"] == line["new"] + line["known"] + line["skipped"] + line["failed"]
    assert [line["failed"] for line in rows] == [1, 0, 1, 1, 0]
    total = {name: sum(line[name] for line in rows) for name in ("read", "new", "known", "skipped", "failed")}
    summary = "{read} read = {new} new + {known} known + {skipped} skipped + {failed} failed".format(**total)
    assert result.err.splitlines()[-1] == summary
    assert json.loads(ck("stats", "-f", "json").out)["pages"] == total["new"]


def test_again_everything_is_known_also_by_another_way(ck: CorpusKit, tmp_path: Path, corpus: Path) -> None:
    before = ck("list", "--all", "-f", "jsonl").out
    (line,) = ck("import", EXAMPLES, NO_CLEAN, "-f", "jsonl", code=3).rows()
    assert (line["new"], line["failed"]) == (0, 1)
    assert ck("list", "--all", "-f", "jsonl").out == before


def test_the_corpus_is_announced_once(ck: CorpusKit, tmp_path: Path) -> None:
    assert ck("import", "-", NO_CLEAN, input="Text.").err.splitlines()[0] == "created corpus.db"
    assert "created" not in ck("import", "-", NO_CLEAN, input="Text.").err


def test_import_cleans_what_is_new(ck: CorpusKit, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(article("Cleaned at once"))
    assert "1 cleaned = 1 with text + 0 without + 0 failed" in ck("import", "page.html").err
    assert [line["title"] for line in ck("list", "-f", "jsonl").rows()] == ["Cleaned at once"]


def test_a_changed_page_is_a_new_one_beside_the_old(ck: CorpusKit, tmp_path: Path) -> None:
    for title in ("First", "Second", "First"):
        (tmp_path / "page.html").write_text(article(title))
        ck("import", "page.html", NO_CLEAN)
    assert json.loads(ck("stats", "-f", "json").out)["pages"] == 2


def test_stdin_with_an_address(ck: CorpusKit) -> None:
    ck("import", "-", "--url", "https://river.example/x", input=article("From a pipe"))
    (line,) = ck("list", "-f", "jsonl", "--fields", "title,url,site,source,location").rows()
    assert line == {
        "title": "From a pipe",
        "url": "https://river.example/x",
        "site": "river.example",
        "source": "-",
        "location": "-",
    }
    assert ck("why", "https://river.example/x").out


def test_sources_from_a_list(ck: CorpusKit, tmp_path: Path) -> None:
    names = ["a.txt", "b c.txt", "d\ne.txt"]
    for name in names:
        (tmp_path / name).write_text(name)
    (tmp_path / "list").write_text("a.txt\n\nb c.txt\n")
    assert [line["source"] for line in ck("import", "--files-from", "list", NO_CLEAN, "-f", "jsonl").rows()] == names[:2]
    listed = ck("import", "--files-from", "-", "-0", NO_CLEAN, "-f", "jsonl", input="\0".join(names) + "\0").rows()
    assert [line["source"] for line in listed] == names
    assert [line["new"] for line in listed] == [0, 0, 1]


def test_fields_of_rows(ck: CorpusKit, tmp_path: Path) -> None:
    record = {
        "body": {"raw": article("Mapped")},
        "meta": {"address": "https://river.example/m"},
        "who": "A. Writer",
        "when": "2020-05",
    }
    (tmp_path / "rows.jsonl").write_text(json.dumps(record) + "\n")
    ck(
        "import",
        "rows.jsonl",
        "--field",
        "html=body.raw",
        "--field",
        "url=meta.address",
        "--field",
        "author=who",
        "--field",
        "date=when",
    )
    (line,) = ck("list", "-f", "jsonl", "--fields", "title,url,author,date,date_source,location").rows()
    assert (line["title"], line["url"], line["author"]) == ("Mapped", "https://river.example/m", "A. Writer")
    assert (line["date"], line["date_source"], line["location"]) == ("2020-05", "given", "rows.jsonl#1")


def test_clean_text_is_taken_as_it_is(ck: CorpusKit, tmp_path: Path) -> None:
    text = "Menu | Home | Log in\n\nShort."
    (tmp_path / "rows.jsonl").write_text(json.dumps({"done": text}) + "\n")
    ck("import", "rows.jsonl", "--field", "clean_text=done")
    assert ck("export", "--fields", "text,extractor").rows() == [{"text": text, "extractor": "given"}]


def test_an_encoding_that_was_given_is_used(ck: CorpusKit, tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_bytes("Лодки вернулись в гавань, и весь город вышел встречать их.".encode("koi8-r"))
    ck("import", "page.txt", "--encoding", "koi8-r")
    (line,) = ck("export", "--fields", "text,encoding").rows()
    assert line["text"].startswith("Лодки вернулись")
    assert line["encoding"].lower() == "koi8-r"


def test_tags_globs_and_limits(ck: CorpusKit, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for name in ("a.txt", "b.txt", "c.log"):
        (folder / name).write_text(f"The text of {name}.")
    (folder / "large.txt").write_text("large " * 1_000)
    options = ("--include", "*.txt", "--exclude", "b*", "--max-size", "1k", "--tag", "x", "--tag", "y")
    (line,) = ck("import", "folder", *options, "-f", "jsonl").rows()
    assert (line["new"], line["skipped"]) == (1, 3)
    assert ck("list", "--tag", "x", "-f", "jsonl", "--fields", "location,tags").rows() == [
        {"location": "folder/a.txt", "tags": ["x", "y"]}
    ]


def test_as_stands_above_the_content(ck: CorpusKit, tmp_path: Path) -> None:
    (tmp_path / "rows").write_text(row())
    assert ck("import", "rows", "--as", "text", NO_CLEAN, "-f", "jsonl").rows()[0]["kind"] == "text"


def test_a_dry_run_stores_nothing(ck: CorpusKit, tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text(row() + row() + "{broken\n")
    result = ck("import", "rows.jsonl", "--dry-run", "-f", "jsonl", code=3)
    (line,) = result.rows()
    assert (line["read"], line["new"], line["failed"]) == (3, 2, 1)
    assert result.err.splitlines()[-1].endswith("; nothing was stored")
    assert [path.name for path in tmp_path.iterdir()] == ["rows.jsonl"]
    ck("import", "rows.jsonl", NO_CLEAN, code=3)
    before = (tmp_path / "corpus.db").read_bytes()
    assert ck("import", "rows.jsonl", "--dry-run", "-f", "jsonl", code=3).rows()[0]["known"] == 2
    assert (tmp_path / "corpus.db").read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "nothing to import"),
        (("https://river.example/",), "is a URL: import never uses the network"),
        (("no-such-file",), "no such file or folder: no-such-file"),
        (("-", "-"), "stdin can be read once only"),
        (("folder", "--url", "https://x.example/"), "--url is for a single page"),
        (("folder", "--field", "text"), "--field text: not NAME=COLUMN"),
        (("folder", "--field", "words=x"), "--field words=x: not NAME=COLUMN"),
        (("folder", "--encoding", "utf-9"), "unknown encoding: utf-9"),
        (("folder", "--max-size", "much"), "is not a size"),
        (("folder", "--as", "nonsense"), "Invalid value"),
        (("--files-from", "no-such-list"), "cannot read no-such-list"),
        (("odd.json",), "no field holds a page: the keys are: name"),
    ],
)
def test_wrong_use_leaves_no_corpus_behind(ck: CorpusKit, tmp_path: Path, arguments: tuple[str, ...], message: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "odd.json").write_text('{"name": "x"}\n')
    result = ck("import", *arguments, code=2)
    assert message in result.err.partition("\n")[0] or message in result.err.splitlines()[1]
    assert result.out == ""
    assert not (tmp_path / "corpus.db").exists() or arguments == ("odd.json",)


def test_one_address_is_for_one_page(ck: CorpusKit, tmp_path: Path) -> None:
    (tmp_path / "two.jsonl").write_text(row() + row())
    result = ck("import", "two.jsonl", "--url", "https://river.example/x", code=2)
    assert result.err.splitlines()[-1] == "corpuskit: --url is for a single page: two.jsonl holds more than one"
    assert '"pages": 0' in ck("stats", "-f", "json", code=1).out, "nothing was stored"
    (tmp_path / "one.jsonl").write_text('{"html": "<p>one page"}\n')
    ck("import", "one.jsonl", "--url", "https://river.example/x")


def test_what_was_stored_before_an_unknown_layout_is_cleaned(ck: CorpusKit, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(article("The first page"))
    (tmp_path / "odd.jsonl").write_text('{"name": 1}\n')
    result = ck("import", "page.html", "odd.jsonl", "page.html", code=2)
    assert "the keys are: name" in result.err
    assert [line["title"] for line in ck("list", "-f", "jsonl").rows()] == ["The first page"]
    assert ck("log", "-f", "jsonl").rows()[-1]["status"] == "stopped"


def test_a_wacz_collection_is_called_one(ck: CorpusKit) -> None:
    collection = EXAMPLES.parent / "archives" / "orle.wacz"
    for arguments in ((), ("--as", "wacz")):
        (line,) = ck("import", collection, *arguments, NO_CLEAN, "--dry-run", "-f", "jsonl").rows()
        assert (line["kind"], line["new"]) == ("wacz", 3)


def test_robots_txt_is_a_page_only_where_it_is_named(ck: CorpusKit, tmp_path: Path) -> None:
    folder = tmp_path / "mirror" / "river.example"
    folder.mkdir(parents=True)
    (folder / "robots.txt").write_text("User-agent: *\nDisallow: /private\n")
    (folder / "page.html").write_text(article("A page"))
    for source in ("mirror", "mirror/river.example"):
        (line,) = ck("import", source, "--dry-run", "-f", "jsonl").rows()
        assert (line["new"], line["skipped"]) == (1, 1)
    (line,) = ck("import", "mirror/river.example/robots.txt", "--dry-run", "-f", "jsonl").rows()
    assert line["new"] == 1


@pytest.mark.parametrize(
    ("name", "content", "detail"),
    [
        ("nothing.zip", b"PK\x05\x06" + bytes(18), "zip with nothing in it"),
        ("nothing.csv", b"text,url\n", "csv with nothing in it"),
        ("nothing.json", b"[]", "json with nothing in it"),
        ("nothing.txt", b"\xef\xbb\xbf", "only white space"),
    ],
)
def test_a_container_of_nothing_is_an_outcome_too(ck: CorpusKit, tmp_path: Path, name: str, content: bytes, detail: str) -> None:
    (tmp_path / name).write_bytes(content)
    (line,) = ck("import", name, NO_CLEAN, "-f", "jsonl").rows()
    assert (line["read"], line["skipped"]) == (1, 1)
    assert [(row["reason"], row["detail"]) for row in ck("errors", "-f", "jsonl").rows()] == [("empty", detail)]
