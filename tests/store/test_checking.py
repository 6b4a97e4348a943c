"""Every kind of damage that is planted is found, and a sound corpus has none."""

# ruff: noqa: E501  # damage reads best with a row a line

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from pathlib import Path

import pytest
from tests.store.conftest import cleaned, fill

from corpuskit import forgetting
from corpuskit.errors import CorpusError
from corpuskit.selection import Selection
from corpuskit.store.decisions import Decision
from corpuskit.store.soundness import RULES
from corpuskit.store.store import Store
from corpuskit.tagging import tag, untag
from corpuskit.undoing import look, undo


def findings(path: Path, *, data: bool = True) -> list[str]:
    with Store.open(path) as store:
        checks = store.checks
        return [*checks.structure(), *checks.rules(), *checks.index(), *(checks.digests() if data else ())]


def plant(path: Path, *statements: str) -> None:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def test_a_sound_corpus_has_no_findings(path: Path) -> None:
    assert findings(path) == []


DAMAGE = {
    "a text was changed": (
        ["UPDATE documents SET text = replace(text, 'river', 'rover') WHERE id = 1"],
        ["index: does not fit the documents", "document 1: its text is not that of its digest"],
    ),
    "a text was changed and indexed": (
        ["UPDATE documents SET text = 'other' WHERE id = 1", "INSERT INTO documents_fts (documents_fts) VALUES ('rebuild')"],
        ["document 1: its text is not that of its digest"],
    ),
    "a title was changed": (["UPDATE documents SET title = 'Zebra' WHERE id = 2"], ["index: does not fit the documents"]),
    "a document is not indexed": (
        ["""INSERT INTO documents_fts (documents_fts, rowid, title, text, title_characters, text_characters)
            SELECT 'delete', id, title, text, title_characters, text_characters FROM documents WHERE id = 3"""],
        ["index: does not fit the documents"],
    ),
    "a row of the index is gone": (
        ["DELETE FROM documents_fts_data WHERE id = (SELECT max(id) FROM documents_fts_data)"],
        ["index: does not fit the documents"],
    ),
    "a page's digest was changed": (
        ["UPDATE contents SET digest = 'sha256:0' WHERE id = 2"],
        ["content 2: its bytes are not those of its digest"],
    ),
    "a page's size was changed": (
        ["UPDATE contents SET size = size + 1 WHERE id = 2"], ["content 2: its bytes are not those of its digest"]
    ),
    "a page was cut": (
        ["UPDATE contents SET zstd = substr(zstd, 1, length(zstd) - 3) WHERE id = 2"], ["content 2: cannot be decompressed"]
    ),
    "a page is garbage": (["UPDATE contents SET zstd = x'00' WHERE id = 2"], ["content 2: cannot be decompressed"]),
    "a page is nothing": (["UPDATE contents SET zstd = x'' WHERE id = 2"], ["content 2: "]),
    "a content is gone": (
        ["DELETE FROM contents WHERE id = 8"], ["reference: row 8 of pages points at a row of contents that does not exist"]
    ),
    "a source is gone": (
        ["DELETE FROM sources WHERE id = 2"],
        [
            *(f"reference: row {page_id} of pages points at a row of sources" for page_id in (4, 5, 6)),
            "a document that documents_view does not show: 4, 5, 6",
        ],
    ),
    "a page is gone": (["DELETE FROM pages WHERE id = 8"], ["a content that no page refers to: 8", "a run with other pages than it counted: 1"]),
    "a document is gone": (
        ["""INSERT INTO documents_fts (documents_fts, rowid, title, text, title_characters, text_characters)
            SELECT 'delete', id, title, text, title_characters, text_characters FROM documents WHERE id = 3""",
         "DELETE FROM documents WHERE id = 3"],
        ["a cleaned page without a document: 3"],
    ),
    "a document of a page without text": (
        ["UPDATE cleanings SET outcome = 'no-text', reason = 'no-text' WHERE page_id = 1"],
        ["a document of a page that is not cleaned: 1"],
    ),
    "a failure that nobody hears of": (
        ["INSERT INTO cleanings (page_id, recipe_id, run_id, outcome, reason) VALUES (8, 1, 1, 'failed', 'timeout')"],
        ["a failed cleaning without an outcome: 8"],
    ),
    "a decision about nothing": (
        ["INSERT INTO decisions (document_id, run_id, rule) VALUES (7, 1, 'duplicate')"],
        ["a decision about a page without a document: 2"],
    ),
    "a tag of a page that is not there": (
        ["INSERT INTO tags VALUES (99, 'x', 1)"],
        ["of tags points at a row of pages that does not exist", "a tag that nobody gave (its page): 99"],
    ),
    "counters that do not balance": (
        ["""UPDATE runs SET counts = json_set(counts, '$.known', 7)"""], ["a run whose counters do not balance: 1"]
    ),
}  # fmt: skip


@pytest.mark.parametrize(("statements", "expected"), DAMAGE.values(), ids=DAMAGE)
def test_planted_damage_is_found(path: Path, statements: list[str], expected: list[str]) -> None:
    plant(path, *statements)
    found = findings(path)
    for text in expected:
        assert any(text in finding for finding in found), found
    assert len(found) == len(expected), "and nothing else is reported"
    assert all("\n" not in finding for finding in found)


def test_what_only_a_digest_can_find_needs_data(path: Path) -> None:
    plant(path, "UPDATE contents SET digest = 'sha256:0' WHERE id = 2")
    assert findings(path, data=False) == []


@pytest.mark.parametrize("share", [0.2, 0.4, 0.6, 0.8])
def test_a_file_with_a_hole_is_never_sound(path: Path, share: float) -> None:
    content = bytearray(path.read_bytes())
    start = int(len(content) * share) // 4096 * 4096
    content[start : start + 4096] = bytes(4096)
    path.write_bytes(content)
    try:
        assert findings(path)
    except CorpusError as error:
        assert "\n" not in str(error)


def test_checking_changes_nothing(path: Path) -> None:
    before = path.read_bytes()
    assert findings(path) == []
    assert path.read_bytes() == before
    assert [entry.name for entry in path.parent.iterdir()] == ["corpus.db"]


def test_a_backup_is_the_same_corpus(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    with Store.open(path) as store:
        store.checks.back_up(target)
    with Store.open(path) as store, Store.open(target) as copy:
        ids = [1, 2, 3, 4, 5, 6]
        assert list(copy.documents.records(ids)) == list(store.documents.records(ids))
    assert findings(target) == []


def test_a_backup_of_a_corpus_that_is_written_to_is_of_one_moment(path: Path, tmp_path: Path) -> None:
    with Store.open(path, write=True) as writer, Store.open(path) as store:
        writer.database.execute("BEGIN IMMEDIATE")
        writer.database.execute("DELETE FROM tags")
        store.checks.back_up(tmp_path / "copy.db")
        writer.database.execute("ROLLBACK")
    assert findings(Path(shutil.move(tmp_path / "copy.db", tmp_path / "moved.db"))) == []
    with Store.open(tmp_path / "moved.db") as copy:
        assert copy.database.value("SELECT count(*) FROM tags") == 3


# A corpus with a past: everything that a command writes is there once


@pytest.fixture(scope="session")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The path of a corpus with a long life that nothing may write to: cleaned twice, tagged, undone, forgotten, exported."""
    path = tmp_path_factory.mktemp("busy") / "corpus.db"
    fill(path)
    with Store.open(path, write=True) as store:
        live(store)
    with Store.open_alone(path) as store:
        forget_one(store)
    return path


def live(store: Store) -> None:
    """Runs 2 to 8: clean, dedupe, tag, untag and undo that, select, list passages, export."""
    place = store.pages.place(1)
    with store.runs.record("clean", ["clean", "--again"]) as run, store.transaction():
        store.documents.put(1, run.id, cleaned("The river rose. The ferry stopped.", title="The flood"), place)
        run.counts |= {"read": 1, "cleaned": 1, "no-text": 0, "failed": 0}
    with store.runs.record("dedupe", ["dedupe"]) as run, store.transaction():
        store.decisions.add([Decision(2, "near-duplicate", 0.9, 0.8, 3)], run.id)
        store.signatures.add_pairs([(2, 3, 0.9), (1, 6, 0.7)])
        run.counts |= {"documents": 6, "kept": 5, "exact-duplicate": 0, "near-duplicate": 1, "in-other-corpus": 0}
    with store.runs.record("tag", ["tag", "gold"]) as run:
        run.counts |= tag(store, [1, 2, 3], "gold", run_id=run.id)
    with store.runs.record("untag", ["untag", "gold"]) as run:
        run.counts |= untag(store, [2], "gold", run_id=run.id)
    with store.runs.record("undo", ["undo", "5"]) as run:
        undo(store, look(store, 5), by=run.id)
    with store.transaction():
        store.selections.save("english", Selection(languages=("en",)))
        store.selections.save("few", Selection(named="english", limit=2))
        store.lines.add_page(7, [11, 12])
        store.passages.put(1, "sha256:0", [(5, 1)])
        store.exports.add(["export"], "/tmp/out.jsonl", [1, 3])


def forget_one(store: Store) -> None:
    """Run 7: page 4 goes."""
    with store.runs.record("forget", ["forget", "4"]) as run:
        plan = forgetting.look(store, ["4"], None)
        forgetting.forget(store, plan, note="", run_id=run.id)
        store.forgetting.sweep()
        run.counts |= {"pages": 1}


def test_a_corpus_with_a_past_is_sound(busy: Path) -> None:
    assert findings(busy) == []


PLANTED = {
    "a text whose words were counted wrongly": (
        "UPDATE documents SET words = words + 1 WHERE id = 2", "document 2: not what its text, title and URL give: words"),
    "a text whose characters were counted wrongly": (
        "UPDATE documents SET characters = 0 WHERE id = 2", "document 2: not what its text, title and URL give: characters"),
    "a site of another URL": ("UPDATE documents SET site = 'x.example' WHERE id = 2", "document 2: not what"),
    "cuts that are no list": ("UPDATE documents SET cuts = '{' WHERE id = 2", "document 2: not what its text, title and URL give: cuts"),
    "a date from nowhere": ("UPDATE documents SET date_source = NULL WHERE id = 2", "a date without its source"),
    "a page whose source said nonsense": ("UPDATE pages SET given = '[' WHERE id = 2", "page 2: what its source said"),
    "a cleaning for a reason": ("UPDATE cleanings SET reason = 'empty' WHERE page_id = 2", "a cleaning whose reason does not fit"),
    "a reason that does not exist": ("UPDATE cleanings SET reason = 'because' WHERE page_id = 7", "a reason that does not exist in cleanings: 7"),
    "an outcome for no known reason": ("UPDATE outcomes SET reason = 'because'", "a reason that does not exist in outcomes"),
    "a page that was cleaned before it came": ("UPDATE pages SET run_id = 2 WHERE id = 2", "a page that was cleaned before it came: 2"),
    "a page that nobody counted": ("UPDATE runs SET counts = json_set(counts, '$.read', 2, '$.new', 1) WHERE id = 1", "a run with other pages"),
    "an id that is free again": ("UPDATE sqlite_sequence SET seq = 3 WHERE name = 'pages'", "an id that could be given a second time"),
    "an earlier text that is garbage": ("UPDATE earlier_cleanings SET document = x'00'", "earlier cleaning 1: cannot be read"),
    "an earlier text that is another one": (
        "UPDATE earlier_cleanings SET document = (SELECT zstd FROM contents WHERE id = 1)", "earlier cleaning 1: cannot be read"),
    "an earlier text that is gone": ("UPDATE earlier_cleanings SET document = NULL", "an earlier cleaning whose document does not fit"),
    "an earlier text that comes later": ("UPDATE earlier_cleanings SET replaced_by = run_id", "an earlier cleaning that no later run has replaced"),
    "a decision in favour of nothing": (
        "INSERT INTO decisions (document_id, run_id, rule, duplicate_of) VALUES (1, 7, 'near-duplicate', 8)",
        "a decision in favour of a page without a document"),
    "a decision in favour of a page that never was": (
        "UPDATE decisions SET duplicate_of = 99 WHERE rule = 'near-duplicate'", "of decisions points at a row of pages"),
    "a decision of no run": ("UPDATE decisions SET run_id = 99 WHERE rule = 'near-duplicate'", "of decisions points at a row of runs"),
    "a duplicate of nothing": ("UPDATE decisions SET duplicate_of = NULL WHERE rule = 'near-duplicate'", "a duplicate of nothing: 2"),
    "a duplicate of itself": ("UPDATE decisions SET duplicate_of = document_id WHERE rule = 'duplicate'", "a duplicate of itself: 1"),
    "a decision taken back too early": (
        "UPDATE decisions SET withdrawn_by = 1 WHERE rule = 'near-duplicate'", "a decision that was taken back before it was taken: 2"),
    "a restoration by no undo": ("INSERT INTO restorations VALUES (2, 1)", "a decision that was put in force again by a run that is no undo"),
    "a similarity above one": ("UPDATE pairs SET jaccard = 1.5 WHERE document_id = 1", "a pair with a similarity that cannot be"),
    "a pair of a page without a text": ("INSERT INTO pairs VALUES (1, 8, 0.9)", "a pair of a page that was never cleaned: 8"),
    "a pair of a page that never was": ("INSERT INTO pairs VALUES (1, 99, 0.9)", "reference: row None of pairs"),
    "a block of signatures that was cut": (
        """INSERT INTO signature_blocks (id, format, ids, digests, shingles, characters, names, signatures)
           VALUES (1, 1, zeroblob(8), zeroblob(16), zeroblob(4), zeroblob(4), zeroblob(8), zeroblob(255))""",
        "a block of signatures whose columns differ in length: 1"),
    "passages of nobody": ("INSERT INTO passages VALUES (5, 2, 1)", "passages of a document that was not read for them: 2"),
    "a line on more pages than there are": ("UPDATE lines SET pages = 9 WHERE key = 11", "a line that stands on more pages than there are (its scope): 7"),
    "counters of a cleaning": ("UPDATE runs SET counts = json_set(counts, '$.failed', 3) WHERE id = 2", "a run whose counters do not balance: 2"),
    "counters of a deduping": ("UPDATE runs SET counts = json_set(counts, '$.kept', 3) WHERE id = 3", "a run whose counters do not balance: 3"),
    "counters that are no JSON": ("UPDATE runs SET counts = '{' WHERE id = 2", "no JSON: 2"),
    "an undo of the future": ("UPDATE runs SET undoes = 7 WHERE id = 6", "a run that undoes a later one: 6"),
    "a run without an end": ("UPDATE runs SET finished_at = NULL WHERE id = 3", "a run that ended without a time"),
    "a tag that nobody gave": ("INSERT INTO tags VALUES (3, 'silver', 4)", "a tag that nobody gave (its page): 3"),
    "a tag that is lost": ("DELETE FROM tags WHERE page_id = 2 AND tag = 'gold'", "a tag that was given and is not there (its page): 2"),
    "a selection that is no JSON": ("UPDATE selections SET criteria = '{' WHERE name = 'english'", "a saved selection that cannot be read: english"),
    "a selection that is no object": ("UPDATE selections SET criteria = '7' WHERE name = 'english'", "a saved selection that cannot be read: english"),
    "a selection of nothing": ("DELETE FROM selections WHERE name = 'english'", "a saved selection that is made of one which is not there: few"),
    "an export that is garbage": ("UPDATE exports SET ids = x'00'", "an export whose documents cannot be read: 1"),
    "an export of other documents": ("UPDATE exports SET documents = 7", "an export of other documents than it counted: 1"),
    "a forgotten page that is back": ("UPDATE tombstones SET page_id = 3", "a page that was forgotten: 3"),
    "forgotten bytes that are back": (
        "UPDATE tombstones SET digest = (SELECT digest FROM contents WHERE id = 3)", "a page with bytes that were forgotten: 3"),
    "a forgotten address that is back": (
        """INSERT INTO pages (identity, content_id, source_id, run_id, location, url, media_type)
           SELECT x'00', content_id, source_id, 8, location, 'http://river.example/flood#top', media_type FROM pages WHERE id = 1;
           INSERT INTO runs (id, command, arguments, versions, started_at, finished_at, status) VALUES (8, 'x', '[]', '{}', '1', '2', 'done');
           UPDATE tombstones SET address = '//river.example/flood'""",
        "a page with an address that was forgotten before: 9"),
    "a tombstone of no takedown": ("UPDATE tombstones SET run_id = 3", "a tombstone of a run that forgot nothing: 4"),
    "a takedown that was interrupted": ("UPDATE runs SET status = 'interrupted' WHERE command = 'forget'", "a run that did not bring its forgetting to an end"),
    "a missing index": ("DROP INDEX pages_by_url", "schema: index pages_by_url is missing"),
    "another view": ("DROP VIEW documents_view; CREATE VIEW documents_view AS SELECT id FROM documents", "schema: view documents_view is another one"),
    "signals of a page that never was": (
        "INSERT INTO page_signals (document_id, text_digest, version) VALUES (99, '', 1)", "of page_signals points at a row of pages"),
}  # fmt: skip


@pytest.mark.parametrize(("statements", "expected"), PLANTED.values(), ids=PLANTED)
def test_damage_in_a_corpus_with_a_past_is_found(busy: Path, tmp_path: Path, statements: str, expected: str) -> None:
    path = Path(shutil.copy(busy, tmp_path / "corpus.db"))
    plant(path, *statements.split(";"))
    found = findings(path)
    assert any(expected in finding for finding in found), found
    assert len(found) <= 2, "one damage breaks few rules"
    assert all("\n" not in finding for finding in found)


def test_other_programs_may_add_tables(path: Path) -> None:
    plant(path, "CREATE TABLE notes (id INTEGER PRIMARY KEY, note TEXT)", "CREATE INDEX mine ON documents (author)")
    assert findings(path) == []


def test_every_rule_can_be_broken() -> None:
    texts = [expected for _, expected in PLANTED.values()] + [text for _, texts in DAMAGE.values() for text in texts]
    silent = [
        rule.finding
        for rule in RULES
        if not any(
            rule.finding.startswith(text.partition(":")[0].rstrip("0123456789 ")) or text.partition(":")[0] in rule.finding
            for text in texts
        )
    ]
    assert silent == []
