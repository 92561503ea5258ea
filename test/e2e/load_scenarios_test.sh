#!/usr/bin/env bash
# The load generator's scenarios, objectives and comparison, with components of short names.
. "$(dirname "$0")/lib.sh"

start_apiserver
install_crds
for chart in a bb; do make_chart "$chart" 'kind: ConfigMap'; done
start_operator --qps 2000 --burst 2000

# load NAME FLAG...: a run whose report is SCRATCH/NAME.json; its exit code is in CODE.
load() {
  local name="$1"
  shift
  CODE=0
  "$KYMA_BIN/kyma-load" --kubeconfig "$KUBECONFIG" --components a,bb --daemon-metrics "http://$METRICS/metrics" \
    --name-prefix "$name" --json "$SCRATCH/$name.json" --no-progress --cleanup "$@" >"$SCRATCH/$name.log" 2>&1 || CODE=$?
  cat "$SCRATCH/$name.log"
}
# figure NAME FILTER: what jq finds in a run's report.
figure() { jq -r "$2" "$SCRATCH/$1.json"; }

step "churn"
load churn --scenario churn --kymas 10 --rate 10 --duration 6s --objective 'lateness-p99-seconds<=0.5' --objective 'failures<=0'
expect "exit code" 0 "$CODE"
expect "result" success "$(figure churn .result)"
expect "Kymas made in all" 30 "$(figure churn .kymas.created)"
expect "Kymas left, in success" 10 "$(figure churn .kymas.byState.success)"
expect "deleted and gone with their components" "20 20" "$(figure churn '"\(.churn.deleted) \(.churn.deletedAndGone)"')"
expect "changes" 20 "$(figure churn .churn.changed)"
expect "changed Kymas that were reconciled again" true "$(figure churn '.churn.changedSurvivors > 0 and .churn.changedSurvivors == .churn.reconciledSurvivors')"
between "time from a change to success" 3.9 9 "$(figure churn .churn.changeToSuccessSeconds.p50)"
expect "what --cleanup left" "" "$(k get kymas,helmcomponents -A -o name)"

step "batches"
load batches --scenario batches --kymas 6 --batch-size 3
expect "exit code" 0 "$CODE"
expect "marks" "batch 1,batch 2" "$(figure batches '[.marks[].text] | join(",")')"
between "two lifecycles, one after the other" 13.9 17 "$(figure batches .totalSeconds)"
between "per Kyma" 6.9 9 "$(figure batches .timeToSuccessSeconds.max)"
between "transitions that were measured" 55 60 "$(figure batches .latenessSeconds.transitions)"

step "samples"
between "samples" 13 20 "$(figure batches '.samples | length')"
expect "the daemon was asked" true "$(figure batches '[.samples[] | select(.daemon.residentBytes > 0)] | length > 10')"
expect "the API server was asked" true "$(figure batches '[.samples[] | select(.server.requests > 0)] | length > 10')"

step "an objective that is missed"
load missed --kymas 1 --objective 'total-seconds<=1' --report "$SCRATCH/missed.html"
expect "exit code" 1 "$CODE"
expect "result" "success false" "$(figure missed '"\(.result) \(.passed)"')"
expect_match "verdict" '^  FAIL +total-seconds <= 1: 7\.' "$(cat "$SCRATCH/missed.log")"
expect_match "page" '<html' "$(head -c 2000 "$SCRATCH/missed.html")"

step "compare"
"$KYMA_BIN/kyma-load" compare "$SCRATCH/missed.json" "$SCRATCH/missed.json" --fail-on-regression 0 >"$SCRATCH/same.log" ||
  die "a run is worse than itself"
code=0
"$KYMA_BIN/kyma-load" --compare "$SCRATCH/missed.json" "$SCRATCH/batches.json" --fail-on-regression 50 \
  >"$SCRATCH/compare.log" 2>&1 || code=$?
expect "exit code" 1 "$code"
expect_match "table" '^total-seconds .* worse$' "$(cat "$SCRATCH/compare.log")"
expect_match "warning" '^warning: kymas differs: 1 and 6' "$(cat "$SCRATCH/compare.log")"
expect_match "regressions" '^error: worse by more than 50 %: total-seconds' "$(cat "$SCRATCH/compare.log")"
