"""Every stored value against what it was made from: the part of checking that reads the whole corpus."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from corpuskit import __version__
from corpuskit.store.database import Database, Row
from corpuskit.store.documents import site_of, text_digest
from corpuskit.store.earlier import KEPT_COLUMNS
from corpuskit.store.pages import digest
from corpuskit.tokens import segment
from corpuskit.zstd import zstd_module

_CONTENTS = "SELECT id, digest, size, zstd FROM contents ORDER BY id"
_GIVEN = "SELECT id, given FROM pages WHERE given <> '{}' ORDER BY id"
_DOCUMENTS = """
SELECT documents.id, url, site, title, words, characters, text_digest, cuts, text, title_characters, text_characters,
       json_valid(versions) AND json_extract(versions, '$.corpuskit') = ? AS counted_so
FROM documents LEFT JOIN cleanings ON page_id = documents.id LEFT JOIN runs ON runs.id = cleanings.run_id ORDER BY documents.id
"""
_EARLIER = """
SELECT earlier_cleanings.id, document, documents.text, documents.text_digest
FROM earlier_cleanings LEFT JOIN documents ON documents.id = page_id WHERE document IS NOT NULL ORDER BY earlier_cleanings.id
"""


def raw_pages(database: Database) -> Iterator[str]:
    """Every raw page against its digest and size, and what its source said of it."""
    zstd = zstd_module()
    for row in database.stream(_CONTENTS):
        try:
            content = zstd.decompress(row["zstd"])
        except zstd.ZstdError as error:
            yield f"content {row['id']}: cannot be decompressed: {error}"
            continue
        if len(content) != row["size"] or digest(content) != row["digest"]:
            yield f"content {row['id']}: its bytes are not those of its digest"
    for row in database.stream(_GIVEN):
        if not isinstance(_parsed(row["given"]), dict):
            yield f"page {row['id']}: what its source said of it cannot be read"


def texts(database: Database) -> Iterator[str]:
    """Every text against its digest, and what was counted in it and made of it."""
    for row in database.stream(_DOCUMENTS, (__version__,)):
        if text_digest(row["text"]) != row["text_digest"]:
            yield f"document {row['id']}: its text is not that of its digest"
        elif wrong := _derived(row):
            yield f"document {row['id']}: not what its text, title and URL give: {', '.join(wrong)}"


def _derived(row: Row) -> list[str]:
    from corpuskit.extract.words import count_words  # here, because only this check needs it

    expected = {
        "words": count_words(row["text"]) if row["counted_so"] else row["words"],  # another version may count otherwise
        "characters": len(row["text"]),
        "site": site_of(row["url"]),
        "title_characters": segment(row["title"]) if row["title"] else None,
        "text_characters": segment(row["text"]),
    }
    wrong = [name for name, value in expected.items() if row[name] != value]
    return wrong if isinstance(_parsed(row["cuts"]), list) else [*wrong, "cuts"]


def earlier_texts(database: Database) -> Iterator[str]:
    """Every text that a later cleaning has replaced: it can be read, and is that of its digest."""
    zstd = zstd_module()
    for row in database.stream(_EARLIER):
        try:
            document = json.loads(zstd.decompress(row["document"]))
            is_whole = {*KEPT_COLUMNS} - {"text"} <= {*document}
        except (zstd.ZstdError, ValueError, TypeError):
            yield f"earlier cleaning {row['id']}: cannot be read"
            continue
        # a text that is the one which stands is not kept twice
        text = document.get("text", row["text"] if document.get("text_digest") == row["text_digest"] else None)
        if not is_whole or not isinstance(text, str) or text_digest(text) != document["text_digest"]:
            yield f"earlier cleaning {row['id']}: its text is not that of its digest"


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None
