#!/usr/bin/env bash
# `kyma-operator template` beside `helm template` as whole processes, chart by chart in one run: medians, and how many times
# faster. Charts that make RSA keys are left out: that takes as long as it takes. Usage: template_vs_helm.sh [RUNS]
set -euo pipefail
cd "$(dirname "$0")/../.."
bin="${KYMA_BIN:-build/bin}"
runs="${1:-9}"

# median COMMAND...: milliseconds.
median() {
  local i begin
  for ((i = 0; i < runs; ++i)); do
    begin=$(date +%s%N)
    "$@" >/dev/null 2>&1
    echo $((($(date +%s%N) - begin) / 1000))
  done | sort -n | awk '{v[NR] = $1} END {printf "%.1f", v[int((NR + 1) / 2)] / 1000}'
}

printf '%-24s %10s %10s %8s\n' CHART 'helm ms' 'kyma ms' times
for chart in charts/*/; do
  name="$(basename "$chart")"
  if grep -rqE 'gen(CA|SignedCert|SelfSignedCert|PrivateKey)' "$chart"; then continue; fi
  theirs="$(median build/tools/helm template "$name" "$chart")"
  ours="$(median "$bin/kyma-operator" template "$name" "$chart")"
  awk -v n="$name" -v a="$theirs" -v b="$ours" 'BEGIN {printf "%-24s %10.1f %10.1f %7.1fx\n", n, a, b, a / b}'
done
