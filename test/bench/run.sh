#!/usr/bin/env bash
# Runs the benchmarks, each three times, and sums up the medians beside their targets and floors (figures.txt).
# Usage: run.sh DIRECTORY-OF-PROGRAMS [FILTER]    from the source's root
set -euo pipefail
bin="$1"
filter="${2:-.}"
results="$(mktemp -d)"
trap 'rm -rf "$results"' EXIT
for bench in "$bin"/bench_*; do
  [ -x "$bench" ] || continue
  echo "== ${bench##*/}"
  "$bench" --benchmark_filter="$filter" --benchmark_counters_tabular=true --benchmark_repetitions=3 \
    --benchmark_report_aggregates_only=true --benchmark_out="$results/${bench##*/}.json" --benchmark_out_format=json |
    { grep -vE '_(mean|stddev|cv) ' || true; }
done

echo "== medians beside targets and floors"
jq -s -r --rawfile figures test/bench/figures.txt '
  def nanoseconds: {ns: 1, us: 1e3, ms: 1e6, s: 1e9}[.time_unit];
  def number: if . >= 1000 then round elif . >= 10 then . * 10 | round / 10 else . * 1000 | round / 1000 end;
  def value($field; $unit):
    if $field == "cpu_time" then .cpu_time * nanoseconds / (if $unit == "ms" then 1e6 else 1 end) else .[$field] end;
  def verdict($target):
    if $target == "" then "" else
      ($target | split(" ")) as [$way, $limit] |
      if ($way == "<=" and . <= ($limit | tonumber)) or ($way == ">=" and . >= ($limit | tonumber)) then "met" else "MISSED" end
    end;
  [.[].benchmarks[]? | select(.aggregate_name == "median") | {key: .run_name, value: .}] | from_entries as $measured |
  ["figure", "median", "", "target", "", "floor", ""],
  ($figures | split("\n")[] | select(. != "" and (startswith("#") | not)) | split("|") as
    [$name, $bench, $field, $unit, $target, $floor, $floor_field, $floor_name] |
   $measured[$bench] | select(. != null) | value($field; $unit) as $value |
   [$name, ($value | number), $unit, $target, ($value | verdict($target)),
    (if $floor == "" or ($measured[$floor] | not) then "", ""
     else ($measured[$floor] | value($floor_field; $unit) | number), $floor_name end)]) | @tsv
' "$results"/*.json | awk -F'\t' '{printf "%-40s %9s %-3s %10s %-7s %9s  %s\n", $1, $2, $3, $4, $5, $6, $7}'
