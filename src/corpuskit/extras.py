"""Packages that only some commands need, and the extra that installs each."""

from __future__ import annotations

from importlib.util import find_spec

from corpuskit.errors import UsageError

_EXTRAS = {"datasette": ("Datasette", "web"), "matplotlib": ("matplotlib", "report"), "pyarrow": ("pyarrow", "parquet")}


def check_installed(package: str, needed_for: str) -> None:
    """Raise UsageError where a package is not installed."""
    if find_spec(package) is None:
        name, extra = _EXTRAS[package]
        raise UsageError(f"{needed_for} needs {name}", hint=f"pip install 'corpuskit[{extra}]'")
