"""The options that commands share, as decorators: corpus and talk, the selection, the output format, the limits of cleaning."""

from __future__ import annotations

import functools
import re
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

import click

from corpuskit.commands._session import Session, terminal_width
from corpuskit.errors import UsageError
from corpuskit.formats import FORMATS, Output
from corpuskit.selection import BY_RELEVANCE, SORT_FIELDS, Selection, as_options, first_day, last_day, read_ids, read_name

Command = TypeVar("Command", bound=Callable[..., Any])


def _remember(name: str) -> Callable[[click.Context, click.Parameter, Any], Any]:
    def remember(context: click.Context, _parameter: click.Parameter, value: Any) -> Any:
        session = context.ensure_object(Session)
        if value:
            setattr(session, name, value)
        return value

    return remember


def session_options(command: Command) -> Command:
    """-d, -q, -v: before the subcommand or after it."""
    for option in (
        click.option("-v", "--verbose", is_flag=True, expose_value=False, callback=_remember("verbose"), help="Say more."),
        click.option("-q", "--quiet", is_flag=True, expose_value=False, callback=_remember("quiet"), help="Say only errors."),
        click.option(
            "-d", "--db", metavar="FILE", expose_value=False, callback=_remember("db"),
            help="The corpus; else $CORPUSKIT_DB, else corpus.db.",
        ),
    ):  # fmt: skip
        command = option(command)
    return command


def output_options(
    default: tuple[str, ...] = (), known: tuple[str, ...] = (), formats: tuple[str, ...] = FORMATS
) -> Callable[[Command], Command]:
    """-f, --fields, -0 as one `output: Output`. `known` are the fields that may be asked for; none means those of `default`.

    Where that is none too, what is printed has fields of its own, and there is no --fields.
    """

    def decorate(command: Command) -> Command:
        @functools.wraps(command)
        def with_output(*arguments: Any, format_: str, fields: str | None = None, **options: Any) -> Any:
            null = options.pop("null") if "ids" in formats else False
            names = default if fields is None else field_names(fields, known or default)
            on_terminal = sys.stdout.isatty()
            chosen = ("table" if on_terminal else "tsv") if format_ == "auto" else format_
            width = terminal_width() if on_terminal or "COLUMNS" in _environment() else 10_000
            return command(*arguments, output=Output(chosen, names, width, null), **options)

        decorated: Any = with_output
        if "ids" in formats:
            decorated = click.option("-0", "--null", is_flag=True, help="With -f ids: NUL behind each id.")(decorated)
        if known or default:
            fields_help = f"Only these fields, of: {', '.join(known or default)}."
            decorated = click.option("--fields", metavar="A,B", help=fields_help)(decorated)
        format_option = click.option("-f", "--format", "format_", type=click.Choice(formats), default="auto", show_default=True,
                                     help="auto is a table on a terminal, TSV in a pipe.")  # fmt: skip
        return format_option(decorated)  # type: ignore[no-any-return]

    return decorate


def field_names(fields: str, known: tuple[str, ...]) -> tuple[str, ...]:
    """The names in --fields. Raises UsageError for one that is not known, or where there is none."""
    names = tuple(name.strip() for name in fields.split(",") if name.strip())
    unknown = next((name for name in names if name not in known), None if names else fields)
    if unknown is not None:
        raise UsageError(f"unknown field: {unknown or 'none is named'}", hint=f"the fields are: {', '.join(known)}")
    return names


def with_fields(output: Output, default: tuple[str, ...], known: tuple[str, ...]) -> Output:
    """The output for records with other fields than `default`, those of the command: all of them, or those that were asked for.

    Raises UsageError for a field that they have not.
    """
    return replace(output, fields=known if output.fields == default else field_names(",".join(output.fields), known))


def _environment() -> Any:
    import os

    return os.environ


def content_of(path: str) -> bytes:
    """The bytes of a list that was named on the command line; - is stdin. Raises UsageError where it cannot be read."""
    if path == "-" and sys.stdin is None:
        raise UsageError("cannot read -: standard input is closed")
    try:
        if path == "-":
            return sys.stdin.buffer.read()
        with open(path, "rb") as file:  # noqa: PTH123  # names may be any bytes
            return file.read()
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from None


def _lines_of(path: str) -> list[str]:
    return content_of(path).decode("utf-8", "replace").split("\n")


def _selection_parameters(units: str) -> tuple[Callable[[Any], Any], ...]:
    """The options of a selection; `units` is what --limit and --sample count."""
    return (
        click.option("--ids", metavar="FILE", help="Ids in FILE, one a line; - is stdin."),
        click.option("--match", metavar="QUERY", help="Documents that match a full-text query."),
        click.option("--lang", metavar="CODE", multiple=True, help="Language, ISO 639-1. Repeatable."),
        click.option("--site", metavar="HOST", multiple=True, help="Host or parent domain. Repeatable."),
        click.option("--source", metavar="TEXT", multiple=True, help="Where it was imported from. Repeatable."),
        click.option("--tag", "tags", metavar="NAME", multiple=True, help="Tag. Repeatable."),
        click.option("--since", metavar="DATE", help="First day: YYYY, YYYY-MM or YYYY-MM-DD."),
        click.option("--until", metavar="DATE", help="Last day, the same forms."),
        click.option("--undated", is_flag=True, help="Undated documents too (alone: only those)."),
        click.option("--min-words", type=click.IntRange(min=0), metavar="N", help="At least N words."),
        click.option("--max-words", type=click.IntRange(min=0), metavar="N", help="At most N words."),
        click.option("--where", metavar="SQL", help="An SQL expression over documents_view."),
        click.option("--all", "everything", is_flag=True, help="Dropped documents too."),
        click.option("--dropped", is_flag=True, help="Only dropped documents."),
        click.option("--sort", type=click.Choice((*SORT_FIELDS, BY_RELEVANCE)), help="Order by a field, or by relevance."),
        click.option("--reverse", is_flag=True, help="In the other direction."),
        click.option("-n", "--limit", type=click.IntRange(min=0), metavar="N", help=f"At most N {units}."),
        click.option(
            "--sample", type=click.IntRange(min=0), metavar="N", help=f"N {units} by chance, the same for the same seed."
        ),
        click.option("--seed", type=int, default=0, metavar="S", help="The seed of --sample."),
        click.option("--selection", "named", metavar="NAME", help="Documents of a selection that was saved."),
        click.option("--save", metavar="NAME", help="Save this selection by name."),
    )


_SELECTION_NAMES = (
    "ids", "match", "lang", "site", "source", "tags", "since", "until", "undated", "min_words", "max_words", "where",
    "everything", "dropped", "sort", "reverse", "limit", "sample", "seed", "named", "save",
)  # fmt: skip


def selection_options(
    *, without: tuple[str, ...] = (), query: str | None = None, units: str = "documents"
) -> Callable[[Command], Command]:
    """The selection, as one `selection: Selection`. `without` names options that the command has no use for; `query` is the
    argument that holds a full-text query, where that is not an option. `units` is what the command prints, and cuts to size.
    """

    def decorate(command: Command) -> Command:
        @functools.wraps(command)
        def with_selection(*arguments: Any, **options: Any) -> Any:
            chosen = {name: options.pop(name, None) for name in _SELECTION_NAMES}
            save = chosen.pop("save")
            selection = _selection(chosen, has_states="everything" not in without)
            finding = options.get("finding")
            if save is not None and finding is not None and not finding.is_plain:
                raise UsageError("--save keeps queries of the index, without -e and --exact")
            if save is not None:
                _save(save, selection if query is None else _searched(selection, options[query]))
            return command(*arguments, selection=selection, **options)

        decorated: Any = with_selection
        for name, option in reversed(list(zip(_SELECTION_NAMES, _selection_parameters(units), strict=True))):
            if name not in without:
                decorated = option(decorated)
        return decorated  # type: ignore[no-any-return]

    return decorate


def check_narrowed(selection: Selection) -> None:
    """Raises UsageError where no selection was given, for a command that must not touch everything by oversight."""
    if selection == Selection():
        raise UsageError("nothing selected", hint="give a selection, such as --site or --ids; --all stands for every document")


def _searched(selection: Selection, query: str) -> Selection:
    """The selection of a search. Its first documents are the best ones, unless another order was asked for."""
    ranked = selection.sort is None and selection.sample is None and selection.limit is not None
    return replace(selection, match=query, sort=BY_RELEVANCE if ranked else selection.sort)


def _save(name: str, selection: Selection) -> None:
    """Save the selection, and say what was saved. It is tried first, so that no name stands for what cannot be meant."""
    session = click.get_current_context().ensure_object(Session)
    read_name(name, "selection")
    with session.open_writable() as store:
        count = store.selecting.count(selection)
        with store.transaction():
            store.selections.save(name, selection)
    session.say(f"saved selection {name}: {as_options(selection) or 'all kept documents'} ({count} documents now)")


def _selection(chosen: dict[str, Any], *, has_states: bool) -> Selection:
    if chosen["everything"] and chosen["dropped"]:
        raise UsageError("--all and --dropped exclude each other")
    return Selection(
        ids=read_ids(_lines_of(chosen["ids"])) if chosen["ids"] is not None else None,
        match=chosen["match"],
        languages=tuple(_language(code) for code in chosen["lang"] or ()),
        sites=tuple(site.lower().rstrip(".") for site in chosen["site"] or ()),
        sources=tuple(chosen["source"] or ()),
        tags=tuple(chosen["tags"] or ()),
        since=first_day(chosen["since"]) if chosen["since"] is not None else None,
        until=last_day(chosen["until"]) if chosen["until"] is not None else None,
        undated=bool(chosen["undated"]),
        min_words=chosen["min_words"],
        max_words=chosen["max_words"],
        where=chosen["where"],
        state="all" if chosen["everything"] else "dropped" if chosen["dropped"] else "kept",
        sort=chosen["sort"],
        reverse=bool(chosen["reverse"]),
        limit=None if chosen["limit"] is None else min(chosen["limit"], sys.maxsize),
        sample=chosen["sample"],
        seed=chosen["seed"] or 0,
        named=chosen["named"],
        state_given=bool(chosen["everything"] or chosen["dropped"]) or not has_states,
    )


def _language(code: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{2,3}", code):
        raise UsageError(f"not a language code: {code!r}", hint="languages are ISO 639-1 codes: en, de, zh")
    return code.lower()


_UNITS = {"": 1, "k": 1024, "m": 1024**2, "g": 1024**3}


class Size(click.ParamType[int]):
    """A number of bytes: 500000, 64M, 2G."""

    name = "size"

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> int:
        """The number of bytes."""
        if isinstance(value, int):
            return value
        found = re.fullmatch(r"([0-9]{1,12})\s*([kmg]?)(?:i?b)?", str(value).strip().lower())
        if found is None or int(found[1]) == 0:
            self.fail(f"{value!r} is not a size", parameter, context)
        return int(found[1]) * _UNITS[found[2]]


def cleaning_options(command: Command) -> Command:
    """--mode, --timeout, --max-memory, -j as one `cleaning: CleanOptions`."""

    @functools.wraps(command)
    def with_cleaning(*arguments: Any, mode: str, timeout: float, max_memory: int, jobs: int | None, **options: Any) -> Any:
        from corpuskit.cleaning import CleanOptions

        return command(*arguments, cleaning=CleanOptions(mode, timeout, max_memory, jobs), **options)

    decorated: Any = with_cleaning
    for option in (
        click.option("-j", "--jobs", type=click.IntRange(1, 256), metavar="N", help="Worker processes; else one a processor."),
        click.option("--max-memory", type=Size(), default=120 * 1024**2, metavar="SIZE", help="Memory per page; else 120M."),
        click.option("--timeout", type=click.FloatRange(min=0.1), default=30.0, show_default=True, metavar="SECONDS",
                     help="Time per page."),
        click.option("--mode", type=click.Choice(("balanced", "precision", "recall", "fast")), default="balanced",
                     show_default=True, help="How trafilatura weighs keeping text against keeping out furniture."),
    ):  # fmt: skip
        decorated = option(decorated)
    return decorated  # type: ignore[no-any-return]
