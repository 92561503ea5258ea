#!/usr/bin/env bash
# Clients that mean harm: by number, by slowness, by size and by cunning. Others are served meanwhile, memory is bounded,
# and what the attackers are told is what they should be. Stronger, for more than a minute: KYMA_HOSTILE_SCALE=5.
. "$(dirname "$0")/lib.sh"

ulimit -n "$(ulimit -Hn)"
# Ten thousand connections need that many descriptors in both programs.
limit="$(ulimit -n)"
scale="${KYMA_HOSTILE_SCALE:-$(awk -v most="$limit" 'BEGIN {print (most == "unlimited" || most >= 12000) ? 1 : most / 12000}')}"

start_apiserver --insecure-listen 127.0.0.1:0
plain="$(sed -n 's,.* and http://\([^,]*\)\, objects.*,\1,p' "$SCRATCH/apiserver.log")"
[ -n "$plain" ] || die "the server does not say where it listens without TLS"

step "attacks"
"$KYMA_BIN/hostile_clients" "$KUBECONFIG" "$plain" "$SERVER_PID" "$scale" || die "the attacks did harm"

step "the server is well"
k get --raw /readyz >/dev/null || die "not ready"
k create configmap after --from-literal=a=b >/dev/null || die "no object can be made"
if grep -E ' (ERROR|error) ' "$SCRATCH/apiserver.log"; then die "errors in the server's log"; fi

k get --raw /metrics | promtool check metrics || die "promtool complains about the metrics"

step "who has a certificate of another CA is told 401"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj "/O=system:masters/CN=admin" \
  -keyout "$SCRATCH/other.key" -out "$SCRATCH/other.crt" 2>/dev/null
server="$(k config view -o 'jsonpath={.clusters[0].cluster.server}')"
for path in /api /healthz /metrics /nowhere; do
  code="$(curl -sk -o /dev/null -w '%{http_code}' --cert "$SCRATCH/other.crt" --key "$SCRATCH/other.key" "$server$path")"
  expect "$path with a certificate of another CA" 401 "$code"
done

step "it ends properly"
kill -TERM "$SERVER_PID"
code=0
wait "$SERVER_PID" || code=$?
expect "exit code" 0 $code
