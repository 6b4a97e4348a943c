"""Exporting: a target is whole or not there, whatever happens in between."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.store.conftest import fill

from corpuskit.errors import UsageError
from corpuskit.exporting import FORMATS, ExportOptions, export_to_path, export_to_stream
from corpuskit.progress import Advance
from corpuskit.record import RECORD_FIELDS
from corpuskit.store.store import Store

IDS = [1, 2, 3, 4, 5, 6]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("exporting") / "corpus.db"
    fill(path)
    return path


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with Store.open(path) as store:
        yield store


class StoppedError(Exception):
    """Something that went wrong half-way."""


def stop_at(number: int) -> Advance:
    def advance(done: int, total: int | None) -> None:
        if done == number:
            raise StoppedError

    return advance


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("there", [False, True])
def test_a_failure_half_way_leaves_what_was_there(store: Store, tmp_path: Path, format_: str, there: bool) -> None:
    target = tmp_path / "out"
    if there and format_ == "text":
        target.mkdir()
        (target / "mine").write_text("mine")
    elif there:
        target.write_text("mine")
    before = {entry: entry.read_bytes() for entry in tmp_path.rglob("*") if entry.is_file()}
    with pytest.raises(StoppedError):
        export_to_path(store, IDS, ExportOptions(format_, force=True), target, stop_at(4))
    assert {entry: entry.read_bytes() for entry in tmp_path.rglob("*") if entry.is_file()} == before
    assert len(list(tmp_path.iterdir())) == there


@pytest.mark.parametrize("format_", FORMATS)
def test_a_target_has_every_document_and_nothing_is_beside_it(store: Store, tmp_path: Path, format_: str) -> None:
    assert export_to_path(store, IDS, ExportOptions(format_), tmp_path / "out") == 6
    assert [entry.name for entry in tmp_path.iterdir()] == ["out"]


def test_a_file_and_a_stream_are_the_same(store: Store, tmp_path: Path) -> None:
    for format_ in (name for name in FORMATS if name != "parquet"):
        stream = io.StringIO()
        assert export_to_stream(store, IDS, ExportOptions(format_), stream) == 6
        if format_ != "text":
            export_to_path(store, IDS, ExportOptions(format_), tmp_path / format_)
            assert (tmp_path / format_).read_text(encoding="utf-8") == stream.getvalue()


def test_documents_come_in_the_order_of_the_ids(store: Store) -> None:
    stream = io.StringIO()
    export_to_stream(store, [6, 2, 4], ExportOptions(fields=("id",)), stream)
    assert stream.getvalue() == '{"id": 6}\n{"id": 2}\n{"id": 4}\n'


def test_parquet_has_types_whatever_the_first_rows_hold(store: Store, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    export_to_path(store, [4], ExportOptions("parquet"), tmp_path / "out.parquet")
    table = parquet.read_table(tmp_path / "out.parquet")
    assert tuple(table.column_names) == RECORD_FIELDS
    types = {field.name: str(field.type) for field in table.schema}
    assert {types[name] for name in ("id", "words", "characters", "duplicate_of")} == {"int64"}
    assert types["tags"].startswith("list<")
    assert {types[name] for name in RECORD_FIELDS} == {"int64", "string", types["tags"]}


def test_parquet_needs_a_file(store: Store) -> None:
    with pytest.raises(UsageError, match="needs a file"):
        export_to_stream(store, IDS, ExportOptions("parquet"), io.StringIO())


@pytest.mark.parametrize("format_", ["tei", "vertical"])
def test_an_apostrophe_for_spreadsheets_is_refused_where_there_are_no_cells(format_: str) -> None:
    with pytest.raises(UsageError, match=f"{format_} has none"):
        ExportOptions(format_, csv_safe=True)


def test_texts_that_hold_the_separator_stay_whole_in_a_folder(store: Store, tmp_path: Path) -> None:
    export_to_path(store, IDS, ExportOptions("text"), tmp_path / "out")
    index = (tmp_path / "out" / "index.tsv").read_text(encoding="utf-8").splitlines()
    stream = io.StringIO()
    export_to_stream(store, IDS, ExportOptions(fields=("text",)), stream)
    texts = [json.loads(line)["text"] for line in stream.getvalue().splitlines()]
    assert [(tmp_path / "out" / line.split("\t")[0]).read_text(encoding="utf-8") for line in index[1:]] == [
        f"{text}\n" for text in texts
    ]


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(tmp_path: Path, cell: str) -> None:
    from tests.store.conftest import add, cleaned, page

    with Store.open(tmp_path / "corpus.db", write=True, create=True) as store:
        store.runs.start("import", [])
        add(store, page(1), cleaned(cell))
        for safe, expected in ((True, f"'{cell}"), (False, cell)):
            stream = io.StringIO()
            export_to_stream(store, [1], ExportOptions("jsonl", ("text",), csv_safe=safe), stream)
            assert json.loads(stream.getvalue())["text"] == expected
