#!/usr/bin/env bash
# API servers with features and versions turned off, as older ones are: the daemon, with the rights of config/rbac alone, drives
# Kymas to success all the same, and its Events arrive.
. "$(dirname "$0")/lib.sh"

readonly system=kyma-operator-system account=kyma-operator-controller-manager
# kinds_of_events: of what the server has about the Kyma, however they were written.
reasons() { k get events --field-selector involvedObject.kind=Kyma,involvedObject.name=one -o 'jsonpath={.items[*].reason}'; }
has_event() { grep -qw Ready <<<"$(reasons)"; }

# drives WHAT FLAG...: with an API server that was started so.
drives() {
  step "$1"
  shift
  rm -f "$SCRATCH/operator.log"
  start_apiserver --authorization-mode=RBAC "$@"
  k apply -k "$KYMA_SOURCE/config/default" >/dev/null
  k config view --raw --minify | sed '/^users:/,$d' >"$SCRATCH/account.kubeconfig"
  "$KUBECTL" --kubeconfig "$SCRATCH/account.kubeconfig" config set-credentials "$(k config view -o 'jsonpath={.users[0].name}')" \
    --token="$(k create token -n $system $account)" >/dev/null
  start_operator --kubeconfig "$SCRATCH/account.kubeconfig"
  record_components "$SCRATCH/changes.json"
  { small_kyma one a bb; echo ---; small_kyma two a bb; } | k apply -f - >/dev/null
  k wait --for=condition=Ready kyma/one kyma/two --timeout=30s >/dev/null
  check_transitions "$SCRATCH/changes.json" 4
  until_true 10 "the Event that a Kyma is ready" has_event
  expect "events dropped" 0 "$(metric '^kyma_operator_events_dropped_total')"
  expect "warnings" "" "$(grep -E ' (WARN|ERROR)' "$SCRATCH/operator.log" || true)"
  if [ "$(k get --raw /apis | jq '[.groups[].name] | index("events.k8s.io")')" = null ]; then
    between "events written as core v1" 1 1000 "$(server_count POST events)"
  fi
  kill -TERM "$OPERATOR_PID" "$SERVER_PID"
  wait "$OPERATOR_PID" "$SERVER_PID" || die "ended with $?"
}

drives "no streaming lists" --feature-gates=WatchList=false
drives "no aggregated discovery" --feature-gates=AggregatedDiscovery=false
drives "no events.k8s.io/v1" --runtime-config=events.k8s.io/v1=false
drives "none of them" --feature-gates=WatchList=false,AggregatedDiscovery=false --runtime-config=events.k8s.io/v1=false
