"""Where this Python keeps its zstd: the standard library from 3.14 on, the backport of the same module before."""

from __future__ import annotations

import sys
from functools import cache
from types import ModuleType


@cache
def zstd_module() -> ModuleType:
    """The module: `compress`, `decompress`, `ZstdDecompressor`, `ZstdDict`, `ZstdError`."""
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    return zstd
