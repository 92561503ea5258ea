#!/usr/bin/env bash
# Kill -9 of the daemon in mid-lifecycle, restart 5 s later: the total time is what it would have been, and each component
# passes each state exactly once, in order.
. "$(dirname "$0")/lib.sh"

start_apiserver
install_crds
start_operator

step "record every change of the components"
server="$(k config view -o 'jsonpath={.clusters[0].cluster.server}')"
token="$(k config view --raw -o 'jsonpath={.users[0].user.token}')"
curl -skN -H "Authorization: Bearer $token" \
  "$server/apis/inventory.kyma-project.io/v1alpha1/helmcomponents?watch=true&timeoutSeconds=300" >"$SCRATCH/watch.json" &
PIDS+=($!)

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

step "each state once, in order"
for name in abc abcdef abcdefghi; do
  states="$(jq -r "select(.object.metadata.name == \"one-$name\") | .object.status.status // \"none\"" "$SCRATCH/watch.json" |
    uniq | paste -sd' ')"
  expect "states of $name" "none pending started failing retrying success" "$states"
done
