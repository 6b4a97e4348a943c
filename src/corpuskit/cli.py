"""The command line: the group of commands in their sections, and the one place where errors end.

click's own exit codes collide with the contract (its errors, Ctrl-C and broken pipes all exit 1), so the group runs inside a
boundary of ours.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, NoReturn

import click

from corpuskit import __version__
from corpuskit.commands._options import session_options
from corpuskit.commands._session import Session, warn
from corpuskit.errors import EXIT_BUG, EXIT_OK, EXIT_USAGE, CorpuskitError

SECTIONS: tuple[tuple[str, dict[str, str]], ...] = (  # title, and the commands with what they do, so that help loads none
    (
        "Bring pages in",
        {
            "import": "Store pages from files, folders and stdin, and clean them.",
            "fetch": "Download pages, store and clean them.",
            "clean": "Clean pages that have no text yet; --again also those of another recipe.",
        },
    ),
    (
        "Decide what is kept",
        {
            "filter": "Judge documents by quality rules, and record which they drop.",
            "dedupe": "Find exact and near-duplicates, and record which documents they drop.",
            "tag": "Put a tag on the documents of a selection.",
            "untag": "Take a tag off the documents of a selection.",
            "selections": "List the selections that were saved by name; --delete lets one go.",
            "undo": "Take back what a run decided, tagged and cleaned.",
        },
    ),
    (
        "Read the corpus",
        {
            "search": "Find documents by a full-text query, best first; --group counts them.",
            "kwic": "Show every occurrence in its context (a concordance).",
            "list": "List the documents of a selection.",
            "show": "Show documents whole: --text the text alone, --raw the page's bytes.",
            "export": "Hand on the selection as JSONL, CSV, TSV, text, Parquet, TEI or vertical text.",
            "query": "Ask the corpus in SQL, read-only.",
            "browse": "Look at the corpus in a web browser.",
        },
    ),
    (
        "Count words",
        {
            "words": "Count words and n-grams: frequency, documents, per million, dispersion.",
            "collocates": "Find the words that stand near a word more often than by chance.",
            "keywords": "Find the words that tell a selection from the rest, or from another one.",
            "tally": "Count the words of new documents once, so that counting is fast.",
        },
    ),
    (
        "Ask why",
        {
            "why": "Tell the life of a page: import, cleaning, tags, decisions, lines kept and cut.",
            "errors": "List inputs that failed or were skipped, with the reason.",
            "log": "List the runs: command, versions, counts, and how they ended.",
            "stats": "Count documents by language, site, month and outcome.",
            "report": "Write a page with plots about the corpus.",
        },
    ),
    (
        "Keep it safe",
        {
            "check": "Check structure, search index, references and counters; --data every digest too.",
            "backup": "Write one consistent, checked copy of the corpus.",
            "forget": "Take pages out for good; they do not come back.",
        },
    ),
)
_SUMMARIES = {name: summary for _, names in SECTIONS for name, summary in names.items()}
_MODULES = {"import": "import_", "list": "list_"}

EXIT_CODES = (
    "Exit codes: 0 done, 1 nothing found, 2 wrong use or unreadable corpus, 3 some inputs failed, 70 a bug, "
    "75 the corpus is locked, 130/143 interrupted."
)
_CONTEXT: dict[str, Any] = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class Interrupted(Exception):  # noqa: N818  # not an error: somebody wanted it
    """A signal ended the run; the exit code is 128 and the number of the signal."""


class Commands(click.Group):
    """The commands, each loaded from its module when it is needed."""

    def list_commands(self, context: click.Context) -> list[str]:  # noqa: ARG002  # click calls it so
        """Every command, in the order of the sections."""
        return list(_SUMMARIES)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:  # noqa: ARG002
        """The command of that name."""
        if name not in _SUMMARIES:
            return None
        command: click.Command = import_module(f"corpuskit.commands.{_MODULES.get(name, name)}").command
        command.short_help = _SUMMARIES[name]
        command.context_settings = _CONTEXT | dict(command.context_settings)
        command.epilog = command.epilog or EXIT_CODES
        return command

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The commands by section."""
        for title, names in SECTIONS:
            with formatter.section(title):
                formatter.write_dl(list(names.items()))

    def invoke(self, context: click.Context) -> Any:
        """Run a command; a reader that went away and a Ctrl-C are taken before click turns them into exit code 1."""
        try:
            result = super().invoke(context)
            sys.stdout.flush()
        except KeyboardInterrupt:
            raise Interrupted(signal.SIGINT) from None
        except BrokenPipeError:
            _forget_stdout()
            return EXIT_OK
        return result


@click.group(cls=Commands, context_settings=_CONTEXT, epilog=EXIT_CODES)
@click.version_option(__version__, "-V", "--version", message="%(prog)s %(version)s")
@session_options
def cli() -> None:
    """Turn raw web pages into a text corpus that you can search, explain and hand on.

    One SQLite file holds the raw pages, the clean texts, and every decision with its reason.

    \b
    corpuskit import crawl/ pages.jsonl.gz      store pages and clean them
    corpuskit search '"climate summit"'         find documents
    corpuskit search Yucheng -f ids | corpuskit export --ids - -f jsonl
    corpuskit why 12                            what happened to a page
    """


def main() -> NoReturn:
    """The entry point of the command `corpuskit`."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command line; its exit code."""
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: PTH123, SIM115  # for the rest of the process
    if sys.stdout is None:
        return _fail("cannot write: standard output is closed")
    sys.stdout.reconfigure(errors="backslashreplace", newline="\n")  # type: ignore[union-attr]
    sys.stderr.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    try:
        return _run(arguments)
    except BrokenPipeError:
        _forget_stdout()
        return EXIT_OK
    except OSError as error:
        _forget_stdout()
        if error.filename is not None:  # writing to a stream names no file
            return _fail(f"{error.filename}: {error.strerror}")
        return _fail(f"cannot write the output: {error.strerror or error}")


def _run(arguments: Sequence[str]) -> int:
    session = Session(arguments=tuple(arguments))
    try:
        result = cli.main(list(arguments), prog_name="corpuskit", standalone_mode=False, obj=session)
        sys.stdout.flush()
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return EXIT_USAGE
    except click.ClickException as error:
        hint = f"{error.ctx.command_path} --help" if isinstance(error, click.UsageError) and error.ctx else None
        return _fail(_one_line(error.format_message()), hint)
    except CorpuskitError as error:
        return _fail(str(error), error.hint, error.exit_code)
    except (Interrupted, click.Abort, KeyboardInterrupt) as error:
        number = error.args[0] if isinstance(error, Interrupted) else signal.SIGINT
        return _interrupted(session, 128 + int(number))
    except SystemExit as error:
        return _interrupted(session, int(error.code or 0))
    except OSError:
        raise
    except RecursionError as error:
        return _fail(f"too deeply nested: {error}", None, EXIT_BUG)
    except MemoryError:
        return _fail("out of memory")
    except Exception:  # noqa: BLE001  # the boundary: whatever comes here is a bug of ours
        import traceback  # here, because it is slow to load and should never be needed

        traceback.print_exc()
        return _fail("a bug: please report the lines above", None, EXIT_BUG)
    return int(result or EXIT_OK)


def _stop(number: int, _frame: object) -> NoReturn:
    raise SystemExit(128 + number)


def _interrupted(session: Session, code: int) -> int:
    """What was read is of no interest any more; of what was written, somebody wants to know how it stands."""
    if not session.writes:
        return code
    return _fail("interrupted: what was saved is kept", "the same command goes on where it stopped", code)


def _fail(message: str, hint: str | None = None, code: int = EXIT_USAGE) -> int:
    warn(f"corpuskit: {message}")
    if hint:
        warn(f"hint: {hint}")
    return code


def _one_line(message: str) -> str:
    return " ".join(message.split()).rstrip(".")


def _forget_stdout() -> None:
    """Point stdout at nothing, so that the interpreter's own flush at the end does not fail again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
