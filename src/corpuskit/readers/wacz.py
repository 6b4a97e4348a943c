"""WACZ: a web archive collection. It is a ZIP file with WARC files in `archive/`; its lists and indexes hold no
pages.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

_DESCRIPTION = "datapackage.json"
_FOLDER = re.compile(r"(?:data/)?(?:archive|indexes|pages)/")
_RECORDS = re.compile(r"(?:data/)?archive/.+\.w?arc(?:\.\w+)?", re.IGNORECASE)


def is_wacz(names: Collection[str]) -> bool:
    """Whether a ZIP file with members of these names is a WACZ collection."""
    return _DESCRIPTION in names and any(_FOLDER.match(name) for name in names)


def own_files(names: Collection[str]) -> Callable[[str], bool]:
    """Tells which members the tool that packed a collection wrote for itself: none where the ZIP file is no
    collection.
    """
    if not is_wacz(names):
        return lambda _: False
    return lambda name: not _RECORDS.fullmatch(name)
