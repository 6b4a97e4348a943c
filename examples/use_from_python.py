"""corpuskit as a library: import pages, clean them, search, and read records, without the command line.

    python examples/use_from_python.py [FOLDER]

The corpus is made in a temporary folder. The public names are those of `corpuskit.__all__`; what they raise is a
`corpuskit.errors.CorpuskitError`, which says in one line what happened.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from corpuskit import ReadOptions, Selection, Store, clean_pages, import_sources
from corpuskit.errors import CorpuskitError

PAGES = Path(__file__).resolve().parent / "pages"


def build(path: Path, folder: Path) -> None:
    """Make a corpus of the pages in a folder."""
    with Store.open(path, write=True, create=True) as store, store.runs.record("import", [str(folder)]) as run:
        # Inputs that gave no page are told one by one; they are recorded too.
        report = import_sources(
            store, [str(folder)], ReadOptions(exclude=("*.txt",)), run_id=run.id, tags=["example"],
            notice=lambda unread: print(f"{unread.status}: {Path(unread.location).name}: {unread.reason}"),
        )  # fmt: skip
        run.counts |= report.counts
        print("import:", report.counts)

        # What has no text yet is computed from the corpus. So this line goes on where an interrupted run stopped.
        cleaned = clean_pages(store, store.documents.never_cleaned(report.source_ids), run_id=run.id)
        run.counts |= {"cleaned": cleaned.cleaned}
        print("cleaned:", cleaned.cleaned, "of", cleaned.counts["read"])


def read(path: Path) -> None:
    """Search a corpus and read from it. A store that is opened for reading never changes the file."""
    with Store.open(path) as store:
        # A selection is what the options of the command line are made into.
        wanted = Selection(match='"climate summit" NOT sport', languages=("en",), since="2022-01-01")
        hits = store.selecting.search(wanted)
        print("hits:", len(hits))

        # Records are dictionaries with the fields of docs/reference/record.md; ask only for those that you need.
        for record in store.documents.records([hit.id for hit in hits], ["date", "site", "title"]):
            print(" ", record["date"], record["site"], record["title"], sep=" | ")

        # Any selection, in any order, without a query.
        ids = store.selecting.ids(Selection(sites=("selbrook-courier.example",), sort="date"))
        words = sum(record["words"] for record in store.documents.records(ids, ["words"]))
        print(f"the Courier: {len(ids)} documents, {words:,} words")

        # The raw page is still there, byte for byte.
        first = next(store.documents.records(ids, ["id", "location"]))
        assert store.pages.raw(first["id"]) == Path(first["location"]).read_bytes()
        print("oldest:", Path(first["location"]).name)


def main() -> int:
    """Build a corpus in a temporary folder and read it."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else PAGES
    with tempfile.TemporaryDirectory() as work:
        corpus = Path(work) / "corpus.db"
        try:
            build(corpus, folder)
            read(corpus)
            Store.open(Path(work) / "missing.db")
        except CorpuskitError as error:
            print("error:", str(error).replace(work, "WORK"), f"(hint: {error.hint})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
