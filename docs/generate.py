"""Writes the generated part of the documentation: `make docs`.

The command reference comes from the commands themselves, the reasons from `reasons.Reason`, the table of field names from the
reader of records. A test fails where the files differ from what this would write.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable
from inspect import cleandoc
from pathlib import Path
from typing import Any

import click

from corpuskit import errors
from corpuskit.cli import EXIT_CODES, SECTIONS, Commands, cli
from corpuskit.commands import _options
from corpuskit.readers.records import GUESSES
from corpuskit.reasons import Reason
from corpuskit.rules import CONDITIONS, FAMILIES, RULES
from corpuskit.signals.stop_words import STOP_WORDS

DOCS = Path(__file__).resolve().parent
NOTE = "<!-- Written by docs/generate.py: change the code, then run `make docs`. -->"

_CODES = {
    "EXIT_OK": "done; for commands that read the corpus: there was at least one result",
    "EXIT_NOTHING": "nothing was found or selected, and nothing went wrong (`check`: damage was found)",
    "EXIT_USAGE": "wrong use, an unreadable corpus, a full disk: anything that stopped the run",
    "EXIT_PARTIAL": "the run ended, but some inputs failed; each is named on stderr, recorded, and listed by `corpuskit errors`",
    "EXIT_BUG": "a bug of corpuskit, with a traceback: please report it",
    "EXIT_LOCKED": "the corpus is locked: another process was writing for longer than 20 seconds",
}
_SIGNALS = (
    (130, "interrupted by Ctrl-C (SIGINT); what was committed stays, and the same command goes on where it stopped"),
    (143, "ended by SIGTERM, with the same promise"),
)
_FIELDS = {
    "html": "a raw HTML page, cleaned like a file",
    "text": "a plain-text page, cleaned like a file",
    "clean_text": "a text that is taken as it is; only ever by `--field`",
    "url": "the address of the page",
    "title": "preferred to the title that the page gives itself",
    "author": "the same",
    "date": "the same; any form that names a year",
    "language": "the same",
    "tags": "an array, or a string with commas",
    "fetched_at": "when the page was downloaded, in ISO 8601; without a zone it is taken as UTC",
}
_EVERY_COMMAND = """
They stand before the subcommand or after it. stdout carries data, stderr everything else. A progress bar is drawn
only where stderr is a terminal. `NO_COLOR`, `TERM=dumb` and `COLUMNS` are honoured. A reader that goes away (`|
head`) is no error.
"""
_SELECTION = """
Every command that reads documents takes the same selection. Of several values of one kind, one must hold; of several
kinds, all must hold. A document belongs to a range of dates when all days that its date can mean lie in it: `2022`
does not lie in `--since 2022-06`. Undated documents are left out of a range unless `--undated` adds them; `--undated`
alone selects only them. A sample depends on the ids and the seed alone, so it is the same on every machine. Without
`--sort` the order is that of `--ids`, else that of the ids; in `search` it is the relevance. `--save` gives what was asked
for a name, and `--selection` asks for it again; `corpuskit selections` lists the names.
"""
_LIMITS = """
Each page is cleaned in a worker process. A page that takes too long or needs too much memory loses its worker, is
recorded with the reason, and costs nothing else. `--mode` concerns HTML pages only.
"""
_SHARED: tuple[tuple[str, str, str, Callable[..., Any]], ...] = (
    ("Options of every command", "options-of-every-command", _EVERY_COMMAND, _options.session_options),
    ("The selection", "the-selection", _SELECTION, _options.selection_options()),
    ("Limits of cleaning", "limits-of-cleaning", _LIMITS, _options.cleaning_options),
)
_SIZES = """
A size is a number of bytes with an optional unit of 1,024: `500000`, `64k`, `32M`, `2G`. A date is `YYYY`, `YYYY-MM`
or `YYYY-MM-DD`. `--since 2021` means its first day, `--until 2021` its last; both ends belong to the range.
"""
_FORMATS = """
`-f auto` is a table on a terminal, cut to its width, and TSV in a pipe: a header line, then one line for each record,
never cut, with tabs and line breaks inside a cell turned into blanks. `json` is one array, `jsonl` one object on each
line with the same keys in every line, `csv` has a header and keeps line breaks, `ids` is one document id on each
line.
"""
_REASONS = """
Why an input has no page, or a page no text. `corpuskit errors` prints the reasons of inputs, `corpuskit why` those of
inputs and pages, `corpuskit stats` counts them. The list only grows: a script may compare the words. *Skipped* means
that corpuskit left an input out on purpose, *failed* that it tried and could not; only a failure makes the exit code
3.
"""

_RULES = """
What `corpuskit filter --rules SET` judges documents by. A rule drops a document where its signal stands in the relation to
the threshold that the table shows; each rule judges by itself. `--set RULE=VALUE` changes a threshold, `--set RULE=off` turns
a rule off. Thresholds with a paper behind them are the published ones; the others are ours, and as good as your own look at
what they drop.
"""
_MEASURING = """
## How signals are measured

Signals stand in the tables [signals](schema.md#signals) and [page_signals](schema.md#page_signals), one column each. A rule
whose signal tells nothing about a document (null) does not apply to it.

- **Words** are runs of letters, marks and digits, as everywhere in corpuskit. Where a script writes no blanks between words,
  `words` estimates them: 1.7 letters of Chinese or Japanese make a word, 4 of Thai, 3.5 of Lao or Khmer, 3 of Burmese. So 50
  words are 85 Chinese characters. `counted_words`, which the rules on length look at, counts every such letter, as `list`
  does.
- **Mean word length** does not apply where words are not to be seen. A Hangul syllable counts as its two or three letters.
- **Stop words** are eight common words of the document's language; there are lists for {stop_words} languages. For others
  the rule does not apply.
- **N-grams** run over words in lower case, without punctuation. In scripts without blanks they run over letters, and are as
  many letters long as n words are on average: a 5-gram has 8 or 9 Chinese characters, or 20 Thai letters. Letters that repeat
  what stood before are counted once each, as a share of the letters of all words. Of the most frequent n-gram all occurrences
  count; one that occurs once is no repetition.
- **Lines** are those that are not blank. A line ends as a sentence does with any character that Unicode calls a sentence
  terminal, also inside quotation marks or brackets. Thai and Lao have none, so there rules about sentence ends do not apply.
  A short line has less than 30 columns; an East Asian letter takes two.
- **C4** cuts lines before it judges. Here nothing is cut: `sentences` are those of the lines that C4 would keep (they end
  with a terminal mark or a quotation mark, have five words, and do not speak of JavaScript, cookies or terms of use).
- **Alphabetic words**: of what stands between blanks, the share that holds a letter.
- **Text and link share** are measured on the page: letters of the text beside all letters that a reader sees, and the share
  of the text in lines which are the texts of links there. They do not apply to texts that were taken as they are, the latter
  not to plain text.
- **Date rules** look at all documents of a site, also dropped ones. A date that says less than a day is taken at its first
  day.
- A text of more than two million characters is judged by its beginning, but counted as a whole; repetition looks at 200,000
  words.
"""


def generated() -> dict[Path, str]:
    """Every file that is generated, wholly or in part, with the text it should have."""
    jsonl = DOCS / "howto" / "jsonl.md"
    return {
        DOCS / "reference" / "commands.md": commands_page(),
        DOCS / "reference" / "reasons.md": reasons_page(),
        DOCS / "reference" / "rules.md": rules_page(),
        jsonl: _replaced(jsonl.read_text("utf-8"), "fields", _fields_table()),
    }


def commands_page() -> str:
    """The command reference."""
    parts = ["# Commands", NOTE, _contents()]
    parts += [
        part for title, _, intro, options in _SHARED for part in (f"## {title}", intro, _table(_rows(_parameters(options))))
    ]
    parts += ["## Sizes and dates", _SIZES, "## Formats", _FORMATS, "## Exit codes", _exit_codes()]
    for title, names in SECTIONS:
        parts.append(f"## {title}")
        for name in names:
            parts += _command(name)
    return "\n\n".join(parts) + "\n"


def reasons_page() -> str:
    """The closed list of reasons."""
    rows = [(f"`{reason.value}`", reason.meaning) for reason in Reason]
    return "\n\n".join(("# Reasons", NOTE, _REASONS.strip(), _table([("reason", "what it means"), *rows]))) + "\n"


def rules_page() -> str:
    """The quality rules, set by set."""
    parts = ["# Rules", NOTE, _RULES.strip()]
    for family, what in FAMILIES.items():
        own = [rule for rule in RULES if rule.family == family]
        rows = [
            (f"`{rule.name}`", f"`{rule.signal}`", _limit(rule.drops, rule.default), rule.meaning, rule.source) for rule in own
        ]
        parts += [
            f"## {family}",
            f"{what[0].upper()}{what[1:]}.",
            _table([("rule", "signal", "drops", "it is dropped for", "source"), *rows]),
        ]
        for one in CONDITIONS:
            if one.name.partition(".")[0] == family:
                parts.append(
                    f"`{one.name}` ({one.default:g}): {one.meaning}. It belongs to {_and([f'`{rule}`' for rule in one.of])}."
                )
    return "\n\n".join([*parts, _MEASURING.strip().replace("{stop_words}", str(len(STOP_WORDS)))]) + "\n"


def _limit(drops: str, default: float | None) -> str:
    if default is None:
        return "off until it is set"
    return f"`{drops} {default:g}`" if default < 100_000 else f"`{drops} {default:.0f}`"


def _contents() -> str:
    commands = [f"[{name}](#corpuskit-{name})" for _, names in SECTIONS for name in names]
    shared = [f"[{title.lower()}](#{anchor})" for title, anchor, _, _ in _SHARED]
    shared += [f"[{title}](#{title.replace(' ', '-')})" for title in ("sizes and dates", "formats", "exit codes")]
    return f"Commands: {' · '.join(commands)}\n\nWhat they share: {' · '.join(shared)}"


def _exit_codes() -> str:
    codes = [(getattr(errors, name), name) for name in vars(errors) if name.startswith("EXIT_")]
    rows = [(str(code), _CODES[name]) for code, name in sorted(codes)]
    rows += [(str(code), meaning) for code, meaning in _SIGNALS]
    return _table([("code", "meaning"), *((f"**{code}**", meaning) for code, meaning in rows)])


def _command(name: str) -> list[str]:
    context = click.Context(cli, info_name="corpuskit")
    assert isinstance(cli, Commands)
    command = cli.get_command(context, name)
    assert command is not None
    arguments = " ".join(p.make_metavar(context) for p in command.params if isinstance(p, click.Argument))
    parts = [
        f"### corpuskit {name}",
        f"```sh\ncorpuskit {name} [OPTIONS] {arguments}".rstrip() + "\n```",
        *_help(command.help or ""),
    ]
    own, shared = _own(command)
    parts += [_table(_rows(own))] if own else []
    parts.append(f"It also takes the {_and(shared)}.")
    parts += [command.epilog] if command.epilog and command.epilog != EXIT_CODES else []
    return parts


def _own(command: click.Command) -> tuple[list[click.Option], list[str]]:
    """The options that only this command explains, and links to what it shares with others."""
    own = [parameter for parameter in command.params if isinstance(parameter, click.Option)]
    links = []
    for title, anchor, _, decorator in _SHARED:
        here = [_key(option) for option in own]
        group = {_key(option): option for option in _parameters(decorator)}
        if any(key in group for key in here):
            known = {name for parameter in command.params for name in parameter.opts}  # it can have one of its own by that name
            missing = [f"`{_longest(option)}`" for option in group.values() if known.isdisjoint(option.opts)]
            links.append(
                f"[{title.lower().removeprefix('the ')}](#{anchor})" + (f" (without {', '.join(missing)})" if missing else "")
            )
            own = [option for option in own if _key(option) not in group]
    return own, links


def _key(option: click.Option) -> tuple[str, ...]:
    return (*option.opts, option.help or "")


def _parameters(decorator: Callable[..., Any]) -> list[click.Option]:
    """The options that a decorator puts on a command, in the order of --help."""
    command = click.command()(decorator(lambda **_: None))
    return [parameter for parameter in command.params if isinstance(parameter, click.Option)]


def _rows(options: Iterable[click.Option]) -> list[tuple[str, str]]:
    return [("option", "meaning"), *((_names(option), _meaning(option)) for option in options)]


def _longest(option: click.Option) -> str:
    return max(option.opts, key=len)


def _names(option: click.Option) -> str:
    names = ", ".join(option.opts)
    if option.secondary_opts:
        names += " / " + ", ".join(option.secondary_opts)
    elif not option.is_flag:
        choice = _longest(option).lstrip("-").upper() if isinstance(option.type, click.Choice) else None
        names += f" {option.metavar or choice or option.type.name.upper()}"
    return f"`{names}`"


def _meaning(option: click.Option) -> str:
    text = (option.help or "").strip()
    if isinstance(option.type, click.Choice):
        text = f"{text} One of {', '.join(f'`{choice}`' for choice in option.type.choices)}."
    if option.show_default and option.default is not None and not option.is_flag:
        text = f"{text} Default: `{option.default}`."
    return text.strip()


def _help(text: str) -> list[str]:
    """Paragraphs of a help text; those that click keeps as they are become blocks of code."""
    parts = []
    for paragraph in cleandoc(text).split("\n\n"):
        lines = paragraph.split("\n")
        if lines[0].strip() == "\b":
            language = "sh" if any(line.strip().startswith("corpuskit ") for line in lines) else "text"
            parts.append(f"```{language}\n" + "\n".join(lines[1:]) + "\n```")
        else:
            parts.append(" ".join(paragraph.split()))
    return parts


def _fields_table() -> str:
    rows = []
    for name, paths in GUESSES.items():
        rows.append((f"`{name}`", _FIELDS[name], ", ".join(f"`{path}`" for path in paths) or "nothing is guessed"))
    return _table([("NAME", "what it is", "looked for in, first come first served"), *rows])


def _replaced(page: str, name: str, content: str) -> str:
    """The page with new content between the marks of that name."""
    start, end = f"<!-- generated: {name} -->", f"<!-- end of {name} -->"
    pattern = re.compile(f"{re.escape(start)}.*?{re.escape(end)}", re.DOTALL)
    if not pattern.search(page):
        raise ValueError(f"no marks {start} … {end}")
    return pattern.sub(lambda _: f"{start}\n\n{content}\n\n{end}", page)


def _table(rows: Iterable[tuple[str, ...]]) -> str:
    head, *body = rows
    lines = [head, tuple("---" for _ in head), *body]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def _and(items: list[str]) -> str:
    return items[0] if len(items) == 1 else ", the ".join(items[:-1]) + " and the " + items[-1]


def main() -> None:
    """Write every file that is out of date, and say which."""
    for path, text in generated().items():
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, encoding="utf-8", newline="\n")
            sys.stdout.write(f"wrote {path.relative_to(DOCS.parent)}\n")


if __name__ == "__main__":
    main()
