"""What `forget` does with its options: say what would go, take it away, search the file, and say what is left."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from corpuskit.commands._session import MOST_NOTICES, Session, warn
from corpuskit.errors import CorpusError, UsageError
from corpuskit.formats import Output, write_records
from corpuskit.selection import Selection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpuskit.forgetting import Plan, Verdict
    from corpuskit.store.store import Store


@dataclass(frozen=True, slots=True)
class ForgetRequest:
    """What was asked for, made once from the command line."""

    names: tuple[str, ...]
    selection: Selection | None
    note: str
    with_duplicates: bool

    @classmethod
    def from_options(cls, names: tuple[str, ...], selection: Selection, *, note: str, with_duplicates: bool) -> ForgetRequest:
        """The request. Raises UsageError where nothing is named, or in two ways at once."""
        is_given = selection != Selection()
        if names and is_given:
            raise UsageError("name pages, or give a selection: not both")
        if not names and not is_given:
            raise UsageError("nothing to forget", hint="name pages by id, URL or location, or give a selection")
        if selection == Selection(ids=selection.ids) and selection.ids is not None:  # pages without a text have ids as well
            names, is_given = tuple(map(str, selection.ids)), False
        return cls(names, selection if is_given else None, note, with_duplicates)

    def plan(self, store: Store) -> Plan:
        """What there is to forget."""
        from corpuskit.forgetting import look

        return look(store, self.names, self.selection, with_duplicates=self.with_duplicates)


def preview(session: Session, request: ForgetRequest, output: Output) -> bool:
    """Say what would go, and change nothing; whether there is anything."""
    with session.open() as store:
        plan = request.plan(store)
    _say_unknown(session, plan)
    if not plan.pages:
        return False
    write_records([page.row() for page in plan.pages], output, sys.stdout)
    sys.stdout.flush()
    _say_what_remains(session, plan)
    warn(f"corpuskit: {_pages(len(plan.pages))} would be forgotten for good: nothing was changed")
    warn("hint: the same command with --yes")
    return True


def run_forget(session: Session, request: ForgetRequest, output: Output) -> tuple[int, int]:
    """Forget; how many pages, and how many names were unknown. Raises CorpusError where a trace is left."""
    from corpuskit.forgetting import forget, verify
    from corpuskit.superseding import mark_superseded

    with session.open_alone() as store:
        plan = request.plan(store)
        _say_unknown(session, plan)
        if not plan.pages:
            _finish_earlier(session, store)
            return 0, len(plan.unknown)
        with store.runs.record("forget", session.arguments) as run:
            done = forget(store, plan, note=request.note, run_id=run.id)
            mark_superseded(store, run_id=run.id)
            store.forgetting.sweep()
            run.counts |= {"pages": len(plan.pages), "released": len(done.released), "erased": done.erased}
    write_records([page.row() for page in plan.pages], output, sys.stdout)
    sys.stdout.flush()
    session.say(f"forgotten: {_pages(len(plan.pages))}, by run {run.id}")
    if done.released:
        session.say(f"{_documents(done.released)} had been dropped in their favour: corpuskit dedupe decides about them again")
    if done.erased:
        session.say(f"what quoted them in command lines of the log is erased: {done.erased}")
    for name in done.selections:
        session.say(f"the saved selection {name} quoted them: deleted")
    _say_what_remains(session, plan)
    _say_verdict(session, verify(session.path, done.passages))
    return len(plan.pages), len(plan.unknown)


def _finish_earlier(session: Session, store: Store) -> None:
    """Bring a takedown to its end that was interrupted before the file was written anew."""
    if unfinished := store.tombstones.unfinished():
        with store.runs.record("forget", session.arguments) as run:
            store.forgetting.sweep()
            run.counts |= {"pages": 0}
        session.say(
            f"run {unfinished[-1]} was interrupted: the file is written anew now, and free space holds nothing of the past"
        )


def list_forgotten(session: Session, names: Sequence[str], output: Output, fields: tuple[str, ...]) -> bool:
    """List what was forgotten, all of it or what is named; whether there is anything."""
    from corpuskit.remembering import forgotten

    if output.fields[0] == "id" and "because" in output.fields:  # nobody asked for other fields
        output = replace(output, fields=fields)
    with session.open() as store:
        rows = [row for name in names for row in forgotten(store, name)] if names else forgotten(store)
    return write_records([row | {"exports": [one["path"] for one in row["exports"]]} for row in rows], output, sys.stdout) > 0


def allow(session: Session, names: Sequence[str]) -> bool:
    """Let what was forgotten be imported again; whether anything was refused until now."""
    if not names:
        raise UsageError("nothing to allow", hint="corpuskit forget --list")
    with session.open_writable() as store:
        ids = {row["id"] for name in names for row in store.tombstones.find(name) if row["allowed_by"] is None}
        if not ids:
            session.say("nothing of that name is refused")
            return False
        with store.runs.record("forget", session.arguments) as run, store.transaction():
            run.counts |= {"allowed": store.tombstones.allow(ids, run.id)}
    session.say(f"{_pages(len(ids))} can be imported again: {', '.join(map(str, sorted(ids)))}")
    return True


def _say_unknown(session: Session, plan: Plan) -> None:
    for name in plan.gone:
        session.say(f"forgotten already: {name}")
    for name in plan.unknown:
        warn(f"corpuskit: nothing is known of {name}")


def _say_what_remains(session: Session, plan: Plan) -> None:
    """Where else the pages are: in past exports, and as other documents that are like them or claim their address."""
    for export in plan.exports:
        where = "standard output" if export.path == "-" else export.path
        session.say(f"export of {export.exported_at} to {where}: holds {_documents(export.holds)}")
    for document_id, like, jaccard in plan.alike[:MOST_NOTICES]:
        measured = "a duplicate" if jaccard is None else f"Jaccard {jaccard:.4g}"
        session.say(f"document {document_id} stays: {measured} with {like}")
    if len(plan.alike) > MOST_NOTICES:
        session.say(f"… and {len(plan.alike) - MOST_NOTICES} more")
    for page_id in plan.claimants[:MOST_NOTICES]:
        session.say(f"page {page_id} stays: it has the address of one of them")
    if remaining := dict.fromkeys((*(one for one, _, _ in plan.alike), *plan.claimants)):
        session.say(f"hint: corpuskit forget {' '.join(map(str, list(remaining)[:MOST_NOTICES]))}")


def _say_verdict(session: Session, verdict: Verdict) -> None:
    file = session.path
    if verdict.left:
        where = "; ".join(f"{count} in {place}" for place, count in list(verdict.left.items())[:5])
        raise CorpusError(f"{file}: passages of what was forgotten are still there: {where}", hint="corpuskit check")
    shared = sorted(verdict.shared.items(), key=lambda item: (-item[1], item[0]))
    if shared:
        named = ", ".join(f"{document_id} ({count})" for document_id, count in shared[:10])
        more = f" and {len(shared) - 10} more" if len(shared) > 10 else ""
        session.say(f"passages that also stand in other pages are there with them: {named}{more}")
    but = " but those" if shared else ""
    session.say(f"verified: no passage of {verdict.passages} found in {file}{but}")


def _pages(count: int) -> str:
    return f"{count} page" if count == 1 else f"{count} pages"


def _documents(ids: Sequence[int]) -> str:
    listed = ", ".join(map(str, ids[:10]))
    return listed if len(ids) <= 10 else f"{listed} and {len(ids) - 10} more"
