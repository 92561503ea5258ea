#!/usr/bin/env bash
# Creates many copies of the reference Kyma and checks that the last one is ready in time.
set -euo pipefail

readonly limit_seconds=100
# kubectl sends 300 requests at once and 50 a second after that, so each call gets what it can send at once.
readonly per_call=300
readonly calls_at_once=8

usage() {
  cat <<USAGE
Usage: ${0##*/} FROM TO [NAMESPACE]

Creates the Kymas kyma-sample-FROM to kyma-sample-TO, copies of the reference Kyma of 18 components, in NAMESPACE
(default: default; created when missing), and waits until the last of them is Ready. Fails when all of that takes more
than $limit_seconds seconds.

  ${0##*/} 1 1          one Kyma
  ${0##*/} 1 1000 load  a thousand, in the namespace load

Environment: KUBECTL, the kubectl command to use, with options if need be (default: kubectl).
USAGE
}

fail() {
  echo "sample-data: $*" >&2
  exit 1
}

case "${1:-}" in -h | --help) usage; exit 0 ;; esac
if [ $# -lt 2 ] || [ $# -gt 3 ]; then
  usage >&2
  exit 2
fi
for number in "$1" "$2"; do
  [[ "$number" =~ ^[0-9]{1,7}$ ]] || fail "FROM and TO are numbers, but one is '$number'"
done
# 10#: a leading zero does not make a number octal.
readonly from=$((10#$1)) to=$((10#$2)) namespace="${3:-default}"
[ "$from" -le "$to" ] || fail "FROM ($from) is greater than TO ($to)"
read -r -a kubectl <<<"${KUBECTL:-kubectl}"
command -v "${kubectl[0]}" >/dev/null || fail "there is no '${kubectl[0]}'; install kubectl or set KUBECTL"
template="$(<"$(dirname "${BASH_SOURCE[0]}")/inventory_v1alpha1_kyma.yaml")"
readonly template

in_namespace="${template/namespace: default/namespace: $namespace}"
manifests() {
  local n
  for ((n = $1; n <= $2; n++)); do
    printf '%s\n---\n' "${in_namespace/name: kyma-sample/name: kyma-sample-$n}"
  done
}
create() {
  manifests "$1" "$2" | "${kubectl[@]}" create -f - >/dev/null
}

"${kubectl[@]}" get namespace "$namespace" >/dev/null 2>&1 || "${kubectl[@]}" create namespace "$namespace" >/dev/null ||
  fail "cannot create the namespace $namespace"

SECONDS=0
calls=()
for ((first = from; first <= to; first += per_call)); do
  last=$((first + per_call - 1 < to ? first + per_call - 1 : to))
  if [ ${#calls[@]} -ge $calls_at_once ]; then
    wait "${calls[0]}" || fail "kubectl could not create all Kymas; see above"
    calls=("${calls[@]:1}")
  fi
  create "$first" "$last" &
  calls+=($!)
done
for call in "${calls[@]}"; do
  wait "$call" || fail "kubectl could not create all Kymas; see above"
done
echo "sample-data: $((to - from + 1)) Kymas created in $SECONDS s, waiting for kyma-sample-$to"

remaining=$((limit_seconds - SECONDS))
if [ $remaining -lt 1 ] ||
  ! "${kubectl[@]}" wait --for=condition=Ready "kyma/kyma-sample-$to" -n "$namespace" --timeout="${remaining}s" >/dev/null; then
  waiting="$("${kubectl[@]}" get kyma "kyma-sample-$to" -n "$namespace" -o 'jsonpath={.status.waitingFor}' || true)"
  fail "kyma-sample-$to was not Ready within $limit_seconds s; it waits for ${waiting:-the operator, which has not seen it}"
fi
took=$SECONDS
[ $took -le $limit_seconds ] || fail "kyma-sample-$to was Ready after $took s, which is more than $limit_seconds s"
echo "sample-data: kyma-sample-$to was Ready after $took s"
