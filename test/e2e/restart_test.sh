#!/usr/bin/env bash
# Kill -9 of the daemon in mid-lifecycle, restart 5 s later: the total time is what it would have been, and each component
# passes each state exactly once, in order.
. "$(dirname "$0")/lib.sh"

start_apiserver
install_crds
start_operator

step "record every change of the components"
record_components "$SCRATCH/changes.json"

begin="$(now)"
# The longest name has 9 letters: 1 + 3 x 9 = 28 s.
small_kyma one abc abcdef abcdefghi | k apply -f - >/dev/null
sleep 8
step "kill -9, 5 s of nobody, restart"
kill -KILL "$OPERATOR_PID"
wait "$OPERATOR_PID" 2>/dev/null || true
sleep 5
start_operator
k wait --for=condition=Ready kyma/one --timeout=60s >/dev/null
took="$(seconds_since "$begin")"
echo "took $took s of 28"
between "total time" 27.5 32 "$took"

step "each state once, in order, never early"
check_transitions "$SCRATCH/changes.json" 3
