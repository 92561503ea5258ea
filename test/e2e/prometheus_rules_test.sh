#!/usr/bin/env bash
# The alerts: promtool's unit tests of each, both written-out forms current, and the configurations that go with them.
. "$(dirname "$0")/lib.sh"
cd "$KYMA_SOURCE"

step "each alert fires when it should"
promtool test rules test/e2e/prometheus_rules.yaml || die "promtool's tests of the alerts failed"
for alert in $(sed -n 's/^ *- alert: //p' config/prometheus/rules.yaml); do
  grep -q "alertname=\"$alert\"" test/e2e/prometheus_rules.yaml || die "no test lets $alert fire"
done

step "the written-out forms are current"
config/prometheus/generate.sh "$SCRATCH/prometheus_rule.yaml" "$SCRATCH/rules.yaml"
for pair in config/prometheus/prometheus_rule.yaml deploy/prometheus/rules.yaml; do
  diff "$pair" "$SCRATCH/${pair##*/}" || die "$pair is not current; run make build-installer"
done
rule="$(k kustomize config/prometheus | sed -n '/^kind: PrometheusRule/,/^---/p')"
expect "alerts in the PrometheusRule" "$(grep -c 'alert:' config/prometheus/rules.yaml)" "$(grep -c 'alert:' <<<"$rule")"

step "configurations"
promtool check rules deploy/prometheus/rules.yaml || die "promtool complains about the rules"
promtool check config deploy/prometheus/prometheus.yml || die "promtool complains about prometheus.yml"

step "the memory alert is about the limit that is deployed"
limit="$(sed -n 's/^ *memory: \([0-9]*\)Mi$/\1/p' config/manager/manager.yaml | tail -n 1)"
expect_match "alert" "> 0.8 \* $limit \* 1024 \* 1024" "$(cat config/prometheus/rules.yaml)"
expect_match "unit" "^MemoryMax=${limit}M" "$(grep MemoryMax deploy/systemd/kyma-operator.service)"
