#!/bin/sh
# Makes the stream or brings it to what /stream/stream.json says.
set -eu
name="$1"
tries=0
until nats --server "$NATS_URL" account info >/dev/null 2>&1; do
  tries=$((tries + 1))
  if [ "$tries" -ge 60 ]; then
    echo "no answer from $NATS_URL" >&2
    exit 1
  fi
  sleep 2
done
if nats --server "$NATS_URL" stream info "$name" >/dev/null 2>&1; then
  exec nats --server "$NATS_URL" stream edit "$name" --config /stream/stream.json --force
fi
exec nats --server "$NATS_URL" stream add "$name" --config /stream/stream.json
