"""Splitting: which side of a split each document stands on, with all near-duplicates on one side.

All documents of the corpus are looked at, whatever is selected, dropped ones too: so a document stands on the same side in every
selection. What is known of pairs is used; what is not, because `dedupe` was not run since the import, is compared now.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpuskit.comparing import Comparison, all_signed, is_among, unpacked
from corpuskit.errors import UsageError
from corpuskit.store.store import Store

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

GROUPS = ("site",)
USUAL_THRESHOLD = 0.8  # where no documents were compared before


@dataclass(frozen=True, slots=True)
class Split:
    """Names and shares of the sides, in their order, and what else is kept together."""

    shares: tuple[tuple[str, float], ...]
    seed: int = 0
    group: str | None = None  # "site"


def read_shares(text: str) -> tuple[tuple[str, float], ...]:
    """The sides in `train=0.9,test=0.1`. Raises UsageError unless the shares are positive and add up to 1, or to 100."""
    hint = "for example train=0.9,test=0.1"
    shares: dict[str, float] = {}
    for part in text.split(","):
        found = re.fullmatch(r"\s*([\w.-]+)\s*=\s*([0-9]{0,9}(?:\.[0-9]{1,9})?)\s*", part)
        if found is None or not found[2] or found[1].startswith("."):
            raise UsageError(f"not a share: {part!r}", hint=hint)
        if found[1] in shares:
            raise UsageError(f"two sides named {found[1]}", hint=hint)
        shares[found[1]] = float(found[2])
    total = sum(shares.values())
    if min(shares.values()) <= 0 or min(abs(total - 1), abs(total - 100)) > 1e-6:
        raise UsageError(f"the shares add up to {total:g}: they must be above 0 and add up to 1", hint=hint)
    return tuple(shares.items())


def sides(store: Store, split: Split) -> dict[int, str]:
    """The side of every document of the corpus. It stays when others are added, unless one of them ties two clusters together."""
    from corpuskit.clusters import split as split_clusters

    documents = store.signatures.split_keys()
    if not documents:
        return {}
    settings = store.signatures.prevailing_settings()
    threshold = float(settings.split()[0]) if settings else USUAL_THRESHOLD
    ids = [row["id"] for row in documents]
    return dict(
        zip(
            ids,
            split_clusters(
                [row["text_digest"] for row in documents],
                _alike(store, ids, threshold),
                dict(split.shares),
                split.seed,
                [row["site"] for row in documents] if split.group == "site" else None,
            ),
            strict=True,
        )
    )


def _alike(store: Store, ids: list[int], threshold: float) -> NDArray[np.intp]:
    """Places of documents that are alike: all pairs that are found or known, and each document with the one it resembles most."""
    import numpy as np

    from corpuskit.near_duplicates import FLOOR

    signatures = all_signed(store, ids)
    nothing = np.zeros(len(ids), dtype=np.bool_)
    floor, members = store.signatures.search()
    searched = is_among(signatures.ids, unpacked(members if floor <= min(FLOOR, threshold) else "[]"))
    outcome = Comparison(store, signatures, nothing, searched, nothing, threshold, "first").run()
    pairs, keepers = outcome.pairs, outcome.decisions.keeper
    is_alike, dropped = pairs.jaccard >= threshold, np.flatnonzero(keepers >= 0)
    left, right = (pairs.left[is_alike], dropped), (pairs.right[is_alike], keepers[dropped])
    return np.stack((np.concatenate(left), np.concatenate(right)), axis=1)
