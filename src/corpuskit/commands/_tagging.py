"""What `tag` and `untag` do alike with their options."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from corpuskit.commands._options import check_narrowed
from corpuskit.errors import EXIT_NOTHING, EXIT_OK
from corpuskit.formats import Output, write_records

if TYPE_CHECKING:
    from corpuskit.commands._session import Session
    from corpuskit.selection import Selection

FIELDS = ("outcome", "documents")
EPILOG = "Exit codes: 0 done, 1 nothing selected, 2 wrong use or unreadable corpus, 75 the corpus is locked."


def run_tagging(session: Session, name: str, selection: Selection, output: Output, *, adding: bool) -> int:
    """Put a tag on the selected documents, or take it off. Where nothing would change there is no run."""
    from corpuskit.tagging import tag, untag

    check_narrowed(selection)
    with session.open_writable() as store:
        ids = store.selecting.ids(selection)
        if not ids:
            session.say("nothing selected")
            return EXIT_NOTHING
        tagged = store.tags.count(ids, name)
        if adding and tagged == len(ids):
            session.say(f"all {len(ids)} documents have the tag {name} already")
            counts = {"tagged": 0, "already-tagged": len(ids)}
        elif not adding and not tagged:
            session.say(f"none of the {len(ids)} documents has the tag {name}")
            counts = {"untagged": 0, "not-tagged": len(ids)}
        else:
            with store.runs.record("tag" if adding else "untag", session.arguments) as run:
                run.counts |= (counts := (tag if adding else untag)(store, ids, name, run_id=run.id))
    write_records([{"outcome": outcome, "documents": count} for outcome, count in counts.items()], output, sys.stdout)
    return EXIT_OK
