#!/usr/bin/env bash
# Writes rules.yaml out in both of its forms: generate.sh PROMETHEUS_RULE PLAIN_RULES
set -euo pipefail
source="$(dirname "${BASH_SOURCE[0]}")/rules.yaml"
made="# Made from config/prometheus/rules.yaml by make build-installer; edit that."

cat >"$1" <<YAML
$made
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: controller-manager-rules
  namespace: system
  labels:
    app.kubernetes.io/name: kyma-operator
    app.kubernetes.io/managed-by: kustomize
spec:
$(sed -e '/^#/d' -e '/./s/^/  /' "$source")
YAML
{ echo "$made"; sed '/^#/d' "$source"; } >"$2"
