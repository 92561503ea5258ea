#!/usr/bin/env bash
# 100 Kymas at the default 150 requests a second: slower, since 1,800 components need 12,200 requests, but nothing is lost
# and nothing early.
. "$(dirname "$0")/lib.sh"

start_apiserver
install_crds
start_operator
record_components "$SCRATCH/changes.json"
"$KYMA_BIN/kyma-load" --kubeconfig "$KUBECONFIG" --kymas 100 --watch-components=false --json "$SCRATCH/load.json" \
  --no-progress || die "kyma-load failed"
between "time to success" 72 130 "$(jq -r .totalSeconds "$SCRATCH/load.json")"
check_transitions "$SCRATCH/changes.json" 1800
expect "reconcile errors" 0 "$(metric '^controller_runtime_reconcile_errors_total')"
