#!/usr/bin/env bash
# A server that takes 150 writes a second and gets slow above: --qps=auto finds its limit by itself, next to nothing is
# refused, and it is done as soon as the best fixed rate; far too high a rate loses nothing either.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/flow_control_lib.sh"

# Ten components with short names: a Kyma needs 10 x (1 + 5) writes of components and some of its own.
COMPONENTS=a,b,c,d,e,f,g,h,i,j
for name in a b c d e f g h i j; do make_chart "$name" 'kind: ConfigMap'; done
LIMITS=(--max-writes-per-second 150 --queue-length 20 --overload-latency 200ms)

table_head
# run QPS KYMAS
run() {
  measure "$1" "$2" "$COMPONENTS" "${LIMITS[@]}"
  table_line
  expect "result at --qps $1" success "$RUN_RESULT"
  expect "components lost at --qps $1" 0 "$RUN_LOST"
}

run 5000 10
run 150 24
fixed="$RUN_SECONDS"
run auto 24
between "seconds with auto, beside $fixed at the server's own rate" 1 "$(awk -v a="$fixed" 'BEGIN {print 1.25 * a}')" "$RUN_SECONDS"
between "percent refused with auto" 0 0.99 "$(run_refused_share)"
expect_match "decisions" 'decrease_(latency|throttled) [1-9]' "$RUN_DECISIONS"
