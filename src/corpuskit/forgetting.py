"""Forgetting: pages are taken out of the corpus for good, and the file is searched to prove it.

Everything else here records decisions and deletes nothing. This deletes: raw bytes, texts, index, signatures, decisions, and what
quotes the page in command lines and saved selections. A tombstone stays, so that no later import or fetch brings the page back.

The bytes are what is forgotten: pages with the same bytes go together. Captures of the same address go with a page that was
named. An address that only the page itself claims is refused from then on, but no other page goes because of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from corpuskit.errors import UsageError
from corpuskit.line_evidence import uncount_lines
from corpuskit.selection import Selection, criteria
from corpuskit.store.exports import Export
from corpuskit.store.store import Store
from corpuskit.store.tombstones import Tombstone, address_of
from corpuskit.traces import Finder, passages, quoted

LEAST_ALIKE = 0.5  # Jaccard from which on a document that remains is worth naming
DUPLICATE = 0.8  # from which on --with-duplicates takes it too
ERASED = "[forgotten]"
FORGET_FIELDS = ("id", "because", "url", "title", "location", "earlier", "exports")

_JOURNALS = ("", "-wal", "-shm", "-journal")
_MOST_PASSAGES = 40_000


@dataclass(frozen=True, slots=True)
class Going:
    """A page that is to be forgotten."""

    id: int
    because: str  # "named", "duplicate", "same address", "same bytes"
    url: str | None
    title: str | None
    location: str
    digest: str
    earlier: int  # texts of it that later cleanings replaced
    address: str | None  # what is refused from now on besides the bytes
    exports: tuple[str, ...]

    def row(self) -> dict[str, Any]:
        """The record that is printed."""
        return {name: getattr(self, name) for name in FORGET_FIELDS}


@dataclass(frozen=True, slots=True)
class Plan:
    """What forgetting would take away, and what it would leave."""

    pages: tuple[Going, ...] = ()
    exports: tuple[Export, ...] = ()  # past ones that hold some of the pages
    alike: tuple[tuple[int, int, float | None], ...] = ()  # documents that remain, which of the pages they are like, Jaccard
    claimants: tuple[int, ...] = ()  # pages that remain and name an address of these as theirs
    unknown: tuple[str, ...] = ()  # names of which nothing is known
    gone: tuple[str, ...] = ()  # names of what was forgotten before

    @property
    def ids(self) -> list[int]:
        """The pages."""
        return [page.id for page in self.pages]


@dataclass(slots=True)
class Forgotten:
    """What was taken away, and by which passages it would be recognised."""

    passages: list[bytes]
    released: list[int] = field(default_factory=list)  # documents that were dropped in favour of what is gone
    erased: int = 0  # arguments in logs that quoted it
    selections: list[str] = field(default_factory=list)  # saved selections that quoted it


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a search of the file for the passages came to."""

    passages: int
    shared: dict[int, int]  # documents that hold some of the passages as words of their own, and how many
    left: dict[str, int]  # passages that nobody has a right to, by where they are


def look(store: Store, names: Sequence[str], selection: Selection | None, *, with_duplicates: bool = False) -> Plan:
    """What there is to forget: the pages that ids, URLs and locations name, or the documents of a selection, dropped ones too."""
    because, addresses, unknown, gone = _named(store, names)
    if selection is not None:
        because |= dict.fromkeys(_selected(store, selection), "named")
    if with_duplicates:
        alike = store.forgetting.alike(because, LEAST_ALIKE)
        because |= {row["id"]: "duplicate" for row in alike if row["decided"] or row["jaccard"] >= DUPLICATE}
    _extend(store, because, addresses)
    return _plan(store, because, addresses, unknown, gone)


def _extend(store: Store, because: dict[int, str], addresses: dict[int, str]) -> None:
    """Add the other captures of the addresses, and the pages with the same bytes."""
    given = {page["id"]: page["given_url"] for page in store.forgetting.pages(because)}
    addresses |= {page_id: address_of(url) for page_id, url in given.items() if url is not None}
    for page_id in store.forgetting.captures(addresses.values()):
        because.setdefault(page_id, "same address")
    for page in store.forgetting.pages(because):
        if page["url"] is not None:
            addresses.setdefault(page["id"], address_of(page["url"]))
    for row in store.forgetting.same_bytes(because):
        because.setdefault(row["id"], "same bytes")


def _named(store: Store, names: Sequence[str]) -> tuple[dict[int, str], dict[int, str], list[str], list[str]]:
    """The pages by why they go, addresses that were asked for, names of which nothing is known, and of what is gone already."""
    because: dict[int, str] = {}
    addresses: dict[int, str] = {}
    unknown: list[str] = []
    gone: list[str] = []
    for name in dict.fromkeys(names):
        found = store.pages.find(name)
        if "://" in name:
            asked = [address_of(name)]
            found = sorted({*found, *store.forgetting.captures(asked), *store.forgetting.claimants(asked)})
            addresses |= dict.fromkeys(found, address_of(name))
        because |= dict.fromkeys(found, "named")
        if not found:
            (gone if store.tombstones.find(name) else unknown).append(name)
    return because, addresses, unknown, gone


def _selected(store: Store, selection: Selection) -> list[int]:
    """The documents of a selection; dropped ones too, unless only some state was asked for."""
    return store.selecting.ids(replace(selection, state="all", state_given=True) if not selection.state_given else selection)


def _plan(store: Store, because: dict[int, str], addresses: dict[int, str], unknown: Iterable[str], gone: Iterable[str]) -> Plan:
    exports = tuple(store.exports.holding(because))
    pages = []
    for row in store.forgetting.pages(because):
        why = because[row["id"]]
        address = None if why == "same bytes" else addresses.get(row["id"])
        held = tuple(export.path for export in exports if row["id"] in export.holds)
        pages.append(
            Going(row["id"], why, row["url"], row["title"], row["location"], row["digest"], row["earlier"], address, held)
        )
    alike = tuple((row["id"], row["like"], row["jaccard"]) for row in store.forgetting.alike(because, LEAST_ALIKE))
    named = {page.address for page in pages if page.address is not None}
    claimants = {*store.forgetting.captures(named), *store.forgetting.claimants(named)}.difference(because)
    return Plan(tuple(pages), exports, alike, tuple(sorted(claimants)), tuple(unknown), tuple(gone))


def forget(store: Store, plan: Plan, *, note: str, run_id: int) -> Forgotten:
    """Take the pages away, in one transaction. `sweep` the file afterwards, and `verify` when it is closed.

    Raises UsageError for a note that quotes a page.
    """
    ids = plan.ids
    values = [value for page_id in ids for value in store.forgetting.values(page_id)]
    texts = [value for value in values if isinstance(value, str)]
    if quoted([note], texts):
        raise UsageError("the note quotes a page that is to be forgotten", hint="say why, not what")
    done = Forgotten(_passages_of(store, values, ids))
    tombstones = [Tombstone(page.id, page.digest, page.url, page.address, page.location) for page in plan.pages]
    with store.transaction():
        for page_id in ids:
            if (page := store.pages.get(page_id)) is not None:
                uncount_lines(store, page)
        _erase_quotations(store, texts, {place for page in plan.pages for place in (page.url, page.location)}, done)
        store.signatures.unsettle_duplicates_of(ids)
        store.signatures.forget(ids)
        store.word_counts.clear()  # a list of all words is nobody's, and holds theirs
        store.tombstones.add(tombstones, run_id, note)
        done.released = store.forgetting.remove(ids, run_id)
    return done


def _passages_of(store: Store, values: Sequence[str | bytes], ids: Sequence[int]) -> list[bytes]:
    """By what the pages would be recognised: texts as they are and as JSON, frames, and the bytes that came."""
    import json

    most = max(8, min(400, _MOST_PASSAGES // max(1, len(values) + len(ids))))
    found: dict[bytes, None] = {}
    for value in values:
        content = value if isinstance(value, bytes) else value.encode()
        found |= dict.fromkeys(passages(content, most))
        if isinstance(value, str) and not value.isascii():
            found |= dict.fromkeys(passages(json.dumps(value)[1:-1].encode(), most))
    for page_id in ids:
        raw = store.pages.raw(page_id)
        found |= dict.fromkeys(passages(raw or b"", most))
    return list(found)


def _erase_quotations(store: Store, texts: Sequence[str], kept_places: Set[str | None], done: Forgotten) -> None:
    """Take out of logs and saved selections what quotes the texts. Addresses often do; those that a tombstone keeps stay."""
    lines = list(store.forgetting.arguments())
    places = [(number, position) for number, (_, _, arguments) in enumerate(lines) for position in range(len(arguments))]
    saved = store.selections.listed()
    spoken = [lines[number][2][position] for number, position in places]
    spoken_by_name = [" ".join(_strings(criteria(one.selection))) for one in saved]
    quoting = quoted([*("" if one in kept_places else one for one in spoken), *spoken_by_name], texts)
    for number in {places[one][0] for one in quoting if one < len(places)}:
        table, row, arguments = lines[number]
        kept = [ERASED if index in quoting else spoken[index] for index, (line, _) in enumerate(places) if line == number]
        store.forgetting.set_arguments(table, row, kept)
        done.erased += sum(one == ERASED for one in kept) - sum(one == ERASED for one in arguments)
    going = [one.name for index, one in enumerate(saved) if len(places) + index in quoting]
    for one in saved:  # a selection that is made of one that goes would select nothing any more
        if one.selection.named in going and one.name not in going:
            going.append(one.name)
    for name in going:
        store.forgetting.delete_selection(name)
    done.selections = going


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _strings(one)
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _strings(one)


def verify(path: Path, sought: Sequence[bytes]) -> Verdict:
    """Search the corpus file, and what may stand beside it, for the passages. Nobody in this process may have it open.

    Passages that another document holds as well are there with right: those documents are named.
    """
    finder = Finder(sought)
    files = [path.with_name(path.name + suffix) for suffix in _JOURNALS]
    found = {file: finder.in_file(file) for file in files if file.exists()}
    open_ones = {position for places in found.values() for position in places}
    if not open_ones:
        return Verdict(len(sought), {}, {})
    shared: dict[int, int] = {}
    left: dict[str, int] = {}
    logged: set[int] = set()
    few = sorted(open_ones)
    numbers = {position: number for number, position in enumerate(few)}
    finder = Finder([sought[position] for position in few])
    unexplained = set(range(len(few)))
    with Store.open(path) as store:
        for with_contents in (False, True):
            for cell in store.forgetting.cells(with_contents=with_contents) if unexplained else ():
                held = finder.in_bytes(cell.content)
                if held and cell.is_log:
                    left[f"table {cell.table}, row {cell.row}"] = len(held)
                    logged |= held
                elif held:
                    unexplained -= held
                    for page_id in cell.pages:
                        shared[page_id] = max(shared.get(page_id, 0), len(held))
    unexplained -= logged
    for file, places in found.items():
        here = [place for position, place in places.items() if numbers[position] in unexplained]
        if here:
            left[f"{file.name}, byte {min(here)}"] = len(here)
    return Verdict(len(sought), shared, left)
