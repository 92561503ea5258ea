#!/usr/bin/env bash
# Debian's Prometheus scrapes the daemon; promtool finds nothing to complain about.
. "$(dirname "$0")/lib.sh"

start_apiserver
install_crds
start_operator
small_kyma one abcd | k apply -f - >/dev/null
k wait --for=condition=Ready kyma/one --timeout=60s >/dev/null

step "promtool check metrics"
curl -fsS "http://$METRICS/metrics" >"$SCRATCH/metrics.txt"
promtool check metrics <"$SCRATCH/metrics.txt" || die "promtool complains about the daemon's metrics"
k get --raw /metrics | promtool check metrics || die "promtool complains about the API server's metrics"

step "the names that dashboards query"
for name in workqueue_depth workqueue_adds_total workqueue_retries_total workqueue_queue_duration_seconds_bucket \
  workqueue_work_duration_seconds_bucket workqueue_unfinished_work_seconds workqueue_longest_running_processor_seconds \
  controller_runtime_reconcile_total controller_runtime_reconcile_errors_total controller_runtime_active_workers \
  controller_runtime_max_concurrent_reconciles controller_runtime_reconcile_time_seconds_bucket \
  controller_runtime_terminal_reconcile_errors_total controller_runtime_reconcile_panics_total \
  controller_runtime_reconcile_timeouts_total rest_client_requests_total rest_client_request_duration_seconds_bucket \
  rest_client_rate_limiter_duration_seconds_bucket rest_client_request_size_bytes_bucket \
  rest_client_response_size_bytes_bucket process_resident_memory_bytes process_cpu_seconds_total; do
  grep -q "^${name}[{ ]" "$SCRATCH/metrics.txt" || die "no sample of $name"
done

step "Prometheus scrapes"
cat >"$SCRATCH/prometheus.yml" <<YAML
global: {scrape_interval: 1s}
scrape_configs:
  - job_name: kyma-operator
    static_configs: [{targets: ["$METRICS"]}]
YAML
port=$((20000 + RANDOM % 20000))
start prometheus prometheus --config.file="$SCRATCH/prometheus.yml" --storage.tsdb.path="$SCRATCH/tsdb" \
  --web.listen-address="127.0.0.1:$port"
query() { curl -fsS --get "http://127.0.0.1:$port/api/v1/query" --data-urlencode "query=$1"; }
has_result() { query "$1" | jq -e '.data.result | length > 0'; }
until_true 60 "Prometheus has workqueue_depth" has_result 'workqueue_depth{name="helmcomponent"}'
expect "depth is back to 0" 0 "$(query 'sum(workqueue_depth{name="helmcomponent"})' | jq -r '.data.result[0].value[1]')"
expect "target is up" 1 "$(query up | jq -r '.data.result[0].value[1]')"

step "health"
expect "healthz" ok "$(curl -fsS "http://$HEALTH/healthz")"
expect_match "readyz?verbose" '\[\+\]informer-sync ok' "$(curl -fsS "http://$HEALTH/readyz?verbose")"
expect "one check" ok "$(curl -fsS "http://$HEALTH/readyz/informer-sync")"
