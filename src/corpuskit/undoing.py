"""Undoing: what one run did is taken back, and what it had taken back holds again: decisions, tags and texts.

No row of the past is erased. An undo is a run like any other; undoing it puts everything back as it was, so that a run and what
was done about it since are one story, of which only the last word can be undone. Tags and texts follow from the runs that are not
undone; decisions are taken back one by one, for they depend on each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from corpuskit.documents import Unread
from corpuskit.duplicate_rules import RULES
from corpuskit.errors import UsageError
from corpuskit.history import History
from corpuskit.progress import Advance, silent
from corpuskit.reasons import Reason
from corpuskit.store.database import Row
from corpuskit.store.earlier import Version, standing
from corpuskit.store.store import Store
from corpuskit.store.tags import Settled


@dataclass(frozen=True, slots=True)
class TextChange:
    """The cleaning of a page that stands, and the one that will."""

    before: Version | None
    after: Version | None

    @property
    def page_id(self) -> int:
        """The page."""
        one = self.before or self.after
        assert one is not None
        return one.page_id

    @property
    def loses_text(self) -> bool:
        """Whether the page has a document, and will have none."""
        return _has_text(self.before) and not _has_text(self.after)

    @property
    def gains_text(self) -> bool:
        """Whether the page has no document, and will have one."""
        return _has_text(self.after) and not _has_text(self.before)


@dataclass(frozen=True, slots=True)
class Undoing:
    """What undoing a run would do, or did."""

    run: int
    command: str
    undone_by: int | None  # the run that has undone it already
    is_accepted: bool  # its texts are final
    concerned: int  # decisions, tags and texts that it made or took back
    taken_back: tuple[int, ...]  # ids of decisions
    taken_back_as: int | None  # the run that took them back before they were restored; None: the undo itself takes them back
    groundless: tuple[int, ...]  # decisions of other runs that go because their document loses its text
    restored: tuple[int, ...]
    tags: tuple[Settled, ...]  # those that change hands
    texts: tuple[TextChange, ...]
    left: dict[str, int]  # tags and texts that stay, because another run has changed them since
    documents: frozenset[int]  # all that it concerns
    later: tuple[tuple[int, str], ...]  # runs that build on it: number and command

    @property
    def counts(self) -> dict[str, int]:
        """The counters by name, as the log shows them; `tags` and `texts` in both directions."""
        return {
            "taken-back": len(self.taken_back) + len(self.groundless),
            "in-force-again": len(self.restored),
            "tags": sum((one.before is None) != (one.after is None) for one in self.tags),
            "texts": len(self.texts),
            "left": sum(self.left.values()),
        }

    @property
    def changes(self) -> bool:
        """Whether there is anything to do."""
        return any(count for name, count in self.counts.items() if name != "left")

    @property
    def without_text(self) -> int:
        """How many documents lose their text."""
        return sum(change.loses_text for change in self.texts)

    def rows(self) -> list[dict[str, int | str]]:
        """What was done, by outcome."""
        gone, back = len(self.taken_back) + len(self.groundless), len(self.restored)
        tags_gone = sum(one.before is not None and one.after is None for one in self.tags)
        tags_back = sum(one.before is None and one.after is not None for one in self.tags)
        return [
            _row("taken-back", gone, tags_gone, sum(_has_text(change.before) for change in self.texts)),
            _row("in-force-again", back, tags_back, sum(_has_text(change.after) for change in self.texts)),
            _row("left", 0, self.left["tags"], self.left["texts"]),
        ]


def look(store: Store, run_id: int) -> Undoing:
    """What there is to undo. Raises UsageError for a run that is not known."""
    commands = {row["id"]: row["command"] for row in store.decisions.undoings()}
    if run_id not in commands:
        raise UsageError(f"no run {run_id}", hint="corpuskit log")
    if commands[run_id] == "forget":
        raise UsageError(f"run {run_id} (forget) cannot be undone", hint="corpuskit forget --list")
    history = store.decisions.history()
    after, root = history.after_undo(run_id), history.root(run_id)
    settled = store.tags.around(root, history, after)
    pages = _texts(store, root, after)
    texts = tuple(change for change in pages if change.before != change.after)
    coming, going, going_as = _decisions(store, history, run_id)
    since = None if root == run_id else history.last_word(root)
    concerned = [*coming, *going]
    documents = {row["document_id"] for row in concerned} | {row["duplicate_of"] for row in concerned if row["duplicate_of"]}
    documents.update(change.page_id for change in texts)
    in_force = [row for row in going if row["withdrawn_by"] is None]
    taken_back = tuple(row["id"] for row in in_force)
    losing = [change.page_id for change in texts if change.loses_text]
    groundless = tuple(one for one in store.decisions.about(losing) if one not in {*taken_back}) if losing else ()
    coming = [row for row in coming if row["run_id"] == root or row["run_id"] not in history.undone]
    tags = tuple(one for one in settled if one.before != one.after)
    return Undoing(
        run=run_id,
        command=commands[run_id],
        undone_by=history.undone_by(run_id),
        is_accepted=root in history.accepted,
        concerned=len(concerned) + len(settled) + len(pages),
        taken_back=taken_back,
        taken_back_as=going_as,
        groundless=groundless,
        restored=tuple(_restorable(store, in_force, coming, texts, since)),
        tags=tags,
        texts=texts,
        left={
            "tags": sum((one.before is None) == (one.after is None) for one in settled),
            "texts": sum(change.before == change.after for change in pages),
        },
        documents=frozenset(documents),
        later=_later(store, run_id, history, documents, settled, pages, commands),
    )


def undo(store: Store, undoing: Undoing, *, by: int, advance: Advance = silent) -> None:
    """Do it, as the run `by`. The documents that it concerns are compared with all others when `dedupe` runs again."""
    with store.transaction():
        store.decisions.take_back(undoing.taken_back, undoing.taken_back_as or by)
        store.decisions.take_back(undoing.groundless, by)
        store.tags.settle(undoing.tags)
        for number, change in enumerate(undoing.texts, start=1):
            _replace(store, change, by)
            advance(number, len(undoing.texts))
        store.decisions.restore(undoing.restored, by)
        store.signatures.settle(undoing.documents, None)
        store.decisions.set_undoes(by, undoing.run)


def _decisions(store: Store, history: History, run_id: int) -> tuple[list[Row], list[Row], int | None]:
    """The decisions that come back, those that go, and the run in whose name they go, where that is not the undo itself."""
    root = history.root(run_id)
    if root == run_id:
        return store.decisions.withdrawn_by(root), store.decisions.made_by(root), None
    last = history.last_word(root)
    if history.depth(last) % 2 == 1:  # the root is undone now, and is to come back
        return store.decisions.withdrawn_by(last), store.decisions.restored_by(last), root
    undone = history.undoes[last]
    assert undone is not None
    back_before = {row["id"] for row in store.decisions.restored_by(undone)}
    coming = [row for row in store.decisions.withdrawn_by(root) if row["id"] in back_before]
    return coming, store.decisions.restored_by(last), None


def _texts(store: Store, root: int, after: History) -> list[TextChange]:
    """The pages that a run cleaned, each with the cleaning that stands and the one that will stand."""
    changes = []
    for _, group in groupby(store.earlier.versions_around(root), key=lambda version: version.page_id):
        versions = list(group)
        now = next((version for version in versions if version.earlier_id is None), None)
        changes.append(TextChange(now, standing(versions, after)))
    return [change for change in changes if change.before or change.after]


def _replace(store: Store, change: TextChange, by: int) -> None:
    """Put another cleaning in the place of the one that stands. A failure is an outcome too, which `errors` lists."""
    store.documents.stand(change.page_id, change.after.earlier_id if change.after else None, by)
    place = store.pages.place(change.page_id)
    if change.before is not None and change.before.outcome == "failed":
        store.pages.clear_outcome("clean", place.source_id, place.location)
    if change.after is not None and change.after.outcome == "failed":
        life = store.pages.life(change.page_id)
        failed = Unread(place.location, "failed", Reason(life["reason"]), life["detail"])
        store.pages.add_outcome("clean", failed, place.source_id, change.after.run_id, change.page_id)


def _later(
    store: Store,
    run_id: int,
    history: History,
    documents: set[int],
    tags: Sequence[Settled],
    pages: Sequence[TextChange],
    commands: dict[int, str],
) -> tuple[tuple[int, str], ...]:
    """The runs since then that decided about the same documents, or changed the same tags and texts."""
    numbers = set(store.decisions.runs_about(documents))
    numbers.update(one.decided_by for one in tags if one.decided_by is not None)
    numbers.update(change.after.run_id for change in pages if change.after is not None)
    return tuple(
        (number, commands[number])
        for number in sorted(numbers)
        if number > run_id and history.undoes[number] is None and number not in history.undone
    )


def _restorable(
    store: Store, going: Sequence[Row], coming: Sequence[Row], texts: Sequence[TextChange], since: int | None
) -> list[int]:
    """The decisions that can come back: not where another run has decided since, nor in favour of a document that is dropped.

    With the run `since` which is undone only what has changed after it counts: all else is as it was when they were in force.
    """
    ids = {row["document_id"] for row in coming} | {row["duplicate_of"] for row in coming if row["duplicate_of"]}
    present = store.decisions.with_document(ids).difference(change.page_id for change in texts if change.loses_text)
    present.update(change.page_id for change in texts if change.gains_text)
    dropped = store.decisions.rules_in_force(ids)
    for row in going:
        dropped.get(row["document_id"], set()).discard(row["rule"])
    back = {
        (row["document_id"], _family(row["rule"])): row
        for row in coming
        if row["document_id"] in present and not dropped.get(row["document_id"], set()).intersection(_family(row["rule"]))
    }
    if since is None:
        gone = {document_id for document_id, _ in back} | {document_id for document_id, rules in dropped.items() if rules}
    else:
        stay = store.decisions.dropping_since(ids, since)
        gone = {document_id for one, document_id in stay.items() if one not in {row["id"] for row in going}}
    return [
        row["id"]
        for row in back.values()
        if (keeper := row["duplicate_of"]) is None or (keeper in present and keeper not in gone)
    ]


def _family(rule: str) -> tuple[str, ...]:
    """The rules of which only one can be in force for a document."""
    return RULES if rule in RULES else (rule,)


def _has_text(version: Version | None) -> bool:
    return version is not None and version.outcome == "cleaned"


def _row(outcome: str, decisions: int, tags: int, texts: int) -> dict[str, int | str]:
    return {"outcome": outcome, "decisions": decisions, "tags": tags, "texts": texts}
