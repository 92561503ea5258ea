#!/usr/bin/env bash
# Compares --qps=auto with fixed rates against an API server that is limited: the same load for each, a new server and a
# new daemon each time. Prints a table (Markdown), one line a run.
#
#   KYMA_BIN=build/bin test/bench/flow_control.sh
#
# Settings from the environment:
#   QPS         what to compare, one run each        (auto and seven fixed rates)
#   KYMAS       Kymas per run                        (500: 61,000 requests with the 18 reference components)
#   LIMITS      flags of kyma-apiserver              (--max-writes-per-second 500 --overload-latency 200ms)
#   COMPONENTS  components of each Kyma, for kyma-load (the reference ones)
. "$(dirname "$0")/../e2e/lib.sh"
. "$(dirname "$0")/../e2e/flow_control_lib.sh"

QPS="${QPS:-auto 300 400 450 500 550 700 5000}"
KYMAS="${KYMAS:-500}"
LIMITS="${LIMITS:---max-writes-per-second 500 --overload-latency 200ms}"

echo "$KYMAS Kymas${COMPONENTS:+ of $COMPONENTS}, kyma-apiserver $LIMITS"
echo
table_head
for qps in $QPS; do
  # shellcheck disable=SC2086
  measure "$qps" "$KYMAS" "${COMPONENTS:-}" $LIMITS
  table_line
done
