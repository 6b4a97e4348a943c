"""Raw web pages become a text corpus: one SQLite file that holds raw page, clean text, and every decision with its reason.

from corpuskit import ReadOptions, Selection, Store, clean_pages, import_sources

with Store.open("corpus.db", write=True, create=True) as store:
    run = store.runs.start("import", ["crawl/"])
    report = import_sources(store, ["crawl/"], ReadOptions(), run_id=run)
    clean_pages(store, store.documents.never_cleaned(report.source_ids), run_id=run)
    store.runs.finish(run, "done", report.counts)
    for hit in store.selecting.search(Selection(match='"climate summit" NOT sport'), limit=20):
        print(hit.id, hit.score)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from corpuskit.cleaning import clean_pages
    from corpuskit.importing import import_sources
    from corpuskit.readers.options import ReadOptions
    from corpuskit.selection import Selection
    from corpuskit.store.store import Store

_HOMES = {
    "ReadOptions": "corpuskit.readers.options",
    "Selection": "corpuskit.selection",
    "Store": "corpuskit.store.store",
    "clean_pages": "corpuskit.cleaning",
    "import_sources": "corpuskit.importing",
}

__all__ = ["ReadOptions", "Selection", "Store", "__version__", "clean_pages", "import_sources"]


def __getattr__(name: str) -> object:
    """The public names, loaded when they are asked for, so that `import corpuskit` stays cheap."""
    if name not in _HOMES:
        raise AttributeError(f"module 'corpuskit' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
