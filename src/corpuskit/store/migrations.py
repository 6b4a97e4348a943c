"""The history of the schema: numbered steps, only ever appended to.

`PRAGMA user_version` is the number of steps that a corpus has taken; a corpus with more than we know was made by a newer version.
docs/reference/schema.md describes every table and column; a test fails where one is missing there.
"""

from __future__ import annotations

import sqlite3

from corpuskit.tokens import TOKENIZER

APPLICATION_ID = 0x636B6974  # "ckit", so that `file` and we ourselves can tell a corpus from any other SQLite file

_FIRST_TOKENIZER = "unicode61 remove_diacritics 2 categories 'L* M* N* Co'"


def _documents_view(order: str) -> str:
    """The record of every document. `order` says which of several decisions in force is the reason that it names."""
    return f"""
    CREATE VIEW documents_view AS
    SELECT
        documents.id, documents.url, documents.title, documents.author, documents.date, documents.date_source,
        documents.site_name, documents.site, documents.language, documents.text, documents.words, documents.characters,
        sources.name AS source, pages.location, pages.fetched_at, pages.media_type, documents.encoding,
        contents.digest AS raw_digest, documents.text_digest, recipes.extractor,
        coalesce(
            (SELECT json_group_array(tag) FROM (SELECT tag FROM tags WHERE page_id = documents.id ORDER BY tag)), '[]'
        ) AS tags,
        CASE WHEN decisions.id IS NULL THEN 'kept' ELSE 'dropped' END AS status,
        decisions.rule AS reason, decisions.duplicate_of,
        documents.lead, documents.language_confidence, documents.encoding_source, documents.confidence, documents.url_source,
        contents.size AS raw_size
    FROM documents
    JOIN pages ON pages.id = documents.id
    JOIN contents ON contents.id = pages.content_id
    JOIN sources ON sources.id = pages.source_id
    JOIN cleanings ON cleanings.page_id = documents.id
    JOIN recipes ON recipes.id = cleanings.recipe_id
    LEFT JOIN decisions ON decisions.id = (
        SELECT id FROM decisions WHERE document_id = documents.id AND withdrawn_by IS NULL {order} LIMIT 1
    )
    """  # noqa: S608


# The long columns of `documents` stand last: SQLite walks through all that stands before the column it wants.
_FOUNDATION = (
    """
    CREATE TABLE runs (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        command TEXT NOT NULL,
        arguments TEXT NOT NULL,
        versions TEXT NOT NULL,
        started_at TEXT NOT NULL,
        finished_at TEXT,
        status TEXT NOT NULL CHECK (status IN ('running', 'done', 'partial', 'interrupted', 'stopped')),
        counts TEXT NOT NULL DEFAULT '{}',
        undoes INTEGER REFERENCES runs (id)
    ) STRICT
    """,
    """
    CREATE TABLE sources (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        path TEXT NOT NULL,
        UNIQUE (path, name)
    ) STRICT
    """,
    """
    CREATE TABLE contents (
        id INTEGER PRIMARY KEY,
        digest TEXT NOT NULL UNIQUE,
        size INTEGER NOT NULL,
        zstd BLOB NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE pages (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        identity BLOB NOT NULL UNIQUE,
        content_id INTEGER NOT NULL REFERENCES contents (id),
        source_id INTEGER NOT NULL REFERENCES sources (id),
        run_id INTEGER NOT NULL REFERENCES runs (id),
        location TEXT NOT NULL,
        url TEXT,
        url_source TEXT,
        fetched_at TEXT,
        media_type TEXT NOT NULL,
        charset TEXT,
        given TEXT NOT NULL DEFAULT '{}',
        is_clean INTEGER NOT NULL DEFAULT 0,
        note TEXT,
        payload_digest TEXT,
        etag TEXT,
        last_modified TEXT
    ) STRICT
    """,
    "CREATE INDEX pages_by_content ON pages (content_id)",
    "CREATE INDEX pages_by_source ON pages (source_id)",
    "CREATE INDEX pages_by_url ON pages (url) WHERE url IS NOT NULL",
    "CREATE INDEX pages_by_payload_digest ON pages (payload_digest) WHERE payload_digest IS NOT NULL",
    "CREATE INDEX pages_by_location ON pages (location)",
    """
    CREATE TABLE recipes (
        id INTEGER PRIMARY KEY,
        extractor TEXT NOT NULL UNIQUE
    ) STRICT
    """,
    """
    CREATE TABLE cleanings (
        page_id INTEGER PRIMARY KEY REFERENCES pages (id),
        recipe_id INTEGER NOT NULL REFERENCES recipes (id),
        run_id INTEGER NOT NULL REFERENCES runs (id),
        outcome TEXT NOT NULL CHECK (outcome IN ('cleaned', 'no-text', 'failed')),
        reason TEXT,
        detail TEXT NOT NULL DEFAULT '',
        evidence INTEGER
    ) STRICT
    """,
    """
    CREATE TABLE documents (
        id INTEGER PRIMARY KEY REFERENCES pages (id),
        url TEXT,
        url_source TEXT,
        site TEXT,
        title TEXT,
        lead TEXT,
        author TEXT,
        date TEXT,
        date_source TEXT,
        site_name TEXT,
        language TEXT,
        language_confidence REAL,
        words INTEGER NOT NULL,
        characters INTEGER NOT NULL,
        text_digest TEXT NOT NULL,
        encoding TEXT NOT NULL,
        encoding_source TEXT NOT NULL,
        replacements INTEGER NOT NULL DEFAULT 0,
        confidence REAL,
        cuts TEXT NOT NULL DEFAULT '[]',
        text TEXT NOT NULL,
        title_characters TEXT,
        text_characters TEXT
    ) STRICT
    """,
    "CREATE INDEX documents_by_date ON documents (date)",
    "CREATE INDEX documents_by_site ON documents (site)",
    "CREATE INDEX documents_by_language ON documents (language)",
    "CREATE INDEX documents_by_text_digest ON documents (text_digest)",
    f"""
    CREATE VIRTUAL TABLE documents_fts USING fts5(
        title, text, title_characters, text_characters,
        content="documents", content_rowid="id", tokenize="{_FIRST_TOKENIZER}"
    )
    """,
    """
    CREATE TABLE tags (
        page_id INTEGER NOT NULL REFERENCES pages (id),
        tag TEXT NOT NULL,
        run_id INTEGER NOT NULL REFERENCES runs (id),
        PRIMARY KEY (page_id, tag)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX tags_by_tag ON tags (tag)",
    """
    CREATE TABLE decisions (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        document_id INTEGER NOT NULL REFERENCES pages (id),
        run_id INTEGER NOT NULL REFERENCES runs (id),
        rule TEXT NOT NULL,
        value REAL,
        threshold REAL,
        duplicate_of INTEGER REFERENCES pages (id),
        detail TEXT NOT NULL DEFAULT '',
        withdrawn_by INTEGER REFERENCES runs (id)
    ) STRICT
    """,
    "CREATE INDEX decisions_in_force ON decisions (document_id, id) WHERE withdrawn_by IS NULL",
    "CREATE INDEX decisions_by_document ON decisions (document_id)",
    "CREATE INDEX decisions_by_run ON decisions (run_id)",
    "CREATE INDEX decisions_by_keeper ON decisions (duplicate_of) WHERE duplicate_of IS NOT NULL AND withdrawn_by IS NULL",
    "CREATE INDEX decisions_by_withdrawal ON decisions (withdrawn_by) WHERE withdrawn_by IS NOT NULL",
    """
    CREATE TABLE restorations (
        run_id INTEGER NOT NULL REFERENCES runs (id),
        decision_id INTEGER NOT NULL REFERENCES decisions (id),
        PRIMARY KEY (run_id, decision_id)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE outcomes (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        stage TEXT NOT NULL CHECK (stage IN ('import', 'fetch', 'clean')),
        source_id INTEGER NOT NULL REFERENCES sources (id),
        location TEXT NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('skipped', 'failed')),
        reason TEXT NOT NULL,
        detail TEXT NOT NULL DEFAULT '',
        run_id INTEGER NOT NULL REFERENCES runs (id),
        page_id INTEGER REFERENCES pages (id),
        UNIQUE (stage, source_id, location)
    ) STRICT
    """,
    "CREATE INDEX outcomes_by_location ON outcomes (location)",
    """
    CREATE TABLE lines (
        scope INTEGER NOT NULL,
        key INTEGER NOT NULL,
        pages INTEGER NOT NULL,
        PRIMARY KEY (scope, key)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE comparisons (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        settings TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE signatures (
        document_id INTEGER PRIMARY KEY REFERENCES pages (id),
        text_digest TEXT NOT NULL,
        digest BLOB NOT NULL,
        shingles INTEGER NOT NULL,
        signature BLOB NOT NULL,
        settled INTEGER REFERENCES comparisons (id)
    ) STRICT
    """,
    "CREATE INDEX signatures_by_comparison ON signatures (settled) WHERE settled IS NOT NULL",
    """
    CREATE TABLE pairs (
        document_id INTEGER NOT NULL REFERENCES pages (id),
        other_id INTEGER NOT NULL REFERENCES pages (id),
        jaccard REAL NOT NULL,
        PRIMARY KEY (document_id, other_id)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX pairs_by_other ON pairs (other_id)",
    """
    CREATE TABLE passages (
        key INTEGER NOT NULL,
        document_id INTEGER NOT NULL REFERENCES pages (id),
        line INTEGER NOT NULL,
        PRIMARY KEY (key, document_id, line)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX passages_by_document ON passages (document_id)",
    """
    CREATE TABLE passage_documents (
        document_id INTEGER PRIMARY KEY REFERENCES pages (id),
        text_digest TEXT NOT NULL
    ) STRICT
    """,
    _documents_view("ORDER BY id"),
)

# What can be taken back, named and forgotten: tags with their history, texts that were replaced, selections, takedowns, exports.
_TAKING_BACK = (
    # what a record names as its reason does not depend on the order in which decisions were taken
    "DROP VIEW documents_view",
    _documents_view("ORDER BY rule, id"),
    """
    CREATE TABLE tag_changes (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        run_id INTEGER NOT NULL REFERENCES runs (id),
        page_id INTEGER NOT NULL REFERENCES pages (id),
        tag TEXT NOT NULL,
        added INTEGER NOT NULL CHECK (added IN (0, 1))
    ) STRICT
    """,
    "CREATE INDEX tag_changes_by_run ON tag_changes (run_id)",
    "CREATE INDEX tag_changes_by_page ON tag_changes (page_id, tag)",
    "INSERT INTO tag_changes (run_id, page_id, tag, added) SELECT run_id, page_id, tag, 1 FROM tags ORDER BY 1, 2, 3",
    """
    CREATE TABLE earlier_cleanings (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        page_id INTEGER NOT NULL REFERENCES pages (id),
        recipe_id INTEGER NOT NULL REFERENCES recipes (id),
        run_id INTEGER NOT NULL REFERENCES runs (id),
        outcome TEXT NOT NULL CHECK (outcome IN ('cleaned', 'no-text', 'failed')),
        reason TEXT,
        detail TEXT NOT NULL DEFAULT '',
        evidence INTEGER,
        replaced_by INTEGER NOT NULL REFERENCES runs (id),
        document BLOB
    ) STRICT
    """,
    "CREATE INDEX earlier_cleanings_by_page ON earlier_cleanings (page_id)",
    "CREATE INDEX earlier_cleanings_by_run ON earlier_cleanings (replaced_by)",
    "CREATE INDEX earlier_cleanings_by_origin ON earlier_cleanings (run_id)",
    "ALTER TABLE runs ADD COLUMN accepted_by INTEGER REFERENCES runs (id)",
    "CREATE INDEX cleanings_by_run ON cleanings (run_id)",
    # a filter by language, site, date and length reads this index alone, not the long rows of the texts
    "DROP INDEX documents_by_language",
    "CREATE INDEX documents_by_language ON documents (language, site, date, words)",
    """
    CREATE TABLE selections (
        name TEXT PRIMARY KEY,
        criteria TEXT NOT NULL,
        saved_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE tombstones (
        page_id INTEGER PRIMARY KEY,
        digest TEXT NOT NULL,
        url TEXT,
        address TEXT,
        location TEXT NOT NULL,
        run_id INTEGER NOT NULL REFERENCES runs (id),
        forgotten_at TEXT NOT NULL,
        note TEXT NOT NULL DEFAULT '',
        allowed_by INTEGER REFERENCES runs (id)
    ) STRICT
    """,
    "CREATE INDEX tombstones_by_digest ON tombstones (digest)",
    "CREATE INDEX tombstones_by_address ON tombstones (address) WHERE address IS NOT NULL",
    "CREATE INDEX tombstones_by_location ON tombstones (location)",
    """
    CREATE TABLE exports (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        exported_at TEXT NOT NULL,
        arguments TEXT NOT NULL,
        path TEXT NOT NULL,
        documents INTEGER NOT NULL,
        ids BLOB NOT NULL
    ) STRICT
    """,
)

# Emoji and other symbols that FTS5's own tables do not know part the words beside them. Should `TOKENIZER` ever change again,
# this step keeps the words of today.
_SYMBOLS_APART = (
    "DROP TABLE documents_fts",
    f"""
    CREATE VIRTUAL TABLE documents_fts USING fts5(
        title, text, title_characters, text_characters,
        content="documents", content_rowid="id", tokenize="{TOKENIZER}"
    )
    """,
    "INSERT INTO documents_fts (documents_fts) VALUES ('rebuild')",
)

# What quality rules look at, measured once. The index by digest also holds what else they ask of every document, so that judging
# all of them reads no texts.
_SIGNALS = (
    """
    CREATE TABLE signals (
        document_id INTEGER PRIMARY KEY REFERENCES pages (id),
        text_digest TEXT NOT NULL,
        language TEXT,
        version INTEGER NOT NULL,
        characters INTEGER,
        counted_words INTEGER,
        words REAL,
        mean_word_length REAL,
        hash_ratio REAL,
        ellipsis_ratio REAL,
        bullet_lines REAL,
        ellipsis_lines REAL,
        alphabetic_words REAL,
        stop_words INTEGER,
        duplicate_lines REAL,
        duplicate_line_characters REAL,
        duplicate_paragraphs REAL,
        duplicate_paragraph_characters REAL,
        top_2_grams REAL,
        top_3_grams REAL,
        top_4_grams REAL,
        duplicate_5_grams REAL,
        duplicate_6_grams REAL,
        duplicate_7_grams REAL,
        duplicate_8_grams REAL,
        duplicate_9_grams REAL,
        duplicate_10_grams REAL,
        sentences INTEGER,
        removed_lines REAL,
        lorem_ipsum INTEGER,
        curly_brackets INTEGER,
        punctuated_lines REAL,
        short_lines REAL,
        breaks_per_word REAL,
        replaced REAL,
        mojibake REAL,
        controls REAL
    ) STRICT
    """,
    """
    CREATE TABLE page_signals (
        document_id INTEGER PRIMARY KEY REFERENCES pages (id),
        text_digest TEXT NOT NULL,
        version INTEGER NOT NULL,
        visible_characters INTEGER,
        text_share REAL,
        link_share REAL
    ) STRICT
    """,
    "DROP INDEX documents_by_text_digest",
    "CREATE INDEX documents_by_text_digest ON documents (text_digest, language, language_confidence, site, date)",
)

# Which words stand in a document how often, kept so that counting need not read its text again; it can be emptied at any time.
_WORD_COUNTS = (
    """
    CREATE TABLE vocabulary (
        number INTEGER PRIMARY KEY,
        word TEXT NOT NULL UNIQUE
    ) STRICT
    """,
    """
    CREATE TABLE word_counts (
        document_id INTEGER PRIMARY KEY REFERENCES pages (id),
        text_digest TEXT NOT NULL,
        rules INTEGER NOT NULL,
        counts BLOB NOT NULL
    ) STRICT
    """,
)

# Signatures lie in blocks, read as arrays; what becomes of a text after it was signed is noted by the database itself.
# Signatures of earlier schemas are dropped and made again by the next `dedupe`; pairs and comparisons are carried over.
_SIGNATURE_BLOCKS = (
    """
    CREATE TABLE signature_blocks (
        id INTEGER PRIMARY KEY,
        format INTEGER NOT NULL,
        ids BLOB NOT NULL,
        digests BLOB NOT NULL,
        shingles BLOB NOT NULL,
        characters BLOB NOT NULL,
        names BLOB NOT NULL,
        signatures BLOB NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE outdated_signatures (
        document_id INTEGER PRIMARY KEY REFERENCES pages (id) ON DELETE CASCADE,
        text_digest TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE searches (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        floor REAL NOT NULL,
        members TEXT NOT NULL
    ) STRICT
    """,
    """
    INSERT INTO outdated_signatures (document_id, text_digest)
    SELECT document_id, signatures.text_digest FROM signatures LEFT JOIN documents ON documents.id = document_id
    WHERE documents.text_digest IS NOT signatures.text_digest
    """,
    "ALTER TABLE comparisons ADD COLUMN members TEXT NOT NULL DEFAULT '[]'",
    """
    UPDATE comparisons SET members = (
        SELECT json_group_array(document_id)
        FROM (SELECT document_id FROM signatures WHERE settled = comparisons.id ORDER BY document_id)
    )
    """,
    "DROP TABLE signatures",
    """
    CREATE TRIGGER text_removed AFTER DELETE ON documents BEGIN
        INSERT OR IGNORE INTO outdated_signatures (document_id, text_digest) VALUES (old.id, old.text_digest);
    END
    """,
    """
    CREATE TRIGGER text_added AFTER INSERT ON documents BEGIN
        DELETE FROM outdated_signatures WHERE document_id = new.id AND text_digest = new.text_digest;
    END
    """,
    """
    CREATE TRIGGER text_changed AFTER UPDATE OF text_digest ON documents BEGIN
        INSERT OR IGNORE INTO outdated_signatures (document_id, text_digest) VALUES (old.id, old.text_digest);
        DELETE FROM outdated_signatures WHERE document_id = new.id AND text_digest = new.text_digest;
    END
    """,
)

STEPS: tuple[tuple[str, ...], ...] = (_FOUNDATION, _TAKING_BACK, _SYMBOLS_APART, _SIGNALS, _WORD_COUNTS, _SIGNATURE_BLOCKS)
SCHEMA_VERSION = len(STEPS)


def migrate(connection: sqlite3.Connection, until: int = SCHEMA_VERSION) -> None:
    """Take the steps that are still missing, up to step `until`. The caller holds a write transaction, so that two processes
    cannot both begin.
    """
    import sqlite_utils  # here, because it costs a quarter of a second that reading commands need not pay

    migrations = sqlite_utils.Migrations("corpuskit")
    for number, statements in enumerate(STEPS[:until], start=1):
        migrations(name=f"step {number}")(_step(number, statements))
    migrations.apply(sqlite_utils.Database(connection, recursive_triggers=False, execute_plugins=False))


def _step(number: int, statements: tuple[str, ...]):  # type: ignore[no-untyped-def]
    def take(database) -> None:  # type: ignore[no-untyped-def]
        for statement in statements:
            database.conn.execute(statement)
        database.conn.execute(f"PRAGMA user_version = {number}")
        database.conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")

    take.__name__ = f"step_{number}"
    return take
