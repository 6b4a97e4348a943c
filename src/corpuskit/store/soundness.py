"""Soundness: what must hold between the rows of a corpus, rule by rule.

Most rules are a statement that selects the rows which break it. What takes more than that is a function that yields findings.
A new table brings its rules with it, here; a test plants damage of every kind and expects it to be found.
"""

# ruff: noqa: S608  # what is put together here are our own statements

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby

from corpuskit.reasons import Reason
from corpuskit.selection import from_criteria
from corpuskit.store.database import Database
from corpuskit.store.decisions import Decisions
from corpuskit.store.exports import unpack_ids
from corpuskit.store.migrations import STEPS
from corpuskit.store.tombstones import UNFINISHED, address_of

_MOST_NAMED = 10  # rows in one finding
# runs with counters that can be read, whatever became of them; `->>` binds more tightly than `+`
_RUNS = "SELECT id, command, CASE WHEN json_valid(counts) THEN counts ELSE '{}' END AS counts FROM runs"


@dataclass(frozen=True, slots=True)
class Rule:
    """Something that must not be found. The statement selects the numbers of the rows where it is, which are those of a table."""

    finding: str
    statement: str


RULES = (
    # pages, texts
    Rule("a content that no page refers to", "SELECT id FROM contents WHERE id NOT IN (SELECT content_id FROM pages)"),
    Rule("a cleaned page without a document",
         "SELECT page_id FROM cleanings WHERE outcome = 'cleaned' AND page_id NOT IN (SELECT id FROM documents)"),
    Rule("a document of a page that is not cleaned",
         "SELECT id FROM documents WHERE id NOT IN (SELECT page_id FROM cleanings WHERE outcome = 'cleaned')"),
    Rule("a document that documents_view does not show",
         "SELECT id FROM documents WHERE id NOT IN (SELECT id FROM documents_view) ORDER BY id"),
    Rule("a failed cleaning without an outcome",
         """SELECT page_id FROM cleanings WHERE outcome = 'failed'
            AND page_id NOT IN (SELECT page_id FROM outcomes WHERE stage = 'clean' AND page_id IS NOT NULL)"""),
    Rule("a cleaning whose reason does not fit its outcome",
         "SELECT page_id FROM cleanings WHERE (outcome = 'cleaned') <> (reason IS NULL)"),
    Rule("a page that was cleaned before it came",
         "SELECT page_id FROM cleanings JOIN pages ON pages.id = page_id WHERE cleanings.run_id < pages.run_id"),
    Rule("a date without its source, or the other way round",
         "SELECT id FROM documents WHERE (date IS NULL) <> (date_source IS NULL)"),
    Rule("an id that could be given a second time",
         """SELECT id FROM (SELECT id FROM pages UNION SELECT page_id FROM tombstones)
            WHERE id > coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'pages'), 0)"""),
    Rule("an earlier cleaning that no later run has replaced", "SELECT id FROM earlier_cleanings WHERE replaced_by <= run_id"),
    Rule("an earlier cleaning whose document does not fit its outcome",
         "SELECT id FROM earlier_cleanings WHERE (outcome = 'cleaned') <> (document IS NOT NULL)"),
    # decisions
    Rule("a decision about a page without a document",
         "SELECT id FROM decisions WHERE withdrawn_by IS NULL AND document_id NOT IN (SELECT id FROM documents)"),
    Rule("a decision in favour of a page without a document",
         """SELECT id FROM decisions WHERE withdrawn_by IS NULL AND duplicate_of NOT IN (SELECT id FROM documents)
            AND run_id > coalesce((SELECT max(id) FROM runs WHERE command IN ('clean', 'undo')), 0)"""),
    Rule("a duplicate of nothing",
         """SELECT id FROM decisions WHERE withdrawn_by IS NULL AND duplicate_of IS NULL
            AND rule IN ('exact-duplicate', 'near-duplicate', 'superseded')"""),
    Rule("a duplicate of itself", "SELECT id FROM decisions WHERE duplicate_of = document_id"),
    Rule("a decision that was taken back before it was taken", "SELECT id FROM decisions WHERE withdrawn_by <= run_id"),
    Rule("a decision that was put in force again by a run that is no undo, or that came before it",
         """SELECT decision_id FROM restorations JOIN decisions ON decisions.id = decision_id
            JOIN runs ON runs.id = restorations.run_id WHERE runs.undoes IS NULL OR runs.id <= decisions.run_id"""),
    # duplicates
    Rule("a pair with a similarity that cannot be, or in the wrong order (its first document)",
         "SELECT document_id FROM pairs WHERE jaccard NOT BETWEEN 0 AND 1 OR document_id >= other_id"),
    Rule("a pair of a page that was never cleaned",
         """SELECT document_id FROM pairs WHERE document_id NOT IN (SELECT page_id FROM cleanings)
            UNION SELECT other_id FROM pairs WHERE other_id NOT IN (SELECT page_id FROM cleanings)"""),
    Rule("a block of signatures whose columns differ in length",
         """SELECT id FROM signature_blocks WHERE length(digests) <> 2 * length(ids) OR 2 * length(shingles) <> length(ids)
            OR length(characters) <> length(shingles) OR length(names) <> length(ids)
            OR length(signatures) <> 32 * length(ids)"""),
    Rule("passages of a document that was not read for them",
         "SELECT DISTINCT document_id FROM passages WHERE document_id NOT IN (SELECT document_id FROM passage_documents)"),
    Rule("a line that stands on more pages than there are (its scope)",
         """SELECT DISTINCT lines.scope FROM lines LEFT JOIN lines AS pages ON pages.scope = lines.scope AND pages.key = -1
            WHERE lines.pages < 1 OR lines.pages > coalesce(pages.pages, 0)"""),
    # runs
    Rule("a run whose counters do not balance", f"""
        SELECT id FROM ({_RUNS}) WHERE counts ->> 'read' IS NOT NULL AND counts ->> 'read' <> CASE
            WHEN command IN ('import', 'fetch')
                THEN counts ->> 'new' + counts ->> 'known' + counts ->> 'skipped' + counts ->> 'failed'
            WHEN command = 'clean' THEN counts ->> 'cleaned' + counts ->> 'no-text' + counts ->> 'failed'
            ELSE counts ->> 'read' END
        UNION SELECT id FROM ({_RUNS}) WHERE counts ->> 'documents' IS NOT NULL AND counts ->> 'documents' <> CASE command
            WHEN 'dedupe' THEN counts ->> 'kept' + counts ->> 'exact-duplicate' + counts ->> 'near-duplicate'
                + counts ->> 'in-other-corpus'
            WHEN 'filter' THEN counts ->> 'kept' + counts ->> 'dropped'
            ELSE counts ->> 'documents' END ORDER BY id"""),
    Rule("a run with other pages than it counted", f"""
        SELECT found.id FROM ({_RUNS}) AS found LEFT JOIN pages ON pages.run_id = found.id
        WHERE command IN ('import', 'fetch') AND counts ->> 'new' IS NOT NULL GROUP BY found.id
        HAVING count(pages.id) > counts ->> 'new'
        OR (count(pages.id) < counts ->> 'new' AND NOT EXISTS (SELECT 1 FROM tombstones))"""),
    Rule("a run that undoes a later one", "SELECT id FROM runs WHERE undoes >= id OR accepted_by <= id"),
    Rule("a run that ended without a time, or before it began",
         """SELECT id FROM runs WHERE (status IN ('done', 'partial') AND finished_at IS NULL) OR finished_at < started_at
            OR (status = 'running' AND finished_at IS NOT NULL)"""),
    Rule("a run whose counters, arguments or versions are no JSON",
         """SELECT id FROM runs WHERE coalesce(CASE WHEN json_valid(counts) THEN json_type(counts) END, '') <> 'object'
            OR coalesce(CASE WHEN json_valid(arguments) THEN json_type(arguments) END, '') <> 'array'
            OR NOT json_valid(versions)"""),
    # what was forgotten
    Rule("a page that was forgotten", "SELECT id FROM pages WHERE id IN (SELECT page_id FROM tombstones)"),
    Rule("a page with bytes that were forgotten",
         """SELECT pages.id FROM pages JOIN contents ON contents.id = pages.content_id
            WHERE digest IN (SELECT digest FROM tombstones WHERE allowed_by IS NULL)"""),
    Rule("a tombstone of a run that forgot nothing",
         """SELECT page_id FROM tombstones JOIN runs ON runs.id = run_id
            WHERE command <> 'forget' OR allowed_by <= run_id"""),
    Rule("a run that did not bring its forgetting to an end: `corpuskit forget` with one of its pages does", UNFINISHED),
)  # fmt: skip


def broken_rules(database: Database) -> Iterator[str]:
    """What breaks a rule, one line for each rule."""
    for rule in RULES:
        yield from _finding(rule.finding, [row[0] for row in database.rows(rule.statement)])
    for check in _CHECKS:
        yield from check(database)


def _finding(finding: str, wrong: list[int] | list[str]) -> Iterator[str]:
    if wrong:
        more = f" and {len(wrong) - _MOST_NAMED} more" if len(wrong) > _MOST_NAMED else ""
        yield f"{finding}: {', '.join(map(str, wrong[:_MOST_NAMED]))}{more}"


def _schema(database: Database) -> Iterator[str]:
    """Tables, indexes and views are those of a new corpus; what other programs have added does not matter."""
    statement = "SELECT type || ' ' || name AS name, sql FROM sqlite_schema WHERE sql IS NOT NULL"
    found = {row["name"]: row["sql"] for row in database.rows(statement)}
    blank = sqlite3.connect(":memory:", isolation_level=None)
    try:
        for one in (one for step in STEPS for one in step):
            blank.execute(one)
        for name, sql in blank.execute(statement):
            if found.get(name) != sql:
                yield f"schema: {name} is {'another one' if name in found else 'missing'}"
    finally:
        blank.close()


def _reasons(database: Database) -> Iterator[str]:
    known = json.dumps([reason.value for reason in Reason])
    for table, key in (("outcomes", "id"), ("cleanings", "page_id"), ("earlier_cleanings", "id")):
        statement = f"SELECT {key} FROM {table} WHERE reason NOT IN (SELECT value FROM json_each(?))"
        yield from _finding(f"a reason that does not exist in {table}", [row[0] for row in database.rows(statement, (known,))])


def _tags(database: Database) -> Iterator[str]:
    """A page has a tag when the latest change of it, among the runs that are not undone, gave it."""
    undone = Decisions(database).history().undone
    changes = database.rows("SELECT page_id, tag, run_id, added FROM tag_changes ORDER BY page_id, tag, id")
    wanted = {}
    for key, group in groupby(changes, key=lambda row: (row["page_id"], row["tag"])):
        holding = [row for row in group if row["run_id"] not in undone]
        if holding and holding[-1]["added"]:
            wanted[key] = holding[-1]["run_id"]
    found = {(row["page_id"], row["tag"]) for row in database.rows("SELECT page_id, tag FROM tags")}
    yield from _finding("a tag that nobody gave (its page)", sorted({page_id for page_id, _ in found - wanted.keys()}))
    yield from _finding("a tag that was given and is not there (its page)", sorted({page for page, _ in wanted.keys() - found}))


def _selections(database: Database) -> Iterator[str]:
    names = {row["name"] for row in database.rows("SELECT name FROM selections")}
    for row in database.rows("SELECT name, criteria FROM selections ORDER BY name"):
        try:
            selection = from_criteria(json.loads(row["criteria"]))
        except (ValueError, TypeError, AttributeError):
            yield f"a saved selection that cannot be read: {row['name']}"
            continue
        if selection.named is not None and selection.named not in names:
            yield f"a saved selection that is made of one which is not there: {row['name']}"


def _exports(database: Database) -> Iterator[str]:
    highest = database.value("SELECT seq FROM sqlite_sequence WHERE name = 'pages'") or 0
    for row in database.rows("SELECT id, arguments, documents, ids FROM exports ORDER BY id"):
        try:
            ids = unpack_ids(row["ids"])
            is_list = isinstance(json.loads(row["arguments"]), list)
        except ValueError:
            yield f"an export whose documents cannot be read: {row['id']}"
            continue
        rises = all(one < other for one, other in zip([0, *ids], ids, strict=False))
        if not is_list or len(ids) != row["documents"] or not rises or (ids and ids[-1] > highest):
            yield f"an export of other documents than it counted: {row['id']}"


def _addresses(database: Database) -> Iterator[str]:
    """No page came in after its address was forgotten. One that was there before may have been left there on purpose."""
    stones = database.rows(
        "SELECT address, run_id FROM tombstones WHERE address IS NOT NULL AND allowed_by IS NULL ORDER BY run_id"
    )
    since = {row["address"]: row["run_id"] for row in reversed(stones)}
    if since:
        rows = database.stream("SELECT id, url, run_id FROM pages WHERE url IS NOT NULL ORDER BY id")
        yield from _finding(
            "a page with an address that was forgotten before",
            [row["id"] for row in rows if row["run_id"] > since.get(address_of(row["url"]), row["run_id"])],
        )


_CHECKS: tuple[Callable[[Database], Iterator[str]], ...] = (_schema, _reasons, _tags, _selections, _exports, _addresses)
