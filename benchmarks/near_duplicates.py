"""Near-duplicates in a corpus of known truth: recall, precision and speed, beside datasketch and rensa, and what hard cases cost.

    python benchmarks/near_duplicates.py [--documents 10000] [--large] [--no-hard]

Every engine runs in a process of its own, reads the same texts from the same SQLite file and is measured in CPU seconds, from
the first text to the last pair. corpuskit also stores signatures, pairs and decisions in that file, and verifies every pair; the
others return candidates. Recall and precision are those of pairs at or above the threshold, judged by sets of Python tuples. A
peer that is not installed is left out. `--large` adds 100,000 documents, where the peers take some minutes.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import random
import re
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

import duplicate_corpus as truth

THRESHOLDS = (0.7, 0.8, 0.9)
BATCH = 500
TOKEN = re.compile(r"[\u0e01-\u0e4f\u4e00-\u9fff]|[^\W_\u0e01-\u0e4f\u4e00-\u9fff]+")  # what a user of the peers would write
Result = dict[str, Any]


def texts_of(corpus: sqlite3.Connection, first: int = 0) -> Iterator[list[tuple[int, str]]]:
    """Batches of texts with their ids, from one id on."""
    while rows := corpus.execute("SELECT id, text FROM texts WHERE id >= ? ORDER BY id LIMIT ?", (first, BATCH)).fetchall():
        yield rows
        first = rows[-1][0] + 1


def sign(corpus: sqlite3.Connection, first: int = 0) -> None:
    """Store the signature of every text from one id on."""
    from corpuskit.minhash import pack, signature
    from corpuskit.shingles import shingle_all

    for batch in texts_of(corpus, first):
        rows = [
            (number, pack(signature(found.hashes)), found.digest, len(found.hashes), len(text))
            for (number, text), found in zip(batch, shingle_all([text for _, text in batch]), strict=True)
        ]
        corpus.executemany("INSERT INTO signatures VALUES (?, ?, ?, ?, ?)", rows)
    corpus.commit()


def decide(corpus: sqlite3.Connection, threshold: float) -> None:
    """Store the pairs and decisions."""
    from corpuskit.clusters import Candidates, Keep, rank
    from corpuskit.distinct_texts import Collection
    from corpuskit.minhash import PERMUTATIONS, unpack
    from corpuskit.near_duplicates import find_near_duplicates
    from corpuskit.shingles import shingle_all
    from corpuskit.signature_tables import SignatureTable

    (count,) = corpus.execute("SELECT count(*) FROM signatures").fetchone()
    signatures = np.empty((count, PERMUTATIONS), dtype=np.uint16)
    ids, sizes, digests, lengths = [], [], [], []
    rows = corpus.execute("SELECT id, signature, digest, size, length FROM signatures ORDER BY id")
    while part := rows.fetchmany(5000):
        signatures[len(ids) : len(ids) + len(part)] = unpack([row[1] for row in part])
        ids += [row[0] for row in part]
        digests += [row[2] for row in part]
        sizes += [row[3] for row in part]
        lengths += [row[4] for row in part]
    places, nothing = np.array(ids), np.zeros(count, dtype=np.bool_)
    numbers = np.frombuffer(b"".join(digests), dtype="<u8").reshape(-1, 2)
    ranking = rank(Candidates(places, lengths, (), numbers, nothing, nothing), Keep.LONGEST)
    table = SignatureTable.of(signatures)
    collection = Collection(table, numbers, np.array(sizes), ranking, nothing, nothing, nothing)

    def read(rows: list[int]) -> list[Any]:
        wanted = places[rows].tolist()
        found = dict(corpus.execute(f"SELECT id, text FROM texts WHERE id IN ({','.join('?' * len(wanted))})", wanted))
        return [shingles.hashes for shingles in shingle_all([found[number] for number in wanted])]

    outcome = find_near_duplicates(collection, read, threshold)
    pairs = places[outcome.pairs.left].tolist(), places[outcome.pairs.right].tolist(), outcome.pairs.jaccard.tolist()
    corpus.executemany("INSERT INTO pairs VALUES (?, ?, ?)", zip(*pairs, strict=True))
    dropped = np.flatnonzero(outcome.decisions.keeper >= 0)
    keepers = places[outcome.decisions.keeper[dropped]]
    decisions = zip(places[dropped].tolist(), keepers.tolist(), outcome.decisions.similarity[dropped].tolist(), strict=True)
    corpus.executemany("INSERT INTO decisions VALUES (?, ?, ?)", decisions)
    corpus.commit()


TABLES = """
CREATE TABLE signatures (id INTEGER PRIMARY KEY, signature BLOB, digest BLOB, size INTEGER, length INTEGER);
CREATE TABLE pairs (low INTEGER, high INTEGER, jaccard REAL);
CREATE TABLE decisions (id INTEGER PRIMARY KEY, duplicate_of INTEGER, similarity REAL);
"""


def with_corpuskit(corpus: sqlite3.Connection) -> Result:
    """Signatures, pairs and decisions, all stored."""
    corpus.executescript(TABLES)
    from corpuskit.near_duplicates import find_near_duplicates  # imported before the clock starts, as the peers are
    from corpuskit.shingles import shingle_all

    assert find_near_duplicates
    shingle_all(["½"])
    started = time.process_time()
    sign(corpus)
    decide(corpus, 0.8)
    return {
        "seconds": time.process_time() - started,
        "pairs": corpus.execute("SELECT min(low, high), max(low, high), max(jaccard) FROM pairs GROUP BY 1, 2").fetchall(),
        "copies": corpus.execute("SELECT group_concat(id) FROM signatures GROUP BY digest HAVING count(*) > 1").fetchall(),
    }


def _shingles(text: str) -> list[str]:
    tokens = TOKEN.findall(text.lower())
    return list({" ".join(tokens[start : start + 5]) for start in range(max(1, len(tokens) - 4))})


def with_datasketch(corpus: sqlite3.Connection) -> Result:
    from datasketch import MinHash, MinHashLSH

    started = time.process_time()
    index = MinHashLSH(threshold=0.8, num_perm=128)
    pairs = []
    for batch in texts_of(corpus):
        for number, text in batch:
            signature = MinHash(num_perm=128)
            signature.update_batch([shingle.encode() for shingle in _shingles(text)])
            pairs += [(other, number) for other in index.query(signature)]
            index.insert(number, signature)
    return {"seconds": time.process_time() - started, "pairs": pairs}


def with_rensa(corpus: sqlite3.Connection) -> Result:
    from rensa import RMinHash, RMinHashLSH

    started = time.process_time()
    index = RMinHashLSH(threshold=0.8, num_perm=128, num_bands=32)
    pairs = []
    for batch in texts_of(corpus):
        for number, text in batch:
            signature = RMinHash(num_perm=128, seed=42)
            signature.update(_shingles(text))
            pairs += [(other, number) for other in index.query(signature)]
            index.insert(number, signature)
    return {"seconds": time.process_time() - started, "pairs": pairs}


ENGINES: dict[str, Callable[[sqlite3.Connection], Result]] = {
    "corpuskit": with_corpuskit,
    "rensa": with_rensa,
    "datasketch": with_datasketch,
}


def hard_cases(scale: float) -> dict[str, Callable[[], Iterator[str]]]:
    """Corpora that are expensive for those who compare all with all, `scale` 1 being the full size."""
    chooser = random.Random(3)
    pool = truth.source_sentences() or truth.made_up_sentences(chooser)
    page = " ".join(chooser.sample(pool, 25)).split(" ")

    def edited(count: int, most: int) -> Iterator[str]:
        for number in range(int(count * scale)):
            words = list(page)
            for place in chooser.sample(range(len(page)), chooser.randint(0, most)):
                words[place] = f"w{number}"
            yield " ".join(words)

    def three_words() -> Iterator[str]:
        words = re.findall(r"\w+", " ".join(pool))
        return (" ".join(chooser.sample(words, 3)) for _ in range(int(10_000 * scale)))

    def large_text() -> Iterator[str]:
        yield " ".join(chooser.choices(pool, k=int(20_000_000 * scale / (sum(map(len, pool)) / len(pool)))))

    def chinese() -> Iterator[str]:
        letters = [chr(c) for c in range(0x4E00, 0x5600)]
        weights = [1 / (n + 5) for n in range(len(letters))]
        return ("".join(chooser.choices(letters, weights=weights, k=800)) for _ in range(int(10_000 * scale)))

    def template(count: int) -> Iterator[str]:
        frame = " ".join(page[: len(page) // 2])
        return (f"{frame} {' '.join(chooser.sample(pool, 7))}" for _ in range(int(count * scale)))

    return {
        "50,000 equal copies": lambda: (" ".join(page) for _ in range(int(50_000 * scale))),
        "50,000 copies, up to 3 words changed": lambda: edited(50_000, 3),
        "5,000 copies, up to 12 words changed": lambda: edited(5_000, 12),
        "5,000 copies, up to 40 words changed": lambda: edited(5_000, 40),
        "10,000 empty texts": lambda: ("" for _ in range(int(10_000 * scale))),
        "10,000 texts of three words": three_words,
        "one text of 20 MB": large_text,
        "10,000 Chinese texts": chinese,
        "10,000 pages, half of each a template": lambda: template(10_000),
        "40,000 pages, half of each a template": lambda: template(40_000),
    }


def hard_case(name: str, scale: float) -> Result:
    with tempfile.TemporaryDirectory() as folder, closing(write(Path(folder) / "corpus.db", hard_cases(scale)[name]())) as corpus:
        corpus.executescript(TABLES)
        started = time.process_time()
        sign(corpus)
        decide(corpus, 0.8)
        (kept,) = corpus.execute("SELECT (SELECT count(*) FROM texts) - (SELECT count(*) FROM decisions)").fetchone()
        return {"seconds": time.process_time() - started, "kept": kept}


def write(path: Path, texts: Iterator[str]) -> sqlite3.Connection:
    corpus = sqlite3.connect(path)
    corpus.execute("CREATE TABLE texts (id INTEGER PRIMARY KEY, text TEXT)")
    corpus.executemany("INSERT INTO texts VALUES (?, ?)", enumerate(texts))
    corpus.commit()
    return corpus


def peak_megabytes() -> float:
    status = Path("/proc/self/status")
    if status.exists():  # ru_maxrss begins with what the parent process had
        return int(re.search(r"VmHWM:\s+(\d+)", status.read_text()).group(1)) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def in_child(*arguments: str) -> Result:
    """What a process of its own returns, with its peak of memory in MB."""
    done = subprocess.run([sys.executable, __file__, *arguments], capture_output=True, text=True, check=True)
    result: Result = json.loads(done.stdout)
    return result


def judged(texts: list[truth.Text], result: Result) -> Iterator[tuple[float, float, float]]:
    """Threshold, recall and precision for each threshold. Equal texts that an engine has as one are pairs with Jaccard 1."""
    expected = truth.true_pairs(texts, min(THRESHOLDS))
    found = {(min(row[:2]), max(row[:2])): row[2] if len(row) > 2 else None for row in result["pairs"]}
    group = list(range(len(texts)))
    for (members,) in result.get("copies", ()):
        places = [int(member) for member in members.split(",")]
        for place in places:
            group[place] = min(places)
    by_group = {(min(group[a], group[b]), max(group[a], group[b])): jaccard for (a, b), jaccard in found.items()}
    sets: dict[int, frozenset[tuple[str, ...]]] = {}

    def true(pair: tuple[int, int]) -> float:
        if pair not in expected:
            for place in pair:
                sets.setdefault(place, truth.shingle_set(texts[place].text))
            expected[pair] = truth.true_jaccard(sets[pair[0]], sets[pair[1]])
        return expected[pair]

    for threshold in THRESHOLDS if "copies" in result else (0.8,):
        wanted = [pair for pair, jaccard in expected.items() if jaccard >= threshold]
        claimed = [pair for pair, jaccard in found.items() if jaccard is None or jaccard >= threshold]
        hits = 0
        for a, b in wanted:
            same = group[a] == group[b]
            jaccard = by_group.get((min(group[a], group[b]), max(group[a], group[b])), 0.0)
            hits += same or jaccard is None or jaccard >= threshold
        right = sum(true(pair) >= threshold for pair in claimed)
        yield threshold, hits / len(wanted), right / max(1, len(claimed))


def compare(count: int) -> None:
    texts = list(truth.generate(count))
    print(f"\n{count:,} documents, {sum(len(text.text) for text in texts) // count:,} characters each")
    print(f"{'engine':12}{'threshold':>10}{'recall':>10}{'precision':>11}{'docs/CPU s':>12}{'MB':>7}")
    for name in ENGINES:
        if name != "corpuskit" and importlib.util.find_spec(name) is None:
            print(f"{name:12}not installed: left out")
            continue
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "corpus.db"
            write(path, (text.text for text in texts)).close()
            result = in_child("--engine", name, str(path))
        for threshold, recall, precision in judged(texts, result):
            speed = count / result["seconds"]
            print(f"{name:12}{threshold:>10}{recall:>10.4f}{precision:>11.4f}{speed:>12,.0f}{result['megabytes']:>7.0f}")


def show_hard_cases() -> None:
    print(f"\n{'case':42}{'CPU s':>8}{'half of it':>12}{'MB':>7}{'kept':>8}")
    for name in hard_cases(0.01):
        half, whole = (in_child("--hard", name, str(scale)) for scale in (0.5, 1.0))
        print(f"{name:42}{whole['seconds']:>8.2f}{half['seconds']:>12.2f}{whole['megabytes']:>7.0f}{whole['kept']:>8,}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--large", action="store_true", help="100,000 documents too")
    parser.add_argument("--no-hard", action="store_true", help="leave the hard cases out")
    parser.add_argument("--engine", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--hard", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.engine or options.hard:
        if options.engine:
            with closing(sqlite3.connect(options.engine[1])) as corpus:
                result = ENGINES[options.engine[0]](corpus)
        else:
            result = hard_case(options.hard[0], float(options.hard[1]))
        result["megabytes"] = peak_megabytes()
        print(json.dumps(result))
        return
    for count in (options.documents, *((100_000,) if options.large else ())):
        compare(count)
    if not options.no_hard:
        show_hard_cases()


if __name__ == "__main__":
    main()
