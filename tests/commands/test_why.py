"""`corpuskit why`: the life of a page by id, URL or location, also of one that gave nothing."""

from __future__ import annotations

import json
from pathlib import Path

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
