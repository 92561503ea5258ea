#!/usr/bin/env bash
# kyma-apiserver --audit-log: an event for each request, as kube-apiserver writes them; rotation; a full disk; nothing secret.
. "$(dirname "$0")/lib.sh"

audit="$SCRATCH/audit/audit.json"
mkdir "$SCRATCH/audit"

# events FILTER: those of the log, the latest included, that the filter of jq lets through.
events() {
  sleep 0.5 # they are written behind the requests' backs
  jq -c "select($1)" "$audit"
}
# one WHAT FILTER: there is exactly one such event.
one() { expect "$1: $2" 1 "$(events "$2" | wc -l)"; }

step "who asked for what"
start_apiserver --audit-log "$audit" --audit-policy-level Request --authorization-mode RBAC
k create configmap one --from-literal=a=b >/dev/null
k get configmap one >/dev/null
k get configmap none >/dev/null 2>&1 && die "found what is not there"
k get secrets --as jane --as-group nobody >/dev/null 2>&1 && die "jane may not"
k patch configmap one -p '{"data":{"a":"c"}}' >/dev/null
timeout 2 "$KUBECTL" get configmaps -w >/dev/null || true
k delete configmap one >/dev/null
one "created" '.verb == "create" and .objectRef.resource == "configmaps" and .objectRef.name == "one" and .objectRef.namespace == "default"
  and .user.username == "kubernetes-admin" and .responseStatus.code == 201 and .requestObject.data.a == "b" and .stage == "ResponseComplete"'
one "not found" '.verb == "get" and .objectRef.name == "none" and .responseStatus.code == 404 and .responseStatus.reason == "NotFound"'
one "refused" '.impersonatedUser.username == "jane" and .responseStatus.code == 403
  and .annotations["authorization.k8s.io/decision"] == "forbid"'
one "patched" '.verb == "patch" and .requestObject.data.a == "c"'
one "a watch began" '.verb == "watch" and .objectRef.resource == "configmaps" and .stage == "ResponseStarted"'
one "and ended" '.verb == "watch" and .objectRef.resource == "configmaps" and .stage == "ResponseComplete"'
one "deleted" '.verb == "delete" and .objectRef.name == "one" and (.sourceIPs == ["127.0.0.1"])'
expect "every event has what each must have" 0 "$(events '(.kind == "Event" and .apiVersion == "audit.k8s.io/v1" and .level == "Request"
  and (.auditID | length) > 30 and (.requestURI | startswith("/")) and (.userAgent | length) > 0
  and (.requestReceivedTimestamp <= .stageTimestamp)) | not' | wc -l)"
expect "mode" 600 "$(stat -c %a "$audit")"

step "the answer names its event"
server="$(k config view -o 'jsonpath={.clusters[0].cluster.server}')"
token="$(k config view --raw -o 'jsonpath={.users[0].user.token}')"
id="$(curl -skD - -o /dev/null -H "Authorization: Bearer $token" "$server/api?named" | tr -d '\r' | sed -n 's/^audit-id: //Ip')"
one "named $id" '.auditID == "'"$id"'" and .requestURI == "/api?named"'

step "nothing secret"
k create secret generic hidden --from-literal=password=hunter2hunter2 >/dev/null
k create serviceaccount robot >/dev/null
issued="$(k create token robot)"
k auth whoami --token "$issued" >/dev/null
one "the secret was made" '.verb == "create" and .objectRef.resource == "secrets" and .objectRef.name == "hidden" and (has("requestObject") | not)'
one "the token was made" '.objectRef.subresource == "token" and .verb == "create" and (has("requestObject") | not)'
for hidden in hunter2hunter2 "$(printf hunter2hunter2 | base64)" "$token" "$issued"; do
  ! grep -qF -- "$hidden" "$audit" || die "the audit log holds a secret"
done

step "metrics of the log"
count="$(k get --raw /metrics | awk '/^apiserver_audit_event_total /{print $2}')"
between "events counted" 10 100000 "$count"
kill -TERM "$SERVER_PID"
wait "$SERVER_PID" || die "exit code $?"
expect "the end of the log is whole" "" "$(tail -n 1 "$audit" | jq -r 'empty')"

step "a file that has grown is put aside"
start_apiserver --audit-log "$audit" --audit-log-maxsize 1 --audit-log-maxbackup 2 --insecure-listen 127.0.0.1:0
plain="$(sed -n 's,.* and \(http://[^,]*\)\, objects.*,\1,p' "$SCRATCH/apiserver.log")"
long="$(head -c 40000 /dev/zero | tr '\0' x)"
for _ in $(seq 100); do printf 'url = "%s/api?%s"\noutput = /dev/null\n' "$plain" "$long"; done >"$SCRATCH/many.curl"
token="$(k config view --raw -o 'jsonpath={.users[0].user.token}')"
curl -s -H "Authorization: Bearer $token" -K "$SCRATCH/many.curl"
until_true 10 "two files put aside" test "$(find "$SCRATCH/audit" -name 'audit-*.json' | wc -l)" = 2
for file in "$SCRATCH"/audit/*.json; do
  between "size of $file" 1 1100000 "$(stat -c %s "$file")"
  jq -e . "$file" >/dev/null || die "$file is not whole lines of JSON"
done
kill -TERM "$SERVER_PID"
wait "$SERVER_PID" || die "exit code $?"

step "a full disk stops nothing"
start_apiserver --audit-log /dev/full
for i in 1 2 3; do k create configmap "full-$i" >/dev/null || die "refused for want of an audit log"; done
lost() { [ "$(k get --raw /metrics | sed -n 's/^apiserver_audit_error_total{plugin="log"} //p')" -gt 3 ]; }
until_true 10 "lost events are counted" lost
grep -q 'Audit events are lost.*No space left' "$SCRATCH/apiserver.log" || die "nothing is said of lost events"
expect "it is said once" 1 "$(grep -c 'Audit events are lost' "$SCRATCH/apiserver.log")"
kill -TERM "$SERVER_PID"
wait "$SERVER_PID" || die "exit code $?"

step "to standard output, and nothing else there"
"$KYMA_BIN/kyma-apiserver" --listen 127.0.0.1:0 --kubeconfig-out "$KUBECONFIG" --audit-log - >"$SCRATCH/out.json" 2>"$SCRATCH/err.log" &
SERVER_PID=$!
PIDS+=("$SERVER_PID")
until_true 20 "API server ready" k get --raw /readyz
until_true 10 "events on standard output" jq -e 'select(.requestURI | startswith("/readyz"))' "$SCRATCH/out.json"
kill -TERM "$SERVER_PID"
wait "$SERVER_PID" || die "exit code $?"
expect "lines that are no events" 0 "$(jq -c 'select(.kind != "Event")' "$SCRATCH/out.json" | wc -l)"

step "mistakes"
mistake() {
  local pattern="$1" text code=0
  shift
  text="$("$KYMA_BIN/kyma-apiserver" --listen 127.0.0.1:0 --kubeconfig-out "$SCRATCH/other" "$@" 2>&1)" || code=$?
  expect "$* exits with" 1 $code
  expect_match "$*" "$pattern" "$text"
}
mistake '/no/such/audit.log.*--audit-log' --audit-log /no/such/audit.log
mistake 'audit-policy-level.*Everything' --audit-log "$audit" --audit-policy-level Everything
