"""Searching, beside tantivy and DuckDB on the same documents in the same run; and concordances.

    python benchmarks/search_speed.py [--documents 20000] [--corpus FILE]

The corpus is generated (`search_corpus`), or an earlier one of that kind is taken with --corpus. Each index is built in a process
of its own from the same texts; its CPU time includes all its threads. Queries run inside a process that has the corpus open: the
50th and 95th percentile over different words, in milliseconds of CPU time. A peer that is not installed is left out.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import search_corpus
from corpuskit.selection import Selection
from corpuskit.store.store import Store
from measure import measure, table

CORPUSKIT = str(Path(sys.executable).parent / "corpuskit")
TOP = 20
ROUNDS = 3
ENGINES = ("corpuskit", "tantivy", "duckdb")

Query = Callable[[str], object]


def texts(path: Path):  # type: ignore[no-untyped-def]
    """Id, title and text of every document."""
    with Store.open(path) as store:
        for record in store.documents.records(store.selecting.ids(Selection()), ("id", "title", "text")):
            yield record["id"], record["title"], record["text"]


def build_none(path: Path, _target: Path) -> None:
    """Only read the texts: what the others have to do besides."""
    for _ in texts(path):
        pass


def build_corpuskit(path: Path, _target: Path) -> None:
    """The full-text index of the corpus, made anew."""
    with Store.open(path, write=True) as store, store.transaction():
        store.database.execute("INSERT INTO documents_fts (documents_fts) VALUES ('rebuild')")


def build_tantivy(path: Path, target: Path) -> None:
    """An index of tantivy with positions, in one segment of its own making."""
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("id", stored=True)
    builder.add_text_field("title")
    builder.add_text_field("text")
    target.mkdir()
    writer = tantivy.Index(builder.build(), path=str(target)).writer(256_000_000, 1)
    for number, title, text in texts(path):
        writer.add_document(tantivy.Document(id=number, title=title or "", text=text))
    writer.commit()
    writer.wait_merging_threads()


def build_duckdb(path: Path, target: Path) -> None:
    """A table of DuckDB with its full-text index."""
    import duckdb
    import pyarrow as pa

    with duckdb.connect(str(target)) as connection:
        load_fts(connection)
        connection.execute("CREATE TABLE documents (id BIGINT, title VARCHAR, text VARCHAR)")
        rows = texts(path)
        while batch := list(islice(rows, 5000)):  # row by row it would be far slower
            columns = pa.table(dict(zip(("id", "title", "text"), map(list, zip(*batch, strict=True)), strict=True)))
            connection.register("columns", columns)
            connection.execute("INSERT INTO documents SELECT * FROM columns")
        connection.execute("PRAGMA create_fts_index('documents', 'id', 'title', 'text', stemmer='none', stopwords='none')")


def load_fts(connection: Any) -> None:
    """Load DuckDB's extension; the package `duckdb-extension-fts` brings it where it cannot be downloaded."""
    if found := find_spec("duckdb_extension_fts"):
        assert found.submodule_search_locations is not None
        for extension in Path(found.submodule_search_locations[0]).rglob("fts.duckdb_extension"):
            connection.execute(f"LOAD '{extension}'")
            return
    connection.execute("INSTALL fts")
    connection.execute("LOAD fts")


def build_speed(path: Path, folder: Path, count: int) -> list[str]:
    """Print documents per CPU second; the engines that are there."""
    reading = _built("none", path, folder)[0]
    rows, there = [], []
    for engine in ENGINES:
        if engine != "corpuskit" and find_spec(engine) is None:
            rows.append([engine, "not installed", "", ""])
            continue
        try:
            cpu, memory = _built(engine, path, folder)
        except SystemExit as error:
            rows.append([engine, f"failed: {str(error).splitlines()[-1][-60:]}", "", ""])
            continue
        there.append(engine)
        without = cpu if engine == "corpuskit" else max(0.01, cpu - reading)
        size = sum(one.stat().st_size for one in (folder / engine).rglob("*")) if (folder / engine).is_dir() else 0
        rows.append([engine, f"{count / without:,.0f}", f"{memory:.0f}", f"{size / 1e6:,.0f}" if size else ""])
    table("Building the index", ["engine", "documents per CPU second", "MB of memory", "MB of index"], rows)
    return there


def _built(engine: str, path: Path, folder: Path) -> tuple[float, float]:
    usage = measure([sys.executable, __file__, "--build", engine, str(path), str(folder / engine)])
    return usage.cpu, usage.memory


def queries(kind: str) -> list[str]:
    """Queries of one kind in corpuskit's language, one for each planted word."""
    rare, middling, frequent = (search_corpus.planted(one) for one in ("rare", "middling", "frequent"))
    return {
        "rare word": rare,
        "middling word": middling,
        "frequent word": frequent,
        "frequent AND middling": [f"{one} {other}" for one, other in zip(frequent, middling, strict=True)],
        "phrase of common words": ['"of the"', '"in the"', '"to the"', '"on the"', '"at the"'],
        "prefix of three letters": ["mid*", "fre*", "rar*", "con*", "pro*"],
        "NEAR": [f"{one} NEAR/10 the" for one in middling],
    }[kind]


KINDS = ("rare word", "middling word", "frequent word", "frequent AND middling", "phrase of common words",
         "prefix of three letters", "NEAR")  # fmt: skip


def query_speed(path: Path, folder: Path, there: list[str]) -> None:
    """Print what queries cost."""
    rows = []
    with Store.open(path) as store:
        selected = {"since": "2015-01-01", "until": "2019-12-31", "sites": ("site1.example",), "languages": ("en",)}

        def best(query: str) -> object:
            return store.selecting.search(Selection(match=query, limit=TOP))

        def filtered(query: str) -> object:
            return store.selecting.search(Selection(match=query, limit=TOP, **selected))  # type: ignore[arg-type]

        def count(query: str) -> object:
            return store.selecting.count(Selection(match=query))

        peers = {engine: _peer(engine, folder) for engine in there if engine != "corpuskit"}
        for kind in KINDS:
            asked = queries(kind)
            row = [kind, _times(best, asked), _times(count, asked), _times(filtered, asked)]
            rows.append([*row, *(_times(peer, asked) if kind in peer.kinds else "" for peer in peers.values())])
    header = ["query", "top 20", "count", "top 20, date + site + language", *(f"{engine} top 20" for engine in peers)]
    table("Queries, ms of CPU time, p50 / p95", header, rows)


def _times(query: Query, asked: list[str]) -> str:
    spent = []
    for one in asked * ROUNDS:
        start = time.process_time()
        query(one)
        spent.append((time.process_time() - start) * 1000)
    return f"{median(spent):.2f} / {quantiles(spent, n=20)[-1]:.2f}"


class _Tantivy:
    kinds = ("rare word", "middling word", "frequent word", "frequent AND middling", "phrase of common words")

    def __init__(self, folder: Path) -> None:
        import tantivy

        self.index = tantivy.Index.open(str(folder / "tantivy"))
        self.searcher = self.index.searcher()

    def __call__(self, query: str) -> object:
        words = query if query.startswith('"') else " ".join(f"+{word}" for word in query.split())
        return self.searcher.search(self.index.parse_query(words, ["text"]), TOP).hits


class _DuckDB:
    kinds = ("rare word", "middling word", "frequent word", "frequent AND middling")

    def __init__(self, folder: Path) -> None:
        import duckdb

        self.connection = duckdb.connect(str(folder / "duckdb"), read_only=True)
        load_fts(self.connection)
        self.connection.execute("SET threads = 1")

    def __call__(self, query: str) -> object:
        statement = f"""
            SELECT id FROM (SELECT id, fts_main_documents.match_bm25(id, ?, conjunctive := 1) AS score FROM documents)
            WHERE score IS NOT NULL ORDER BY score DESC LIMIT {TOP}
        """
        return self.connection.execute(statement, [query]).fetchall()


def _peer(engine: str, folder: Path) -> _Tantivy | _DuckDB:
    return _Tantivy(folder) if engine == "tantivy" else _DuckDB(folder)


def command_speed(path: Path, count: int) -> None:
    """Print what whole commands cost, start-up included."""
    corpuskit = [CORPUSKIT, "-d", str(path)]
    rows = []

    def row(name: str, arguments: list[str], told: Callable[[float], str]) -> None:
        usage = measure([*corpuskit, *arguments])
        rows.append([name, f"{usage.cpu:.2f}", f"{usage.memory:.0f}", told(usage.cpu)])

    lines = f"{count:,} lines; "
    row(
        "kwic of a word in every document",
        ["kwic", search_corpus.ONCE, "-f", "tsv"],
        lambda cpu: f"{lines}{count / cpu:,.0f} a CPU second",
    )
    row("the same, --sort right", ["kwic", search_corpus.ONCE, "-f", "tsv", "--sort", "right"], lambda _: "limit 200 MB")
    rows.append(
        [
            "its first line",
            f"{_first_line([*corpuskit, 'kwic', search_corpus.ONCE, '-f', 'tsv']):.2f}",
            "",
            "on the clock; start-up included",
        ]
    )
    row("search of a frequent word", ["search", search_corpus.planted("frequent")[0], "-n", "20", "-f", "tsv"], lambda _: "")
    table("Commands", ["command", "CPU seconds", "MB", ""], rows)


def _first_line(command: list[str]) -> float:
    start = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.readline()  # the first is the header
        seconds = time.monotonic() - start
        process.stdout.close()
    return seconds


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--corpus", type=Path, help="a corpus that an earlier run left; not changed but for its index")
    parser.add_argument("--build", nargs=3, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.build:
        engine, path, target = arguments.build
        try:
            globals()[f"build_{engine}"](Path(path), Path(target))
        except Exception as error:  # noqa: BLE001  # a peer that does not work is told, and left out
            print(" ".join(str(error).split()), file=sys.stderr)
            sys.exit(2)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = arguments.corpus or folder / "corpus.db"
        if not path.exists():
            search_corpus.store(path, search_corpus.generate(arguments.documents))
        with Store.open(path) as store:
            count = len(store.selecting.ids(Selection()))
        print(f"{count:,} documents")
        query_speed(path, folder, build_speed(path, folder, count))
        command_speed(path, count)


if __name__ == "__main__":
    main()
