#!/usr/bin/env bash
# What concurrent clients see of a server is linearizable: in memory, on disk, and on disk while it is killed or stopped
# and started again. KYMA_LINEARIZABLE_SECONDS=600 for a long run by hand; by default a few seconds of each.
. "$(dirname "$0")/lib.sh"

SECONDS_EACH="${KYMA_LINEARIZABLE_SECONDS:-4}"
for form in memory durable restarted; do
  step "clients of a server: $form, $SECONDS_EACH s"
  mkdir "$SCRATCH/$form"
  "$KYMA_BIN/linearizable_clients" "$KYMA_BIN/kyma-apiserver" "$SCRATCH/$form" "$form" "$SECONDS_EACH" || {
    cp "$SCRATCH/$form"/*.log "$SCRATCH"
    die "$form"
  }
done
