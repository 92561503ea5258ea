#!/usr/bin/env bash
# Wrong flags, taken ports, unreadable files: one line that names the remedy, and a non-zero exit code.
. "$(dirname "$0")/lib.sh"

# refuses REGEX COMMAND...
refuses() {
  local pattern="$1" text code=0
  shift
  text="$(timeout 30 "$@" 2>&1)" || code=$?
  [ $code -eq 1 ] || die "$*: exit code $code, expected 1: $text"
  expect_match "$*" "$pattern" "$text"
  [ "$(grep -c '^error: ' <<<"$text")" = 1 ] || die "$*: not one error line: $text"
}

operator="$KYMA_BIN/kyma-operator"
server="$KYMA_BIN/kyma-apiserver"
load="$KYMA_BIN/kyma-load"

cd "$KYMA_SOURCE"  # whose charts are the default
mkdir "$SCRATCH/empty"

step "flags"
refuses 'unknown flag: --colour' "$operator" --colour
refuses 'unknown flag: --colour' "$server" --colour
refuses 'unknown flag: --colour' "$load" --colour red
refuses 'sync-period.*soon.*not a duration' "$operator" --sync-period soon
refuses 'log-level.*loud' "$operator" --log-level loud
refuses 'charts-dir.*/nowhere' "$operator" --embedded --charts-dir /nowhere
refuses 'no charts in.*--charts-dir' env -C "$SCRATCH/empty" "$operator" --embedded
refuses 'embedded' "$operator" --embedded-listen 127.0.0.1:0
refuses 'without TLS on 0.0.0.0:0.*loopback' "$server" --listen 127.0.0.1:0 --kubeconfig-out "$KUBECONFIG" --insecure-listen 0.0.0.0:0

refuses 'renew-deadline.*more than.*retry-period' "$operator" --leader-elect --leader-elect-renew-deadline 2s
refuses 'lease-duration.*more than.*renew-deadline' "$operator" --leader-elect --leader-elect-lease-duration 10s
refuses 'leader-elect-id.*A_B' "$operator" --leader-elect --leader-elect-id A_B
refuses 'leader-elect-namespace.*a/b' "$operator" --leader-elect --leader-elect-namespace a/b
refuses 'demo.*drop --leader-elect' "$operator" --embedded --demo --leader-elect

step "files"
refuses '/nowhere/config' "$operator" --kubeconfig /nowhere/config
echo 'not: [a kubeconfig' >"$SCRATCH/broken"
refuses "$SCRATCH/broken" "$operator" --kubeconfig "$SCRATCH/broken"
refuses '/nowhere/settings.yaml' "$operator" --config /nowhere/settings.yaml
printf 'colour: red\n' >"$SCRATCH/settings.yaml"
refuses 'colour' "$operator" --config "$SCRATCH/settings.yaml"
refuses "$SCRATCH/broken/kubeconfig" "$server" --listen 127.0.0.1:0 --kubeconfig-out "$SCRATCH/broken/kubeconfig"

step "ports"
start_apiserver
taken="$(k config view -o 'jsonpath={.clusters[0].cluster.server}' | sed 's,https://,,')"
refuses "$taken.*in use" "$server" --listen "$taken" --kubeconfig-out "$SCRATCH/other"
refuses "$taken.*in use.*--metrics-bind-address" "$operator" --metrics-bind-address "$taken" --health-probe-bind-address 0
refuses "$taken.*in use" "$operator" --embedded --embedded-listen "$taken"

step "a configuration file is obeyed, a flag wins"
printf 'metrics-bind-address: "%s"\nhealth-probe-bind-address: "0"\n' "$taken" >"$SCRATCH/settings.yaml"
refuses "$taken.*in use" "$operator" --config "$SCRATCH/settings.yaml"
