#!/usr/bin/env bash
# Every query of every dashboard and alert, run by a real Prometheus that has scraped a live daemon: all of them parse, and all
# return data except for those that a healthy daemon has none for.
. "$(dirname "$0")/lib.sh"
cd "$KYMA_SOURCE"

# Empty as long as all goes well; REGEX of the expression, and why.
may_be_empty=(
  'rest_client_requests_total\{.*code!~"2\.\."'  # no request was refused
  'rest_client_request_retries_total'            # none was sent again
)

start_apiserver
install_crds
start_operator --qps=auto --leader-elect
small_kyma one ab cde | k apply -f - >/dev/null

step "Prometheus scrapes as it would scrape pods"
port=$((25200 + RANDOM % 700))
# Debian's Prometheus has no discovery of Kubernetes: what that would find stands here, two containers' ports of a pod.
awk -v target="$METRICS" '
  /kubernetes_sd_configs:/ {
    skip = 1
    print "    static_configs:"
    for (i = 1; i <= 2; i++) {
      printf "      - targets: [\"%s\"]\n        labels:\n", i == 1 ? target : "127.0.0.1:1"
      printf "          __meta_kubernetes_pod_container_port_name: %s\n", i == 1 ? "metrics" : "health"
      print "          __meta_kubernetes_namespace: kyma-operator-system\n          __meta_kubernetes_pod_name: pod-0"
      print "          __meta_kubernetes_pod_phase: Running"
    }
  }
  /relabel_configs:/ {skip = 0}
  !skip {print}' deploy/prometheus/kubernetes-pods.yml >"$SCRATCH/prometheus.yml"
printf 'global: {scrape_interval: 1s, evaluation_interval: 1s}\n' >>"$SCRATCH/prometheus.yml"
cp deploy/prometheus/rules.yaml "$SCRATCH/"
start prometheus prometheus --config.file="$SCRATCH/prometheus.yml" --storage.tsdb.path="$SCRATCH/tsdb" \
  --web.listen-address="127.0.0.1:$port"
api() { local path="$1"; shift; curl -sS --get "http://127.0.0.1:$port/api/v1/$path" "$@"; }
query() { api query --data-urlencode "query=$1"; }
labels='job="kyma-operator", namespace="kyma-operator-system", pod="pod-0"'
in_success() { query "kyma_operator_kymas{$labels, state=\"success\"} == 1" | grep -q '"value":'; }
until_true 60 "Prometheus has seen a Kyma in success" in_success
expect "scrape targets" 1 "$(query 'count(up)' | jq -r '.data.result[0].value[1]')"
sleep 3  # rates want a few samples of everything

# check WHERE EXPRESSION
checked=0 empty=0
check() {
  local answer pattern
  answer="$(query "$2")"
  [ "$(jq -r .status <<<"$answer")" = success ] || die "$1: $(jq -r .error <<<"$answer"): $2"
  checked=$((checked + 1))
  [ "$(jq '.data.result | length' <<<"$answer")" = 0 ] || return 0
  for pattern in "${may_be_empty[@]}"; do
    if grep -qE "$pattern" <<<"$2"; then empty=$((empty + 1)); return 0; fi
  done
  die "$1: no data for $2"
}
# As Grafana would fill it in.
fill_in() { sed -e 's/\$__rate_interval/30s/g' -e 's/\$job/kyma-operator/g' -e 's/\$instance/.*/g' <<<"$1"; }

step "dashboards"
uids=""
for dashboard in config/grafana/*.json; do
  name="$(basename "$dashboard")"
  jq -e '.uid and .title and (.panels | length > 0) and ([.panels[].id] | unique | length) == (.panels | length)' \
    "$dashboard" >/dev/null || die "$name: no uid, title or panels, or two panels of one id"
  grep -q "files: \[$name\]" config/grafana/kustomization.yaml || die "$name is not in config/grafana/kustomization.yaml"
  uids+="$(jq -r .uid "$dashboard")"$'\n'
  while IFS= read -r panel; do
    expression="$(fill_in "$(jq -r .expr <<<"$panel")")"
    expect_match "$name: selects the job" 'job="kyma-operator"' "$expression"
    expect_match "$name: a variable is left" '^[^$]*$' "$expression"
    check "$name: $(jq -r .title <<<"$panel")" "$expression"
  done < <(jq -c '.panels[] | select(.type != "row") | .title as $title |
                  if (.targets | length) > 0 then .targets[] | {title: $title, expr} else error("\($title): no query") end' \
             "$dashboard" || echo broken)
  while IFS= read -r variable; do
    selector="$(sed -E 's/^label_values\((.*), *[a-z_]+\)$/\1/' <<<"$variable")"
    check "$name: variable" "$(fill_in "$selector")"
  done < <(jq -r '.templating.list[] | select(.type == "query") | .query.query' "$dashboard")
done
expect "dashboards of the same uid" "" "$(sort <<<"$uids" | uniq -d)"
echo "$checked queries, $empty of them without data"

step "alerts: every series that they look at is there, and Prometheus evaluates them"
evaluated() { api rules | jq -r '.data.groups[].rules[].health' >"$SCRATCH/health" && ! grep -q unknown "$SCRATCH/health"; }
until_true 20 "rules are evaluated" evaluated
rules="$(api rules)"
expect "rules" "$(grep -c 'alert:' config/prometheus/rules.yaml)" "$(jq '[.data.groups[].rules[]] | length' <<<"$rules")"
expect "unhealthy rules" '[]' "$(jq -c '[.data.groups[].rules[] | select(.health != "ok") | {name, lastError}]' <<<"$rules")"
expect "firing alerts" '[]' "$(jq -c '[.data.groups[].rules[] | select(.state == "firing") | .name]' <<<"$rules")"
while IFS= read -r selector; do
  check "alerts" "$(sed -E 's/code=~"[^"]*",?//' <<<"$selector")"
done < <(jq -r '.data.groups[].rules[].query' <<<"$rules" | grep -oE '[a-z_]+\{[^}]*\}' | sort -u)
