"""Which runs hold, for every history of undos that can come about."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from corpuskit.history import History

# for each run: 0 is a run of its own, any other number chooses a run to undo, if it can be undone
choices = st.lists(st.integers(0, 9), min_size=1, max_size=20)


def made(chosen: list[int]) -> History:
    """A history in which every undo was possible when it was made."""
    undoes: dict[int, int | None] = {1: None}
    for number, choice in enumerate(chosen, start=2):
        history = History.of(undoes)
        target = number - choice if 0 < number - choice < number else None
        undoes[number] = target if target is not None and history.undone_by(target) is None else None
    return History.of(undoes)


@given(choices)
def test_a_run_holds_unless_an_undo_of_it_does(chosen: list[int]) -> None:
    history = made(chosen)
    for number in history.undoes:
        holding = [undo for undo, undone in history.undoes.items() if undone == number and undo not in history.undone]
        assert (number in history.undone) == bool(holding)
        assert len(holding) <= 1, "nothing is undone twice"


@given(choices, st.integers(1, 21))
def test_an_undo_and_its_undo_change_nothing_for_other_runs(chosen: list[int], number: int) -> None:
    history = made(chosen)
    if number not in history.undoes or history.undone_by(number) is not None:
        return
    once = history.after_undo(number)
    twice = once.after_undo(max(once.undoes))
    assert number in once.undone
    roots = {run for run, undone in history.undoes.items() if undone is None}
    assert history.undone & roots == twice.undone & roots
    assert (history.root(number) in history.undone) != (history.root(number) in once.undone), "the story turns round"


@given(choices)
def test_of_a_story_only_the_last_word_can_be_undone(chosen: list[int]) -> None:
    history = made(chosen)
    for number, undone in history.undoes.items():
        if undone is not None and history.undone_by(number) is None:
            assert number == history.last_word(history.root(number))


@given(choices, st.integers(1, 21))
def test_a_history_knows_how_it_was(chosen: list[int], number: int) -> None:
    history = made(chosen)
    assert history.until(number) == made(chosen[: max(0, number - 1)])


def test_a_text_that_was_accepted_stays() -> None:
    history = History.of({1: None, 2: None, 3: 2}, {2})
    assert (history.keeps_text_of(1), history.keeps_text_of(2)) == (True, True)
    assert not History.of({1: None, 2: None, 3: 2}).keeps_text_of(2)
