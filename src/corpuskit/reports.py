"""What became of the inputs of a run, source by source: the counters that have to balance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from corpuskit.documents import Unread
from corpuskit.errors import UsageError

Notice = Callable[[Unread], None]  # is told an input that gave no page


def unheard(unread: Unread) -> None:
    """A notice that nobody listens to."""


@dataclass(slots=True)
class SourceReport:
    """What became of one source: `read = new + known + skipped + failed`."""

    source: str
    kind: str = "unknown"
    new: int = 0
    known: int = 0
    skipped: int = 0
    failed: int = 0

    @property
    def read(self) -> int:
        """How many inputs were met."""
        return self.new + self.known + self.skipped + self.failed

    def count(self, outcome: str, inputs: int = 1) -> None:
        """So many inputs more that ended as "new", "known", "skipped" or "failed"."""
        setattr(self, outcome, getattr(self, outcome) + inputs)

    def row(self) -> dict[str, str | int]:
        """The row that is printed."""
        return {
            "source": self.source,
            "kind": self.kind,
            "read": self.read,
            "new": self.new,
            "known": self.known,
            "skipped": self.skipped,
            "failed": self.failed,
        }


@dataclass(slots=True)
class Report:
    """What became of all sources."""

    sources: list[SourceReport] = field(default_factory=list)
    source_ids: list[int] = field(default_factory=list)
    stopped: UsageError | None = None  # what ended the run before all sources were read

    @property
    def counts(self) -> dict[str, int]:
        """The sums over all sources."""
        names = ("read", "new", "known", "skipped", "failed")
        return {name: sum(getattr(source, name) for source in self.sources) for name in names}
