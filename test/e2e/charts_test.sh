#!/usr/bin/env bash
# Charts while the daemon runs: one that is missing, broken, mended and changed on disk, and what was rendered.
. "$(dirname "$0")/lib.sh"

state() { k get helmcomponent "$1" -o jsonpath='{.status.status}'; }
message() { k get helmcomponent "$1" -o jsonpath='{.status.message}'; }
digest() { k get helmcomponent "$1" -o jsonpath='{.status.manifestDigest}'; }
is() { [ "$(state "$1")" = "$2" ]; }
renderings() { metric '^kyma_operator_manifest_cache_requests_total{result="miss"}'; }

start_apiserver
install_crds
start_operator
small_kyma one ab | k apply -f - >/dev/null
# A chart called "gone" is nowhere yet.
k apply -f - >/dev/null <<'YAML'
apiVersion: inventory.kyma-project.io/v1alpha1
kind: HelmComponent
metadata: {name: gone}
spec: {componentName: gone}
YAML

step "a chart that is not there"
until_true 10 "gone is in error" is gone error
expect "its message" "chart gone: there is no gone in the charts directory" "$(message gone)"

step "a chart with a mistake, and the others go on"
make_chart gone 'kind: ConfigMap
value: {{ required "a domain is needed" .Values.domain }}'
until_true 10 "the message tells of the mistake" bash -c \
  "'$KUBECTL' get helmcomponent gone -o jsonpath='{.status.message}' | grep -q 'a domain is needed'"
expect "its message" "chart gone: execution error at (gone/templates/all.yaml:2:10): a domain is needed" "$(message gone)"
k wait --for=condition=Ready kyma/one --timeout=30s >/dev/null

step "the chart is mended"
make_chart gone 'kind: Secret
metadata: {name: gone}
stringData: {password: hunter2}'
until_true 30 "gone is success" is gone success
expect "no message is left" "" "$(message gone)"

step "what was rendered, without secrets"
rendered="$(curl -fsS "http://$DEBUG/debug/manifests/gone")"
expect_match "the source" '# Source: gone/templates/all.yaml' "$rendered"
expect_match "redacted" 'password: <redacted>' "$rendered"
grep -q hunter2 <<<"$rendered" && die "a secret is shown"
expect_match "the list" '^gone +kyma-system' "$(curl -fsS "http://$DEBUG/debug/manifests")"
expect "what is not known" 404 "$(curl -s -o /dev/null -w '%{http_code}' "http://$DEBUG/debug/manifests/nobody")"

step "a chart that changes on disk sends its components through the lifecycle again, and no other's"
before="$(digest one-ab)"
expect_match "a digest" '^sha256:[0-9a-f]{64}$' "$before"
other="$(k get helmcomponent gone -o jsonpath='{.metadata.resourceVersion}')"
record_components "$SCRATCH/changes.json"
make_chart ab 'kind: ConfigMap
data: {new: content}'
until_true 10 "the digest is another" bash -c "[ \"\$('$KUBECTL' get helmcomponent one-ab -o jsonpath='{.status.manifestDigest}')\" != '$before' ]"
until_true 30 "one-ab is success again" is one-ab success
expect "the other component is left alone" "$other" "$(k get helmcomponent gone -o jsonpath='{.metadata.resourceVersion}')"

step "a restart renders nothing and writes nothing"
version="$(k get helmcomponents -o jsonpath='{.items[*].metadata.resourceVersion}')"
kill -TERM "$OPERATOR_PID"
wait "$OPERATOR_PID" 2>/dev/null || true
start_operator
until_true 20 "ready" curl -fsS "http://$HEALTH/readyz"
sleep 2
expect "resource versions" "$version" "$(k get helmcomponents -o jsonpath='{.items[*].metadata.resourceVersion}')"
expect "renderings" 0 "$(renderings)"

step "hostile charts: the daemon goes on"
make_chart loop '{{ define "l" }}{{ include "l" . }}{{ end }}{{ include "l" . }}'
make_chart huge '{{ range until 100000 }}{{ range until 1000 }}xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx{{ end }}{{ end }}'
make_chart bomb 'x: {{ repeat 1000000000 "x" }}'
ln -s /etc "$CHARTS/ab-escape"
for component in loop huge bomb ab-escape; do
  printf 'apiVersion: inventory.kyma-project.io/v1alpha1\nkind: HelmComponent\nmetadata: {name: %s}\nspec: {componentName: %s}\n' \
    "$component" "$component" | k apply -f - >/dev/null
done
for component in loop huge bomb ab-escape; do
  until_true 60 "$component is in error" is "$component" error
  echo "$component: $(message "$component" | cut -c1-160)"
done
expect_match "the loop" 'nested reference name: l: unable to execute template' "$(message loop)"
expect_match "the escape" 'leads out of the charts directory' "$(message ab-escape)"
small_kyma two cd | k apply -f - >/dev/null
k wait --for=condition=Ready kyma/two --timeout=30s >/dev/null
kill -0 "$OPERATOR_PID" || die "the daemon is gone"
