"""What a command does not need is not loaded."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import EXAMPLES, CorpusKit, environment

HEAVY = (
    "trafilatura",
    "sqlite_utils",
    "lxml",
    "numpy",
    "py3langid",
    "charset_normalizer",
    "pyarrow",
    "pebble",
    "tabulate",
    "dateutil",
)
PROBE = """
import json, sys
from corpuskit.cli import run
code = run(sys.argv[1:])
sys.stdout.flush()
print(json.dumps([code, sorted({name.partition(".")[0] for name in sys.modules})]), file=sys.stderr)
"""


def loaded(folder: Path, *arguments: str) -> set[str]:
    """The packages that a command line loads."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *arguments], cwd=folder, env=environment(), capture_output=True, check=True
    )
    code, modules = json.loads(done.stderr.splitlines()[-1])
    assert code == 0, done.stderr
    return set(modules)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a corpus."""
    folder = tmp_path_factory.mktemp("startup")
    subprocess.run([sys.executable, "-m", "corpuskit", "import", EXAMPLES / "courier"], cwd=folder, env=environment(), check=True,
                   capture_output=True)  # fmt: skip
    return folder


@pytest.mark.parametrize(
    "arguments",
    [("--help",), ("--version",), ("import", "--help"), ("export", "--help"), ("list",), ("list", "-f", "jsonl"),
     ("search", "river"), ("export",), ("stats",), ("log",), ("show", "1"), ("check", "--data")],
    ids=" ".join,
)  # fmt: skip
def test_reading_loads_nothing_heavy(folder: Path, arguments: tuple[str, ...]) -> None:
    assert not loaded(folder, *arguments) & {*HEAVY}


def test_help_loads_no_database_either(folder: Path) -> None:
    assert not loaded(folder, "--help") & {"sqlite3", "multiprocessing", "hashlib", "corpuskit.store", "zstd"}


def test_the_package_itself_is_cheap(folder: Path) -> None:
    code = "import sys, corpuskit; print(len([name for name in sys.modules if name.startswith('corpuskit')]))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, env=environment())
    assert int(done.stdout) == 1


def test_the_public_names_are_there() -> None:
    import corpuskit

    for name in corpuskit.__all__:
        assert getattr(corpuskit, name) is not None
    with pytest.raises(AttributeError, match="nonsense"):
        _ = corpuskit.nonsense


def test_the_module_is_the_command(ck: CorpusKit) -> None:
    script = Path(sys.executable).with_name("corpuskit")
    if not script.exists():
        pytest.skip("the command is not installed beside this Python")
    done = subprocess.run([script, "--help"], capture_output=True, check=True, env=environment())
    assert done.stdout.decode() == ck("--help").out
