"""`corpuskit forget`: what is forgotten is gone from every byte of the file, and does not come back.

Most tests call the tool inside this process, and put texts into the corpus without an extractor: there are many of them.
"""

from __future__ import annotations

import contextlib
import io
import json
import shutil
import signal
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.commands.conftest import Start, article
from tests.conftest import CorpusKit, Result
from tests.store.conftest import cleaned

from corpuskit.cli import run as run_tool
from corpuskit.documents import RawPage
from corpuskit.line_evidence import count_lines
from corpuskit.store.pages import Place
from corpuskit.store.store import Store
from corpuskit.superseding import mark_superseded

SECRET = (
    "Zacharias Quimby-Overthwaite opened the old observatory on a Tuesday and counted eleven owls above the dome. "
    "Nobody else in Fernleigh had ever seen more than four, and the parish magazine printed his drawing of them."
)
URL = "https://owls.example/observatory"


def row(url: str | None, title: str, *sentences: str, fetched_at: str | None = None, claims: str | None = None) -> dict[str, Any]:
    """One page, as a row of a JSONL file would bring it; `claims` is the address that it gives itself."""
    html = article(title, extra="".join(f"<p>{sentence}</p>" for sentence in sentences))
    return {"html": html, "url": url, "title": title, "fetched_at": fetched_at, "claims": claims}


def rows_of(*rows: dict[str, Any]) -> str:
    """The rows as a JSONL file."""
    return "".join(json.dumps(one) + "\n" for one in rows)


def text_of(one: dict[str, Any]) -> str:
    """What cleaning makes of a page."""
    body = one["html"].partition("</h1>")[2].replace("</article></body></html>", "")
    return "\n".join(part for part in body.replace("<p>", "").split("</p>") if part)


def bring(path: Path, *rows: dict[str, Any], clean: bool = True, media_type: str = "text/html") -> None:
    """What an import of these rows would leave in the corpus."""
    with Store.open(path, write=True, create=True) as store, store.runs.record("import", ["import", "-"]) as run:
        with store.transaction():
            source_id = store.pages.add_source("-")
            for number, one in enumerate(rows, start=1):
                location = f"-#{run.id}.{number}"
                source = "record" if one["url"] else None
                raw = RawPage(one["html"].encode(), media_type, location, one["url"], source, one["fetched_at"])
                page_id, _ = store.pages.add(raw, source_id, run.id)
                count_lines(store, raw, source_id)
                if clean:
                    found = {"url": one["claims"], "url_source": "canonical"} if one["claims"] else {}
                    made = cleaned(text_of(one), title=one["title"], **found)
                    store.documents.put(page_id, run.id, made, Place(source_id, location, one["url"], source))
        mark_superseded(store, run_id=run.id)
        run.counts |= {"read": len(rows), "new": len(rows), "known": 0, "skipped": 0, "failed": 0}


def clean_again(path: Path, page_id: int, text: str) -> None:
    """What another cleaning would do to a page."""
    with Store.open(path, write=True) as store, store.runs.record("clean", ["clean", "--again"]) as run, store.transaction():
        store.documents.put(page_id, run.id, cleaned(text), store.pages.place(page_id))


@pytest.fixture
def ck(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[CorpusKit]:
    """Run `corpuskit ARGUMENTS` inside this process."""
    monkeypatch.chdir(tmp_path)
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}

    def call(*arguments: object, input: str = "", code: int | None = 0) -> Result:  # noqa: A002
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(input.encode())))
        capsys.readouterr()
        found = run_tool([str(argument) for argument in arguments])
        result = Result(found, *capsys.readouterr())
        assert code is None or result.code == code, f"exit code {result.code}, expected {code}: {result.err}{result.out}"
        assert "Traceback" not in result.err, result.err
        return result

    yield call
    for number, handler in handlers.items():
        signal.signal(number, handler)


SECRET_PAGE = row(URL, "The observatory at Fernleigh", SECRET, fetched_at="2021-01-01T00:00:00Z")
OTHER = row("https://other.example/mill", "The mill", "The mill by the weir was sold to a painter in the year of the long frost.")


@pytest.fixture
def owls(tmp_path: Path) -> Path:
    """Pages 1 and 2: a secret one, and another one; they share the sentences of all our articles. Two runs."""
    path = tmp_path / "corpus.db"
    bring(path, SECRET_PAGE, OTHER)
    return path


def traces(path: Path, *texts: str) -> list[str]:
    """The runs of thirteen characters of the texts that stand in the file, or in what may lie beside it."""
    content = b"".join(one.read_bytes() for one in path.parent.glob(path.name + "*"))
    runs = {text[start : start + 13] for text in texts for start in range(len(text) - 12)}
    return sorted(run for run in runs if run.encode() in content)


def count(path: Path, table: str) -> int:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def words_in_index(path: Path) -> set[str]:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, documents_fts, row)")
        return {row[0] for row in connection.execute("SELECT term FROM temp.vocabulary")}


# What goes


def test_no_byte_of_the_text_is_left(ck: CorpusKit, owls: Path) -> None:
    assert traces(owls, SECRET), "else this test proves nothing"
    assert "quimby" in words_in_index(owls)
    result = ck("forget", "1", "--yes")
    assert "forgotten: 1 page, by run 2\n" in result.err
    assert "verified: no passage of " in result.err
    assert result.out.splitlines()[1].startswith(f"1\tnamed\t{URL}\tThe observatory at Fernleigh\t")
    assert traces(owls, SECRET, "observatory at Fernleigh") == []
    assert not {"zacharias", "quimby", "overthwaite", "owls"} & words_in_index(owls)
    assert b"quimby" not in owls.read_bytes()
    assert "ferry" in words_in_index(owls)
    assert [path.name for path in owls.parent.iterdir()] == ["corpus.db"]
    assert ck("check", "--data").out == "sound\n"
    assert ck("list", "-f", "ids").out == "2\n"


def test_everything_that_refers_to_it_goes(ck: CorpusKit, owls: Path) -> None:
    bring(owls, SECRET_PAGE | {"url": "https://copy.example/", "title": "x"})
    ck("dedupe")
    ck("dedupe", "--passages", code=None)
    clean_again(owls, 1, f"Other words. {SECRET}")
    ck("tag", "rare", "--match", '"eleven owls above the dome"')
    ck("words", "-n", "1")
    ck("forget", "1", "--yes")
    assert b"quimby" not in owls.read_bytes()
    assert traces(owls, SECRET) == []
    with contextlib.closing(sqlite3.connect(owls)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        referring = [
            (table, key[3])
            for table in tables
            for key in connection.execute(f"PRAGMA foreign_key_list('{table}')")
            if key[2] == "pages"
        ]
        tables = {table for table, _ in referring}
        assert {"documents", "cleanings", "tags", "tag_changes", "outdated_signatures", "pairs"} <= tables
        for table, column in referring:
            assert not connection.execute(f"SELECT 1 FROM {table} WHERE {column} IN (1, 3)").fetchall(), table
    assert ck("check", "--data").out == "sound\n"


def test_every_table_is_accounted_for(owls: Path) -> None:
    """A new table either refers to pages, and is emptied by that, or somebody has thought about what it holds of a page."""
    no_text_of_a_page = {
        "runs",
        "sources",
        "recipes",
        "restorations",
        "lines",
        "comparisons",
        "searches",
        "selections",
        "exports",
        "tombstones",
    }
    emptied = {"pages", "contents", "vocabulary", "signature_blocks"}
    with contextlib.closing(sqlite3.connect(owls)) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        referring = {
            table
            for table in tables
            if any(key[2] == "pages" for key in connection.execute(f"PRAGMA foreign_key_list('{table}')"))
        }
    others = {table for table in tables if table.startswith(("documents_fts", "sqlite_", "_sqlite_"))}
    assert tables - referring - others == no_text_of_a_page | emptied


def test_pages_with_the_same_bytes_go_together(ck: CorpusKit, owls: Path) -> None:
    same = (SECRET_PAGE | {"url": "https://copy.example/a"}, SECRET_PAGE | {"url": None})
    bring(owls, *same)
    forgotten = ck("forget", "1", "--yes", "-f", "jsonl").rows()
    assert [(page["id"], page["because"]) for page in forgotten] == [(1, "named"), (3, "same bytes"), (4, "same bytes")]
    assert count(owls, "contents") == 1
    assert traces(owls, SECRET) == []
    listed = ck("forget", "--list", "-f", "jsonl").rows()
    assert [(stone["id"], stone["refuses"]) for stone in listed] == [(1, "bytes and address"), (3, "bytes"), (4, "bytes")]
    # other bytes at the address of a copy are none of this business
    bring(owls, row("https://copy.example/a", "Something else"))
    assert ck("list", "--fields", "url").out.splitlines()[1:] == ["https://other.example/mill", "https://copy.example/a"]


def test_all_captures_of_an_address_go(ck: CorpusKit, owls: Path) -> None:
    later = [
        row(URL, "The observatory, corrected", SECRET, "A correction.", fetched_at="2022-01-01T00:00:00Z"),
        row("http://OWLS.example:80/observatory#top", "The observatory, again", SECRET, fetched_at="2023-01-01T00:00:00Z"),
        row("https://owls.example/", "The home page"),
    ]
    bring(owls, *later)
    preview = ck("forget", URL, "-f", "jsonl", code=2).rows()
    assert [page["id"] for page in preview] == [1, 3, 4]
    ck("forget", "3", "--yes")
    assert ck("list", "--all", "-f", "ids").out == "2\n5\n"
    assert traces(owls, SECRET) == []
    assert ck("check", "--data").out == "sound\n"


def test_earlier_texts_go_too(ck: CorpusKit, owls: Path) -> None:
    clean_again(owls, 1, "Nothing is left of the text.")
    assert ck("forget", "1", "-f", "jsonl", code=2).rows()[0]["earlier"] == 1
    ck("forget", "1", "--yes")
    assert count(owls, "earlier_cleanings") == 0
    assert traces(owls, SECRET) == []


def test_lines_of_plain_text_are_not_counted_any_more(ck: CorpusKit, tmp_path: Path) -> None:
    path = tmp_path / "corpus.db"
    pages = [row(None, "") | {"html": f"Home | News\n\nThe story of number {number}.\n\n{SECRET}\n"} for number in (1, 2)]
    bring(path, pages[0], clean=False, media_type="text/plain")
    before = dump(path, "lines")
    bring(path, pages[1], clean=False, media_type="text/plain")
    assert dump(path, "lines") != before
    ck("forget", "2", "--yes")
    assert dump(path, "lines") == before


def dump(path: Path, table: str) -> list[tuple[Any, ...]]:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return connection.execute(f"SELECT * FROM {table}").fetchall()


def test_what_the_log_quotes_is_erased(ck: CorpusKit, owls: Path) -> None:
    quote = '"counted eleven owls above the dome"'
    ck("tag", "rare", "--match", quote)
    ck("dedupe", "--where", "title = 'The observatory at Fernleigh'")
    ck("list", "--match", quote, "--save", "owls")
    ck("list", "--selection", "owls", "--save", "few", "-n", "1")
    ck("list", "--lang", "en", "--save", "english")
    ck("export", "--match", quote, "-o", "out.jsonl")
    result = ck("forget", "--match", quote, "--yes")
    assert "what quoted them in command lines of the log is erased: 4\n" in result.err
    assert "the saved selection owls quoted them: deleted\n" in result.err
    assert "the saved selection few quoted them: deleted\n" in result.err
    assert ck("selections", "-f", "jsonl", "--fields", "name").rows() == [{"name": "english"}]
    logged = {entry["command"]: entry["arguments"] for entry in ck("log", "-f", "jsonl").rows()}
    assert logged["tag"] == ["tag", "rare", "--match", "[forgotten]"]
    assert logged["forget"] == ["forget", "--match", "[forgotten]", "--yes"]
    assert traces(owls, SECRET) == []


def test_a_note_must_not_quote(ck: CorpusKit, owls: Path) -> None:
    result = ck("forget", "1", "--yes", "--note", "it says that he counted eleven owls above the dome", code=2)
    assert "the note quotes a page" in result.err
    assert ck("list", "-f", "ids").out == "1\n2\n"
    ck("forget", "1", "--yes", "--note", "asked for by the author on 3 May")
    assert ck("forget", "--list", "--fields", "note", "-f", "jsonl").rows() == [{"note": "asked for by the author on 3 May"}]


def test_remnants_in_free_space_go_too(ck: CorpusKit, owls: Path) -> None:
    with contextlib.closing(sqlite3.connect(owls)) as connection:
        connection.execute("PRAGMA secure_delete = OFF")
        connection.execute("CREATE TABLE old (text TEXT)")
        connection.executemany("INSERT INTO old VALUES (?)", [(SECRET * 40,)] * 20)
        connection.commit()
        connection.execute("DROP TABLE old")
        connection.commit()
    assert owls.read_bytes().count(SECRET[:40].encode()) > 20
    ck("forget", "1", "--yes")
    assert traces(owls, SECRET) == []


def test_a_trace_that_is_left_is_found_out(ck: CorpusKit, owls: Path) -> None:
    with contextlib.closing(sqlite3.connect(owls)) as connection:
        connection.execute("CREATE TABLE notes (note TEXT)")
        connection.execute("INSERT INTO notes VALUES (?)", (SECRET,))
        connection.commit()
    result = ck("forget", "1", "--yes", code=2)
    assert "passages of what was forgotten are still there: " in result.err
    assert " in table notes, row 1" in result.err
    assert "verified" not in result.err


# What is asked for


def test_nothing_happens_without_yes(ck: CorpusKit, owls: Path) -> None:
    before = owls.read_bytes()
    result = ck("forget", "1", code=2)
    assert result.out.splitlines()[1].startswith("1\tnamed\t")
    assert result.err == (
        "corpuskit: 1 page would be forgotten for good: nothing was changed\nhint: the same command with --yes\n"
    )
    assert owls.read_bytes() == before


def test_names_of_which_nothing_is_known(ck: CorpusKit, owls: Path) -> None:
    assert "nothing is known of 99" in ck("forget", "99", "--yes", code=1).err
    assert "nothing is known of 99" in ck("forget", "99", code=1).err
    assert count(owls, "runs") == 1
    assert "nothing is known of https://no.example/" in ck("forget", "1", "https://no.example/", "--yes", code=3).err
    assert ck("list", "-f", "ids").out == "2\n"


def test_forgetting_twice(ck: CorpusKit, owls: Path) -> None:
    ck("forget", "1", "--yes")
    before = owls.read_bytes()
    for name in ("1", URL, "http://owls.example/observatory"):
        assert ck("forget", name, "--yes", code=1).err == f"forgotten already: {name}\n"
    assert owls.read_bytes() == before


def test_wrong_use(ck: CorpusKit, owls: Path) -> None:
    for arguments in ((), ("1", "--site", "owls.example"), ("--list", "--allow"), ("--allow",)):
        assert ck("forget", *arguments, code=2).out == ""
    assert ck("list", "-f", "ids").out == "1\n2\n"


def test_a_selection_takes_dropped_documents_too(ck: CorpusKit, owls: Path) -> None:
    again = row(URL, "The observatory, corrected", SECRET, fetched_at="2022-01-01T00:00:00Z")
    bring(owls, again)
    assert ck("list", "--site", "owls.example", "-f", "ids").out == "3\n"
    ck("forget", "--site", "owls.example", "--yes")
    assert ck("list", "--all", "-f", "ids").out == "2\n"


def test_ids_from_a_pipe_may_be_pages_without_a_text(ck: CorpusKit, owls: Path) -> None:
    bring(owls, row("https://owls.example/2", "Never cleaned", SECRET), clean=False)
    ck("forget", "--ids", "-", "--yes", input="1\n3\n")
    assert count(owls, "pages") == 1
    assert traces(owls, SECRET) == []


def test_everything_can_be_forgotten(ck: CorpusKit, corpus: Path) -> None:
    ids = ck("list", "--all", "-f", "ids").out
    ck("dedupe")
    ck("export", "-o", "out.jsonl")
    result = ck("forget", "--all", "--yes", "-f", "ids")
    assert {*result.out.split()} >= {*ids.split()}
    assert "passages that also stand" not in result.err
    assert ck("list", "--all", "-f", "ids", code=1).out == ""
    assert words_in_index(corpus) == set()
    assert ck("check", "--data").out == "sound\n"
    assert ck("forget", "--all", "--yes", code=1).out == ""


def test_a_page_of_three_words_that_stand_everywhere(ck: CorpusKit, owls: Path) -> None:
    for text in ("The old ferry", "The old ferry goes again"):
        bring(owls, row(None, "") | {"html": f"<h1></h1><p>{text}</p>"})
    result = ck("forget", "3", "--yes")
    assert "verified: no passage of " in result.err
    assert ck("show", "4", "--text").out == "The old ferry goes again\n"


# What stays


def test_a_near_duplicate_is_named_and_can_go_too(ck: CorpusKit, owls: Path) -> None:
    near = row("https://near.example/", "The observatory at Fernleigh!", SECRET, "Ends.")
    bring(owls, near)
    ck("dedupe", "--threshold", "0.7")
    kept = ck("list", "-f", "ids").out.split()
    result = ck("forget", "1", code=2)
    assert "document 3 stays: Jaccard 0." in result.err
    assert "hint: corpuskit forget 3\n" in result.err
    both = shutil.copy(owls, owls.with_name("both.db"))
    done = ck("forget", "1", "--yes")
    assert "verified: no passage of " in done.err
    assert ": 3 (" in done.err
    assert traces(owls, SECRET)
    if "1" in kept:
        assert "3 had been dropped in their favour: corpuskit dedupe decides about them again" in done.err
        assert ck("list", "-f", "ids").out == "2\n3\n"
    ck("dedupe")
    assert ck("check", "--data").out == "sound\n"
    ck("-d", both, "forget", "1", "--with-duplicates", "--yes")
    assert traces(Path(both), SECRET) == []


def test_a_run_of_forgetting_cannot_be_undone(ck: CorpusKit, owls: Path) -> None:
    near = row("https://near.example/", "The observatory at Fernleigh!", SECRET, "Ends.")
    bring(owls, near)
    ck("dedupe", "--threshold", "0.7", "--keep", "first")  # run 3
    ck("forget", "1", "--yes")
    assert "run 4 (forget) cannot be undone" in ck("undo", "4", code=2).err
    ck("undo", "3", code=None)
    ck("undo", "5", code=None)
    assert ck("list", "-f", "ids").out == "2\n3\n", "nothing is dropped in favour of what is gone"
    assert ck("check", "--data").out == "sound\n"


def test_of_the_captures_that_remain_the_newest_is_taken(ck: CorpusKit, owls: Path) -> None:
    """A copy at another address goes with the bytes; what had been superseded by it there counts again."""
    copies = [
        row("https://copy.example/", "Older", "It was an older page of that address.", fetched_at="2020-01-01T00:00:00Z"),
        SECRET_PAGE | {"url": "https://copy.example/", "fetched_at": "2021-01-01T00:00:00Z"},
    ]
    bring(owls, *copies)
    assert ck("list", "-f", "ids").out == "1\n2\n4\n"
    ck("forget", "1", "--yes")
    assert ck("list", "-f", "ids").out == "2\n3\n"
    assert ck("check").out == "sound\n"


def test_an_address_that_a_page_claims_takes_no_other_page_with_it(ck: CorpusKit, tmp_path: Path) -> None:
    bring(tmp_path / "corpus.db", *(row(None, name, f"{name} {SECRET}", claims="https://owls.example/") for name in "ab"))
    result = ck("forget", "1", "--yes")
    assert "page 2 stays: it has the address of one of them" in result.err
    (tmp_path / "c.jsonl").write_text(rows_of(row("http://owls.example", "Home", "Something else.")))
    again = ck("import", "c.jsonl", "--no-clean")
    assert "forgotten (its address was forgotten by run 2)" in again.err
    assert ck("check", "--data").out == "sound\n"


# It does not come back


def test_import_refuses_bytes_and_addresses(ck: CorpusKit, owls: Path, tmp_path: Path) -> None:
    ck("forget", "1", "--yes")
    (tmp_path / "saved.html").write_text(str(SECRET_PAGE["html"]))
    rows = [
        SECRET_PAGE | {"url": "https://new.example/"},
        row("http://owls.example/observatory#x", "Other bytes", "Other bytes."),
    ]
    (tmp_path / "rows.jsonl").write_text(rows_of(*rows, OTHER))
    dry = ck("import", "saved.html", "rows.jsonl", "--dry-run", "-f", "jsonl").rows()
    result = ck("import", "saved.html", "rows.jsonl", "--no-clean", "-f", "jsonl")
    assert [(one["new"], one["known"], one["skipped"]) for one in result.rows()] == [(0, 0, 1), (0, 1, 2)]
    assert result.rows() == dry
    assert result.err.count(": forgotten (its ") == 3
    reasons = [(one["location"], one["reason"], one["detail"]) for one in ck("errors", "-f", "jsonl").rows()]
    assert reasons == [
        ("saved.html", "forgotten", "its bytes were forgotten by run 2"),
        ("rows.jsonl#1", "forgotten", "its bytes were forgotten by run 2"),
        ("rows.jsonl#2", "forgotten", "its address was forgotten by run 2"),
    ]
    assert traces(owls, SECRET) == []
    assert ck("check", "--data").out == "sound\n"


def test_fetch_does_not_even_ask(ck: CorpusKit, owls: Path) -> None:
    ck("forget", "1", "--yes")
    result = ck("fetch", URL, "-f", "jsonl")
    assert [(one["read"], one["skipped"]) for one in result.rows()] == [(1, 1)]
    assert f"skipped: {URL}: forgotten (its address was forgotten by run 2)" in result.err


def test_what_is_allowed_can_come_again(ck: CorpusKit, owls: Path) -> None:
    ck("forget", "1", "--yes")
    assert ck("forget", "--allow", "https://nobody.example/", code=1).err == "nothing of that name is refused\n"
    assert ck("forget", "--allow", URL).err == "1 page can be imported again: 1\n"
    assert ck("forget", "--allow", "1", code=1).err == "nothing of that name is refused\n"
    assert [one["refuses"] for one in ck("forget", "--list", "-f", "jsonl").rows()] == ["nothing"]
    bring(owls, SECRET_PAGE)
    assert ck("list", "-f", "ids").out == "2\n3\n"
    assert ck("check", "--data").out == "sound\n"
    ck("forget", "3", "--yes")
    assert traces(owls, SECRET) == []
    assert ck("check", "--data").out == "sound\n"


def test_why_tells_of_a_forgotten_page(ck: CorpusKit, owls: Path) -> None:
    ck("export", "-o", "out.jsonl")
    ck("export", "--ids", "-", input="2\n")
    assert "  export    " in ck("why", "1").out
    ck("forget", "1", "--yes", "--note", "asked for")
    location = ck("forget", "--list", "--fields", "location", "-f", "jsonl").rows()[0]["location"]
    for name in ("1", URL, location):
        lines = ck("why", "--", name).out.splitlines()
        assert lines[0] == f"1: forgotten: {location}"
        assert any("by run 2: nothing of it is in the corpus" in line for line in lines)
        assert "  note      asked for" in lines
        assert [line.split()[-3] for line in lines if line.startswith("  export")] == [f"{owls.parent}/out.jsonl,"]
    (told,) = json.loads(ck("why", "1", "-f", "json").out)
    assert told["forgotten"]["exports"][0]["path"] == f"{owls.parent}/out.jsonl"
    assert told["forgotten"]["exports"][0]["documents"] == 2


def test_forget_names_the_exports(ck: CorpusKit, owls: Path) -> None:
    ck("export", "-o", "out.jsonl")
    ck("export", "-o", "mill.jsonl", "--ids", "-", input="2\n")
    ck("export")
    result = ck("forget", "1", "--yes", "-f", "jsonl")
    assert result.rows()[0]["exports"] == [f"{owls.parent}/out.jsonl", "-"]
    named = [line for line in result.err.splitlines() if line.startswith("export of ")]
    assert [line.partition(" to ")[2] for line in named] == [f"{owls.parent}/out.jsonl: holds 1", "standard output: holds 1"]


# Others, interruptions, backups


@pytest.mark.parametrize(
    "statements",
    [
        "BEGIN IMMEDIATE",
        "BEGIN; SELECT * FROM runs",
        "PRAGMA journal_mode = WAL; BEGIN IMMEDIATE",
        "PRAGMA journal_mode = WAL; SELECT 1 FROM runs",
    ],
)
def test_another_process_that_has_it_open_is_75(
    ck: CorpusKit, owls: Path, monkeypatch: pytest.MonkeyPatch, statements: str
) -> None:
    monkeypatch.setattr("corpuskit.store.database.BUSY_SECONDS", 0.2)
    with contextlib.closing(sqlite3.connect(owls, isolation_level=None)) as connection:
        for statement in statements.split(";"):
            connection.execute(statement).fetchall()
        assert "locked" in ck("forget", "1", "--yes", code=75).err
    assert ck("list", "-f", "ids").out == "1\n2\n"
    assert ck("check", "--data").out == "sound\n"


@pytest.mark.parametrize("seconds", [0.25, 0.4, 0.55])
def test_a_takedown_that_is_killed_is_brought_to_its_end(ck: CorpusKit, owls: Path, start: Start, seconds: float) -> None:
    """Whenever it is killed: the page is there and `forget` takes it, or it is gone and `forget` writes the file anew."""
    process = start("forget", "1", "--yes")
    with contextlib.suppress(Exception):
        process.wait(seconds)
    process.kill()
    process.wait()
    ck("forget", "1", "--yes", code=None)
    assert traces(owls, SECRET) == []
    assert ck("list", "-f", "ids").out == "2\n"
    assert ck("check", "--data").out == "sound\n"


def test_check_says_that_a_takedown_was_interrupted(ck: CorpusKit, owls: Path) -> None:
    ck("forget", "1", "--yes")
    with contextlib.closing(sqlite3.connect(owls)) as connection:
        connection.execute("UPDATE runs SET status = 'running', finished_at = NULL WHERE command = 'forget'")
        connection.commit()
    assert "a run that did not bring its forgetting to an end" in ck("check", code=1).out
    assert "run 2 was interrupted: the file is written anew now" in ck("forget", "1", "--yes", code=1).err
    assert ck("check").out == "sound\n"


def test_a_backup_of_what_is_left(ck: CorpusKit, owls: Path) -> None:
    ck("forget", "1", "--yes")
    ck("backup", "copy.db")
    assert traces(owls.with_name("copy.db"), SECRET) == []
    assert ck("-d", "copy.db", "check", "--data").out == "sound\n"
    assert ck("-d", "copy.db", "forget", "--list", "-f", "ids").out == "1\n"


def test_many_at_once(ck: CorpusKit, tmp_path: Path) -> None:
    rows = [row(f"https://many.example/{number}", f"Number {number}", f"{number} {SECRET}") for number in range(60)]
    bring(tmp_path / "corpus.db", *rows, clean=False)
    ck("forget", "--ids", "-", "--yes", "-f", "ids", input="".join(f"{number}\n" for number in range(1, 60, 2)))
    assert count(tmp_path / "corpus.db", "pages") == 30
    assert ck("check", "--data").out == "sound\n"


def test_a_corpus_that_cannot_be_written(ck: CorpusKit, owls: Path) -> None:
    owls.chmod(0o444)
    try:
        with owls.open("ab"):
            pytest.skip("this user may write to any file")
    except PermissionError:
        assert "no permission" in ck("forget", "1", "--yes", code=2).err
