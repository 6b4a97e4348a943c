#!/bin/sh
# The main job on the pages in examples/pages: import, decide, search, count, explain, export. `make demo` runs it.
set -eu
program=${CORPUSKIT:-corpuskit}
here=$(cd "$(dirname "$0")" && pwd)
case $program in */*) program=$(cd "$(dirname "$program")" && pwd)/$(basename "$program") ;; esac
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$here"
export CORPUSKIT_DB="$work/demo.db"

corpuskit() { command "$program" "$@"; }

say() { printf '\n\033[1m%s\033[0m\n' "$1"; }
[ -t 1 ] && [ -z "${NO_COLOR:-}" ] || say() { printf '\n%s\n' "$1"; }

# Show a command line, then run it.
run() {
    say "\$ $1"
    status=0
    eval "$1" || status=$?
    # 3: some inputs failed, which these pages are made for
    case $status in 0 | 3) ;; *) exit "$status" ;; esac
}

run 'corpuskit import pages --tag demo'
run 'corpuskit list -n 12'
run 'corpuskit filter --rules gopher,c4'
run 'corpuskit dedupe'
run "corpuskit search '\"climate summit\" NOT sport' --lang en --since 2021"
run 'corpuskit search 堤防 --fields id,date,site,snippet'
run 'corpuskit kwic harbour --lang en --sort right -n 8'
run 'corpuskit words --lang en -n 8'
run 'corpuskit collocates harbour --lang en --min-frequency 2 -n 5'
run 'corpuskit why pages/other/phare-fr.html'
run 'corpuskit why pages/dumps/valley-radio-market.txt | head -n 32'
run 'corpuskit errors'
run 'corpuskit export --lang de -f jsonl --fields id,title,date,date_source,encoding,extractor'
run 'corpuskit stats --lang en | head -n 16'
run 'corpuskit check --data'
say "The corpus was one file of $(($(wc -c < "$CORPUSKIT_DB"))) bytes. It lay in a temporary folder and is gone now."
