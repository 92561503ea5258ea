#!/usr/bin/env bash
# Server-side apply with the real kubectl: managers and their conflicts, fields that go, lists that are merged by keys,
# the way over from client-side apply, and what kubectl shows of it.
. "$(dirname "$0")/lib.sh"

start_apiserver

ssa() { k apply --server-side "$@"; }
version_of() { k get "$@" -o 'jsonpath={.metadata.resourceVersion}'; }
# managers KIND NAME: "manager:operation[:subresource] ...", sorted as they are kept.
managers() {
  k get "$1" "$2" -o json --show-managed-fields |
    jq -r '[.metadata.managedFields[]? | [.manager, .operation, .subresource // empty] | join(":")] | join(" ")'
}
# owns MANAGER KIND NAME PATH: whether the manager's entries have that path of fieldsV1, a jq path.
owns() {
  k get "$2" "$3" -o json --show-managed-fields |
    jq -e --arg manager "$1" "[.metadata.managedFields[] | select(.manager == \$manager) | .fieldsV1$4] | any(. != null)" \
      >/dev/null
}
# refused WHAT REGEX COMMAND...: fails, with exit code 1 and this text.
refused() {
  local what="$1" pattern="$2" output code=0
  shift 2
  output="$("$@" 2>&1)" || code=$?
  expect "$what: exit code" 1 "$code"
  expect_match "$what" "$pattern" "$output"
}

config() {
  printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: shared}\ndata:\n'
  printf '  %s\n' "$@"
}

step "create, again, and nothing changes"
expect_match "first" 'configmap/shared serverside-applied' "$(config 'a: "1"' 'b: "2"' | ssa -f -)"
expect "owner" "kubectl:Apply" "$(managers cm shared)"
before="$(version_of cm shared)"
config 'a: "1"' 'b: "2"' | ssa -f - >/dev/null
expect "a second apply" "$before" "$(version_of cm shared)"

step "two managers and a conflict"
config 'c: "3"' | ssa --field-manager=other -f - >/dev/null
expect "both" '{"a":"1","b":"2","c":"3"}' "$(k get cm shared -o 'jsonpath={.data}')"
conflict() { config 'a: "9"' | ssa --field-manager=other -f -; }
refused "conflict" 'Apply failed with 1 conflict: conflict with "kubectl": \.data\.a' conflict
refused "kubectl's help" 'Please review the fields above--they currently have other managers' conflict
expect "nothing happened" '{"a":"1","b":"2","c":"3"}' "$(k get cm shared -o 'jsonpath={.data}')"
config 'a: "9"' | ssa --field-manager=other --force-conflicts -f - >/dev/null
expect "forced; what is not named any more went" '{"a":"9","b":"2"}' "$(k get cm shared -o 'jsonpath={.data}')"
owns other cm shared '["f:data"]["f:a"]' || die "the field did not change hands"
! owns kubectl cm shared '["f:data"]["f:a"]' || die "the field still has its first owner"

step "shared fields, and fields that go"
config 'b: "2"' | ssa -f - >/dev/null
config 'a: "9"' 'b: "2"' | ssa --field-manager=other -f - >/dev/null
config 'x: "1"' | ssa -f - >/dev/null
expect "b has another owner" '{"a":"9","b":"2","x":"1"}' "$(k get cm shared -o 'jsonpath={.data}')"
config 'a: "9"' | ssa --field-manager=other -f - >/dev/null
expect "b has none any more" '{"a":"9","x":"1"}' "$(k get cm shared -o 'jsonpath={.data}')"

step "--dry-run=server"
before="$(version_of cm shared)"
expect_match "output" 'serverside-applied \(server dry run\)' "$(config 'x: "2"' | ssa --dry-run=server -f -)"
expect "nothing is stored" "$before" "$(version_of cm shared)"
expect_match "of a new one" 'apiVersion' "$(config 'x: "2"' | sed 's/shared/dry/' | ssa --dry-run=server -o yaml -f -)"
expect "none is made" "" "$(k get cm dry --ignore-not-found)"
expect_match "diff --server-side" '^\+  x: "2"' "$(config 'x: "2"' | k diff --server-side -f - || true)"

step "refusals"
refused "unknown field" 'field not declared in schema' bash -c \
  "printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndaat: {}\n' | $KUBECTL apply --server-side --validate=false -f -"
refused "managedFields" 'metadata.managedFields must be nil' bash -c \
  "$KUBECTL get cm shared -o yaml --show-managed-fields | $KUBECTL apply --server-side -f -"

step "other commands' owners"
k create configmap made --from-literal=a=1 >/dev/null
expect "create" "kubectl-create:Update" "$(managers cm made)"
k create configmap made2 --from-literal=a=1 --field-manager=maker >/dev/null
expect "create --field-manager" "maker:Update" "$(managers cm made2)"
k label cm made tier=gold --field-manager=labeller >/dev/null
expect "label" "kubectl-create:Update labeller:Update" "$(managers cm made)"
owns labeller cm made '["f:metadata"]["f:labels"]["f:tier"]' || die "the label has no owner"
EDITOR='sed -i s/gold/silver/' k edit cm made --field-manager=editor >/dev/null
owns editor cm made '["f:metadata"]["f:labels"]["f:tier"]' || die "the label did not change hands"
k patch cm made --type=merge -p '{"data":{"a":null}}' --field-manager=patcher >/dev/null
! owns kubectl-create cm made '["f:data"]["f:a"]' || die "a field that is gone has an owner"
expect_match "shown on demand" 'manager: editor' "$(k get cm made -o yaml --show-managed-fields)"
expect "hidden else" 0 "$(k get cm made -o yaml | grep -c managedFields || true)"
k patch cm made --type=merge -p '{"metadata":{"managedFields":[{}]}}' >/dev/null
expect "forgotten on request" "" "$(managers cm made)"
refused "malformed" 'metadata.managedFields\[0\].operation' \
  k patch cm made2 --type=merge -p '{"metadata":{"managedFields":[{"manager":"x"}]}}'

step "a Deployment's containers by name"
deployment() {
  cat <<YAML
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
$(printf '      - %s\n' "$@")
YAML
}
deployment '{name: main, image: "a:1", ports: [{containerPort: 80}]}' | ssa -f - >/dev/null
sidecar() {
  printf 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n'
  printf 'spec: {template: {spec: {containers: [{name: proxy, image: "%s"}]}}}\n' "$1"
}
sidecar p:1 | ssa --field-manager=injector -f - >/dev/null
containers() { k get deploy web -o 'jsonpath={.spec.template.spec.containers[*].name}'; }
expect "both" "main proxy" "$(containers)"
refused "another's image" 'conflict with "kubectl": \.spec\.template\.spec\.containers\[name="main"\]\.image' bash -c \
  "$KUBECTL get deploy web -o json | jq '{apiVersion, kind, metadata: {name: .metadata.name},
     spec: {template: {spec: {containers: [{name: \"main\", image: \"a:2\"}]}}}}' |
   $KUBECTL apply --server-side --field-manager=injector -f -"
deployment '{name: main, image: "a:2", ports: [{containerPort: 80}]}' | ssa -f - >/dev/null
expect "the sidecar stays" "main proxy" "$(containers)"
owns kubectl deploy web \
  '["f:spec"]["f:template"]["f:spec"]["f:containers"]["k:{\"name\":\"main\"}"]["f:ports"]["k:{\"containerPort\":80,\"protocol\":\"TCP\"}"]' ||
  die "the port's key lacks its default"
expect "defaults are nobody's" 0 \
  "$(k get deploy web -o json --show-managed-fields | grep -c 'f:progressDeadlineSeconds' || true)"
k scale deploy web --replicas=3 >/dev/null
expect_match "scale" 'Update:scale' "$(managers deploy web)"
deployment '{name: main, image: "a:2"}' | ssa -f - >/dev/null
expect "replicas are the scaler's" 3 "$(k get deploy web -o 'jsonpath={.spec.replicas}')"
expect "ports went" "" "$(k get deploy web -o 'jsonpath={.spec.template.spec.containers[0].ports}')"

step "a Service's ports by port and protocol"
service() {
  printf 'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n  selector: {app: web}\n  ports:\n'
  printf '  - %s\n' "$@"
}
service '{port: 53, name: tcp}' '{port: 53, protocol: UDP, name: udp}' | ssa -f - >/dev/null
expect "two ports" "tcp udp" "$(k get svc web -o 'jsonpath={.spec.ports[*].name}')"
before="$(version_of svc web)"
service '{port: 53, name: tcp}' '{port: 53, protocol: UDP, name: udp}' | ssa -f - >/dev/null
expect "a second apply" "$before" "$(version_of svc web)"
service '{port: 53, protocol: UDP, name: udp}' | ssa -f - >/dev/null
expect "one port" "udp" "$(k get svc web -o 'jsonpath={.spec.ports[*].name}')"
refused "the same port twice" 'duplicate entries for key \[port=53,protocol="TCP"\]' bash -c \
  "printf 'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 53, name: a}, {port: 53, name: b}]}\n' |
   $KUBECTL apply --server-side -f -"

step "a custom resource: Kyma's components by name, its status"
install_crds
k wait --for=condition=Established crd/kymas.inventory.kyma-project.io --timeout=10s >/dev/null
kyma() {
  printf 'apiVersion: inventory.kyma-project.io/v1alpha1\nkind: Kyma\nmetadata: {name: k}\nspec:\n  components:\n'
  printf '  - name: %s\n' "$@"
}
kyma one two | ssa -f - >/dev/null
kyma three | ssa --field-manager=adder -f - >/dev/null
components() { k get kyma k -o 'jsonpath={.spec.components[*].name}'; }
expect "all" "one two three" "$(components)"
kyma two | ssa -f - >/dev/null
expect "one went" "two three" "$(components)"
expect "generation" 3 "$(k get kyma k -o 'jsonpath={.metadata.generation}')"
status() {
  printf 'apiVersion: inventory.kyma-project.io/v1alpha1\nkind: Kyma\nmetadata: {name: k}\nstatus: {status: %s}\n' "$1"
}
status success | ssa --subresource=status --field-manager=reporter -f - >/dev/null
expect "status" success "$(k get kyma k -o 'jsonpath={.status.status}')"
expect_match "its owner" 'reporter:Apply:status' "$(managers kyma k)"
expect "spec is untouched" "two three" "$(components)"

step "the way over from client-side apply"
config 'kept: "1"' 'gone: "1"' | sed 's/shared/moved/' | k apply -f - >/dev/null
expect "client-side" "kubectl-client-side-apply:Update" "$(managers cm moved)"
config 'kept: "1"' 'gone: "1"' | sed 's/shared/moved/' | ssa -f - >/dev/null
expect_match "server-side" 'kubectl:Apply' "$(managers cm moved)"
config 'kept: "2"' | sed 's/shared/moved/' | ssa -f - >/dev/null
expect "a field that is named no more" '{"kept":"2"}' "$(k get cm moved -o 'jsonpath={.data}')"
expect_match "view-last-applied" 'kept: "2"' "$(k apply view-last-applied cm moved)"
config 'kept: "3"' | sed 's/shared/moved/' | k apply -f - >/dev/null
expect "and back" '{"kept":"3"}' "$(k get cm moved -o 'jsonpath={.data}')"

step "what was there before the first apply"
k proxy --port=0 >"$SCRATCH/proxy.log" 2>&1 &
PIDS+=($!)
until_true 10 "proxy" grep -q 'Starting to serve' "$SCRATCH/proxy.log"
proxy="http://$(sed -n 's/.*serve on //p' "$SCRATCH/proxy.log")"
curl -fsS -H 'Content-Type: application/json' "$proxy/api/v1/namespaces/default/configmaps" \
  -d '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"untracked"},"data":{"a":"1"}}' >/dev/null
expect "no manager, no owners" "" "$(managers cm untracked)"
config 'b: "2"' | sed 's/shared/untracked/' | ssa -f - >/dev/null
expect "both" "kubectl:Apply before-first-apply:Update" "$(managers cm untracked)"
expect "YAML without kubectl" 201 "$(curl -sS -o /dev/null -w '%{http_code}' -X PATCH \
  -H 'Content-Type: application/apply-patch+yaml' --data-binary $'apiVersion: v1\nkind: ConfigMap\ndata:\n  a: "yes"\n' \
  "$proxy/api/v1/namespaces/default/configmaps/yaml?fieldManager=curl")"

step "config/default, twice"
ssa -k "$KYMA_SOURCE/config/default" >/dev/null
versions() {
  k get -k "$KYMA_SOURCE/config/default" -o 'jsonpath={range .items[*]}{.kind}/{.metadata.name} {.metadata.resourceVersion}{"\n"}{end}'
}
before="$(versions)"
[ "$(wc -l <<<"$before")" -gt 5 ] || die "config/default is hardly there: $before"
ssa -k "$KYMA_SOURCE/config/default" >/dev/null
expect "a second apply changes nothing" "$before" "$(versions)"
