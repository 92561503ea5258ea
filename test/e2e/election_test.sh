#!/usr/bin/env bash
# Two daemons on one API server, and the leader killed, stopped and put to sleep under load: the other takes over in time,
# each component passes each state exactly once, in order, and a leader that wakes too late writes nothing.
. "$(dirname "$0")/lib.sh"

declare -A PID LOG
# start_replica NAME: returns once it is ready, whether it leads or not.
start_replica() {
  start "$1" "$KYMA_BIN/kyma-operator" --leader-elect --qps 2000 --burst 2000 --charts-dir "$CHARTS" \
    --metrics-bind-address 127.0.0.1:0 --health-probe-bind-address 127.0.0.1:0
  PID[$1]=$STARTED
  LOG[$1]="$SCRATCH/$1.log"
  until_true 20 "$1 logs its addresses" grep -q 'endpoint=health' "${LOG[$1]}"
  until_true 30 "$1 is ready" curl -fsS "http://$(address "$1" health)/readyz"
  until_true 5 "$1 stands for election" grep -q 'identity=' "${LOG[$1]}"
}
address() { sed -n "s/.*endpoint=$2 address=//p" "${LOG[$1]}" | tail -n 1; }
identity() { sed -n 's/.*Waiting to lead.*identity=\([^ ]*\).*/\1/p' "${LOG[$1]}"; }
holder() { k get lease kyma-operator -o 'jsonpath={.spec.holderIdentity}'; }
leads() { [ "$(holder)" = "$(identity "$1")" ]; }
# figure NAME REGEX: the sum of a replica's samples whose line matches.
figure() { curl -fsS "http://$(address "$1" metrics)/metrics" | grep -E "$2" | awk '{sum += $NF} END {printf "%d", sum}'; }
# load NAME KYMAS: in the background; LOADING is the process.
load() {
  "$KYMA_BIN/kyma-load" --kubeconfig "$KUBECONFIG" --kymas "$2" --components abc,abcde,abcdefgh --name-prefix "$1" \
    --watch-components=false --json "$SCRATCH/$1.json" --no-progress >"$SCRATCH/load-$1.log" 2>&1 &
  LOADING=$!
  PIDS+=("$LOADING")
}
# takeover NAME SINCE SECONDS: waits until it leads; no later than the promise, with a second for programs to run.
takeover() {
  until_true 60 "$1 leads" leads "$1"
  local took
  took="$(seconds_since "$2")"
  echo "$1 leads after $took s"
  between "takeover by $1" 0 "$(awk -v s="$3" 'BEGIN {print s + 1}')" "$took"
}

start_apiserver
install_crds
for chart in abc abcde abcdefgh; do make_chart "$chart" 'kind: ConfigMap'; done

step "one leads, the other is ready and stands by"
start_replica first
until_true 10 "the first leads" leads first
start_replica second
expect "transitions of the lease" 0 "$(k get lease kyma-operator -o 'jsonpath={.spec.leaseTransitions}')"
expect "status of the first" 1 "$(figure first '^leader_election_master_status')"
expect "status of the second" 0 "$(figure second '^leader_election_master_status')"
record_components "$SCRATCH/changes.json"

step "kill -9 of the leader under load"
load killed 200
sleep 9
begin="$(now)"
kill -KILL "${PID[first]}"
wait "${PID[first]}" 2>/dev/null || true
expect "what the second has queued so far" 0 "$(figure second '^workqueue_adds_total')"
takeover second "$begin" 19.4
wait "$LOADING" || die "the load did not come to success"
check_transitions "$SCRATCH/changes.json" 600

step "a clean stop of the leader under load"
start_replica third
load stopped 50
sleep 5
begin="$(now)"
kill -TERM "${PID[second]}"
takeover third "$begin" 4.4
code=0
wait "${PID[second]}" || code=$?
expect "exit code of the second" 0 "$code"
wait "$LOADING" || die "the load did not come to success"
check_transitions "$SCRATCH/changes.json" 750

step "a leader that sleeps for 30 s under load"
start_replica fourth
load asleep 50
sleep 5
begin="$(now)"
kill -STOP "${PID[third]}"
takeover fourth "$begin" 19.4
first_loading=$LOADING
load awake 50  # so that it finds work when it wakes
sleep "$(awk -v s="$(seconds_since "$begin")" 'BEGIN {print s < 30 ? 30 - s : 0}')"
patches="$(server_count PATCH helmcomponents status)"
kill -CONT "${PID[third]}"
code=0
wait "${PID[third]}" || code=$?
expect "exit code of the third" 1 "$code"
expect_match "its last words" "error: this replica leads no more and has stopped: .* was taken by $(identity fourth)" \
  "$(tail -n 1 "${LOG[third]}")"
between "component status patches when it woke" 4500 5249 "$patches"
for process in "$first_loading" "$LOADING"; do wait "$process" || die "the load did not come to success"; done
check_transitions "$SCRATCH/changes.json" 1050
echo "component status patches in all: $(server_count PATCH helmcomponents status), $patches when it woke"
expect "component status patches" 5250 "$(server_count PATCH helmcomponents status)"

step "events tell who led, and which Kyma is ready"
events="$(k get events --field-selector involvedObject.kind=Lease)"
for name in first second third fourth; do
  expect_match "events" "LeaderElection +lease/kyma-operator +$(identity "$name") became leader" "$events"
done
for name in second third; do
  expect_match "events" "LeaderElection +lease/kyma-operator +$(identity "$name") stopped leading" "$events"
done
expect_match "kubectl describe" 'Normal +Ready .* all 3 components are installed' "$(k describe kyma killed-1)"
