#!/usr/bin/env bash
# The real kubectl against the embedded server and the daemon: every everyday command.
. "$(dirname "$0")/lib.sh"

start_apiserver

step "CRDs: apply twice"
expect_match "first apply" 'kymas.inventory.kyma-project.io created' "$(k apply -k "$KYMA_SOURCE/config/crd")"
k wait --for=condition=Established crd/kymas.inventory.kyma-project.io --timeout=10s >/dev/null
expect_match "second apply" 'kymas.inventory.kyma-project.io unchanged' "$(k apply -k "$KYMA_SOURCE/config/crd")"
expect_match "api-resources" 'kymas .*inventory.kyma-project.io/v1alpha1 .*true .*Kyma' "$(k api-resources)"
expect_match "api-versions" 'inventory.kyma-project.io/v1alpha1' "$(k api-versions)"
start_operator

step "apply, get, wait"
expect_match "apply" 'kyma.inventory.kyma-project.io/one created' "$(small_kyma one ab cd abc | k apply -f -)"
expect_match "apply again" 'unchanged' "$(small_kyma one ab cd abc | k apply -f -)"
k wait --for=condition=Ready kyma/one --timeout=60s >/dev/null
expect "state" success "$(k get kyma one -o 'jsonpath={.status.status}')"
expect "waitingFor is empty" "" "$(k get kyma one -o 'jsonpath={.status.waitingFor[*]}')"
expect_match "table header" '^NAME +READY +WAITINGFOR +AGE' "$(k get kymas)"
expect_match "table row" '^one +success ' "$(k get kymas)"
expect_match "components" '^one-abc +abc +success +[0-9]+' "$(k get helmcomponents)"
expect_match "wide" '^one-abc' "$(k get helmcomponents -o wide)"
expect_match "yaml" 'componentName: abc' "$(k get helmcomponent one-abc -o yaml)"
expect_match "json" '"componentName": "abc"' "$(k get helmcomponent one-abc -o json)"
expect "owner" one "$(k get helmcomponent one-abc -o 'jsonpath={.metadata.ownerReferences[0].name}')"
expect_match "describe" 'Component Name: +abc' "$(k describe helmcomponent one-abc)"

step "selectors, namespaces, all namespaces"
k label kyma one tier=gold >/dev/null
k annotate kyma one note=x >/dev/null
expect "label selector" kyma.inventory.kyma-project.io/one "$(k get kymas -l tier=gold -o name)"
expect "label selector, none" "" "$(k get kymas -l tier=silver -o name)"
expect "field selector" helmcomponent.inventory.kyma-project.io/one-ab \
  "$(k get helmcomponents --field-selector metadata.name=one-ab -o name)"
expect_match "missing namespace" 'namespaces "other" not found' "$(small_kyma two xy | k apply -n other -f - 2>&1 || true)"
k create ns other >/dev/null
small_kyma one xy | k apply -n other -f - >/dev/null
expect_match "-A" 'other +one ' "$(k get kymas -A)"
k wait -n other --for=condition=Ready kyma/one --timeout=60s >/dev/null

step "patch, create, edit by hand"
expect_match "merge patch" 'patched' "$(k patch kyma one --type=merge -p '{"spec":{"components":[{"name":"ab"},{"name":"zz"}]}}')"
until_true 20 "removed component goes" bash -c "! $KUBECTL get helmcomponent one-abc"
until_true 20 "new component comes" k get helmcomponent one-zz
k delete helmcomponent one-ab >/dev/null
until_true 20 "deleted by hand, made again" k get helmcomponent one-ab
k patch helmcomponent one-zz --type=merge -p '{"spec":{"componentName":"wrong"}}' >/dev/null
until_true 20 "edited by hand, put right" \
  bash -c "[ \"\$($KUBECTL get helmcomponent one-zz -o 'jsonpath={.spec.componentName}')\" = zz ]"
small_kyma three q | k create -f - >/dev/null
expect_match "create twice" 'already exists' "$(small_kyma three q | k create -f - 2>&1 || true)"

step "watch"
timeout 30 "$KUBECTL" get kymas -w --no-headers >"$SCRATCH/watch.txt" 2>/dev/null &
watcher=$!
until_true 10 "watch begins" grep -q '^one ' "$SCRATCH/watch.txt"
small_kyma watched p | k apply -f - >/dev/null
until_true 20 "watch shows a new object reach success" grep -q '^watched  *success' "$SCRATCH/watch.txt"
kill $watcher 2>/dev/null || true

step "refusals"
expect_match "unknown field" 'unknown field "spec.colour"' \
  "$(printf '%s\n  colour: red\n' "$(small_kyma bad x)" | k apply -f - 2>&1 || true)"
expect_match "bad name" 'spec.components\[0\].name' "$(small_kyma bad Not_A_Name | k apply -f - 2>&1 || true)"
expect_match "duplicate" 'Duplicate value' "$(small_kyma bad x x | k apply -f - 2>&1 || true)"
expect_match "not found" 'kymas.inventory.kyma-project.io "nobody" not found' "$(k get kyma nobody 2>&1 || true)"
expect_match "no credentials" '401' \
  "$(curl -sk -o /dev/null -w '%{http_code}' "$(k config view -o 'jsonpath={.clusters[0].cluster.server}')/api")"

step "delete, and what hangs on it"
k delete kyma one --wait=false >/dev/null
k wait --for=delete kyma/one --timeout=20s >/dev/null
until_true 20 "components go with their Kyma" bash -c "! $KUBECTL get helmcomponent one-zz"
k delete ns other >/dev/null
until_true 20 "namespace is gone" bash -c "! $KUBECTL get ns other"

step "graceful stop"
kill -TERM "$OPERATOR_PID"
wait "$OPERATOR_PID" || die "operator's exit code is $?"
kill -TERM "$SERVER_PID"
wait "$SERVER_PID" || die "server's exit code is $?"
PIDS=()
