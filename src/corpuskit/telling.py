"""Telling: the life of a page, as `explaining` finds it, in lines that are read from top to bottom.

A label, then what there is to say; what belongs to the line before has no label. Lines are whole: `wrapped` breaks them for a
terminal. Pure: dictionaries in, text out, which may hold anything that a page says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from corpuskit.formats import width_of

Part = dict[str, Any]
MOST_CAPTURES = 12  # other captures of an address that are named
LABEL = 12  # columns before what there is to say
_LEAST_WIDTH = 24
_MARK = {True: "   ", False: " - "}


def tell(life: Part) -> Iterator[str]:
    """The life of a page, of an input that gave none, or what is left of a page that was forgotten."""
    if "forgotten" in life:
        yield from _forgotten(life["forgotten"])
    elif "outcome" in life:
        yield from _outcome(life["outcome"])
    else:
        yield from _life(life)


def tell_lines(lines: Sequence[tuple[int, str, str | None]], *, recomputed: bool = False) -> Iterator[str]:
    """A page line by line: lines that were cut are marked, with the reason behind the first of a run.

    `recomputed` says that they were not stored, but worked out again.
    """
    yield ""
    again = "; recomputed with the present recipe" if recomputed else ""
    yield f"  the page, line by line (- is cut{again}):"
    before: str | None = None
    for number, line, reason in lines:
        because = f"   [{reason}]" if reason and reason != before else ""
        yield f"{number:>6}{_MARK[reason is None]}{line}{because}".rstrip()
        before = reason


def wrapped(line: str, width: int) -> Iterator[str]:
    """A line in lines of at most `width` columns, broken between words where it can be."""
    width = max(width, _LEAST_WIDTH)
    numbered = line[:6].strip().isdigit() and line[:1] == " "
    indent = 9 if numbered else LABEL if line.startswith("  ") else 2
    while width_of(line) > width:
        start = len(line) - len(line.lstrip(" ")) if line[:1] == " " else 0
        end = _fitting(line, width)
        blank = line.rfind(" ", max(start, min(indent, end)) + 1, end + 1)
        cut = blank if blank > 0 else end
        yield line[:cut].rstrip()
        rest = line[cut:].lstrip(" ")
        if not rest:
            return
        longest = width_of(rest.split(" ", 1)[0])
        line = " " * max(2, min(indent, width - longest)) + rest
    yield line


def _fitting(line: str, width: int) -> int:
    """How many characters of a line fit."""
    if line.isascii():
        return width
    used = 0
    for position, character in enumerate(line):
        used += width_of(character)
        if used > width:
            return position
    return len(line)


def _line(label: str, text: object) -> str:
    return f"  {label:<{LABEL - 2}}{text}".rstrip()


def _outcome(outcome: Part) -> Iterator[str]:
    yield f"{outcome['location']}: {outcome['status']} at {outcome['stage']}: {outcome['reason']}"
    yield f"  {outcome['meaning']}"
    if outcome["detail"]:
        yield _line("detail", outcome["detail"])
    yield _line("source", outcome["source"])
    yield _line("run", outcome["run"])


def _forgotten(stone: Part) -> Iterator[str]:
    """What is left of a page that was taken out for good."""
    yield f"{stone['id']}: forgotten: {stone['location']}"
    yield _line("forgotten", f"{stone['forgotten_at']}, by run {stone['run']}: nothing of it is in the corpus")
    if stone["note"]:
        yield _line("note", stone["note"])
    if stone["url"]:
        yield _line("url", stone["url"])
    yield _line("raw", stone["raw_digest"])
    by = "" if stone["allowed_by"] is None else f": run {stone['allowed_by']} lets it in again"
    yield _line("refused", f"{stone['refuses']}{by}")
    yield from _exports(stone["exports"])


def _life(life: Part) -> Iterator[str]:
    page, cleaning, document = life["page"], life["cleaning"], life["document"]
    state = document["status"] if document else cleaning["outcome"]
    yield f"{page['id']}: {state}: {document['title'] if document and document['title'] else page['location']}"
    yield from _capture(page, life["captures"])
    yield from _cleaning(cleaning, life["earlier"], life["cuts"])
    if document is not None:
        yield from _document(document)
    for tag in life["tags"]:
        yield _line("tag", _tag(tag))
    for decision in life["decisions"]:
        yield from _decision(decision)
    for duplicate in life["duplicates"]:
        yield from _duplicate(duplicate)
    yield from _exports(life["exports"])


def _capture(page: Part, captures: Sequence[Part]) -> Iterator[str]:
    yield _line("page", f"{page['location']} (source {page['source']}, run {page['import_run']}, {page['imported_at']})")
    if page["url"]:
        yield _line("url", f"{page['url']} ({page['url_source']})")
    if page["fetched_at"]:
        yield _line("fetched", page["fetched_at"])
    yield _line("raw", f"{page['raw_size']} bytes, {page['media_type']}, {page['raw_digest']}")
    if page["note"]:
        yield _line("note", page["note"])
    for name, value in page["given"].items():
        yield _line("given", f"{name}: {', '.join(value) if isinstance(value, list) else value}")
    for capture in captures[:MOST_CAPTURES]:
        when = f"fetched {capture['fetched_at']}" if capture["fetched_at"] else f"imported {capture['imported_at']}"
        yield _line("capture", f"{capture['id']} of the same address: {when} (run {capture['run']}), {capture['status']}")
    if len(captures) > MOST_CAPTURES:
        yield _line("", f"… and {len(captures) - MOST_CAPTURES} more")


def _cleaning(cleaning: Part, earlier: Sequence[Part], cuts: Sequence[Part]) -> Iterator[str]:
    made = f" by {cleaning['extractor']} in run {cleaning['run']}" if cleaning["extractor"] else ""
    yield _line("cleaning", f"{cleaning['outcome']}{made}")
    if cleaning["reason"]:
        yield _line("reason", f"{cleaning['reason']}: {cleaning['meaning']}")
    if cleaning["detail"]:
        yield _line("detail", cleaning["detail"])
    if cuts:
        lines: Counter[str] = Counter()
        for cut in cuts:
            lines[cut["reason"]] += cut["last"] - cut["first"] + 1
        reasons = ", ".join(f"{count} {reason}" for reason, count in lines.most_common())
        again = "; recomputed with the present recipe" if cleaning["cuts_recomputed"] else ""
        yield _line("cut", f"{lines.total()} lines: {reasons}{again}")
    for one in earlier:
        text = "" if one["words"] is None else f": {one['words']} words"
        why = f"undone by run {one['undone_by']}" if one["undone_by"] else f"replaced by run {one['replaced_by']}"
        yield _line("earlier", f"{one['outcome']} by {one['extractor']} in run {one['run']}{text}; {why}")


def _document(document: Part) -> Iterator[str]:
    replaced = document["replacements"]
    damage = f", {replaced} {'sequence' if replaced == 1 else 'sequences'} of bytes replaced" if replaced else ""
    yield _line("encoding", f"{document['encoding']} ({document['encoding_source']}{damage})")
    confidence = document["language_confidence"]
    yield _line("language", f"{document['language'] or 'unknown'}" + (f" (confidence {confidence:.2f})" if confidence else ""))
    yield _line("date", f"{document['date']} ({document['date_source']})" if document["date"] else "none found")
    yield _line("text", f"{document['words']} words, {document['characters']} characters, {document['text_digest']}")
    if document["confidence"] is not None:
        yield _line("sure", f"{document['confidence']:.2f} of 1 that this is the main text")
    if document["lead"]:
        yield _line("lead", " / ".join(document["lead"].split("\n")))


def _tag(tag: Part) -> str:
    """A tag with every change of it, for an undone one can be the only reason why it is not there."""
    changes = [
        f"{'given' if change['given'] else 'taken off'} by run {change['run']} ({change['command']}"
        + (f", undone by run {change['undone_by']})" if change["undone_by"] else ")")
        for change in tag["changes"]
    ]
    return f"{tag['tag']}: {'' if tag['holds'] else 'not now: '}{', '.join(changes)}"


def _decision(decision: Part) -> Iterator[str]:
    value = "" if decision["value"] is None else f" value {decision['value']:g}"
    threshold = "" if decision["threshold"] is None else f" threshold {decision['threshold']:g}"
    of = "" if decision["duplicate_of"] is None else f" duplicate of {decision['duplicate_of']}"
    state = "in force" if decision["in_force"] else f"taken back by run {decision['withdrawn_by']}"
    text = "; on an earlier text" if decision["on_earlier_text"] else ""
    run = f"run {decision['run']}, {decision['command']}; {state}{text}"
    yield _line("decision", f"{decision['rule']}{value}{threshold}{of} ({run})")
    if decision["meaning"]:
        yield _line("", decision["meaning"])
    if decision["detail"]:
        yield _line("", decision["detail"])


def _duplicate(duplicate: Part) -> Iterator[str]:
    """A document that is alike, and where the two differ: - is this one, + the other."""
    jaccard = "" if duplicate["jaccard"] is None else f", Jaccard {duplicate['jaccard']:g}"
    title = duplicate["title"] or duplicate["location"]
    yield _line("duplicate", f"{duplicate['id']}: {duplicate['relation']}{jaccard}: {title}")
    for difference in duplicate["differences"]:
        yield _line("", f"{difference['side']} {difference['text']}")
    if duplicate["more_differences"]:
        yield _line("", "… and more")


def _exports(exports: Sequence[Part]) -> Iterator[str]:
    for export in exports:
        where = "standard output" if export["path"] == "-" else export["path"]
        yield _line("export", f"{export['exported_at']} to {where}, {export['documents']} documents")
