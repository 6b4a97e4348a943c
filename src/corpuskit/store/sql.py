"""Every SQL statement, by name. Users' text is a parameter, never a part of one of these."""

from __future__ import annotations

# runs
INSERT_RUN = "INSERT INTO runs (command, arguments, versions, started_at, status) VALUES (?, ?, ?, ?, 'running')"
FINISH_RUN = "UPDATE runs SET finished_at = ?, status = ?, counts = ? WHERE id = ?"
SELECT_RUNNING = "SELECT id, versions FROM runs WHERE status = 'running'"
SELECT_RUNS = """
SELECT id, command, arguments, versions, started_at, finished_at, status, counts, undoes, accepted_by FROM runs ORDER BY id
"""

# sources, contents, pages
SELECT_SOURCE = "SELECT id FROM sources WHERE path = ? AND name = ?"
INSERT_SOURCE = "INSERT INTO sources (name, path) VALUES (?, ?)"
SELECT_PAGE_BY_IDENTITY = "SELECT id FROM pages WHERE identity = ?"
SELECT_CONTENT = "SELECT id FROM contents WHERE digest = ?"
INSERT_CONTENT = "INSERT INTO contents (digest, size, zstd) VALUES (?, ?, ?)"
INSERT_PAGE = """
INSERT INTO pages (identity, content_id, source_id, run_id, location, url, url_source, fetched_at, media_type, charset, given,
                   is_clean, note, payload_digest)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
SELECT_PAGE = """
SELECT pages.*, contents.zstd FROM pages JOIN contents ON contents.id = pages.content_id WHERE pages.id = ?
"""
SELECT_PLACE = "SELECT source_id, location, url, url_source FROM pages WHERE id = ?"
SELECT_RAW = "SELECT contents.zstd FROM pages JOIN contents ON contents.id = pages.content_id WHERE pages.id = ?"
FIND_CAPTURE = "SELECT id FROM pages WHERE url = ? AND fetched_at = ? ORDER BY id LIMIT 1"
FIND_CAPTURE_BY_DIGEST = "SELECT id FROM pages WHERE payload_digest = ? ORDER BY id LIMIT 1"
FIND_EARLIER_CAPTURE = "SELECT id FROM pages WHERE url = ? AND fetched_at < ? ORDER BY fetched_at DESC, id LIMIT 1"
FIND_FETCHED = """
SELECT pages.id, pages.url, pages.etag, pages.last_modified, contents.digest
FROM pages JOIN contents ON contents.id = pages.content_id
WHERE pages.url_source = 'web' AND (pages.location = :url OR pages.url = :url)
ORDER BY pages.fetched_at DESC, pages.id DESC LIMIT 1
"""
SET_VALIDATORS = "UPDATE pages SET etag = ?, last_modified = ? WHERE id = ?"
FIND_PAGE_BY_ID = "SELECT id FROM pages WHERE id = ?"
FIND_PAGES = """
SELECT id FROM pages WHERE url = :text
UNION SELECT id FROM pages WHERE location = :text
UNION SELECT id FROM documents WHERE url = :text
ORDER BY id
"""
SELECT_LIFE = """
SELECT pages.id, pages.location, pages.url, pages.url_source, pages.fetched_at, pages.media_type, pages.charset, pages.given,
       pages.is_clean, pages.note, pages.run_id AS import_run, sources.name AS source, contents.digest AS raw_digest,
       contents.size AS raw_size, runs.started_at AS imported_at, cleanings.run_id AS clean_run, cleanings.outcome,
       cleanings.reason, cleanings.detail, recipes.extractor
FROM pages
JOIN sources ON sources.id = pages.source_id
JOIN contents ON contents.id = pages.content_id
JOIN runs ON runs.id = pages.run_id
LEFT JOIN cleanings ON cleanings.page_id = pages.id
LEFT JOIN recipes ON recipes.id = cleanings.recipe_id
WHERE pages.id = ?
"""

# outcomes
SELECT_OUTCOME = "SELECT status, reason, detail FROM outcomes WHERE stage = ? AND source_id = ? AND location = ?"
UPSERT_OUTCOME = """
INSERT INTO outcomes (stage, source_id, location, status, reason, detail, run_id, page_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (stage, source_id, location) DO UPDATE SET
    status = excluded.status, reason = excluded.reason, detail = excluded.detail, run_id = excluded.run_id,
    page_id = excluded.page_id
"""
DELETE_OUTCOME = """
DELETE FROM outcomes
WHERE stage = :stage AND source_id = :source AND location = :location AND (:before IS NULL OR run_id < :before)
"""
HAS_OUTCOMES = "SELECT 1 FROM outcomes WHERE source_id = ? LIMIT 1"
_OUTCOMES = """
SELECT outcomes.stage, sources.name AS source, outcomes.location, outcomes.status, outcomes.reason, outcomes.detail,
       outcomes.run_id AS run, outcomes.page_id AS id
FROM outcomes JOIN sources ON sources.id = outcomes.source_id
"""
_OUTCOMES_ASKED_FOR = """
WHERE (:run IS NULL OR outcomes.run_id = :run)
  AND (:stage IS NULL OR outcomes.stage = :stage)
  AND (:status IS NULL OR outcomes.status = :status)
  AND (:sources = '[]' OR EXISTS (
      SELECT 1 FROM json_each(:sources) WHERE instr(sources.name, value) OR instr(outcomes.location, value)))
  AND (:reasons = '[]' OR outcomes.reason IN (SELECT value FROM json_each(:reasons)))
"""
SELECT_OUTCOMES = (
    _OUTCOMES  # noqa: S608
    + _OUTCOMES_ASKED_FOR
    + "AND outcomes.reason NOT IN (SELECT value FROM json_each(:together)) ORDER BY outcomes.id LIMIT :most"
)
# those that are told together: a row for each source, with their details counted
SELECT_SUMMED_OUTCOMES = f"""
SELECT stage, source, source AS location, status, reason, group_concat(amount || ' ' || detail, ', ') AS detail, max(run) AS run,
       NULL AS id, sum(amount) AS amount
FROM (
    SELECT outcomes.stage, outcomes.source_id, sources.name AS source, outcomes.status, outcomes.reason, outcomes.detail,
           max(outcomes.run_id) AS run, count(*) AS amount
    FROM outcomes JOIN sources ON sources.id = outcomes.source_id
    {_OUTCOMES_ASKED_FOR} AND outcomes.reason IN (SELECT value FROM json_each(:together))
    GROUP BY outcomes.stage, outcomes.source_id, outcomes.status, outcomes.reason, outcomes.detail
    ORDER BY outcomes.detail
)
GROUP BY stage, source_id, status, reason ORDER BY source_id
"""  # noqa: S608
SELECT_OUTCOMES_AT = _OUTCOMES + "WHERE outcomes.location = :text ORDER BY outcomes.id"

# cleaning
SELECT_RECIPE = "SELECT id FROM recipes WHERE extractor = ?"
INSERT_RECIPE = "INSERT INTO recipes (extractor) VALUES (?)"
UPSERT_CLEANING = """
INSERT INTO cleanings (page_id, recipe_id, run_id, outcome, reason, detail, evidence) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (page_id) DO UPDATE SET
    recipe_id = excluded.recipe_id, run_id = excluded.run_id, outcome = excluded.outcome, reason = excluded.reason,
    detail = excluded.detail, evidence = excluded.evidence
"""
# pages without a text because they were never cleaned, or because that failed; `no-text` is a result and stays one
SELECT_UNCLEANED = """
SELECT pages.id, recipes.extractor, cleanings.outcome, cleanings.evidence
FROM pages
LEFT JOIN cleanings ON cleanings.page_id = pages.id
LEFT JOIN recipes ON recipes.id = cleanings.recipe_id
ORDER BY pages.id
"""
SELECT_UNCLEANED_OF_SOURCES = """
SELECT pages.id FROM pages
WHERE pages.source_id IN (SELECT value FROM json_each(?)) AND NOT EXISTS (SELECT 1 FROM cleanings WHERE page_id = pages.id)
ORDER BY pages.id
"""

# lines of plain-text pages
COUNT_LINE = "INSERT INTO lines (scope, key, pages) VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET pages = pages + 1"
SELECT_LINE = "SELECT pages FROM lines WHERE scope = ? AND key = ?"
SELECT_LINES = "SELECT key, pages FROM lines WHERE scope = ? AND key IN (SELECT value FROM json_each(?)) AND pages > 1"

# documents and their index
DOCUMENT_COLUMNS = (
    "id", "url", "url_source", "site", "title", "lead", "author", "date", "date_source", "site_name", "language",
    "language_confidence", "words", "characters", "text_digest", "encoding", "encoding_source", "replacements", "confidence",
    "cuts", "text", "title_characters", "text_characters",
)  # fmt: skip
INSERT_DOCUMENT = f"INSERT INTO documents ({', '.join(DOCUMENT_COLUMNS)}) VALUES ({', '.join('?' for _ in DOCUMENT_COLUMNS)})"  # noqa: S608
DELETE_DOCUMENT = "DELETE FROM documents WHERE id = ?"
INDEX_DOCUMENT = """
INSERT INTO documents_fts (rowid, title, text, title_characters, text_characters)
SELECT id, title, text, title_characters, text_characters FROM documents WHERE id = ?
"""
UNINDEX_DOCUMENT = """
INSERT INTO documents_fts (documents_fts, rowid, title, text, title_characters, text_characters)
SELECT 'delete', id, title, text, title_characters, text_characters FROM documents WHERE id = ?
"""
SELECT_TEXT = "SELECT title, text FROM documents WHERE id = ?"
SELECT_CUTS = "SELECT cuts FROM documents WHERE id = ?"
SELECT_DECISIONS = """
SELECT decisions.id, decisions.run_id AS run, runs.command, rule, value, threshold, duplicate_of, detail, withdrawn_by
FROM decisions JOIN runs ON runs.id = decisions.run_id WHERE document_id = ? ORDER BY decisions.id
"""

# decisions
INSERT_DECISION = """
INSERT INTO decisions (document_id, run_id, rule, value, threshold, duplicate_of, detail) VALUES (?, ?, ?, ?, ?, ?, ?)
"""
WITHDRAW_DECISIONS = """
UPDATE decisions SET withdrawn_by = ?
WHERE withdrawn_by IS NULL AND document_id IN (SELECT value FROM json_each(?)) AND rule IN (SELECT value FROM json_each(?))
"""
SELECT_IN_FORCE = """
SELECT document_id, rule, value, threshold, duplicate_of, detail FROM decisions
WHERE withdrawn_by IS NULL AND rule IN (SELECT value FROM json_each(?)) ORDER BY document_id
"""
SELECT_CAPTURES = """
WITH urls AS (SELECT url FROM pages WHERE url IS NOT NULL GROUP BY url HAVING count(*) > 1)
SELECT pages.id, pages.url, (
    SELECT duplicate_of FROM decisions
    WHERE document_id = pages.id AND rule = 'superseded' AND withdrawn_by IS NULL
) AS superseded_by, (
    SELECT group_concat(duplicate_of) FROM decisions JOIN runs ON runs.id = decisions.withdrawn_by
    WHERE document_id = pages.id AND rule = 'superseded' AND runs.undoes IS NOT NULL
) AS undone
FROM urls JOIN pages ON pages.url = urls.url JOIN documents ON documents.id = pages.id
ORDER BY pages.url, coalesce(pages.fetched_at, ''), pages.note IS NULL OR pages.note LIKE 'revisit%',
         pages.media_type <> 'text/plain', pages.id
"""

# undo
SELECT_UNDOINGS = "SELECT id, command, undoes, accepted_by FROM runs ORDER BY id"
SET_UNDOES = "UPDATE runs SET undoes = ? WHERE id = ?"
_DECISIONS = "SELECT id, document_id, run_id, rule, duplicate_of, withdrawn_by FROM decisions "
SELECT_DECISIONS_BY_RUN = _DECISIONS + "WHERE run_id = ? ORDER BY id"
SELECT_WITHDRAWN_BY_RUN = _DECISIONS + "WHERE withdrawn_by = ? ORDER BY id"
SELECT_RESTORED_BY_RUN = f"{_DECISIONS} WHERE id IN (SELECT decision_id FROM restorations WHERE run_id = ?) ORDER BY id"  # noqa: S608
SET_WITHDRAWN = "UPDATE decisions SET withdrawn_by = ? WHERE id IN (SELECT value FROM json_each(?))"
INSERT_RESTORATION = "INSERT INTO restorations (run_id, decision_id) VALUES (?, ?)"
SELECT_RULES_IN_FORCE = """
SELECT document_id, rule FROM decisions WHERE withdrawn_by IS NULL AND document_id IN (SELECT value FROM json_each(?))
"""
SELECT_WITH_DOCUMENT = "SELECT id FROM documents WHERE id IN (SELECT value FROM json_each(?))"
# runs whose decisions, made or taken back, concern these documents
SELECT_RUNS_ABOUT = """
WITH touched AS (
    SELECT run_id, withdrawn_by FROM decisions WHERE document_id IN (SELECT value FROM json_each(:ids))
    UNION SELECT run_id, withdrawn_by FROM decisions WHERE duplicate_of IN (SELECT value FROM json_each(:ids))
)
SELECT run_id FROM touched UNION SELECT withdrawn_by FROM touched WHERE withdrawn_by IS NOT NULL ORDER BY 1
"""

# passages
SELECT_UNREAD = """
SELECT documents.id FROM documents LEFT JOIN passage_documents ON passage_documents.document_id = documents.id
WHERE passage_documents.text_digest IS NOT documents.text_digest ORDER BY documents.id
"""
DELETE_PASSAGES = "DELETE FROM passages WHERE document_id = ?"
DELETE_PASSAGES_OF_REMOVED = (
    """DELETE FROM passages WHERE document_id IN (
        SELECT document_id FROM passage_documents WHERE document_id NOT IN (SELECT id FROM documents))""",
    "DELETE FROM passage_documents WHERE document_id NOT IN (SELECT id FROM documents)",
)
INSERT_PASSAGE = "INSERT OR IGNORE INTO passages (key, document_id, line) VALUES (?, ?, ?)"
UPSERT_PASSAGE_DOCUMENT = """
INSERT INTO passage_documents (document_id, text_digest) VALUES (?, ?)
ON CONFLICT (document_id) DO UPDATE SET text_digest = excluded.text_digest
"""
COUNT_PASSAGE_DOCUMENTS = "SELECT count(*) FROM passage_documents"
SELECT_PASSAGES = """
SELECT key, count(DISTINCT document_id) AS documents, count(*) AS places, min(document_id) AS first FROM passages
WHERE document_id IN (SELECT value FROM json_each(:ids)) GROUP BY key HAVING documents >= :least
ORDER BY documents DESC, first, key
"""
SELECT_PASSAGE_PLACES = """
SELECT document_id, min(line) AS line FROM passages WHERE key = ? GROUP BY document_id ORDER BY document_id
"""
COUNT_PASSAGES = """
SELECT key, count(DISTINCT document_id) AS documents FROM passages
WHERE key IN (SELECT value FROM json_each(:keys)) AND document_id <> :but
AND document_id NOT IN (SELECT document_id FROM decisions WHERE withdrawn_by IS NULL)
GROUP BY key HAVING documents >= :least
"""

# counts
COUNT_PAGES = "SELECT count(*) FROM pages"
STATS = {
    "documents": "SELECT count(*) FROM documents",
    "kept": """SELECT count(*) FROM documents
               WHERE id NOT IN (SELECT document_id FROM decisions WHERE withdrawn_by IS NULL)""",
    "dropped": "SELECT count(DISTINCT document_id) FROM decisions WHERE withdrawn_by IS NULL",
    "pages": COUNT_PAGES,
    "contents": "SELECT count(*) FROM contents",
    "raw_bytes": "SELECT coalesce(sum(size), 0) FROM contents",
    "stored_bytes": "SELECT coalesce(sum(length(zstd)), 0) FROM contents",
    "words": "SELECT coalesce(sum(words), 0) FROM documents",
    "characters": "SELECT coalesce(sum(characters), 0) FROM documents",
    "runs": "SELECT count(*) FROM runs",
}
SELECTED = "WITH selected AS (SELECT * FROM documents WHERE id IN (SELECT value FROM json_each(?))) "
GROUPED_STATS = {
    "languages": "SELECT coalesce(language, '') AS name, count(*) AS documents FROM selected GROUP BY 1 ORDER BY 2 DESC, 1",
    "sites": "SELECT coalesce(site, '') AS name, count(*) AS documents FROM selected GROUP BY 1 ORDER BY 2 DESC, 1",
    "months": "SELECT coalesce(substr(date, 1, 7), '') AS name, count(*) AS documents FROM selected GROUP BY 1 ORDER BY 1",
}
OUTCOME_STATS = """
SELECT coalesce(outcome, 'not cleaned') AS name, count(*) AS pages
FROM pages LEFT JOIN cleanings ON cleanings.page_id = pages.id GROUP BY 1 ORDER BY 2 DESC, 1
"""
REASON_STATS = """
SELECT stage || ': ' || reason AS name, count(*) AS inputs FROM outcomes GROUP BY 1 ORDER BY 2 DESC, 1
"""
