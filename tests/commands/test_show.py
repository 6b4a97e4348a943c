"""`corpuskit show`: whole documents, and the bytes of their pages."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

from tests.conftest import EXAMPLES, CorpusKit, environment


def test_a_document_has_a_head_and_its_text(ck: CorpusKit, examples: Path) -> None:
    (record,) = ck("-d", examples, "export", "--match", "saffron", "--site", "selbrook-courier.example", "-n", "1").rows()
    out = ck("-d", examples, "show", record["id"]).out
    assert f"id: {record['id']}\ntitle: {record['title']}\n" in out
    assert out.endswith(record["text"] + "\n")
    assert ck("-d", examples, "show", "--text", record["id"]).out == record["text"] + "\n"


def test_raw_is_the_page_byte_by_byte(ck: CorpusKit, examples: Path) -> None:
    for record in ck("-d", examples, "list", "--all", "-f", "jsonl", "--fields", "id,location,raw_digest").rows()[3::6]:
        done = subprocess.run([sys.executable, "-m", "corpuskit", "-d", examples, "show", "--raw", str(record["id"])],
                              capture_output=True, check=True, env=environment())  # fmt: skip
        assert done.stdout == (EXAMPLES.parents[1] / record["location"]).read_bytes()
        assert record["raw_digest"] == "sha256:" + hashlib.sha256(done.stdout).hexdigest()


def test_several_documents_in_the_order_asked_for(ck: CorpusKit, examples: Path) -> None:
    both = ck("-d", examples, "show", "--text", "5", "4").out
    assert both == ck("-d", examples, "show", "--text", "5").out + "\n" + ck("-d", examples, "show", "--text", "4").out


def test_an_unknown_id_is_1_and_named_and_the_others_are_shown(ck: CorpusKit, examples: Path) -> None:
    result = ck("-d", examples, "show", "--text", "9999", "4", code=1)
    assert result.err == "corpuskit: no document 9999\n"
    assert result.out.strip("\n") == ck("-d", examples, "show", "--text", "4").out.strip("\n")
    assert ck("-d", examples, "show", "--raw", "9999", code=1).err == "corpuskit: no page 9999\n"


def test_wrong_use(ck: CorpusKit, examples: Path) -> None:
    assert "exclude each other" in ck("-d", examples, "show", "--text", "--raw", "1", code=2).err
    for arguments in ((), ("x",), ("0",), ("-1",)):
        assert ck("-d", examples, "show", *arguments, code=2).out == ""
