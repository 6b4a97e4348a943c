"""History: which runs hold, and which were undone.

An undo is a run that names the run it undoes, and can be undone itself. A run and what was done about it since are one story, of
which only the last word can be undone. Pure: numbers of runs in, numbers of runs out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class History:
    """Every run with the one that it undoes, if it is an undo. Made by `History.of`."""

    undoes: Mapping[int, int | None]
    undone: frozenset[int]  # runs of which an undo holds
    accepted: frozenset[int]  # runs whose texts are final

    @classmethod
    def of(cls, undoes: Mapping[int, int | None], accepted: Iterable[int] = ()) -> History:
        """The history of these runs. An undo has a higher number than the run that it undoes."""
        undone: set[int] = set()
        for number in sorted(undoes, reverse=True):
            target = undoes[number]
            if target is not None and number not in undone:
                undone.add(target)
        return cls(undoes, frozenset(undone), frozenset(accepted))

    def until(self, run_id: int) -> History:
        """The history as it was when this run was the last one."""
        return History.of({number: undone for number, undone in self.undoes.items() if number <= run_id}, self.accepted)

    def after_undo(self, run_id: int) -> History:
        """The history as it will be when this run is undone by the next one."""
        return History.of({**self.undoes, max(self.undoes) + 1: run_id}, self.accepted)

    def root(self, run_id: int) -> int:
        """The run that a chain of undos is about."""
        while (undone := self.undoes[run_id]) is not None:
            run_id = undone
        return run_id

    def depth(self, run_id: int) -> int:
        """How many undos stand on each other: 0 for a run that is none."""
        depth = 0
        while (undone := self.undoes[run_id]) is not None:
            run_id, depth = undone, depth + 1
        return depth

    def last_word(self, root: int) -> int:
        """The last run of a story."""
        return max(number for number in self.undoes if self.root(number) == root)

    def holding_undos(self) -> dict[int, int]:
        """For every run that is undone the undo of it that holds."""
        return {undone: number for number, undone in self.undoes.items() if undone is not None and number not in self.undone}

    def undone_by(self, run_id: int) -> int | None:
        """The undo of a run that holds, or a later one of its story that has to be undone first; None: it can be undone."""
        if run_id in self.undone:
            return self.holding_undos()[run_id]
        if self.undoes[run_id] is None:
            return None
        last = self.last_word(self.root(run_id))
        return None if last == run_id else last

    def keeps_text_of(self, run_id: int) -> bool:
        """Whether the texts that a run made may stand."""
        return run_id not in self.undone or run_id in self.accepted
