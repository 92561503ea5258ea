#!/usr/bin/env bash
# What `make deploy` puts into a cluster, with the real kubectl: every object is accepted and gone again, and the daemon, started
# with nothing but the deployed service account's token under RBAC, can do all that it must, and needs each right that it has.
. "$(dirname "$0")/lib.sh"

readonly system=kyma-operator-system account=kyma-operator-controller-manager
make_it() { make -s -C "$KYMA_SOURCE" KUBECTL="$KUBECTL" "$@"; }
everything() {
  local kinds
  kinds="$(k api-resources --verbs=list -o name | grep -vE '^events' | paste -sd,)"
  k get "$kinds" -A -o name --ignore-not-found | sort
}
# not_unchanged OUTPUT: the lines of kubectl apply about what was changed. kubectl sends each PodDisruptionBudget's selector
# anew (its patch strategy is "replace") and calls that configured, also when it changes nothing; versions() sees that.
not_unchanged() { grep -vE ' unchanged$|^poddisruptionbudget.policy/.* configured$' <<<"$1" || true; }
versions() {
  k get -f "$KYMA_SOURCE/deploy/install.yaml" \
    -o 'jsonpath={range .items[*]}{.kind}/{.metadata.name} {.metadata.resourceVersion}{"\n"}{end}'
}

step "what is checked in is current"
make_it build-installer INSTALLER="$SCRATCH/install.yaml"
diff "$KYMA_SOURCE/deploy/install.yaml" "$SCRATCH/install.yaml" || die "deploy/install.yaml is not current; run make build-installer"

start_apiserver --authorization-mode=RBAC
everything >"$SCRATCH/before"

step "every object is accepted, from one file or from config/"
applied="$(k apply -f "$KYMA_SOURCE/deploy/install.yaml")"
expect "objects" "$(grep -c '^kind:' "$KYMA_SOURCE/deploy/install.yaml")" "$(grep -c ' created$' <<<"$applied")"
versions >"$SCRATCH/versions"
expect "make deploy changes nothing" "" "$(not_unchanged "$(make_it deploy)")"
expect "apply -k changes nothing" "" "$(not_unchanged "$(k apply -k "$KYMA_SOURCE/config/default")")"
diff "$SCRATCH/versions" <(versions) || die "an apply that changes nothing has written"
expect "server-side diff" "" "$(k diff -k "$KYMA_SOURCE/config/default" || true)"

step "another image changes the Deployment alone"
expect "changed" "deployment.apps/$account configured" \
  "$(not_unchanged "$(make_it deploy IMG=registry.example:5000/kyma/kyma-operator:v2)")"
expect "written" "Deployment/$account" "$(diff "$SCRATCH/versions" <(versions) | sed -nE 's/^> ([^ ]+) .*/\1/p')"
expect "image" registry.example:5000/kyma/kyma-operator:v2 \
  "$(k get deployment -n $system $account -o 'jsonpath={.spec.template.spec.containers[*].image}')"
expect "no tracked file is changed by that" 0 "$(grep -rl registry.example "$KYMA_SOURCE/config" "$KYMA_SOURCE/deploy" | wc -l)"
expect_match "a wrong image" "is no image" "$(make_it deploy IMG='no image' 2>&1 || true)"

step "what is opted in to"
k apply -k "$KYMA_SOURCE/config/network-policy" >/dev/null
k apply -k "$KYMA_SOURCE/config/grafana" >/dev/null
expect "dashboards" 4 "$(k get configmaps -n $system -l grafana_dashboard=1 -o name | wc -l)"
k apply -k "$KYMA_SOURCE/config/samples" --dry-run=server >/dev/null

step "the daemon, as its service account and with its arguments"
readonly kubeconfig="$SCRATCH/account.kubeconfig"
k config view --raw --minify | sed '/^users:/,$d' >"$kubeconfig"
token="$(k create token -n $system $account)"
KUBECONFIG="$kubeconfig" k config set-credentials "$account" --token="$token" >/dev/null
KUBECONFIG="$kubeconfig" k config set-context "$(KUBECONFIG="$kubeconfig" k config current-context)" \
  --user="$account" --namespace=$system >/dev/null
as_account() { "$KUBECTL" --kubeconfig "$kubeconfig" "$@"; }
expect "who it is" "system:serviceaccount:$system:$account" "$(as_account auth whoami -o 'jsonpath={.status.userInfo.username}')"
for forbidden in 'get secrets' 'list pods' 'create kymas.inventory.kyma-project.io' 'delete kymas.inventory.kyma-project.io' \
  'get customresourcedefinitions' 'create clusterrolebindings.rbac.authorization.k8s.io' 'impersonate users'; do
  read -r verb resource <<<"$forbidden"
  expect "may it $forbidden" no "$(as_account auth can-i "$verb" "$resource" 2>/dev/null || true)"
done
for group in '' .events.k8s.io; do
  for verb in create patch; do expect "may it $verb events$group" yes "$(as_account auth can-i $verb events$group)"; done
  expect "may it list events$group" no "$(as_account auth can-i list events$group 2>/dev/null || true)"
done

# start_deployed: with the flags of the Deployment, only the ports differ.
deployed_arguments() {
  k get deployment -n $system $account -o 'jsonpath={range .spec.template.spec.containers[0].args[*]}{@}{"\n"}{end}' |
    grep -vE '^--(metrics|health-probe)-bind-address='
}
mapfile -t arguments < <(deployed_arguments)
expect "arguments" --leader-elect "${arguments[*]}"
start_deployed() {
  start operator "$KYMA_BIN/kyma-operator" --kubeconfig "$kubeconfig" --charts-dir "$CHARTS" --metrics-bind-address 127.0.0.1:0 \
    --health-probe-bind-address 127.0.0.1:0 "${arguments[@]}"
  OPERATOR_PID=$STARTED
  until_true 20 "operator logs its addresses" grep -q 'endpoint=health' "$SCRATCH/operator.log"
  HEALTH="$(sed -n 's/.*endpoint=health address=//p' "$SCRATCH/operator.log" | tail -n 1)"
}
stop_deployed() {
  kill -TERM "$OPERATOR_PID"
  wait "$OPERATOR_PID" || true
}
ready() { curl -fsS "http://$HEALTH/readyz"; }
logged() { grep -qE "$1" "$SCRATCH/operator.log"; }

start_deployed
until_true 30 "operator ready" ready
# create: kubectl apply would leave the null out.
{ small_kyma old aa bb; printf '    values: {one: 1, none: null}\n'; } | k create -f - >/dev/null
k wait --for=condition=Ready kyma/old --timeout=60s >/dev/null
expect_match "lease" "^$system +kyma-operator " "$(k get leases -A --no-headers)"
expect "refused requests" "" "$(grep -iE 'forbidden|cannot (get|list|watch|create|update|patch|delete)' "$SCRATCH/operator.log" || true)"
stop_deployed
expect "the lease is given back" "" "$(k get lease -n $system kyma-operator -o 'jsonpath={.spec.holderIdentity}')"

# --- Each right is needed ---------------------------------------------------------------------------------------------

# A component whose chart is missing: the same Event for each generation, and the second is a patch of the first.
k apply -f - >/dev/null <<YAML
apiVersion: inventory.kyma-project.io/v1alpha1
kind: HelmComponent
metadata: {name: broken}
spec: {componentName: broken, chartLocation: nowhere}
YAML

# disturb N: what makes the daemon use every other right: something is to be made, put right by a patch and by a
# replacement (values with a null), removed, and moved through its states.
disturb() {
  small_kyma "new-$1" cc | k apply -f - >/dev/null
  k patch helmcomponent old-aa --type=merge -p "{\"spec\":{\"componentName\":\"wrong-$1\"}}" >/dev/null
  k patch helmcomponent old-bb --type=merge -p "{\"spec\":{\"values\":{\"none\":$1}}}" >/dev/null
  k get helmcomponent old-zz >/dev/null 2>&1 ||
    k get helmcomponent old-aa -o json |
    jq '.metadata |= {name: "old-zz", namespace, ownerReferences} | .spec.componentName = "zz" | del(.status)' |
    k create -f - >/dev/null
}

broken_again() {
  k get helmcomponent broken -o json | jq -e '.status.status == "error" and .status.observedGeneration == .metadata.generation'
}

# without KIND NAME RULE VERB RESOURCE: the daemon, started without that right, says that it lacks it.
count=100
without() {
  local kind="$1" name="$2" rule="$3" verb="$4" resource="$5"
  count=$((count + 1))
  k get "$kind" "$name" -n $system -o json >"$SCRATCH/role.json"
  jq ".rules[$rule].verbs -= [\"$verb\"] | del(.rules[] | select(.verbs == []))" "$SCRATCH/role.json" | k replace -f - >/dev/null
  if [ "$resource" = leases ] && [ "$verb" = create ]; then k delete lease -n $system kyma-operator >/dev/null; fi
  disturb $count
  start_deployed
  if [ "$verb $resource" = 'patch events' ]; then
    for again in 1 2; do
      k patch helmcomponent broken --type=merge -p "{\"spec\":{\"values\":{\"again\":$again}}}" >/dev/null
      until_true 20 "the chart's failure is told" broken_again
    done
  fi
  until_true 30 "the log says that it cannot $verb $resource" logged "cannot $verb resource .{0,2}$resource\\\\?\""
  case "$verb $resource" in
    'list '*) if ready >/dev/null 2>&1; then die "ready, though it cannot list $resource"; fi ;;
  esac
  kill -0 "$OPERATOR_PID" || die "it ended when it could not $verb $resource"
  echo "$verb $resource: $(grep -m 1 "cannot $verb resource" "$SCRATCH/operator.log" |
    sed -E 's/^[^ ]+ +([A-Z]+ +[^:]+: [^=]*) [A-Za-z]+=.*(cannot .*)/\1 ... \2/' | cut -c -200)"
  stop_deployed
  jq 'del(.metadata.resourceVersion)' "$SCRATCH/role.json" | k replace -f - >/dev/null
}

# Rights that nothing here can show to be needed, and why.
spared() {
  case "$1 $2" in
    'update kymas/finalizers') ;;  # asked for by an admission plugin of some clusters alone, OwnerReferencesPermissionEnforcement
    *) return 1 ;;
  esac
}
each_right() {
  local kind="$1" name="$2" rule verb resource
  while read -r rule verb resource; do
    if spared "$verb" "$resource"; then continue; fi
    without "$kind" "$name" "$rule" "$verb" "$resource"
  done < <(k get "$kind" "$name" -n $system -o json |
           jq -r '.rules | to_entries[] | .key as $rule | .value.resources[] as $resource | .value.verbs[] | "\($rule) \(.) \($resource)"')
}
step "each right of the ClusterRole is needed"
each_right clusterrole kyma-operator-manager-role
step "each right of the Role for leader election is needed"
each_right role kyma-operator-leader-election-role

step "with all of them again, everything is put right"
start_deployed
k wait --for=condition=Ready kyma/new-$count kyma/old --timeout=90s >/dev/null
until_true 20 "what belongs to no Kyma goes" bash -c "! $KUBECTL get helmcomponent old-zz"
stop_deployed

step "metrics for those alone who may read them"
make_it deploy DEPLOY=config/metrics-secure >/dev/null
mapfile -t arguments < <(deployed_arguments)
expect "arguments" "--leader-elect --metrics-secure" "${arguments[*]}"
start_deployed
until_true 30 "operator ready" ready
METRICS="$(sed -n 's/.*endpoint=metrics address=//p' "$SCRATCH/operator.log" | tail -n 1)"
k create serviceaccount prometheus >/dev/null
scraper="$(k create token prometheus)"
scrape() { curl -ks -o "$SCRATCH/scrape" -w '%{http_code}' -H "Authorization: Bearer $scraper" "https://$METRICS/metrics"; }
expect "without a right" 403 "$(scrape)"
k create clusterrolebinding scraper --clusterrole=kyma-operator-metrics-reader --serviceaccount=default:prometheus >/dev/null
may_scrape() { [ "$(scrape)" = 200 ]; }
until_true 30 "with the right, metrics" may_scrape
expect_match "metrics" '^controller_runtime_reconcile_total' "$(cat "$SCRATCH/scrape")"
stop_deployed
k delete clusterrolebinding scraper >/dev/null
k delete serviceaccount prometheus >/dev/null

step "undeploy leaves nothing"
k delete -k "$KYMA_SOURCE/config/network-policy" >/dev/null
k delete -k "$KYMA_SOURCE/config/grafana" >/dev/null
make_it undeploy DEPLOY=config/metrics-secure >/dev/null
until_true 30 "the namespace is gone" bash -c "! $KUBECTL get ns $system"
everything >"$SCRATCH/after"
diff "$SCRATCH/before" "$SCRATCH/after" || die "undeploy left something"
expect "undeploy again" "" "$(make_it undeploy DEPLOY=config/metrics-secure)"
