#!/bin/sh
# make-buckets.sh BUCKET...: makes each bucket and lets everybody read it.
set -eu
. /scripts/wait.sh
for bucket in "$@"; do
  mc mb --ignore-existing "store/$bucket"
  mc anonymous set download "store/$bucket"
done
