"""`--save`, `--selection` and `corpuskit selections`: names for what was asked for."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import CorpusKit


def ids(ck: CorpusKit, *options: object) -> list[str]:
    return ck("list", *options, "-f", "ids", code=None).out.split()


def test_a_saved_selection_is_asked_for_again(ck: CorpusKit, corpus: Path) -> None:
    saved = ck("list", "--lang", "de", "--min-words", "10", "--save", "german", "-f", "ids")
    count = len(saved.out.split())
    assert saved.err == f"saved selection german: --lang de --min-words 10 ({count} documents now)\n"
    assert ids(ck, "--selection", "german") == saved.out.split()
    ck("import", "-", "--as", "jsonl", "--field", "clean_text=text", "-q",
       input='{"text": "Der Fluss steigt und die Fähre ruht, das Wasser ist viel zu hoch.", "language": "de"}\n')  # fmt: skip
    assert len(ids(ck, "--selection", "german")) == count + 1, "what was asked for, not what was there"
    (row,) = ck("selections", "-f", "jsonl").rows()
    assert (row["name"], row["documents"], row["criteria"]) == ("german", count + 1, "--lang de --min-words 10")
    assert ids(ck, "--selection", "german", "-n", "1") == saved.out.split()[:1]
    assert ids(ck, "--selection", "german", "--lang", "en") == [], "all that is given must hold"
    assert ck("stats", "--selection", "german", "-f", "json").out
    assert len(ck("export", "--selection", "german").rows()) == count + 1
    assert ck("search", "Fluss OR Wasser", "--selection", "german", "-c").out.strip().isdigit()


def test_ids_stay_the_ids_that_they_were(ck: CorpusKit, corpus: Path) -> None:
    ck("list", "--ids", "-", "--save", "chosen", input="5\n4\n")
    assert ids(ck, "--selection", "chosen") == ["5", "4"], "in their order"
    assert ck("selections", "-f", "jsonl").rows()[0]["criteria"] == "--ids (2 ids)"


def test_the_first_documents_of_a_search_are_the_best(ck: CorpusKit, corpus: Path) -> None:
    best = ck("search", "flood", "-n", "3", "--save", "best", "-f", "ids").out.split()
    assert ids(ck, "--selection", "best") == best
    ck("search", "flood", "--save", "flooded", "-q")
    assert set(ids(ck, "--selection", "flooded")) == set(ids(ck, "--match", "flood"))


def test_the_state_is_that_of_the_saved_one_unless_one_is_given(ck: CorpusKit, corpus: Path) -> None:
    ck("dedupe", "-q")
    everything, dropped = ids(ck, "--all"), ids(ck, "--dropped")
    ck("list", "--all", "--site", "example", "--save", "all", "-q")
    ck("list", "--site", "example", "--save", "kept", "-q")
    assert dropped
    assert set(ids(ck, "--selection", "all")) == {one for one in everything if one in ids(ck, "--all", "--site", "example")}
    assert set(ids(ck, "--selection", "all", "--dropped")) == set(ids(ck, "--site", "example", "--dropped"))
    assert set(ids(ck, "--selection", "kept", "--dropped")) == set(ids(ck, "--site", "example", "--dropped"))
    ck("list", "--selection", "all", "--lang", "en", "--save", "english", "-q")
    assert set(ids(ck, "--selection", "english")) == set(ids(ck, "--all", "--site", "example", "--lang", "en"))


def test_a_name_does_not_change_its_meaning(ck: CorpusKit, corpus: Path) -> None:
    ck("list", "--lang", "de", "--save", "mine")
    ck("list", "--lang", "de", "--save", "mine")
    refused = ck("list", "--lang", "fr", "--save", "mine", code=2)
    assert refused.out == ""
    assert refused.err.splitlines()[0].startswith("corpuskit: there is another selection 'mine', saved 20")
    assert refused.err.splitlines()[1] == "hint: corpuskit selections --delete mine"
    ck("selections", "--delete", "mine")
    ck("list", "--lang", "fr", "--save", "mine")


def test_what_another_selection_is_made_of_stays(ck: CorpusKit, corpus: Path) -> None:
    ck("list", "--lang", "en", "--save", "english", "-q")
    ck("list", "--selection", "english", "--min-words", "100", "--save", "long english", "-q")
    assert "'long english' is made of 'english'" in ck("selections", "--delete", "english", code=2).err
    ck("selections", "--delete", "long english", "--delete", "english")
    assert ck("selections", code=1).out.splitlines() == ["name\tsaved_at\tdocuments\tcriteria"]


def test_an_unknown_name_is_wrong_use_and_near_ones_are_named(ck: CorpusKit, corpus: Path) -> None:
    assert ck("list", "--selection", "german", code=2).err == "corpuskit: no selection 'german'\nhint: corpuskit selections\n"
    ck("list", "--lang", "de", "--save", "germans", "-q")
    assert ck("list", "--selection", "german", code=2).err.splitlines()[1] == "hint: did you mean: germans"
    assert ck("selections", "--delete", "german", code=2).err.splitlines()[1] == "hint: did you mean: germans"


def test_what_cannot_be_meant_is_not_saved(ck: CorpusKit, corpus: Path) -> None:
    for options in (("--where", "no_such_column = 1"), ("--selection", "nothing"), ("--match", '""')):
        ck("list", *options, "--save", "broken", code=2)
    assert "not a name for a selection" in ck("list", "--lang", "de", "--save", "a,b", code=2).err
    ck("selections", code=1)


def test_a_selection_of_a_missing_corpus_leaves_no_file(ck: CorpusKit, tmp_path: Path) -> None:
    assert "no corpus at" in ck("list", "--lang", "de", "--save", "german", code=2).err
    assert list(tmp_path.iterdir()) == []


def test_relevance_needs_a_query(ck: CorpusKit, corpus: Path) -> None:
    assert "no relevance without a query" in ck("list", "--sort", "relevance", code=2).err
    best = ck("search", "flood", "-f", "ids").out
    assert ck("list", "--match", "flood", "--sort", "relevance", "-f", "ids").out == best
