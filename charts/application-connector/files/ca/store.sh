#!/bin/sh
# Stores what make.sh made, unless there is a CA already: replacing it would cut off all applications.
set -eu
cd /out
if ! kubectl --namespace "$NAMESPACE" get secret "$SECRET" >/dev/null 2>&1; then
  kubectl --namespace "$NAMESPACE" create secret generic "$SECRET" --from-file=ca.key --from-file=ca.crt
fi
# Istio reads the certificate from a Secret beside its gateway.
kubectl --namespace "$NAMESPACE" get secret "$SECRET" --output 'jsonpath={.data.ca\.crt}' | base64 -d >cacert
kubectl --namespace "$GATEWAY_NAMESPACE" create secret generic "$GATEWAY_SECRET" --from-file=cacert \
  --dry-run=client --output yaml | kubectl apply --filename -
