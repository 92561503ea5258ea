#!/usr/bin/env bash
# Whole runs beside the targets: server, daemon and load generator as three processes on this machine, over TLS (or without:
# PLAIN=1). For each number of Kymas: burst to success, steady state, restart. Medians of RUNS (default 1).
# Usage: scenarios.sh [KYMAS...]   (default 1000 4000)
set -euo pipefail
here="$(cd "$(dirname "$0")/../.." && pwd)"
export KYMA_SOURCE="$here"
# shellcheck source=test/e2e/lib.sh
. "$here/test/e2e/lib.sh"
runs="${RUNS:-1}"
[ $# -gt 0 ] || set -- 1000 4000
declare -A limits=([1000]=68 [4000]=70.5 [10000]=80)

status_kib() { awk -v key="$2:" '$1 == key {print $2}' "/proc/$1/status"; }
cpu_seconds() { awk -v hz="$(getconf CLK_TCK)" '{print ($14 + $15) / hz}' "/proc/$1/stat"; }
calc() { awk "BEGIN {printf \"$1\", $2}"; }
metric() { awk -v name="$2" 'index($0, name) == 1 {sum += $NF} END {print sum + 0}' "$1"; }
writes() { grep -E '^rest_client_requests_total.*method="(POST|PATCH|PUT|DELETE)"' "$1" | awk '{sum += $NF} END {print sum + 0}'; }
# note NAME VALUE: keeps a figure of this run.
note() { echo "$2" >>"$SCRATCH/figure.$1"; }
median() { sort -g "$SCRATCH/figure.$1" | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'; }
row() { printf '  %-58s %12s %14s\n' "$1" "$2" "${3:-}"; }

# How long a server takes until it serves, shown on one of its own.
note_server_start() {
  local begin
  begin="$(now)"
  start trial "$KYMA_BIN/kyma-apiserver" --listen 127.0.0.1:0 --kubeconfig-out "$SCRATCH/trial.kubeconfig"
  until grep -q 'Serving the API' "$SCRATCH/trial.log"; do :; done
  note serving "$(calc %.0f "$(now) * 1000 - $begin * 1000")"
  kill "$STARTED"
  wait "$STARTED" || true
}

start_server() {
  if [ "${PLAIN:-}" = 1 ]; then
    start apiserver "$KYMA_BIN/kyma-apiserver" --listen 127.0.0.1:0 --insecure-listen 127.0.0.1:0 --kubeconfig-out "$KUBECONFIG"
    SERVER_PID=$STARTED
    until_true 20 "API server ready" k get --raw /readyz
    k apply -k "$KYMA_SOURCE/config/crd" >/dev/null  # before: kubectl sends no token without TLS
    local url
    url="$(grep -oE 'http://[0-9.:]+' "$SCRATCH/apiserver.log" | head -1)"
    sed -i -E "s#server: .*#server: $url#; /certificate-authority-data/d" "$KUBECONFIG"
  else
    start_apiserver
    k apply -k "$KYMA_SOURCE/config/crd" >/dev/null
  fi
}


one_run() {
  local kymas="$1" before begin ready
  note_server_start
  start_server
  start_operator --qps "${QPS:-0}"
  sleep 3
  note empty "$(status_kib "$OPERATOR_PID" VmRSS)"
  before="$(cpu_seconds "$OPERATOR_PID")"
  "$KYMA_BIN/kyma-load" --kubeconfig "$KUBECONFIG" --kymas "$kymas" --json "$SCRATCH/load.json" --objective none \
    --daemon-metrics "http://$METRICS/metrics" --timeout 30m >"$SCRATCH/load.out" 2>&1 || die "the load: $(tail -3 "$SCRATCH/load.out")"
  curl -s "http://$METRICS/metrics" >"$SCRATCH/after"
  note total "$(jq -r .totalSeconds "$SCRATCH/load.json")"
  note p99 "$(jq -r '.timeToSuccessSeconds.p99' "$SCRATCH/load.json")"
  note cpu "$(calc %.0f "($(cpu_seconds "$OPERATOR_PID") - $before) * 1e6 / ($kymas * 18)")"
  note requests "$(calc %.2f "$(writes "$SCRATCH/after") / $kymas")"
  note gets "$(awk '/^rest_client_requests_total.*method="GET"/ {sum += $NF} END {print sum + 0}' "$SCRATCH/after")"
  note conflicts "$(grep -E '^rest_client_requests_total\{code="(409|429|5..)"' "$SCRATCH/after" | awk '{sum += $NF} END {print sum + 0}')"
  sleep 100  # idle connections are closed after a minute; the Events of so many successes take as long
  note steady "$(status_kib "$OPERATOR_PID" VmRSS)"
  note peak "$(status_kib "$OPERATOR_PID" VmHWM)"
  curl -s "http://$METRICS/metrics" >"$SCRATCH/idle"
  note handler "$(calc %.1f "1000 * $(metric "$SCRATCH/idle" kyma_operator_eventloop_handler_cpu_seconds_max)")"
  before="$(cpu_seconds "$OPERATOR_PID")"
  sleep 20
  note idle "$(calc %.2f "($(cpu_seconds "$OPERATOR_PID") - $before) * 100 / 20")"
  kill "$OPERATOR_PID"
  wait "$OPERATOR_PID" || true
  begin="$(now)"
  start_operator --qps "${QPS:-0}"
  ready="$(seconds_since "$begin")"
  note ready "$ready"
  sleep 5
  curl -s "http://$METRICS/metrics" >"$SCRATCH/again"
  note rewrites "$(writes "$SCRATCH/again")"
  note restarted "$(status_kib "$OPERATOR_PID" VmRSS)"
  note rehandler "$(calc %.1f "1000 * $(metric "$SCRATCH/again" kyma_operator_eventloop_handler_cpu_seconds_max)")"
  note server "$(status_kib "$SERVER_PID" VmHWM)"
  kill "$OPERATOR_PID" "$SERVER_PID"
  wait "$OPERATOR_PID" "$SERVER_PID" || true
  PIDS=()
}

mib() { calc '%.1f MB' "$(median "$1") / 1000"; }

for kymas in "$@"; do
  rm -f "$SCRATCH"/figure.*
  for ((run = 0; run < runs; ++run)); do one_run "$kymas"; done
  echo "== $kymas Kymas, $((kymas * 18)) components, ${PLAIN:+without }TLS, median of $runs"
  row "figure" "measured" "target"
  row "all in success" "$(median total) s" "${limits[$kymas]:+<= ${limits[$kymas]} s}"
  row "time to success of a Kyma, p99" "$(median p99) s"
  row "daemon's CPU per component" "$(median cpu) us" "<= $([ "${PLAIN:-}" = 1 ] && echo 300 || echo 500) us"
  row "writes per Kyma" "$(median requests)" "122"
  row "GET and LIST over all, watches included" "$(median gets)"
  row "answers 409, 429, 5xx" "$(median conflicts)" "0"
  row "daemon's RSS, empty" "$(mib empty)" "<= 10 MB"
  row "daemon's RSS, steady" "$(mib steady)" "$([ "$kymas" = 4000 ] && echo '<= 40 MB')"
  row "daemon's RSS, peak" "$(mib peak)" "$([ "$kymas" = 4000 ] && echo '<= 60 MB')"
  row "CPU in steady state" "$(median idle) %" "< 0.5 %"
  row "longest turn of the loop (CPU)" "$(median handler) ms" "<= 10 ms"
  row "restart: in sync after" "$(median ready) s" "<= 2 s"
  row "restart: writes" "$(median rewrites)" "0"
  row "restart: daemon's RSS" "$(mib restarted)"
  row "restart: longest turn of the loop (CPU)" "$(median rehandler) ms" "<= 10 ms"
  row "server: serves after" "$(median serving) ms" "<= 100 ms"
  row "server's RSS, peak" "$(mib server)"
done
echo "  (kube-apiserver 1.20 with etcd 3.5 on such a machine: ready in 6 s, 320 MB idle; 1,000 creates/s, 750 status patches/s)"
