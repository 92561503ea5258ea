#!/usr/bin/env bash
# Credentials change under load: the token, the client certificate, the server's certificate and the CA. The daemon goes on by
# itself: each component passes each state exactly once, in order, and all is done 10 s after the server takes what we have.
. "$(dirname "$0")/lib.sh"

readonly system=kyma-operator-system account=kyma-operator-controller-manager kymas=100
readonly data="$KUBECONFIG.d" kubeconfig="$SCRATCH/operator.kubeconfig"

# serve [FLAG...]: the API server at the same address and with the same CA each time; its objects end with it.
listen=127.0.0.1:0
serve() {
  start apiserver "$KYMA_BIN/kyma-apiserver" --listen $listen --kubeconfig-out "$KUBECONFIG" \
    --authorization-mode=RBAC "$@"
  SERVER_PID=$STARTED
  until_true 20 "API server ready" k get --raw /readyz
  listen="$(k config view -o 'jsonpath={.clusters[0].cluster.server}' | sed 's|https://||')"
  k apply -k "$KYMA_SOURCE/config/default" >/dev/null
  k create clusterrolebinding certificates --clusterrole=kyma-operator-manager-role --group=operators >/dev/null
  served="$(now)"
}
end_server() {
  kill -KILL "$SERVER_PID"
  wait "$SERVER_PID" 2>/dev/null || true
}
# daemon USER...: with these lines as its user in the kubeconfig.
daemon() {
  {
    printf 'apiVersion: v1\nkind: Config\ncurrent-context: c\nclusters:\n- name: c\n  cluster:\n'
    printf '    server: https://%s\n    certificate-authority: ca.crt\n' "$listen"
    printf 'contexts:\n- name: c\n  context: {cluster: c, user: u}\nusers:\n- name: u\n  user:\n'
    printf '    %s\n' "$@"
  } >"$kubeconfig"
  start_operator --kubeconfig "$kubeconfig" --qps 2000 --burst 2000
}
stop_daemon() {
  kill -TERM "$OPERATOR_PID"
  wait "$OPERATOR_PID" || die "the daemon ended with $?"
}
# load NAME COMPONENTS: in the background.
load() {
  "$KYMA_BIN/kyma-load" --kubeconfig "$KUBECONFIG" --kymas $kymas --components "$2" --name-prefix "$1" \
    --watch-components=false --json "$SCRATCH/$1.json" --no-progress >"$SCRATCH/load-$1.log" 2>&1 &
  LOADING=$!
  PIDS+=("$LOADING")
}
# converged SINCE: the load is done, by the daemon that was there all the time.
converged() {
  wait "$LOADING" || die "the load did not come to success"
  kill -0 "$OPERATOR_PID" || die "the daemon has ended"
  echo "converged after $(seconds_since "$1") s"
  between "seconds to converge" 0 10 "$(seconds_since "$1")"
}
# check_load NAME: its own transitions. Until the Kymas are listed again, the daemon may put back components of those that
# went with the former server; they go as soon as that is known.
check_load() {
  grep "\"default/$1-" "$SCRATCH/changes-$1.json" >"$SCRATCH/own-$1.json"
  check_transitions "$SCRATCH/own-$1.json" $((2 * kymas))
  until_true 10 "nothing is left of what the former server had" only_of "$1"
}
only_of() { [ "$(k get helmcomponents -o name | grep -cv "/$1-")" = 0 ]; }
loads() { metric "^kyma_operator_credential_loads_total\{kind=\"$1\",result=\"${2:-success}\"\}"; }
# replace FILE: as whoever rotates a file does it, with standard input.
replace() {
  cat >"$1.new"
  chmod 600 "$1.new"
  mv "$1.new" "$1"
}
new_token() { k create token -n $system $account; }
status() { curl -sk -o /dev/null -w '%{http_code}' "$@"; }

# new_ca DIRECTORY NAME
new_ca() {
  mkdir -p "$1"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj "/CN=$2" \
    -keyout "$1/ca.key" -out "$1/ca.crt" 2>/dev/null
}
# sign DIRECTORY SUBJECT END [EXTENSIONS]: by the CA in it, valid until END (as date reads it); prints the key, then the certificate.
sign() {
  local work
  work="$(mktemp -d "$SCRATCH/sign.XXXXXX")"
  touch "$work/index"
  printf '[ca]\ndefault_ca=d\n[d]\ndatabase=%s\nnew_certs_dir=%s\ndefault_md=sha256\nrand_serial=yes\npolicy=p\n[p]\n' \
    "$work/index" "$work" >"$work/config"
  printf 'commonName=supplied\norganizationName=optional\n[e]\n%s\n' "${4:-extendedKeyUsage=clientAuth}" >>"$work/config"
  openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "$2" -keyout "$work/key" -out "$work/request" 2>/dev/null
  openssl ca -batch -notext -config "$work/config" -extensions e -cert "$1/ca.crt" -keyfile "$1/ca.key" -in "$work/request" \
    -out "$work/certificate" -startdate "$(date -u -d '-1 minute' +%y%m%d%H%M%SZ)" -enddate "$(date -u -d "$3" +%y%m%d%H%M%SZ)" 2>"$work/log" ||
    { cat "$work/log" >&2; die "openssl cannot sign $2"; }
  cat "$work/key" "$work/certificate"
}

for chart in a b abc abcd; do make_chart "$chart" 'kind: ConfigMap'; done
serve
cp "$data/ca.crt" "$SCRATCH/ca.crt"
record_components "$SCRATCH/changes.json"

step "the token is taken back under load, and another one comes 2 s later"
new_token | replace "$SCRATCH/token"
daemon "tokenFile: token"
load token abc,abcd
sleep 3
former="$(cat "$SCRATCH/token")"
k delete serviceaccount -n $system $account >/dev/null
k create serviceaccount -n $system $account >/dev/null
expect "the former token" 401 "$(status -H "Authorization: Bearer $former" "https://$listen/apis")"
sleep 2
new_token | replace "$SCRATCH/token"
converged "$(now)"
check_transitions "$SCRATCH/changes.json" $((2 * kymas))
expect "loads of tokens" 2 "$(loads token)"
expect "failed loads of tokens" 0 "$(loads token error)"
between "requests refused with 401" 1 2000 "$(metric '^rest_client_requests_total\{code="401"')"
grep -qF "$former" "$SCRATCH/operator.log" && die "a token is in the log"
stop_daemon

step "the client certificate runs out under load, and another one comes 2 s later"
sign "$data" /O=operators/CN=first '+8 seconds' >"$SCRATCH/client.pem"
ends=$(($(date +%s) + 8))
daemon "client-certificate: client.pem" "client-key: client.pem"
load certificate abc,abcd
while [ "$(date +%s)" -lt $((ends + 2)) ]; do sleep 0.1; done
sign "$data" /O=operators/CN=second '+1 hour' | replace "$SCRATCH/client.pem"
converged "$(now)"
check_transitions "$SCRATCH/changes.json" $((4 * kymas))
expect "loads of certificates" 2 "$(loads client_certificate)"
between "requests refused" 1 2000 "$(metric '^rest_client_requests_total\{code="(401|<error>)"')"

step "the API server comes again, empty and with another certificate of its CA"
fingerprint() { openssl s_client -connect "$listen" </dev/null 2>/dev/null | openssl x509 -noout -fingerprint; }
former="$(fingerprint)"
end_server
sleep 1
serve
[ "$(fingerprint)" != "$former" ] || die "the server shows the same certificate"
record_components "$SCRATCH/changes-restarted.json"
load restarted a,b
converged "$served"
check_load restarted
expect "loads of the CA" 1 "$(loads ca)"

step "the CA bundle is extended, and the API server comes with a certificate of the new CA"
new_ca "$SCRATCH/other" other
sign "$SCRATCH/other" /CN=server '+1 hour' subjectAltName=IP:127.0.0.1 >"$SCRATCH/serving.pem"
cat "$SCRATCH/other/ca.crt" >>"$SCRATCH/serving.pem"
cat "$data/ca.crt" "$SCRATCH/other/ca.crt" | replace "$SCRATCH/ca.crt"
end_server
sleep 1
serve --tls-cert-file "$SCRATCH/serving.pem" --tls-private-key-file "$SCRATCH/serving.pem" --client-ca-file "$data/ca.crt"
record_components "$SCRATCH/changes-extended.json"
load extended a,b
converged "$served"
check_load extended
expect "loads of the CA" 2 "$(loads ca)"
expect "loads of certificates" 2 "$(loads client_certificate)"
expect "failed loads" 0 "$(metric '^kyma_operator_credential_loads_total\{.*result="error"')"
stop_daemon
