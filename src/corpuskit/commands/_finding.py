"""What the commands that look for something share: -e, --exact, --timeout and --unique."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

import click

from corpuskit.errors import UsageError
from corpuskit.formats import Output

if TYPE_CHECKING:
    from corpuskit.finding import Finder

Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Finding:
    """How a query is to be understood, and whether clusters of duplicates count once."""

    regex: bool
    exact: bool
    timeout: float | None
    unique: bool

    @property
    def is_plain(self) -> bool:
        """Whether the index alone knows which documents are found."""
        return not (self.regex or self.exact)

    def finder(self, query: str) -> Finder:
        """What finds it. Raises UsageError where it cannot be understood."""
        from corpuskit.finding import query_finder, regex_finder

        if self.regex:
            return regex_finder(query, exact=self.exact, seconds=self.timeout)
        if self.timeout is not None:
            raise UsageError("--timeout is for regular expressions (-e)")
        return query_finder(query, exact=self.exact)

    def with_copies(self, output: Output, default: tuple[str, ...]) -> Output:
        """The output with `copies` where that has a meaning. Raises UsageError where it has none."""
        if self.unique and output.fields == default:
            return replace(output, fields=(*default, "copies"))
        if not self.unique and "copies" in output.fields:
            raise UsageError("copies are counted by --unique only")
        return output


def finding_options(command: Command) -> Command:
    """-e, --exact, --timeout and --unique as one `finding: Finding`."""

    @functools.wraps(command)
    def with_finding(*arguments: Any, regex: bool, exact: bool, timeout: float | None, unique: bool, **options: Any) -> Any:
        return command(*arguments, finding=Finding(regex, exact, timeout, unique), **options)

    decorated: Any = with_finding
    for option in (
        click.option("--unique", is_flag=True, help="Each cluster of near-duplicates once, with `copies`: how many match."),
        click.option("--timeout", type=click.FloatRange(min=0.01), metavar="SECONDS", help="With -e: for each document; else 2."),
        click.option("--exact", is_flag=True, help="Case and accents are those of the query."),
        click.option("-e", "--regex", is_flag=True, help="QUERY is a regular expression, matched in the texts."),
    ):
        decorated = option(decorated)
    return decorated  # type: ignore[no-any-return]
