"""What a user may say about reading, made once from the command line and handed to every reader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How inputs are read. `max_size` is in bytes and counts what is really inflated, page by page."""

    kind: str = "auto"  # --as: "auto", "html", "text", "jsonl" ...: what the input is, whatever it looks like
    max_size: int = 32 * MEBIBYTE
    charset: str | None = None  # --encoding
    url: str | None = None  # --url, for a single page
    fields: Mapping[str, str] = field(default_factory=dict)  # --field NAME=PATH: our name -> dotted path in a record
    include: tuple[str, ...] = ()  # globs over names and paths inside a folder
    exclude: tuple[str, ...] = ()
    follow: bool = False  # follow symbolic links inside folders
    status: tuple[tuple[int, int], ...] = ((200, 299),)  # HTTP statuses of captures that are kept, as closed ranges
