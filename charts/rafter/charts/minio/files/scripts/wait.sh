#!/bin/sh
# Waits until the object store answers, at most two minutes.
attempt=0
until mc alias set store "$STORE_URL" "$ACCESS_KEY" "$SECRET_KEY" >/dev/null 2>&1; do
  attempt=$((attempt + 1))
  if [ "$attempt" -ge 60 ]; then
    echo "no answer from $STORE_URL" >&2
    exit 1
  fi
  sleep 2
done
