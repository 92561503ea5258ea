#!/usr/bin/env bash
# The API server is stopped, and killed, under load while the daemon reconciles: with its objects on disk nothing is lost
# or done twice, and what fell due meanwhile is done within seconds of its return.
. "$(dirname "$0")/lib.sh"

KYMAS=40
DATA="$SCRATCH/data"

# stop_server SIGNAL
stop_server() {
  local code=0
  kill "-$1" "$SERVER_PID"
  wait "$SERVER_PID" 2>/dev/null || code=$?
  [ "$1" = KILL ] || expect "exit code of the server" 0 "$code"
}
restart_server() { start_apiserver --data-dir "$DATA"; }
# Name and uid of everything that the daemon works on, in order.
objects() {
  k get kymas,helmcomponents -o json |
    jq -r '.items[] | "\(.kind)/\(.metadata.name) \(.metadata.uid)"' | sort
}
# kept FILE: what was there then is there now.
kept() {
  objects >"$SCRATCH/objects-now"
  expect "objects that are gone or others" "" "$(comm -23 "$1" "$SCRATCH/objects-now" | head -n 5)"
}
all_made() { [ "$(k get helmcomponents -o name | wc -l)" -eq $((3 * KYMAS)) ]; }
ready_kymas() { k get kymas -o json | jq '[.items[] | select(.status.status == "success")] | length'; }
all_ready() { [ "$(ready_kymas)" -eq "$KYMAS" ]; }

start_apiserver --data-dir "$DATA"
# From now on it is where its clients know it to be.
LISTEN="$(k config view -o 'jsonpath={.clusters[0].cluster.server}')"
LISTEN="${LISTEN#https://}"
install_crds
start_operator
for chart in abc abcde abcdef; do make_chart "$chart" 'kind: ConfigMap'; done
record_components "$SCRATCH/changes.json"

step "load: $KYMAS Kymas of three components, 19 s each"
for i in $(seq "$KYMAS"); do
  small_kyma "k$i" abc abcde abcdef
  echo ---
done | k apply -f - >/dev/null
applied="$(now)"
until_true 10 "every component is made" all_made

step "a clean stop, 2 s of nobody, restart"
objects >"$SCRATCH/objects-before"
stop_server TERM
sleep 2
restart_server
kept "$SCRATCH/objects-before"

step "kill -9 under load, restart at once"
sleep 1
stop_server KILL
restart_server
kept "$SCRATCH/objects-before"

step "kill -9, and away until everything is over"
sleep 1
stop_server KILL
sleep "$(awk -v s="$(seconds_since "$applied")" 'BEGIN {print s < 22 ? 22 - s : 0}')"
restart_server
back="$(now)"
kept "$SCRATCH/objects-before"
until_true 10 "every Kyma is ready" all_ready
echo "all is ready $(seconds_since "$back") s after the server's return"

step "each state once, in order, never early"
sleep 1  # for the recorder, which sees the last change when everybody does
check_transitions "$SCRATCH/changes.json" $((3 * KYMAS))
kept "$SCRATCH/objects-before"
expect "objects" $((4 * KYMAS)) "$(objects | wc -l)"

step "a daemon that was started without a server works soon after its return"
stop_server TERM
kill "$OPERATOR_PID"
wait "$OPERATOR_PID" 2>/dev/null || true
start operator "$KYMA_BIN/kyma-operator" --metrics-bind-address 127.0.0.1:0 --health-probe-bind-address 127.0.0.1:0 --charts-dir "$CHARTS"
sleep 17
restart_server
back="$(now)"
small_kyma late a | k apply -f - >/dev/null
k wait --for=condition=Ready kyma/late --timeout=30s >/dev/null
took="$(seconds_since "$back")"
echo "a new Kyma of 4 s is ready $took s after the server's return"
between "time to be ready" 4 12 "$took"
