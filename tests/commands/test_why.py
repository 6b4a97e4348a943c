"""`corpuskit why`: the life of a page by id, URL or location, also of one that gave nothing."""

from __future__ import annotations

import json
import re
import sqlite3
from pathlib import Path
from typing import Any

from tests.commands.conftest import OnTerminal, slow_article
from tests.conftest import CorpusKit


def test_a_document_is_found_by_id_url_and_location(ck: CorpusKit, examples: Path) -> None:
    (record,) = ck("-d", examples, "list", "--source", "anzeiger-de", "-f", "jsonl", "--fields", "id,url,location,title").rows()
    by_id = ck("-d", examples, "why", record["id"]).out
    assert by_id.startswith(f"{record['id']}: kept: {record['title']}\n")
    assert ck("-d", examples, "why", record["url"]).out == by_id
    assert ck("-d", examples, "why", record["location"]).out == by_id
    for word in ("raw", "sha256:", "cleaning", "trafilatura", "windows-1252", "language  de", "run 1"):
        assert word in by_id


def test_lines_of_a_plain_text_page_are_kept_or_cut_with_a_reason(ck: CorpusKit, examples: Path) -> None:
    location = "examples/pages/dumps/valley-radio-market.txt"
    (life,) = json.loads(ck("-d", examples, "why", location, "-f", "json").out)
    out = ck("-d", examples, "why", location).out
    assert life["cuts"]
    text = ck("-d", examples, "show", "--text", life["page"]["id"]).out
    for cut in life["cuts"]:
        assert f"[{cut['reason']}]" in out
    kept = [line[9:] for line in out.splitlines() if line[:6].strip().isdigit() and line[6:9] == "   " and line[9:].strip()]
    assert kept
    assert sum(line.strip() in text for line in kept) >= len(kept) * 0.9
    assert "[" not in ck("-d", examples, "why", "--no-lines", location).out.partition("  text ")[2]


def test_an_input_without_a_page_has_a_life_too(ck: CorpusKit, examples: Path) -> None:
    for location, reason in (
        ("odd/empty.html", "empty"),
        ("odd/report.html", "unsupported-type"),
        ("notes.jsonl#4", "bad-record"),
    ):
        out = ck("-d", examples, "why", f"examples/pages/{location}").out
        assert f"at import: {reason}\n" in out
    (life,) = json.loads(ck("-d", examples, "why", "examples/pages/odd/empty.html", "-f", "json").out)
    assert life["outcome"]["meaning"]


def test_a_page_without_a_text_says_why(ck: CorpusKit, examples: Path) -> None:
    out = ck("-d", examples, "why", "examples/pages/dumps/log-in-wall.txt").out
    assert "no-text" in out
    assert "the page has no main text" in out


def test_lines_of_a_page_without_a_text_are_worked_out_again(ck: CorpusKit, examples: Path) -> None:
    location = "examples/pages/dumps/log-in-wall.txt"
    out = ck("-d", examples, "why", location).out
    assert "the page, line by line (- is cut; recomputed with the present recipe):" in out
    page = (Path(__file__).parents[2] / location).read_text("utf-8").split("\n")
    marked = [line for line in out.splitlines() if line[:6].strip().isdigit()]
    assert len(marked) == len(page)
    assert all(line[6:9] == " - " for line in marked if line[9:].strip())
    (life,) = json.loads(ck("-d", examples, "why", location, "-f", "json").out)
    assert life["cleaning"]["cuts_recomputed"]
    assert sum(cut["last"] - cut["first"] + 1 for cut in life["cuts"]) >= sum(bool(line.strip()) for line in page)
    assert {cut["reason"] for cut in life["cuts"]} <= {"navigation", "repeated"}
    assert "line by line" not in ck("-d", examples, "why", "--no-lines", location).out


def test_a_superseded_capture_names_the_decision(ck: CorpusKit, corpus: Path, tmp_path: Path) -> None:
    for text in ("The first version of the story.", "The second version of the story, longer."):
        ck("import", "-", "--as", "jsonl", input=json.dumps({"text": text, "url": "https://river.example/story"}) + "\n")
    lives = json.loads(ck("why", "https://river.example/story", "-f", "json").out)
    assert [life["document"]["status"] for life in lives] == ["dropped", "kept"]
    (decision,) = lives[0]["decisions"]
    assert (decision["rule"], decision["in_force"], decision["duplicate_of"]) == ("superseded", True, lives[1]["page"]["id"])
    assert "superseded" in ck("why", lives[0]["page"]["id"]).out


def test_of_the_unknown_nothing_is_known(ck: CorpusKit, examples: Path) -> None:
    for what in ("9999", "https://unknown.example/", "no/such/file"):
        result = ck("-d", examples, "why", what, code=1)
        assert (result.out, result.err) == ("", f"corpuskit: nothing is known of {what}\n")
    assert json.loads(ck("-d", examples, "why", "9999", "-f", "json", code=1).out) == []


KEYS = ["page", "captures", "cleaning", "earlier", "document", "tags", "decisions", "cuts", "duplicates", "exports"]


def life(ck: CorpusKit, what: object) -> dict[str, Any]:
    """The only life of a page."""
    (found,) = json.loads(ck("why", what, "-f", "json").out)
    assert list(found) == KEYS
    return found  # type: ignore[no-any-return]


def test_tags_and_earlier_texts_name_their_runs(ck: CorpusKit, corpus: Path) -> None:
    ck("tag", "gold", "--ids", "-", input="4\n")
    ck("untag", "gold", "--ids", "-", input="4\n")
    ck("clean", "--again", "--mode", "recall", "--ids", "-", input="4\n")
    ck("undo", "3")
    ck("undo", "4")
    found = life(ck, 4)
    assert found["tags"] == [
        {
            "tag": "gold",
            "holds": True,
            "changes": [
                {"run": 2, "command": "tag", "given": True, "undone_by": None},
                {"run": 3, "command": "untag", "given": False, "undone_by": 5},
            ],
        }
    ]
    (earlier,) = found["earlier"]
    assert (earlier["run"], earlier["replaced_by"], earlier["undone_by"], earlier["outcome"]) == (4, 6, 6, "cleaned")
    out = ck("why", 4).out
    assert "\n  tag       gold: given by run 2 (tag), taken off by run 3 (untag, undone by run 5)\n" in out
    assert re.search(r"\n  earlier   cleaned by trafilatura \S+ recall in run 4: \d+ words; undone by run 6\n", out)


def test_a_decision_about_an_earlier_text_says_so(ck: CorpusKit, corpus: Path) -> None:
    ck("dedupe", "-q")
    (dropped, *_) = ck("list", "--dropped", "-f", "ids").out.split()
    assert [one["on_earlier_text"] for one in life(ck, dropped)["decisions"]] == [False]
    location = life(ck, dropped)["page"]["location"]
    with sqlite3.connect(corpus) as connection:  # the page is not what it was, so that it is cleaned to another text
        connection.execute("UPDATE pages SET content_id = (SELECT content_id FROM pages WHERE id = 5) WHERE id = ?", (dropped,))
    connection.close()
    ck("clean", "--again", "--mode", "recall", "--all", "--ids", "-", input=f"{dropped}\n")
    found = life(ck, dropped)
    assert found["page"]["location"] == location
    assert [(one["in_force"], one["on_earlier_text"]) for one in found["decisions"]] == [(True, True)]
    assert "in force; on an earlier text)" in ck("why", dropped).out
    ck("undo", "3")
    assert [one["on_earlier_text"] for one in life(ck, dropped)["decisions"]] == [False]


def test_captures_of_one_address_are_named(ck: CorpusKit) -> None:
    for text in ("The first version of the story.", "The second version of the story, longer."):
        ck("import", "-", "--as", "jsonl", input=json.dumps({"text": text, "url": "https://river.example/story"}) + "\n")
    first, second = (json.loads(ck("why", number, "-f", "json").out)[0] for number in (1, 2))
    assert [(one["id"], one["run"], one["status"]) for one in first["captures"]] == [(2, 2, "kept")]
    assert [(one["id"], one["status"]) for one in second["captures"]] == [(1, "dropped")]
    assert re.search(r"\n  capture   2 of the same address: imported \S+ \(run 2\), kept\n", ck("why", 1).out)


def test_a_page_that_failed_or_lost_its_text_has_a_life(ck: CorpusKit, tmp_path: Path) -> None:
    (tmp_path / "slow.html").write_text(slow_article("Slow"))
    ck("import", "slow.html", "--timeout", "0.2", code=3)
    assert life(ck, 1)["cleaning"]["reason"] == "timeout"
    assert ck("why", "slow.html").out.startswith("1: failed: slow.html\n")
    ck("import", "-", "-q", input="A text.\n\nThe ferry crossed the river every morning before the market opened. " * 5)
    ck("undo", "2")
    assert "\n  cleaning  not cleaned\n  earlier   " in ck("why", 2).out


def test_a_terminal_gets_lines_that_fit(on_terminal: OnTerminal, examples: Path) -> None:
    from corpuskit.formats import width_of

    for columns in (80, 40):
        out = on_terminal("-d", examples, "why", "examples/pages/dumps/valley-radio-market.txt", columns=columns).out
        assert max(map(width_of, out.splitlines())) <= columns
        assert "sha256:" in out
