#!/bin/sh
# The main job on the pages in examples/pages: import, search, explain, export. `make demo` runs it.
set -eu
corpuskit=${CORPUSKIT:-corpuskit}
here=$(cd "$(dirname "$0")" && pwd)
case $corpuskit in */*) corpuskit=$(cd "$(dirname "$corpuskit")" && pwd)/$(basename "$corpuskit") ;; esac
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$here"
export CORPUSKIT_DB="$work/demo.db"

say() { printf '\n\033[1m%s\033[0m\n' "$1"; }
[ -t 1 ] && [ -z "${NO_COLOR:-}" ] || say() { printf '\n%s\n' "$1"; }
run() {
    say "\$ corpuskit $*"
    "$corpuskit" "$@" || status=$?
    # 3: some inputs failed, which these pages are made for
    case ${status:-0} in 0 | 3) status=0 ;; *) exit "$status" ;; esac
}

run import pages --tag demo
run list -n 12
run search '"climate summit" NOT sport' --lang en --since 2021
run search 堤防
run why pages/dumps/valley-radio-bridge.txt
run errors
run export --lang de -f jsonl --fields id,title,date,date_source,encoding,extractor
run stats -f json
run check --data
say "The corpus was one file: $(wc -c < "$CORPUSKIT_DB") bytes. It lay in a temporary folder and is gone now."
