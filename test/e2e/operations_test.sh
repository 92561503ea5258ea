#!/usr/bin/env bash
# What docs/operations.md promises to who runs the daemon: secured metrics, profiles that pprof reads, logs and their level.
. "$(dirname "$0")/lib.sh"

readonly system=kyma-operator-system account=kyma-operator-controller-manager
stop_operator() {
  kill -TERM "$OPERATOR_PID"
  wait "$OPERATOR_PID" || die "the daemon ended with $?"
  mv "$SCRATCH/operator.log" "$SCRATCH/operator-$OPERATOR_PID.log"
}
# busy SECONDS: gives the daemon something to do.
busy() {
  local end=$((SECONDS + $1))
  while [ $SECONDS -lt $end ]; do curl -fsS "http://$METRICS/metrics" -o /dev/null; done
}
status() { curl -sk -o "$SCRATCH/body" -w '%{http_code}' "$@"; }
is_profiling() { [ "$(curl -s -m 2 -o /dev/null -w '%{http_code}' "http://$DEBUG/debug/pprof/profile?seconds=1")" = 409 ]; }
# Until it is killed. is_profiling() may hold the profiler when this begins.
hold_profiler() { until curl -fs "http://$DEBUG/debug/pprof/profile?seconds=300" -o /dev/null; do sleep 0.1; done; }
pprof="$(command -v google-pprof || true)"
[ -n "$pprof" ] || die "no google-pprof; run make deps"

start_apiserver --authorization-mode=RBAC
k apply -k "$KYMA_SOURCE/config/metrics-secure" >/dev/null
start_operator
k create namespace team >/dev/null
small_kyma one abcd | k apply -f - >/dev/null
k wait --for=condition=Ready kyma/one --timeout=60s >/dev/null

step "every metric is in the handbook"
curl -fsS "http://$METRICS/metrics" | awk '/^# TYPE / {print $3}' | while read -r name; do
  grep -qF "\`$name\`" "$KYMA_SOURCE/docs/operations.md" || die "docs/operations.md does not tell of $name"
done
step "every flag, too"
"$KYMA_BIN/kyma-operator" --help | grep -oE '^ +(-h, ?)?--[a-z-]+' | grep -oE -- '--[a-z-]+' | while read -r flag; do
  grep -qF -- "\`$flag" "$KYMA_SOURCE/docs/operations.md" || die "docs/operations.md does not tell of $flag"
done

step "the log's level is changed while it runs"
expect "level" info "$(curl -fsS "http://$DEBUG/debug/loglevel")"
expect "new level" debug "$(curl -fsS -X PUT -d debug "http://$DEBUG/debug/loglevel")"
expect "as JSON" warning "$(curl -fsS -X PUT -d '{"level":"warn"}' "http://$DEBUG/debug/loglevel")"
grep -q 'Log level changed from=debug to=warning' "$SCRATCH/operator.log" || die "the change is not in the log"
expect "no level" 400 "$(status -X PUT -d loud "http://$DEBUG/debug/loglevel")"

step "a CPU profile, with the names of functions, while the daemon goes on"
busy 5 &
"$pprof" --text --seconds=3 "http://$DEBUG/debug/pprof/profile" >"$SCRATCH/profile.txt" 2>"$SCRATCH/pprof.log" ||
  { cat "$SCRATCH/pprof.log"; die "google-pprof cannot read the profile"; }
wait $!
expect_match "functions" 'kyma::' "$(cat "$SCRATCH/profile.txt")"
# The same by file, with the program at hand.
busy 3 &
curl -fsS "http://$DEBUG/debug/pprof/profile?seconds=2" -o "$SCRATCH/cpu.prof"
wait $!
expect_match "from a file" 'kyma::' "$("$pprof" --text "$KYMA_BIN/kyma-operator" "$SCRATCH/cpu.prof" 2>/dev/null)"

step "one at a time, and a client that goes away ends its profile"
hold_profiler &
client=$!
expect "no time at all" 400 "$(status "http://$DEBUG/debug/pprof/profile?seconds=0")"
until_true 5 "a second profile gets 409" is_profiling
# shellcheck disable=SC2046
kill "$client" $(pgrep -P "$client")
until_true 5 "the profiler is free again" curl -fsS "http://$DEBUG/debug/pprof/profile?seconds=1" -o /dev/null
expect "no heap profile on glibc's malloc" 501 "$(status "http://$DEBUG/debug/pprof/heap")"
expect_match "and the remedy" 'LD_PRELOAD=libtcmalloc.so.4' "$(cat "$SCRATCH/body")"

step "a profile does not hold up the end"
hold_profiler &
until_true 5 "a profile is taken" is_profiling
kill $!  # not what it runs: that is the daemon's to end
begin="$(now)"
stop_operator
between "seconds to stop" 0 4 "$(seconds_since "$begin")"

step "a heap profile, on tcmalloc"
export LD_PRELOAD=libtcmalloc.so.4 TCMALLOC_SAMPLE_PARAMETER=4096
start_operator
unset LD_PRELOAD TCMALLOC_SAMPLE_PARAMETER
"$pprof" --text "http://$DEBUG/debug/pprof/heap" >"$SCRATCH/heap.txt" 2>"$SCRATCH/pprof.log" ||
  { cat "$SCRATCH/pprof.log"; die "google-pprof cannot read the heap profile"; }
expect_match "functions" 'kyma::' "$(cat "$SCRATCH/heap.txt")"
stop_operator

step "secured metrics, as the deployed service account"
readonly kubeconfig="$SCRATCH/account.kubeconfig"
k config view --raw --minify | sed '/^users:/,$d' >"$kubeconfig"
KUBECONFIG="$kubeconfig" k config set-credentials "$account" --token="$(k create token -n $system $account)" >/dev/null
KUBECONFIG="$kubeconfig" k config set-context "$(KUBECONFIG="$kubeconfig" k config current-context)" --user="$account" >/dev/null
k create serviceaccount -n team prometheus >/dev/null
k create serviceaccount -n team somebody >/dev/null
k create clusterrolebinding reader --clusterrole=kyma-operator-metrics-reader --serviceaccount=team:prometheus >/dev/null
start_operator --kubeconfig "$kubeconfig" --metrics-secure
metrics() { status -H "Authorization: Bearer $1" "https://$METRICS/metrics"; }
expect "without a token" 401 "$(status "https://$METRICS/metrics")"
expect "with a token that is none" 401 "$(metrics none)"
expect "without the right" 403 "$(metrics "$(k create token -n team somebody)")"
expect_match "who and what" 'system:serviceaccount:team:somebody may not get /metrics' "$(cat "$SCRATCH/body")"
scraper="$(k create token -n team prometheus)"
expect "with it" 200 "$(metrics "$scraper")"
expect_match "metrics" '^workqueue_depth' "$(cat "$SCRATCH/body")"
curl -s -m 3 "http://$METRICS/metrics" | grep -q workqueue_depth && die "metrics are served without TLS"
expect "the probes stay open" ok "$(curl -fsS "http://$HEALTH/readyz")"
grep -qF "$scraper" "$SCRATCH/operator.log" && die "a token is in the log"

step "Prometheus scrapes with its token"
printf '%s' "$scraper" >"$SCRATCH/token"
cat >"$SCRATCH/prometheus.yml" <<YAML
global: {scrape_interval: 1s}
scrape_configs:
  - job_name: kyma-operator
    scheme: https
    authorization: {credentials_file: "$SCRATCH/token"}
    tls_config: {insecure_skip_verify: true}
    static_configs: [{targets: ["$METRICS"]}]
YAML
port=$((20000 + RANDOM % 20000))
start prometheus prometheus --config.file="$SCRATCH/prometheus.yml" --storage.tsdb.path="$SCRATCH/tsdb" \
  --web.listen-address="127.0.0.1:$port"
is_up() {
  curl -fsS --get "http://127.0.0.1:$port/api/v1/query" --data-urlencode 'query=up == 1' | jq -e '.data.result | length > 0'
}
until_true 30 "Prometheus scrapes" is_up

step "a daemon that may not ask lets nobody in, and says why"
k delete clusterrolebinding kyma-operator-metrics-auth-rolebinding >/dev/null
expect "500" 500 "$(metrics another-token)"
expect_match "the right that is missing" 'Cannot tell who may use.*tokenreviews.*config/metrics-secure' "$(cat "$SCRATCH/operator.log")"
expect "what a stranger is told of it" "" "$(grep tokenreviews "$SCRATCH/body" || true)"
k apply -k "$KYMA_SOURCE/config/metrics-secure" >/dev/null
kill -KILL "$SERVER_PID"
expect "nor one without an API server" 500 "$(metrics one-more-token)"
kill -TERM "$OPERATOR_PID"
wait "$OPERATOR_PID" || true

step "lines of a reconcile tell which it is"
start logs "$KYMA_BIN/kyma-operator" --embedded --embedded-listen 127.0.0.1:0 --embedded-kubeconfig "$SCRATCH/logs.kubeconfig" \
  --charts-dir "$CHARTS" --metrics-bind-address 127.0.0.1:0 --health-probe-bind-address 127.0.0.1:0 --log-format=json
until_true 20 "the daemon serves" k --kubeconfig "$SCRATCH/logs.kubeconfig" get --raw /readyz
k --kubeconfig "$SCRATCH/logs.kubeconfig" apply -k "$KYMA_SOURCE/config/crd" >/dev/null
small_kyma two ab | k --kubeconfig "$SCRATCH/logs.kubeconfig" apply -f - >/dev/null
until_true 30 "the Kyma is ready" grep -q '"Kyma is ready"' "$SCRATCH/logs.log"
line="$(grep '"Kyma is ready"' "$SCRATCH/logs.log")"
expect "who" 'kyma inventory.kyma-project.io Kyma default two' \
  "$(jq -r '[.controller, .controllerGroup, .controllerKind, .namespace, .name] | join(" ")' <<<"$line")"
expect_match "reconcileID" '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' "$(jq -r .reconcileID <<<"$line")"
