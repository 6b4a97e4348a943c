"""The selection as SQL: which documents, in which order, and how well they match a query."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from corpuskit.errors import UsageError
from corpuskit.query import FtsQuery, parse, to_fts5
from corpuskit.selection import BY_RELEVANCE, Selection, sample_ids
from corpuskit.store import sql
from corpuskit.store.database import Database
from corpuskit.store.selections import Selections

# a word in the title weighs as much as eight in the text; columns in the order of documents_fts
_SCORE = "-bm25(documents_fts, 8.0, 1.0, 8.0, 1.0)"

_STATES = {
    "kept": "documents.id NOT IN (SELECT document_id FROM decisions WHERE withdrawn_by IS NULL)",
    "dropped": "documents.id IN (SELECT document_id FROM decisions WHERE withdrawn_by IS NULL)",
}
_KEPT_BUT_FOR = """documents.id NOT IN (
    SELECT document_id FROM decisions WHERE withdrawn_by IS NULL AND rule NOT IN (SELECT value FROM json_each(?)))"""
_SORT_COLUMNS = {"source": "sources.name", "location": "pages.location", "fetched_at": "pages.fetched_at"}
_JOINS = " JOIN pages ON pages.id = documents.id JOIN sources ON sources.id = pages.source_id"

_FEW = 2000  # matches
_COUNT_FEW = f"SELECT count(*) FROM (SELECT 1 FROM documents_fts WHERE documents_fts MATCH ? LIMIT {_FEW})"  # noqa: S608
# every host once, without a look at every document
_HOSTS = """
WITH RECURSIVE hosts (host) AS (
    SELECT min(site) FROM documents
    UNION ALL SELECT (SELECT min(site) FROM documents WHERE site > hosts.host) FROM hosts WHERE hosts.host IS NOT NULL
)
SELECT host FROM hosts WHERE EXISTS (
    SELECT 1 FROM json_each(?) WHERE hosts.host = value OR substr(hosts.host, -length(value) - 1) = '.' || value
)
"""

_Condition = tuple[str, list[Any]]


@dataclass(frozen=True, slots=True)
class Hit:
    """A document that matches a query, and how well: higher is better, and only comparable within one search."""

    id: int
    score: float | None


class Selecting:
    """Selections over the documents of a corpus. Every method raises UsageError for a query or SQL that cannot be meant."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._selections = Selections(database)
        self.sql_seconds = 30.0  # how long a user's SQL expression may take

    def ids(self, selection: Selection) -> list[int]:
        """The ids of the selected documents, in the order that was asked for: by default that of `ids`, else by id."""
        if selection.named is not None:
            selection = self._with_named(selection)
        if selection.sort == BY_RELEVANCE:
            return [hit.id for hit in self.search(selection)]
        statement, parameters = self._statement(selection)
        if selection.sample is None and selection.limit is not None and not _keeps_order_of_ids(selection):
            return [row[0] for row in islice(self._database.stream(statement, parameters), selection.limit)]
        return _sized(_ordered([row[0] for row in self._database.rows(statement, parameters)], selection), selection)

    def packed_ids(self, selection: Selection) -> str:
        """The ids of all selected documents as a JSON array in no order, several times as fast; sample and size do not count."""
        if selection.named is not None:
            selection = self._with_named(selection)
        where, parameters = self._where(selection)
        if selection.match is not None:
            condition, more = _matching(to_fts5(parse(selection.match)))
            where, parameters = f"{where} AND {condition}", [*parameters, *more]
        statement = f"SELECT json_group_array(documents.id) FROM documents WHERE {where}"  # noqa: S608
        return str(self._database.value(statement, parameters))

    def search(self, selection: Selection) -> list[Hit]:
        """The selected documents that match `selection.match`, best first unless another order was asked for."""
        if selection.match is None:
            raise UsageError("there is no relevance without a query", hint="--match QUERY, or another --sort")
        wanted = to_fts5(parse(selection.match))
        if selection.named is not None:
            selection = self._with_named(selection)
        if selection.sort == BY_RELEVANCE:
            selection = replace(selection, sort=None)
        if wanted.negated or selection.sort is not None:  # what a document does not hold gives it no score
            scores = {} if wanted.negated else {row["id"]: row["score"] for row in self._ranked(wanted, "1", [], None)}
            return [Hit(document_id, scores.get(document_id)) for document_id in self.ids(selection)]
        where, parameters = self._in_index(wanted, *self._where(selection))
        limit = selection.limit if selection.sample is None and not selection.reverse else None
        hits = [Hit(row["id"], row["score"]) for row in self._ranked(wanted, where, parameters, limit)]
        if selection.sample is not None:
            chosen = sample_ids((hit.id for hit in hits), selection.sample, selection.seed)
            hits = [hit for hit in hits if hit.id in chosen]
        return (hits[::-1] if selection.reverse else hits)[: selection.limit]

    def count(self, selection: Selection) -> int:
        """How many documents are selected."""
        if (
            selection.limit is not None
            or selection.sample is not None
            or selection.ids is not None
            or selection.named is not None
        ):
            return len(self.ids(selection))
        statement, parameters = self._statement(replace(selection, sort=None), counted=True)
        return int(self._database.value(statement, parameters))

    def stats(self, selection: Selection) -> dict[str, Any]:
        """Totals of the corpus; the selected documents by language, site and month; pages by outcome; inputs by reason."""
        stats: dict[str, Any] = {name: self._database.value(statement) for name, statement in sql.STATS.items()}
        selected = json.dumps(self.ids(selection))
        stats["selected"] = self._database.value("SELECT json_array_length(?)", (selected,))
        for name, statement in sql.GROUPED_STATS.items():
            rows = self._database.rows(sql.SELECTED + statement, (selected,))
            stats[name] = {row["name"]: row["documents"] for row in rows}
        stats["outcomes"] = {row["name"]: row["pages"] for row in self._database.rows(sql.OUTCOME_STATS)}
        stats["reasons"] = {row["name"]: row["inputs"] for row in self._database.rows(sql.REASON_STATS)}
        return stats

    def _with_named(self, selection: Selection) -> Selection:
        """The selection with the ids that its saved selection has now, in the order of that, and with its state."""
        assert selection.named is not None
        saved = self._selections.get(selection.named)
        state = self._state(selection)
        ids = self.ids(replace(saved, state=state, state_given=True, ignored_rules=selection.ignored_rules))
        if selection.ids is not None:
            chosen = set(ids)
            ids = [one for one in selection.ids if one in chosen]
        return replace(selection, ids=tuple(ids), state=state, named=None)

    def _state(self, selection: Selection) -> str:
        """Which documents count: what was given, else what the saved selection says."""
        if selection.state_given or selection.named is None:
            return selection.state
        return self._state(self._selections.get(selection.named))

    def _statement(self, selection: Selection, *, counted: bool = False) -> tuple[str, list[Any]]:
        """SQL for the ids of the selected documents, or for their number. The index answers a query in the order of ids."""
        where, parameters = self._where(selection)
        wanted = None if selection.match is None else to_fts5(parse(selection.match))
        if wanted is not None and not wanted.negated and selection.sort in (None, "id"):
            where, parameters = self._in_index(wanted, where, parameters)
            what = "count(*)" if counted else "documents_fts.rowid"
            order = "" if counted else f"ORDER BY documents_fts.rowid{' DESC' if selection.reverse else ''}"
            statement = f"SELECT {what} FROM documents_fts WHERE documents_fts MATCH ? AND {where} {order}"  # noqa: S608
            return statement, [wanted.match, *parameters]
        if wanted is not None:
            condition, more = _matching(wanted)
            where, parameters = f"{where} AND {condition}", [*parameters, *more]
        what, order = ("count(*)", "") if counted else ("documents.id", _order(selection))
        return f"SELECT {what} FROM documents{_joins(selection)} WHERE {where} {order}", parameters  # noqa: S608

    def _in_index(self, wanted: FtsQuery, where: str, parameters: list[Any]) -> _Condition:
        """A condition over `documents` as one over the rows of the index that match.

        Few matches are looked at one by one. Many are held against the set of the documents that fulfil the condition; the plus
        keeps SQLite from asking the index once for each of those.
        """
        if where == "1" or where == _STATES["kept"]:  # the usual cases need no look at the documents
            return where.replace("documents.id", "documents_fts.rowid"), parameters
        if self._database.value(_COUNT_FEW, (wanted.match,)) < _FEW:
            return f"EXISTS (SELECT 1 FROM documents WHERE documents.id = documents_fts.rowid AND {where})", parameters  # noqa: S608
        return f"+documents_fts.rowid IN (SELECT documents.id FROM documents WHERE {where})", parameters  # noqa: S608

    def _ranked(self, wanted: FtsQuery, where: str, parameters: list[Any], limit: int | None) -> Iterable[Any]:
        statement = f"""
            SELECT documents_fts.rowid AS id, {_SCORE} AS score FROM documents_fts
            WHERE documents_fts MATCH ? AND {where} ORDER BY score DESC, id LIMIT ?
        """  # noqa: S608
        return self._database.rows(statement, [wanted.match, *parameters, -1 if limit is None else limit])

    def _where(self, selection: Selection) -> tuple[str, list[Any]]:
        """Everything but the full-text query, as one SQL expression over `documents`."""
        conditions: list[_Condition] = []
        if selection.state == "kept" and selection.ignored_rules:
            conditions.append((_KEPT_BUT_FOR, [json.dumps(selection.ignored_rules)]))
        elif selection.state in _STATES:
            conditions.append((_STATES[selection.state], []))
        if selection.ids is not None:
            conditions.append(_in("documents.id", selection.ids))
        if selection.languages:
            conditions.append(_in("documents.language", selection.languages))
        if selection.sites:
            conditions.append(_in("documents.site", self._hosts(selection.sites)))
        conditions += _any_of([_source(source) for source in selection.sources])
        if selection.tags:
            condition, parameters = _in("tag", selection.tags)
            conditions.append((f"documents.id IN (SELECT page_id FROM tags WHERE {condition})", parameters))  # noqa: S608
        conditions += _dates(selection)
        if selection.min_words is not None:
            conditions.append(("documents.words >= ?", [selection.min_words]))
        if selection.max_words is not None:
            conditions.append(("documents.words <= ?", [selection.max_words]))
        if selection.where is not None:
            conditions.append(_in("documents.id", self._ids_by_sql(selection.where)))
        return (
            " AND ".join(condition for condition, _ in conditions) or "1",
            [parameter for _, parameters in conditions for parameter in parameters],
        )

    def _hosts(self, sites: Iterable[str]) -> list[str]:
        """The hosts of the corpus that are one of these sites, or below one."""
        return [row["host"] for row in self._database.rows(_HOSTS, (json.dumps(list(sites)),))]

    def _ids_by_sql(self, expression: str) -> list[int]:
        """Ids for which a user's SQL expression is true. It runs with reading rights only, and for a limited time."""
        statement = f"SELECT id FROM documents_view WHERE (\n{expression}\n)"  # noqa: S608
        _, rows = self._database.user_rows(statement, seconds=self.sql_seconds)
        return [row[0] for row in rows]


def _matching(wanted: FtsQuery) -> _Condition:
    inside = "NOT IN" if wanted.negated else "IN"
    return f"documents.id {inside} (SELECT rowid FROM documents_fts WHERE documents_fts MATCH ?)", [wanted.match]  # noqa: S608


def _in(column: str, values: Iterable[Any]) -> _Condition:
    return f"{column} IN (SELECT value FROM json_each(?))", [json.dumps(list(values))]  # noqa: S608


def _any_of(alternatives: list[_Condition]) -> list[_Condition]:
    if not alternatives:
        return []
    joined = " OR ".join(condition for condition, _ in alternatives)
    return [(f"({joined})", [parameter for _, parameters in alternatives for parameter in parameters])]


def _source(text: str) -> _Condition:
    """A source whose name holds the text, or a place inside a source that does."""
    return (
        """documents.id IN (SELECT pages.id FROM pages JOIN sources ON sources.id = pages.source_id
           WHERE instr(sources.name, ?) OR instr(pages.location, ?))""",
        [text, text],
    )


def _dates(selection: Selection) -> list[_Condition]:
    """A document belongs to a range when all days that its date can mean lie in it."""
    parts: list[str] = []
    parameters: list[Any] = []
    if selection.since is not None:  # a year or a month begins with its first day, and is a shorter text
        parts.append("documents.date >= ?")
        parameters.append(selection.since.removesuffix("-01").removesuffix("-01"))
    if (
        selection.until is not None
    ):  # a year or a month that goes on after the last day does not belong, though it sorts before it
        unfinished = [selection.until[:4]] * (selection.until[4:] != "-12-31") + [selection.until[:7]] * (
            selection.until[7:] != "-31"
        )
        parts.append("documents.date <= ? AND documents.date NOT IN (SELECT value FROM json_each(?))")
        parameters += [selection.until, json.dumps(unfinished)]
    if not parts:
        return [("documents.date IS NULL", [])] if selection.undated else []
    condition = " AND ".join(parts)
    return [(f"(({condition}) OR documents.date IS NULL)" if selection.undated else f"({condition})", parameters)]


def _joins(selection: Selection) -> str:
    return _JOINS if selection.sort in _SORT_COLUMNS else ""


def _order(selection: Selection) -> str:
    direction = " DESC" if selection.reverse else ""
    if selection.sort in (None, "id"):
        return f"ORDER BY documents.id{direction}"
    column = _SORT_COLUMNS.get(selection.sort, f"documents.{selection.sort}")
    return f"ORDER BY {column} IS NULL, {column}{direction}, documents.id{direction}"


def _keeps_order_of_ids(selection: Selection) -> bool:
    return selection.ids is not None and selection.sort is None


def _ordered(ids: list[int], selection: Selection) -> list[int]:
    """In the order of the ids that were given, where no other order was asked for."""
    if not _keeps_order_of_ids(selection):
        return ids
    found = set(ids)
    ordered = [document_id for document_id in selection.ids or () if document_id in found]
    return ordered[::-1] if selection.reverse else ordered


def _sized(ids: list[int], selection: Selection) -> list[int]:
    if selection.sample is not None:
        chosen = sample_ids(ids, selection.sample, selection.seed)
        ids = [document_id for document_id in ids if document_id in chosen]
    return ids[: selection.limit]
