#!/usr/bin/env bash
# 100 Kymas at once: 1,800 components to success in hardly more than one takes, and no more requests than earned.
. "$(dirname "$0")/lib.sh"

start_apiserver
install_crds
start_operator --qps 2000 --burst 2000
gets="$(server_count GET helmcomponents)"
lists="$(server_count LIST helmcomponents)"
creates="$(server_count POST helmcomponents)"

step "100 Kymas"
"$KYMA_BIN/kyma-load" --kubeconfig "$KUBECONFIG" --kymas 100 --watch-components=false --json "$SCRATCH/load.json" \
  --no-progress >"$SCRATCH/load.log" 2>&1 || die "kyma-load failed"
cat "$SCRATCH/load.log"
took="$(jq -r '.totalSeconds' "$SCRATCH/load.json")"
between "time to success" 66.9 75 "$took"

step "requests, counted at the server"
expect "creates" 1800 $(($(server_count POST helmcomponents) - creates))
expect "component status patches" 9000 "$(server_count PATCH helmcomponents status)"
kyma_patches="$(server_count PATCH kymas status)"
echo "Kyma status patches: $kyma_patches"
between "Kyma status patches" 1400 1600 "$kyma_patches"
expect "GETs of components" "$gets" "$(server_count GET helmcomponents)"
expect "LISTs of components" "$lists" "$(server_count LIST helmcomponents)"
until_true 10 "queue depth is 0" bash -c "[ \"\$(curl -fsS http://$METRICS/metrics | grep '^workqueue_depth' | awk '{s += \$NF} END {print s + 0}')\" = 0 ]"
expect "reconcile errors" 0 "$(metric '^controller_runtime_reconcile_errors_total')"
expect "renderings" 18 "$(metric '^kyma_operator_manifest_cache_requests_total{result="miss"}')"
expect "failed renderings" 0 "$(metric '^kyma_operator_manifest_render_errors_total')"
