"""Groups: how many of some documents belong to each site, month, year, language, tag or source."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from corpuskit.store.database import Database
from corpuskit.store.texts import SELECT_MEMBERS

if TYPE_CHECKING:
    from collections.abc import Iterable

_COUNT_GROUPS = {
    by: f"SELECT name, count(*) AS documents FROM ({statement}) GROUP BY name"  # noqa: S608  # constants
    for by, statement in SELECT_MEMBERS.items()
}


class Groups:
    """Documents by what they have in common. Nothing here writes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def counts(self, ids: Iterable[int], by: str) -> dict[str | None, int]:
        """How many of these documents each group has; `by` is one of `store.texts.GROUPS`.

        Those that belong to none are counted under None. With "tag" a document counts once for each of its tags.
        """
        rows = self._database.rows(_COUNT_GROUPS[by], (json.dumps(list(ids)),))
        return {row["name"]: row["documents"] for row in rows}
