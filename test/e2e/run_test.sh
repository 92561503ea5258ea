#!/usr/bin/env bash
# What `make run` does: the daemon with its embedded server drives the sample Kyma to success, and stays up.
. "$(dirname "$0")/lib.sh"

step "the sample Kyma"
begin="$(now)"
start run "$KYMA_BIN/kyma-operator" --embedded --embedded-listen 127.0.0.1:0 --embedded-kubeconfig "$KUBECONFIG" --demo \
  --metrics-bind-address 127.0.0.1:0 --health-probe-bind-address 127.0.0.1:0 --charts-dir "$CHARTS"
run_pid=$STARTED
until_true 90 "success" grep -q 'is success after' "$SCRATCH/run.log"
took="$(seconds_since "$begin")"
echo "took $took s of 67"
between "time to success" 66.9 75 "$took"
expect_match "progress names the states" 'reconciling .*retrying' "$(cat "$SCRATCH/run.log")"
expect_match "mode of the kubeconfig" '^600$' "$(stat -c %a "$KUBECONFIG")"
expect "components" 18 "$(k get helmcomponents --no-headers | grep -c ' success ')"
kill -0 "$run_pid" || die "the daemon did not stay up"

step "Ctrl-C"
kill -INT "$run_pid"
wait "$run_pid" || die "exit code $?"
PIDS=()

step "without --demo: nothing but the CRDs and what one applies"
start embedded "$KYMA_BIN/kyma-operator" --embedded --embedded-listen 127.0.0.1:0 --embedded-kubeconfig "$KUBECONFIG" \
  --metrics-bind-address 127.0.0.1:0 --health-probe-bind-address 127.0.0.1:0 --charts-dir "$CHARTS"
until_true 20 "the CRDs" k get kymas,helmcomponents
expect "kymas" "" "$(k get kymas -A -o name)"
small_kyma alone a | k apply -f - >/dev/null
k wait --for=condition=Ready kyma/alone --timeout=30s >/dev/null
