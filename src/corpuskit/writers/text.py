"""Plain texts: one stream with a separator between documents, or a folder with one file each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TextIO

from corpuskit.formats import cell

_INDEX = "index.tsv"
_PER_FOLDER = 10_000  # files; more make file systems and people slow


def write_text(records: Iterable[Mapping[str, Any]], stream: TextIO, separator: str) -> int:
    """Write the texts, with the separator on a line of its own between two of them; how many there were."""
    count = 0
    for record in records:
        if count and separator:
            stream.write(separator + "\n")
        stream.write(record["text"] + "\n")
        count += 1
    return count


def write_text_folder(records: Iterable[Mapping[str, Any]], folder: Path) -> int:
    """Write each text as `<id>.txt` in the folder (numbered subfolders of 10,000), and `index.tsv` that says which is what."""
    folder.mkdir()
    count = 0
    with (folder / _INDEX).open("w", encoding="utf-8", newline="\n") as index:
        for record in records:
            path = Path(f"{record['id'] // _PER_FOLDER:04d}") / f"{record['id']:08d}.txt"
            (folder / path.parent).mkdir(exist_ok=True)
            (folder / path).write_text(record["text"] + "\n", encoding="utf-8", newline="\n")
            names = [name for name in record if name != "text"]
            if not count:
                index.write("\t".join(["file", *names]) + "\n")
            index.write("\t".join([str(path), *(cell(record[name]) for name in names)]) + "\n")
            count += 1
    return count
