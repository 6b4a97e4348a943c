"""The generated pages are up to date, and leave no command, option, reason or exit code out."""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import click
import pytest

from corpuskit import errors
from corpuskit.cli import SECTIONS, cli
from corpuskit.readers.records import GUESSES
from corpuskit.reasons import Reason

PROJECT = Path(__file__).resolve().parents[2]
COMMANDS = (PROJECT / "docs" / "reference" / "commands.md").read_text("utf-8")
NAMES = [name for _, names in SECTIONS for name in names]


@pytest.fixture(scope="module")
def generate() -> Iterator[ModuleType]:
    spec = importlib.util.spec_from_file_location("generate", PROJECT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["generate"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["generate"]


def test_generated_pages_are_up_to_date(generate: ModuleType) -> None:
    old = [path.name for path, text in generate.generated().items() if path.read_text("utf-8") != text]
    assert not old, f"run `make docs`: {', '.join(old)}"


def test_generating_again_changes_nothing(generate: ModuleType) -> None:
    assert generate.generated() == generate.generated()


def command(name: str) -> click.Command:
    found = cli.get_command(click.Context(cli), name)
    assert found is not None
    return found


def section(title: str) -> str:
    """The text from a heading to the next one of any level."""
    found = re.search(rf"^#+ {re.escape(title)}\n(.*?)(?=^#|\Z)", COMMANDS, re.DOTALL | re.MULTILINE)
    assert found is not None, f"no section {title!r}"
    return found[1]


def explained(text: str) -> set[str]:
    """The options in the first column of the tables of a section."""
    cells = re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE)
    return {option for cell in cells for option in re.findall(r"(?:^|(?<= ))--?[A-Za-z0-9][a-z-]*", cell)}


SHARED = {
    "#options-of-every-command": "Options of every command",
    "#the-selection": "The selection",
    "#limits-of-cleaning": "Limits of cleaning",
}


@pytest.mark.parametrize("name", NAMES)
def test_every_option_of_a_command_is_explained(name: str) -> None:
    text = section(f"corpuskit {name}")
    linked = {option for link, title in SHARED.items() if link in text for option in explained(section(title))}
    left_out = {option for part in re.findall(r"\(without ([^)]*)\)", text) for option in re.findall(r"--[a-z-]+", part)}
    real = {option for parameter in command(name).params if isinstance(parameter, click.Option)
            for option in (*parameter.opts, *parameter.secondary_opts)}  # fmt: skip
    assert real <= explained(text) | linked
    assert explained(text) <= real
    assert not left_out & real
    long = {option for option in linked if option.startswith("--")}
    assert long - left_out <= real


@pytest.mark.parametrize("name", NAMES)
def test_every_argument_and_example_of_a_command_is_shown(name: str) -> None:
    text = section(f"corpuskit {name}")
    context = click.Context(cli)
    for parameter in command(name).params:
        if isinstance(parameter, click.Argument):
            assert parameter.make_metavar(context) in text
    for line in (command(name).help or "").splitlines():
        if line.strip().startswith("corpuskit "):
            assert line.strip() in text


def test_every_exit_code_is_explained() -> None:
    codes = {str(code) for name, code in vars(errors).items() if name.startswith("EXIT_")} | {"130", "143"}
    assert set(re.findall(r"^\| \*\*(\d+)\*\* \|", section("Exit codes"), re.MULTILINE)) == codes


def test_every_reason_is_explained() -> None:
    page = (PROJECT / "docs" / "reference" / "reasons.md").read_text("utf-8")
    assert re.findall(r"^\| `([a-z-]+)` \| \S", page, re.MULTILINE) == [reason.value for reason in Reason]


def test_every_field_name_that_is_guessed_is_listed() -> None:
    page = (PROJECT / "docs" / "howto" / "jsonl.md").read_text("utf-8")
    for name, paths in GUESSES.items():
        row = re.search(rf"^\| `{name}` \| [^|]+ \|(.*)\|$", page, re.MULTILINE)
        assert row is not None, name
        assert re.findall(r"`([^`]+)`", row[1]) == list(paths)
