#!/usr/bin/env bash
# The real helm against the embedded server: a release's life, hooks, waiting, failed upgrades, and a chart of the project.
. "$(dirname "$0")/lib.sh"

HELM="${HELM:-$KYMA_SOURCE/build/tools/helm}"
[ -x "$HELM" ] || { echo "no helm at $HELM; run 'make tools'" >&2; exit 1; }
h() { "$HELM" "$@"; }
# refused REGEX ARGUMENTS...: helm fails, and says why.
refused() {
  local regex="$1" out
  shift
  if out="$(h "$@" 2>&1)"; then die "helm $* succeeded: $out"; fi
  expect_match "helm $*" "$regex" "$out"
}
status_of() { h status "$1" -o json | jq -r .info.status; }
revision_of() { h status "$1" -o json | jq .version; }

start_apiserver

step "a chart with hooks"
chart="$CHARTS/hooked"
mkdir -p "$chart/templates" "$chart/crds"
printf 'apiVersion: v2\nname: hooked\nversion: 1.2.3\nappVersion: "7"\ndescription: a chart with hooks\n' >"$chart/Chart.yaml"
printf 'colour: red\nreplicas: 1\nlamp: true\nworkload: true\nbroken: false\n' >"$chart/values.yaml"
cat >"$chart/crds/lamps.yaml" <<'YAML'
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: lamps.helm.example.io}
spec:
  group: helm.example.io
  scope: Namespaced
  names: {plural: lamps, singular: lamp, kind: Lamp}
  versions:
  - name: v1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {colour: {type: string, enum: [red, green, blue]}}}}}}
YAML
cat >"$chart/templates/all.yaml" <<'YAML'
apiVersion: v1
kind: ConfigMap
metadata: {name: {{ .Release.Name }}, labels: {app: {{ .Release.Name }}}}
data:
  colour: {{ .Values.colour }}
  revision: {{ .Release.Revision | quote }}
  {{- if .Values.extra }}
  extra: {{ .Values.extra }}
  {{- end }}
  first: {{ dig "metadata" "name" "nobody" (lookup "v1" "Namespace" "" "kube-system") | quote }}
  capable: {{ .Capabilities.APIVersions.Has "helm.example.io/v1/Lamp" | quote }}
  version: {{ .Capabilities.KubeVersion.Version | quote }}
{{- if .Values.lamp }}
---
apiVersion: helm.example.io/v1
kind: Lamp
metadata: {name: {{ .Release.Name }}}
spec: {colour: {{ if .Values.broken }}pink{{ else }}{{ .Values.colour }}{{ end }}}
{{- end }}
{{- if .Values.workload }}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: {{ .Release.Name }}}
spec:
  replicas: {{ .Values.replicas }}
  selector: {matchLabels: {app: {{ .Release.Name }}}}
  template:
    metadata: {labels: {app: {{ .Release.Name }}}}
    spec: {containers: [{name: main, image: "main:{{ .Values.colour }}"}]}
{{- end }}
YAML
for hook in pre-install post-install pre-upgrade post-upgrade pre-rollback post-rollback pre-delete post-delete; do
  cat >"$chart/templates/$hook.yaml" <<YAML
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}-$hook
  annotations: {helm.sh/hook: $hook, helm.sh/hook-delete-policy: before-hook-creation}
data: {revision: {{ .Release.Revision | quote }}}
YAML
done
printf 'The colour is {{ .Values.colour }}.\n' >"$chart/templates/NOTES.txt"
h lint "$chart" >/dev/null

step "dry runs store nothing"
out="$(h install one "$chart" --dry-run=server --set lamp=false)"
expect_match "lookup sees the server" 'first: "kube-system"' "$out"
expect_match "its version" 'version: "v1\.32' "$out"
expect_match "its kinds" 'capable: "false"' "$out"
refused 'no matches for kind "Lamp"' install one "$chart" --dry-run=server
expect "nothing is stored" "" "$(k get cm,secret,crd -o name | grep -E 'one|lamps' || true)"

step "install"
out="$(h install one "$chart" -n apart --create-namespace)"
expect_match "status" 'STATUS: deployed' "$out"
expect_match "notes" 'The colour is red\.' "$out"
expect "its objects" 'red 1 true' "$(k get cm one -n apart -o 'jsonpath={.data.colour} {.data.revision} {.data.capable}')"
expect "of its CRD" red "$(k get lamp one -n apart -o 'jsonpath={.spec.colour}')"
expect "hooks" 'one-post-install one-pre-install' "$(k get cm -n apart -o name | sed -n 's#configmap/\(one-.*\)#\1#p' | xargs)"
expect "release" helm.sh/release.v1 "$(k get secret sh.helm.release.v1.one.v1 -n apart -o 'jsonpath={.type}')"
expect "labels of the release" 'helm deployed' "$(k get secret sh.helm.release.v1.one.v1 -n apart -o 'jsonpath={.metadata.labels.owner} {.metadata.labels.status}')"
refused 'cannot re-use a name that is still in use' install one "$chart" -n apart
h install one "$chart" >/dev/null
expect_match "list" '^one +default +1 .* deployed +hooked-1\.2\.3 +7' "$(h list | tr '\t' ' ')"
expect "list of all namespaces" 'apart default' "$(h list -A -o json | jq -r '[.[].namespace] | sort | join(" ")')"

step "upgrade"
out="$(h upgrade one "$chart" --set colour=green,extra=more --description 'now green')"
expect_match "status" 'REVISION: 2' "$out"
expect "objects" 'green more main:green' "$(k get cm one -o 'jsonpath={.data.colour} {.data.extra}') $(k get deploy one -o 'jsonpath={.spec.template.spec.containers[0].image}')"
expect "hooks of upgrades" 2 "$(k get cm one-post-upgrade -o 'jsonpath={.data.revision}')"
h upgrade one "$chart" --reuse-values --set replicas=3 >/dev/null
expect "reused values" 'green 3' "$(k get cm one -o 'jsonpath={.data.colour}') $(k get deploy one -o 'jsonpath={.spec.replicas}')"
k annotate cm one by=hand >/dev/null
k scale deploy one --replicas=9 >/dev/null
h upgrade one "$chart" --reuse-values --set extra=less >/dev/null
expect "three-way merge: others' annotations stay, what the chart says returns" 'hand less 3' \
  "$(k get cm one -o 'jsonpath={.metadata.annotations.by} {.data.extra}') $(k get deploy one -o 'jsonpath={.spec.replicas}')"
expect_match "dry run" 'colour: blue' "$(h upgrade one "$chart" --set colour=blue --dry-run=server)"
expect "which stores nothing" '4 green' "$(revision_of one) $(k get cm one -o 'jsonpath={.data.colour}')"
h upgrade two "$chart" --install >/dev/null
expect "upgrade --install" deployed "$(status_of two)"

step "what was installed"
expect_match "manifest" 'image: "main:green"' "$(h get manifest one)"
expect "values" '{"colour":"green","extra":"less","replicas":3}' "$(h get values one -o json)"
expect "all values" false "$(h get values one --all -o json | jq .broken)"
expect_match "hooks" 'helm.sh/hook: post-upgrade' "$(h get hooks one)"
expect_match "notes" 'The colour is green' "$(h get notes one)"
expect "metadata" '1.2.3 4' "$(h get metadata one -o json | jq -r '"\(.version) \(.revision)"')"
expect "history" 'superseded superseded superseded deployed' "$(h history one -o json | jq -r '[.[].status] | join(" ")')"
expect_match "description" 'now green' "$(h history one)"

step "rollback"
h rollback one 1 >/dev/null
expect "objects" 'red  main:red' "$(k get cm one -o 'jsonpath={.data.colour} {.data.extra} ')$(k get deploy one -o 'jsonpath={.spec.template.spec.containers[0].image}')"
expect_match "history" 'Rollback to 1' "$(h history one)"
expect "hooks of rollbacks" 1 "$(k get cm one-post-rollback -o 'jsonpath={.data.revision}')"
refused 'release has no 77 version|not found' rollback one 77

step "a failed upgrade"
refused 'spec.colour: Unsupported value: "pink"' upgrade one "$chart" --set broken=true,colour=blue
expect "is marked" failed "$(status_of one)"
refused 'Unsupported value' install three "$chart" --set broken=true --atomic --timeout 10s
expect "a failed install with --atomic leaves nothing" "" "$(k get cm,deploy,lamp -o name | grep -E '/three$' || true)"

step "waiting"
# Nothing rolls a Deployment out, so that only what has none can be waited for.
h install four "$chart" --set workload=false --wait --wait-for-jobs --timeout 20s >/dev/null
expect "--wait" deployed "$(status_of four)"
refused 'rolled back due to atomic being set' upgrade four "$chart" --set workload=false,broken=true,colour=blue --atomic --timeout 20s
expect "--atomic goes back" "deployed 3 red" "$(status_of four) $(revision_of four) $(k get cm four -o 'jsonpath={.data.colour}')"
refused 'context deadline exceeded|timed out' install five "$chart" --wait --timeout 2s
expect "pods are waited for in vain" failed "$(status_of five)"

step "uninstall"
expect_match "uninstall" 'release "one" uninstalled' "$(h uninstall one --keep-history)"
expect "its objects are gone" "" "$(k get cm,deploy,lamp -o name | grep -E '/one$' || true)"
expect "hooks ran" 'one-post-delete one-pre-delete' "$(k get cm -o name | sed -n 's#configmap/\(one-.*-delete\)#\1#p' | xargs)"
expect "history is kept" uninstalled "$(status_of one)"
h uninstall two four five --wait --cascade foreground >/dev/null
expect "no release is left" '[]' "$(h list -o json)"
refused 'not found' status two
h uninstall one -n apart >/dev/null
expect "another namespace's neither" '[]' "$(h list -A -a -o json | jq -c '[.[] | select(.name != "one")]')"

step "a chart of the project"
h install api-gateway "$CHARTS/api-gateway" -n kyma-system --create-namespace >/dev/null
expect "deployed" deployed "$(h status api-gateway -n kyma-system -o json | jq -r .info.status)"
objects() { k get -n kyma-system deploy,svc,sa,cm -o name | sort; }
expect_match "objects" 'deployment.apps/api-gateway' "$(objects)"
h upgrade api-gateway "$CHARTS/api-gateway" -n kyma-system >/dev/null
h rollback api-gateway 1 -n kyma-system >/dev/null
expect "history" 3 "$(h history api-gateway -n kyma-system -o json | jq length)"
h uninstall api-gateway -n kyma-system >/dev/null
expect "gone" "" "$(objects | grep api-gateway || true)"
