"""Queries for people who look at a corpus in a browser: by name, with a title and what they take.

They run in Datasette, outside of our connection, so each stands alone. `:name` is something that a visitor fills in.
"""

from __future__ import annotations

from corpuskit.store.database import Database

_TABLES = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name"

SEARCH = """
SELECT documents_view.id, documents_view.date, documents_view.site, documents_view.title,
       snippet(documents_fts, 1, '[', ']', '…', 24) AS snippet, documents_view.status
FROM documents_fts JOIN documents_view ON documents_view.id = documents_fts.rowid
WHERE documents_fts MATCH escape_fts(:query) ORDER BY documents_fts.rank LIMIT 100
"""
WHY = """
SELECT decisions.document_id AS document, documents.title, decisions.rule, decisions.value, decisions.threshold,
       decisions.duplicate_of, runs.command, decisions.run_id AS run,
       CASE WHEN decisions.withdrawn_by IS NULL THEN 'in force' ELSE 'taken back by run ' || decisions.withdrawn_by END AS state
FROM decisions JOIN runs ON runs.id = decisions.run_id LEFT JOIN documents ON documents.id = decisions.document_id
WHERE decisions.document_id = CAST(:document AS INTEGER) ORDER BY decisions.id
"""
DROPPED = """
SELECT decisions.rule, count(DISTINCT decisions.document_id) AS documents, min(decisions.document_id) AS example
FROM decisions WHERE decisions.withdrawn_by IS NULL GROUP BY decisions.rule ORDER BY documents DESC, decisions.rule
"""
NEAR_DUPLICATES = """
SELECT pairs.jaccard, pairs.document_id, one.title, pairs.other_id, other.title AS other_title
FROM pairs JOIN documents AS one ON one.id = pairs.document_id JOIN documents AS other ON other.id = pairs.other_id
ORDER BY pairs.jaccard DESC, pairs.document_id, pairs.other_id LIMIT 1000
"""
BY_MONTH = """
SELECT substr(date, 1, 7) AS month, count(*) AS documents, sum(words) AS words
FROM documents_view WHERE status = 'kept' AND length(date) >= 7 GROUP BY month ORDER BY month
"""
BY_SITE = """
SELECT site, count(*) AS documents, sum(words) AS words, min(date) AS first, max(date) AS last
FROM documents_view WHERE status = 'kept' GROUP BY site ORDER BY documents DESC, site
"""
UNREAD = """
SELECT stage, status, reason, count(*) AS inputs, min(location) AS example
FROM outcomes GROUP BY stage, status, reason ORDER BY inputs DESC, stage, reason
"""

QUERIES: dict[str, tuple[str, str]] = {  # name: title, SQL
    "search": ("Search the texts, best matches first", SEARCH),
    "why": ("Every decision about a document", WHY),
    "dropped": ("How many documents each rule drops", DROPPED),
    "near_duplicates": ("Pairs of near-duplicates", NEAR_DUPLICATES),
    "by_month": ("Documents by month", BY_MONTH),
    "by_site": ("Documents by site", BY_SITE),
    "unread": ("Inputs that gave no document, by reason", UNREAD),
}

# What a reader of texts looks at. All other tables are hidden: they are there for those who know their names.
SHOWN = ("documents", "documents_view", "decisions", "runs", "sources", "pages", "tags", "outcomes")


def hidden_tables(database: Database) -> list[str]:
    """The tables of a corpus that are not shown."""
    return [row["name"] for row in database.rows(_TABLES) if row["name"] not in SHOWN]
