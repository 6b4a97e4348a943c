"""The names of the rules by which a document is dropped as a duplicate of another one of the corpus."""

from __future__ import annotations

EXACT, NEAR = "exact-duplicate", "near-duplicate"
RULES = (EXACT, NEAR)
