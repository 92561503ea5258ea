# One run of the daemon against a limited API server, for test/bench/flow_control.sh and test/e2e/flow_control_test.sh.
# Sourced after lib.sh.
# shellcheck shell=bash disable=SC2034

# measure QPS KYMAS COMPONENTS FLAG...: runs the load on a server with these flags and sets RUN_*. COMPONENTS: as
# kyma-load takes them; empty: the reference ones.
measure() {
  local qps="$1" kymas="$2" components="$3" burst=()
  shift 3
  # A burst of a tenth of a second: what the server takes at once.
  [ "$qps" = auto ] || [ "$qps" = 0 ] || burst=(--burst "$((qps / 10 + 1))")
  start_apiserver "$@"
  install_crds
  start_operator --qps "$qps" "${burst[@]}"
  "$KYMA_BIN/kyma-load" --kubeconfig "$KUBECONFIG" --kymas "$kymas" ${components:+--components "$components"} \
    --watch-components --timeout 15m --json "$SCRATCH/load.json" --no-progress >"$SCRATCH/load.log" 2>&1 || true
  RUN_QPS="$qps"
  RUN_RESULT="$(jq -r .result "$SCRATCH/load.json")"
  RUN_SECONDS="$(jq -r .totalSeconds "$SCRATCH/load.json")"
  RUN_LOST="$(jq -r '.components.expected - .components.byState.success' "$SCRATCH/load.json")"
  curl -fsS "http://$METRICS/metrics" >"$SCRATCH/run.metrics"
  RUN_REQUESTS="$(run_metric '^rest_client_requests_total[{]')"
  RUN_REFUSED="$(run_metric '^rest_client_requests_total[{]code="429"')"
  RUN_ERRORS="$(run_metric '^controller_runtime_reconcile_errors_total')"
  RUN_P99="$(run_p99)"
  RUN_DECISIONS="$(awk -F'"' '/^kyma_operator_flow_control_decisions_total/ {split($3, n, " "); printf "%s%s %d", s, $2, n[2]; s = ", "}' "$SCRATCH/run.metrics")"
  kill "$OPERATOR_PID" "$SERVER_PID"
  wait "$OPERATOR_PID" "$SERVER_PID" 2>/dev/null || true
}

run_metric() { { grep -E -- "$1" "$SCRATCH/run.metrics" || true; } | awk '{sum += $NF} END {printf "%d", sum}'; }

# The upper bound of the bucket that holds the 99th percentile of the daemon's writes.
run_p99() {
  awk -F'"' '
    /^rest_client_request_duration_seconds_bucket/ && /verb="(POST|PUT|PATCH|DELETE)"/ {
      for (i = 1; i < NF; ++i) if ($i ~ /le=$/) {le = $(i + 1)}
      n = split($0, word, " "); count[le] += word[n]
    }
    END {
      best = "+Inf"
      for (le in count) if (le != "+Inf" && count[le] >= 0.99 * count["+Inf"] && (best == "+Inf" || le + 0 < best + 0)) best = le
      print best
    }' "$SCRATCH/run.metrics"
}

# The share of the daemon's requests that were answered with 429, in percent.
run_refused_share() { awk -v a="$RUN_REFUSED" -v b="$RUN_REQUESTS" 'BEGIN {printf "%.2f", b ? 100 * a / b : 0}'; }

table_head() {
  echo "| --qps | result | seconds | requests | answered 429 | p99 of writes at most | components lost | decisions |"
  echo "|---|---|---|---|---|---|---|---|"
}
table_line() {
  printf '| %s | %s | %.1f | %d | %d (%s %%) | %s s | %d | %s |\n' "$RUN_QPS" "$RUN_RESULT" "$RUN_SECONDS" \
    "$RUN_REQUESTS" "$RUN_REFUSED" "$(run_refused_share)" "$RUN_P99" "$RUN_LOST" "$RUN_DECISIONS"
}
