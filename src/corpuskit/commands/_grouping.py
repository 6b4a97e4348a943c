"""Groups instead of documents: --group and --histogram, and how groups are printed."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

import click

from corpuskit.commands._counting import rounded
from corpuskit.commands._session import Session
from corpuskit.errors import UsageError
from corpuskit.formats import Output, write_records

if TYPE_CHECKING:
    from collections.abc import Iterable

    from corpuskit.formats import Record
    from corpuskit.grouping import GroupOptions

Command = TypeVar("Command", bound=Callable[..., Any])

GROUPS = ("site", "month", "year", "language", "tag", "source")
GROUP_FIELDS = ("group", "documents", "share")
KNOWN_FIELDS = (*GROUP_FIELDS, "selected")
_PERIODS = ("year", "month")  # there are as many as there are, and a gap in them tells something
_SHOWN = 20  # other groups on a terminal, unless --limit says otherwise


@dataclass(frozen=True, slots=True)
class Grouping:
    """What the groups are, how many are wanted, and whether they are drawn."""

    by: str
    reverse: bool
    limit: int | None
    histogram: bool

    def options(self, *, unique: bool) -> GroupOptions:
        """What the library is asked for."""
        from corpuskit.grouping import GroupOptions

        return GroupOptions(self.by, unique, self.reverse, self.limit)

    def output(self, output: Output, default: tuple[str, ...]) -> Output:
        """The output with the fields of groups; `default` are those that were there unasked. Raises UsageError."""
        if output.format == "ids":
            raise UsageError("a group has no id", hint="leave --group out, or take another format")
        fields = GROUP_FIELDS if output.fields == default else output.fields
        unknown = next((name for name in fields if name not in KNOWN_FIELDS), None)
        if unknown is not None:
            raise UsageError(f"unknown field: {unknown}", hint=f"the fields of a group are: {', '.join(KNOWN_FIELDS)}")
        return replace(output, fields=fields)

    def write(self, session: Session, rows: Iterable[Record], output: Output) -> None:
        """Print the groups; as a table, periods are drawn too unless fields were chosen."""
        found = list(rounded(rows, output))
        shown = found[:_SHOWN] if sys.stdout.isatty() and self.limit is None and self.by not in _PERIODS else found
        drawn = self.histogram or (self.by in _PERIODS and output.fields == GROUP_FIELDS)
        if drawn and output.format == "table":
            from corpuskit.histogram import FIELD, with_bars

            bars = with_bars(shown, output.fields, "documents", output.width)
            write_records(bars, replace(output, fields=(*output.fields, FIELD)), sys.stdout)
        else:
            write_records(shown, output, sys.stdout)
        if len(shown) < len(found):
            session.say(f"{len(shown)} of {len(found)} groups; -n {len(found)} shows all")


def without_groups(output: Output) -> Output:
    """The output of documents. Raises UsageError where it has a field that only groups have."""
    field = next((name for name in output.fields if name in KNOWN_FIELDS), None)
    if field is not None:
        raise UsageError(f"{field} is a field of --group only")
    return output


def grouping_options(command: Command) -> Command:
    """--group and --histogram as one `grouping: Grouping | None`. It stands above the options of the selection.

    With it -n and --reverse are about groups, so that the selection has neither, also where it is saved.
    """

    @functools.wraps(command)
    def with_grouping(*arguments: Any, group: str | None, histogram: bool, **options: Any) -> Any:
        by = group or ("month" if histogram else None)
        if by is None:
            return command(*arguments, grouping=None, **options)
        if options["sort"] is not None:
            raise UsageError("--sort is for documents: groups have an order, and --reverse turns it round")
        grouping = Grouping(by, options["reverse"], options["limit"], histogram)
        return command(*arguments, grouping=grouping, **options | {"reverse": False, "limit": None})

    decorated: Any = with_grouping
    for option in (
        click.option("--histogram", is_flag=True, help="A table with bars; alone: by month. Machine formats have the numbers."),
        click.option(
            "--group", type=click.Choice(GROUPS), help="Count matching documents by this; -n and --reverse mean groups."
        ),
    ):
        decorated = option(decorated)
    return decorated  # type: ignore[no-any-return]
