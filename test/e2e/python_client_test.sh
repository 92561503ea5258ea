#!/usr/bin/env bash
# The official Python client, as Debian packages it, against the embedded server.
. "$(dirname "$0")/lib.sh"

# Debian's package belongs to Debian's interpreter, whatever else is called python3 here.
PYTHON=/usr/bin/python3
if ! "$PYTHON" -c 'import kubernetes' 2>/dev/null; then
  "$KYMA_SOURCE/.make/deps.sh" --quiet test >"$SCRATCH/deps.log" 2>&1 || true
  "$PYTHON" -c 'import kubernetes' 2>/dev/null || { echo "SKIPPED: python3-kubernetes is not installed and cannot be (make deps)"; exit 0; }
fi
start_apiserver
"$PYTHON" -W ignore::ResourceWarning "$KYMA_SOURCE/test/e2e/python_client_test.py"
