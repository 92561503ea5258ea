#!/usr/bin/env bash
# Runs every benchmark and prints its table. Usage: run.sh DIRECTORY-OF-PROGRAMS [FILTER]
set -euo pipefail
bin="$1"
for bench in "$bin"/bench_*; do
  [ -x "$bench" ] || continue
  echo "== ${bench##*/}"
  "$bench" --benchmark_filter="${2:-.}" --benchmark_counters_tabular=true
done
