"""The public record: its fields, in the order in which every format writes them. Fields are only added, at the end."""

from __future__ import annotations

RECORD_FIELDS = (
    "id", "url", "title", "author", "date", "date_source", "site_name", "site", "language", "text", "words", "characters",
    "source", "location", "fetched_at", "media_type", "encoding", "raw_digest", "text_digest", "extractor", "tags",
    "status", "reason", "duplicate_of",
)  # fmt: skip
