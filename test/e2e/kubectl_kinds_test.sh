#!/usr/bin/env bash
# The real kubectl and helm with the ordinary built-in kinds: what manifests of operators and charts consist of.
# shellcheck disable=SC2016,SC2119
. "$(dirname "$0")/lib.sh"

start_apiserver
HELM="${HELM:-$KYMA_SOURCE/build/tools/helm}"

# Own definitions of kinds that charts use and another operator brings are left out.
rendered() { "$KYMA_BIN/kyma-operator" template "$1" "$CHARTS/$1"; }
# applied CHART: kubectl's verdict per object, without what has no definition here.
applied() {
  rendered "$1" | k apply -f - 2>&1 | grep -vE 'no matches for kind|ensure CRDs are installed first|missing the kubectl' || true
}

step "charts: apply twice"
for namespace in istio-system kyma-system kyma-integration kyma-installer; do
  k create namespace "$namespace" >/dev/null
done
for chart in api-gateway application-connector istio logging monitoring serverless; do
  first="$(applied "$chart")"
  expect_match "$chart, first" 'created' "$first"
  # Sent in any case, on every cluster: the selector of a budget (which kubectl replaces as a whole), and stringData.
  second="$(applied "$chart" | grep -vE '^(poddisruptionbudget|secret)' || true)"
  expect "$chart, second" "" "$(grep -v ' unchanged$' <<<"$second" || true)"
done

step "tables and discovery"
expect_match "deployments" '^api-gateway +0/1 +0 +0 +' "$(k get deploy)"
expect_match "deployments, wide" 'CONTAINERS +IMAGES +SELECTOR' "$(k get deploy -o wide)"
expect_match "services" '^api-gateway-metrics +ClusterIP +None +<none> +8080/TCP ' "$(k get svc)"
expect_match "autoscalers" 'Deployment/istiod +cpu: <unknown>/80% +2 +5 +0' "$(k get hpa -A)"
expect_match "budgets" 'MIN AVAILABLE +MAX UNAVAILABLE +ALLOWED DISRUPTIONS' "$(k get pdb)"
expect_match "cron jobs, pods, bindings" '^NAME +ROLE +AGE +USERS' "$(k get rolebinding -o wide)"
expect_match "all" 'deployment.apps/api-gateway' "$(k get all)"
expect_match "short names" 'deployments +deploy +apps/v1 +true +Deployment' "$(k api-resources)"
expect_match "explain" 'image.*<string>' "$(k explain deployment.spec.template.spec.containers | tr '\n' ' ')"
expect_match "explain an enumeration" 'Always' "$(k explain pod.spec.containers.imagePullPolicy)"
expect_match "explain recursively" 'rollingUpdate' "$(k explain deploy --recursive)"

step "workloads: defaults, patches, scale"
k create deployment web --image=nginx:1.27 --replicas=2 --port=80 >/dev/null
expect "default strategy" "RollingUpdate 25%" \
  "$(k get deploy web -o 'jsonpath={.spec.strategy.type} {.spec.strategy.rollingUpdate.maxSurge}')"
expect "default policy" IfNotPresent "$(k get deploy web -o 'jsonpath={.spec.template.spec.containers[0].imagePullPolicy}')"
k scale deploy web --replicas=5 >/dev/null
expect "scale" 5 "$(k get deploy web -o 'jsonpath={.spec.replicas}')"
expect_match "scale with a wrong precondition" 'Expected replicas to be 2' \
  "$(k scale deploy web --current-replicas=2 --replicas=1 2>&1 || true)"
k set image deploy/web nginx=nginx:1.28 >/dev/null
k set env deploy/web LEVEL=debug >/dev/null
expect "strategic merge by name" 'nginx:1.28 80 LEVEL' \
  "$(k get deploy web -o 'jsonpath={.spec.template.spec.containers[*].image} {.spec.template.spec.containers[0].ports[0].containerPort} {.spec.template.spec.containers[0].env[0].name}')"
expect "generation counts specs" 4 "$(k get deploy web -o 'jsonpath={.metadata.generation}')"
k patch deploy web -p '{"spec":{"template":{"spec":{"containers":[{"name":"side","image":"side:1"}]}}}}' >/dev/null
expect "a new container comes first" 'side nginx' "$(k get deploy web -o 'jsonpath={.spec.template.spec.containers[*].name}')"
k patch deploy web -p '{"spec":{"template":{"spec":{"containers":[{"name":"side","$patch":"delete"}]}}}}' >/dev/null
expect "and goes" nginx "$(k get deploy web -o 'jsonpath={.spec.template.spec.containers[*].name}')"
KUBE_EDITOR='sed -i s/nginx:1.28/nginx:1.29/' k edit deploy web >/dev/null
expect "edit" nginx:1.29 "$(k get deploy web -o 'jsonpath={.spec.template.spec.containers[0].image}')"
k rollout restart deploy/web >/dev/null
expect_match "nothing rolls out, and kubectl waits" 'timed out|Waiting for deployment' \
  "$(k rollout status deploy/web --timeout=1s 2>&1 || true)"
k autoscale deploy web --min=1 --max=3 --cpu-percent=50 >/dev/null
expect "autoscaling/v1 and v2 are one" '50 50' "$(k get horizontalpodautoscalers.v1.autoscaling web -o 'jsonpath={.spec.targetCPUUtilizationPercentage}') $(
  k get horizontalpodautoscalers.v2.autoscaling web -o 'jsonpath={.spec.metrics[0].resource.target.averageUtilization}')"

step "services, configuration, roles"
k expose deploy web --port=8080 --target-port=80 --type=NodePort >/dev/null
expect_match "address" '^10\.96\.' "$(k get svc web -o 'jsonpath={.spec.clusterIP}')"
between "node port" 30000 32767 "$(k get svc web -o 'jsonpath={.spec.ports[0].nodePort}')"
k create secret generic s --from-literal=a=b >/dev/null
expect_match "immutable type" 'field is immutable' "$(k patch secret s -p '{"type":"x/y"}' 2>&1 || true)"
k create job j --image=busybox -- true >/dev/null
k create cronjob cj --image=busybox --schedule='*/5 * * * *' -- true >/dev/null
expect_match "schedule" 'spec.schedule' "$(k create cronjob bad --image=x --schedule=often 2>&1 || true)"
k create role r --verb=get --resource=pods >/dev/null
k create rolebinding rb --role=r --serviceaccount=default:default >/dev/null
expect_match "roleRef stays" 'cannot change roleRef' \
  "$(k patch rolebinding rb --type=merge -p '{"roleRef":{"name":"other"}}' 2>&1 || true)"
k create ingress i --rule='host.example/path=web:8080' >/dev/null
k create quota q --hard=pods=5 >/dev/null
k create priorityclass pc --value=7 >/dev/null
k create pdb budget --selector=app=web --min-available=1 >/dev/null
k run pod --image=nginx >/dev/null
expect_match "pods stay pending" '^pod +0/1 +Pending +0 ' "$(k get pod pod)"
k label pod pod tier=x >/dev/null
k annotate deploy web note=y >/dev/null
expect_match "unknown fields" 'unknown field "spec.colour"' \
  "$(k get pod pod -o yaml | sed 's/^spec:/spec:\n  colour: red/' | k replace --validate=strict -f - 2>&1 || true)"
expect_match "wrong values" 'Unsupported value' "$(k patch svc web -p '{"spec":{"type":"Odd"}}' 2>&1 || true)"

step "events in both groups"
k create -f - >/dev/null <<'YAML'
apiVersion: events.k8s.io/v1
kind: Event
metadata: {name: happened, namespace: default}
eventTime: "2026-01-02T03:04:05.000006Z"
reportingController: x.io/test
reportingInstance: one
action: Testing
reason: Because
type: Normal
note: it happened
regarding: {kind: Pod, name: pod, namespace: default}
YAML
expect "v1" 'it happened Pod' "$(k get events.v1. happened -o 'jsonpath={.message} {.involvedObject.kind}')"
expect "events.k8s.io/v1" 'it happened Pod' "$(k get events.v1.events.k8s.io happened -o 'jsonpath={.note} {.regarding.kind}')"
expect_match "kubectl events" 'Because +Pod/pod +it happened' "$(k events)"

step "helm: install, upgrade, rollback, uninstall"
if [ -x "$HELM" ]; then
  make_chart demo 'apiVersion: v1
kind: ConfigMap
metadata: {name: demo}
data: {colour: "{{ .Values.colour }}"}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: demo, labels: {colour: "{{ .Values.colour }}"}}
spec:
  selector: {matchLabels: {app: demo}}
  template: {metadata: {labels: {app: demo}}, spec: {containers: [{name: a, image: "a:{{ .Values.colour }}"}]}}'
  printf 'colour: red\n' >"$CHARTS/demo/values.yaml"
  colours() { k get cm,deploy -l '!none' -o 'jsonpath={.items[?(@.metadata.name=="demo")].data.colour}' &&
    k get deploy demo -o 'jsonpath= {.spec.template.spec.containers[0].image}'; }
  "$HELM" install demo "$CHARTS/demo" >/dev/null
  expect "installed" 'red a:red' "$(colours)"
  expect_match "release" 'helm.sh/release.v1' "$(k get secret sh.helm.release.v1.demo.v1 -o 'jsonpath={.type}')"
  "$HELM" upgrade demo "$CHARTS/demo" --set colour=blue >/dev/null
  expect "upgraded" 'blue a:blue' "$(colours)"
  "$HELM" rollback demo 1 >/dev/null
  expect "rolled back" 'red a:red' "$(colours)"
  expect_match "history" 'Rollback to 1' "$("$HELM" history demo)"
  "$HELM" uninstall demo >/dev/null
  expect_match "uninstalled" 'not found' "$(k get deploy demo 2>&1 || true)"
fi

step "delete"
rendered api-gateway | k delete --ignore-not-found -f - >/dev/null 2>&1 || true
expect_match "deleted" 'not found' "$(k get deploy api-gateway 2>&1 || true)"
k delete deploy,svc,job,cj,ingress,pdb,hpa,pod --all >/dev/null
expect_match "nothing left" 'No resources found' "$(k get deploy,svc,job,cj,ingress,pdb,hpa,pod 2>&1)"

step "features turned off"
kill "$SERVER_PID"
wait "$SERVER_PID" || true
start_apiserver --feature-gates=WatchList=false,AggregatedDiscovery=false --runtime-config=events.k8s.io/v1=false
expect_match "no WatchList" 'WatchList feature gate' \
  "$(k get --raw '/api/v1/pods?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true' 2>&1 || true)"
expect "no events.k8s.io" "" "$(k api-versions | grep events.k8s.io || true)"
expect_match "plain discovery" 'deployments +deploy ' "$(k api-resources)"
install_crds
k wait --for=condition=Established crd/kymas.inventory.kyma-project.io --timeout=10s >/dev/null
start_operator
small_kyma one ab | k apply -f - >/dev/null
k wait --for=condition=Ready kyma/one --timeout=60s >/dev/null
expect_match "events" 'kyma/one' "$(k get events)"
