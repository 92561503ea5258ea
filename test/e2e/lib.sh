# What the end-to-end tests share: a scratch directory, programs on free ports, waiting with a limit, and asserts that say
# what they saw. Sourced, never run. Everything that is started is stopped when the script ends.
# shellcheck shell=bash disable=SC2034
set -euo pipefail

: "${KYMA_SOURCE:=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}"
: "${KYMA_BIN:=$KYMA_SOURCE/build/bin}"
export PATH="$KYMA_SOURCE/build/tools:$PATH"
KUBECTL="${KUBECTL:-$KYMA_SOURCE/build/tools/kubectl}"
[ -x "$KUBECTL" ] || { echo "no kubectl at $KUBECTL; run 'make tools'" >&2; exit 1; }
export KUBECTL

SCRATCH="$(mktemp -d "${TMPDIR:-/tmp}/kyma-e2e.XXXXXX")"
export KUBECONFIG="$SCRATCH/kubeconfig"
export HOME="$SCRATCH"  # kubectl's caches, and nobody's own kubeconfig
PIDS=()
# The project's charts, and room for a test's own.
CHARTS="$SCRATCH/charts"
cp -R "$KYMA_SOURCE/charts" "$CHARTS"

finish() {
  local code=$?
  [ ${#PIDS[@]} -eq 0 ] || kill "${PIDS[@]}" 2>/dev/null || true
  wait 2>/dev/null || true
  if [ $code -ne 0 ]; then
    for log in "$SCRATCH"/*.log; do
      [ -f "$log" ] || continue
      echo "--- the end of ${log##*/}"
      tail -n 25 "$log"
    done
  fi
  rm -rf "$SCRATCH"
  exit $code
}
trap finish EXIT

step() { echo "== $*"; }
die() { echo "FAILED: $*" >&2; exit 1; }
k() { "$KUBECTL" "$@"; }
now() { date +%s.%N; }
seconds_since() { awk -v a="$1" -v b="$(now)" 'BEGIN {printf "%.1f", b - a}'; }

# until_true SECONDS WHAT COMMAND...: polls until the command succeeds.
until_true() {
  local limit="$1" what="$2" begin
  shift 2
  begin="$(date +%s)"
  until "$@" >/dev/null 2>&1; do
    [ $(($(date +%s) - begin)) -lt "$limit" ] || die "not within $limit s: $what"
    sleep 0.1
  done
}

# expect WHAT EXPECTED ACTUAL
expect() { [ "$2" = "$3" ] || die "$1: expected '$2', got '$3'"; }
# expect_match WHAT REGEX TEXT
expect_match() { grep -qE -- "$2" <<<"$3" || die "$1: '$2' does not match: $3"; }
# between WHAT LOW HIGH VALUE
between() { awk -v v="$4" -v a="$2" -v b="$3" 'BEGIN {exit !(v >= a && v <= b)}' || die "$1: $4 is not in $2..$3"; }

# start NAME COMMAND...: in the background, output in SCRATCH/NAME.log; the process id is in STARTED.
start() {
  local name="$1"
  shift
  "$@" >"$SCRATCH/$name.log" 2>&1 &
  STARTED=$!
  PIDS+=("$STARTED")
}

# The embedded API server alone, on a free port or on LISTEN; sets KUBECONFIG's target and SERVER_PID.
start_apiserver() {
  start apiserver "$KYMA_BIN/kyma-apiserver" --listen "${LISTEN:-127.0.0.1:0}" --kubeconfig-out "$KUBECONFIG" "$@"
  SERVER_PID=$STARTED
  until_true 20 "API server ready" k get --raw /readyz
}

# The daemon against KUBECONFIG; sets OPERATOR_PID, METRICS and HEALTH (host:port).
start_operator() {
  start operator "$KYMA_BIN/kyma-operator" --metrics-bind-address 127.0.0.1:0 --health-probe-bind-address 127.0.0.1:0 \
    --debug-bind-address 127.0.0.1:0 --charts-dir "$CHARTS" "$@"
  OPERATOR_PID=$STARTED
  until_true 20 "operator logs its addresses" grep -q 'endpoint=health' "$SCRATCH/operator.log"
  METRICS="$(sed -n 's/.*endpoint=metrics address=//p' "$SCRATCH/operator.log" | tail -n 1)"
  HEALTH="$(sed -n 's/.*endpoint=health address=//p' "$SCRATCH/operator.log" | tail -n 1)"
  DEBUG="$(sed -n 's/.*endpoint=debug address=//p' "$SCRATCH/operator.log" | tail -n 1)"
  until_true 30 "operator ready" curl -fsS "http://$HEALTH/readyz"
}

install_crds() { k apply -k "$KYMA_SOURCE/config/crd" >/dev/null; }

# record_components FILE: every change of every HelmComponent from now on, with the time it was seen, one JSON a line.
# Goes on from the last version when the stream ends, as it does with a server that is restarted.
record_components() {
  local server token file="$1"
  server="$(k config view -o 'jsonpath={.clusters[0].cluster.server}')/apis/inventory.kyma-project.io/v1alpha1/helmcomponents"
  token="$(k config view --raw -o 'jsonpath={.users[0].user.token}')"
  : >"$file"
  (
    version="$(curl -sk -H "Authorization: Bearer $token" "$server?limit=1" | jq -r .metadata.resourceVersion)"
    while true; do
      # The server's death may cut a line in two; it comes again, whole.
      curl -skN -H "Authorization: Bearer $token" "$server?watch=true&timeoutSeconds=900&resourceVersion=$version" |
        jq -c --unbuffered '{at: now, name: (.object.metadata.namespace + "/" + .object.metadata.name),
                             component: .object.spec.componentName, state: .object.status.status,
                             scheduled: .object.status.lastReconciliation,
                             version: .object.metadata.resourceVersion}' >>"$file" 2>/dev/null || true
      last="$(tail -n 1 "$file" | jq -r .version)"
      version="${last:-$version}"
      sleep 0.1
    done
  ) &
  PIDS+=($!)
}
# check_transitions FILE COMPONENTS: all of them went through the whole lifecycle, nothing lost, doubled or early.
check_transitions() {
  local verdict
  verdict="$(jq -s -f "$KYMA_SOURCE/test/e2e/transitions.jq" "$1")"
  echo "transitions: $(jq -c '{components, transitions}' <<<"$verdict")"
  expect "faults" '[]' "$(jq -c '.faults[:5]' <<<"$verdict")"
  expect "components" "$2" "$(jq .components <<<"$verdict")"
}

# metric REGEX: the sum of the daemon's samples whose line matches.
metric() { curl -fsS "http://$METRICS/metrics" | grep -E "$1" | awk '{sum += $NF} END {printf "%d", sum}'; }
# server_count VERB RESOURCE [SUBRESOURCE]: how many requests the API server has answered.
server_count() {
  k get --raw /metrics | awk -v verb="verb=\"$1\"" -v resource="resource=\"$2\"" -v part="subresource=\"${3:-}\"" '
    /^apiserver_request_total[{]/ && index($0, verb) && index($0, ",resource=" substr(resource, 10)) && index($0, part) {
      sum += $NF
    }
    END {printf "%d", sum}'
}

# make_chart NAME TEMPLATE: a chart of one template.
make_chart() {
  mkdir -p "$CHARTS/$1/templates"
  printf 'apiVersion: v2\nname: %s\nversion: 0.1.0\n' "$1" >"$CHARTS/$1/Chart.yaml"
  printf '%s\n' "$2" >"$CHARTS/$1/templates/all.yaml"
}

# small_kyma NAME COMPONENT...: one with short names, for tests that need not take 67 s; their charts are made.
small_kyma() {
  local name="$1" component
  shift
  for component in "$@"; do
    [ -d "$CHARTS/$component" ] || make_chart "$component" 'kind: ConfigMap'
  done
  printf 'apiVersion: inventory.kyma-project.io/v1alpha1\nkind: Kyma\nmetadata:\n  name: %s\nspec:\n  components:\n' "$name"
  printf '  - name: %s\n' "$@"
}
