"""Imports go down only. A module that stands in no layer fails the test: decide where it belongs, and add it here."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "src" / "corpuskit"

# From top to bottom. Modules of one layer do not import each other. A package (its name ends with a dot) may import inside
# itself, in one direction: a test below sees to it.
LAYERS: tuple[tuple[str, ...], ...] = (
    ("__main__",),
    ("cli",),
    ("commands.",),
    (
        "importing", "fetching", "cleaning", "filtering", "superseding", "deduping", "repeating", "undoing", "tagging",
        "reviewing", "searching", "grouping", "querying", "explaining",
        "exporting", "splitting", "backing_up", "counting", "collocating", "contrasting", "browsing", "reporting", "concordance",
        "forgetting",
    ),
    ("tallying",),
    ("occurring",),
    ("settling", "line_evidence", "remembering", "targets", "measuring"),
    ("comparing",),
    ("store.",),
    ("web.",),
    ("passages", "signals.", "finding", "concordance_table", "histogram"),
    ("readers.", "extract.", "writers.", "matching", "near_duplicates", "workers", "ngrams", "telling", "contexts",
     "regular_expressions"),
    ("distinct_texts",),
    ("signature_tables",),
    ("query_errors",),
    ("query", "phrases", "selection", "formats", "progress", "reports", "differences", "shingles", "clusters", "minhash",
     "history", "rules", "traces", "batches", "tally"),
    ("postings", "association", "keyness", "periods"),
    ("query_parser", "vocabulary", "dispersion", "narrowing", "external_sort", "folded_texts"),
    ("query_tree", "expression_lexemes"),
    ("tokens",),
    ("documents", "record", "overview", "extras", "zstd"),
    ("reasons", "errors", "duplicate_rules"),
    ("__init__",),
)  # fmt: skip
# What commands share, from top to bottom.
SHARED_COMMANDS = (
    "_importing", "_fetching", "_cleaning", "_forgetting", "_tagging", "_grouping", "_counting", "_finding",
    "_options", "_session",
)  # fmt: skip


def modules() -> list[str]:
    """Every module of the package, by its dotted name below it."""
    return [".".join(path.relative_to(PACKAGE).with_suffix("").parts) for path in sorted(PACKAGE.rglob("*.py"))]


def imported(module: str) -> Iterator[str]:
    """Every module of the package that a module imports, wherever in it, also only for types."""
    tree = ast.parse((PACKAGE / Path(*module.split("."))).with_suffix(".py").read_text(encoding="utf-8"))
    known = set(modules())
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: imports are absolute"
            name = node.module or ""
            if name.partition(".")[0] == "corpuskit":
                inside = name.partition(".")[2]
                for alias in node.names:
                    whole = f"{inside}.{alias.name}".lstrip(".")
                    yield whole if whole in known else inside or "__init__"
        elif isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[2] or "__init__" for alias in node.names if alias.name.startswith("corpuskit"))


def place(module: str) -> tuple[int, str] | None:
    """The layer of a module, counted from the top, and the entry that names it."""
    for depth, layer in enumerate(LAYERS):
        for entry in layer:
            if module == entry or (entry.endswith(".") and f"{module}.".startswith(entry)):
                return depth, entry
    return None


def test_every_entry_is_a_module() -> None:
    names = {entry.rstrip(".") for layer in LAYERS for entry in layer}
    assert names == {module.partition(".")[0] for module in modules()}


def test_every_module_has_a_layer() -> None:
    assert [module for module in modules() if place(module) is None] == []


@pytest.mark.parametrize("module", [module for module in modules() if module != "__init__"])  # which only names what is below
def test_imports_go_down(module: str) -> None:
    here = place(module)
    assert here is not None
    wrong = []
    for other in imported(module):
        there = place(other)
        assert there is not None, f"{other} has no layer"
        if not (there[0] > here[0] or (there == here and here[1].endswith("."))):
            wrong.append(other)
    assert wrong == [], "an arrow that runs up or sideways"


def inside(package: str) -> dict[str, set[str]]:
    """Who imports whom inside a package."""
    names = {module for module in modules() if f"{module}.".startswith(f"{package}.")}
    return {name: {other for other in imported(name) if other in names and other != name} for name in names}


@pytest.mark.parametrize("package", ["commands", "store", "web", "readers", "extract", "writers", "signals"])
def test_a_package_has_no_circle(package: str) -> None:
    left = inside(package)
    while left:
        free = {name for name, others in left.items() if not others & left.keys()}
        assert free, f"these import each other: {sorted(left)}"
        left = {name: others for name, others in left.items() if name not in free}


def test_commands_share_only_what_is_there_to_be_shared() -> None:
    for name, others in inside("commands").items():
        for other in others:
            shared = other.removeprefix("commands.")
            assert shared in SHARED_COMMANDS, f"{name} imports the command {other}"
            if (own := name.removeprefix("commands.")) in SHARED_COMMANDS:
                assert SHARED_COMMANDS.index(own) < SHARED_COMMANDS.index(shared), f"{name} imports {other}"


# Libraries that belong to one place
HOMES = {
    "click": ("cli", "commands."),
    "sqlite3": ("store.",),
    "sqlite_utils": ("store.",),
    "trafilatura": ("extract.",),
    "htmldate": ("extract.",),
    "py3langid": ("extract.",),
    "datasette": ("browsing",),
    "matplotlib": ("writers.",),
    "pebble": ("workers",),
    "multiprocessing": ("workers",),
    "pyarrow": ("writers.", "readers."),
}


@pytest.mark.parametrize("module", modules())
def test_a_library_stays_where_it_belongs(module: str) -> None:
    tree = ast.parse((PACKAGE / Path(*module.split("."))).with_suffix(".py").read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        for name in names:
            homes = HOMES.get(name.partition(".")[0])
            assert homes is None or f"{module}.".startswith(homes) or module in homes, f"{module} imports {name}"


@pytest.mark.parametrize("module", [module for module in modules() if not module.startswith(("commands.", "cli", "__main__"))])
def test_the_library_does_not_print_or_exit(module: str) -> None:
    tree = ast.parse((PACKAGE / Path(*module.split("."))).with_suffix(".py").read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            assert name not in ("print", "sys.exit", "exit", "sys.stdout.write", "sys.stderr.write", "logging.basicConfig"), name
