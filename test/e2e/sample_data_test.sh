#!/usr/bin/env bash
# config/samples/sample-data.sh creates reference Kymas, waits for the last, and tells how long it took.
. "$(dirname "$0")/lib.sh"

start_apiserver
install_crds
start_operator
text="$(bash "$KYMA_SOURCE/config/samples/sample-data.sh" 1 3 fleet)" || die "sample-data.sh failed: $text"
echo "$text"
expect "Kymas" 3 "$(k get kymas -n fleet --no-headers | grep -c ' success ')"
expect "components" 54 "$(k get helmcomponents -n fleet --no-headers | grep -c ' success ')"
