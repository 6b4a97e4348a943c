#!/bin/sh
# corpuskit between other programs: names from find, ids through pipes, exit codes, a sample, a folder of texts.
# Runs on examples/pages in a temporary folder. CORPUSKIT names the program if it is not on PATH.
set -eu
program=${CORPUSKIT:-corpuskit}
case $program in */*) program=$(cd "$(dirname "$program")" && pwd)/$(basename "$program") ;; esac
pages=$(cd "$(dirname "$0")" && pwd)/pages
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

corpuskit() { command "$program" "$@"; }

echo "== names from find; NUL between them, so that any name works"
find "$pages/courier" "$pages/other" -name '*.html' -print0 | sort -z |
    corpuskit import --files-from - -0 --tag html --quiet | cut -f 2,4 | sort | uniq -c

echo "== rows from stdin; one of them is broken (exit code 3), which this script accepts"
gzip -c "$pages/notes.jsonl" | corpuskit import - --tag rows --quiet -f jsonl --fields kind,read,new,skipped,failed || [ $? -eq 3 ]

echo "== what gave no page"
corpuskit errors --fields reason | tail -n +2 | sort | uniq -c

echo "== ids through a pipe; the order of the search is kept"
corpuskit search 'title:flood OR title:bridge' -f ids | corpuskit export --ids - -f tsv --fields date,title

echo "== a search that finds nothing exits with 1, like grep"
corpuskit search zeppelin > /dev/null || echo "exit code $?"

echo "== one command for each document"
corpuskit list --lang fr --lang ja -f ids -0 | xargs -0 -n 1 "$program" show --text | grep -c .

echo "== a sample: the same on every machine"
corpuskit list --sample 4 --seed 7 -f ids | paste -s -d ' ' -

echo "== a folder of texts for a concordancer, with an index"
corpuskit export --site selbrook-courier.example -f text -o courier --quiet
ls courier courier/0000 | head -n 6

echo "== byte for byte what came in"
corpuskit show --raw 1 | cmp - "$(corpuskit list --ids - --fields location -f tsv <<END | tail -n 1
1
END
)" && echo identical
