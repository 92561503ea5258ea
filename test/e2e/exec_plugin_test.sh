#!/usr/bin/env bash
# Credential plugins that fail in every way: the daemon stays, is not ready, says why without telling a secret, and goes on within
# seconds once the plugin works. And one whose tokens expire all the time, which nobody notices.
. "$(dirname "$0")/lib.sh"

readonly plugins="$SCRATCH/plugins" secret=S3CRET
mkdir "$plugins"
# plugin NAME: from standard input, replaced as a whole.
plugin() {
  { echo '#!/bin/sh'; cat; } >"$plugins/$1.new"
  chmod 755 "$plugins/$1.new"
  mv "$plugins/$1.new" "$plugins/$1"
}
# answer [VERSION]: a command that prints the token; it expires in 4 s.
answer() {
  printf 'echo run >>"$0.runs"\nend=$(date -u -d "+4 seconds" +%%Y-%%m-%%dT%%H:%%M:%%SZ)\ncat <<END\n'
  printf '{"kind": "ExecCredential", "apiVersion": "client.authentication.k8s.io/%s",\n' "${1:-v1}"
  printf ' "status": {"token": "%s", "expirationTimestamp": "$end"}}\nEND\n' "$token"
}
declare -A PID HEALTH_OF
# daemon PLUGIN
daemon() {
  local config="$SCRATCH/$1.kubeconfig"
  k config view --raw --minify | sed '/^users:/,$d' >"$config"
  cat >>"$config" <<YAML
users:
- name: $user
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1
      command: ./plugins/$1
      env: [{name: PLUGIN_SECRET, value: $secret}]
      installHint: get it from the shop around the corner
      interactiveMode: Never
YAML
  start "$1" "$KYMA_BIN/kyma-operator" --kubeconfig "$config" --charts-dir "$CHARTS" --metrics-bind-address 127.0.0.1:0 \
    --health-probe-bind-address 127.0.0.1:0
  PID[$1]=$STARTED
  until_true 20 "$1 logs its addresses" grep -q 'endpoint=health' "$SCRATCH/$1.log"
  HEALTH_OF[$1]="$(sed -n 's/.*endpoint=health address=//p' "$SCRATCH/$1.log" | tail -n 1)"
}
readyz() { curl -sS "http://${HEALTH_OF[$1]}/readyz"; }
is_ready() { curl -fsS "http://${HEALTH_OF[$1]}/readyz"; }
says() { readyz "$1" | grep -qF -- "$2"; }
# complains NAME WORDS: in /readyz and in the log, and is not ready for it.
complains() {
  until_true 15 "$1 says '$2'" says "$1" "$2"
  expect "status of /readyz of $1" 500 "$(curl -sS -o /dev/null -w '%{http_code}' "http://${HEALTH_OF[$1]}/readyz")"
  expect "liveness of $1" ok "$(curl -fsS "http://${HEALTH_OF[$1]}/healthz")"
  grep -qF "${2//\"/\\\"}" "$SCRATCH/$1.log" || grep -qF "$2" "$SCRATCH/$1.log" || die "the log of $1 does not say '$2'"
  readyz "$1" | grep synced | cut -c -220
}
stop_daemon() {
  kill -TERM "${PID[$1]}"
  wait "${PID[$1]}" || die "$1 ended with $?"
}

start_apiserver
install_crds
make_chart abc 'kind: ConfigMap'
token="$(k config view --raw -o 'jsonpath={.users[0].user.token}')"
user="$(k config view -o 'jsonpath={.contexts[0].context.user}')"
readonly user

step "each fault is told"
plugin hangs <<<"echo $secret; exec sleep 600"
plugin fails <<<"echo $secret; echo 'no session: log in first' >&2; exit 1"
plugin rubbish <<<"echo $secret"
answer v1alpha1 | plugin other
began="$(now)"
for name in hangs fails rubbish other missing; do daemon $name; done
complains fails 'failed with exit code 1: no session: log in first'
complains rubbish 'printed something else than an ExecCredential'
complains other 'client.authentication.k8s.io/v1alpha1'
complains missing 'get it from the shop around the corner'
complains hangs 'has not ended for'

step "they go on within seconds once their plugins work"
sleep "$(awk -v s="$(seconds_since "$began")" 'BEGIN {print s < 15 ? 15 - s : 0}')"  # so that every pause has grown
begin="$(now)"
for name in hangs fails rubbish other missing; do answer | plugin $name; done
for name in fails rubbish other missing; do
  until_true 15 "$name is ready" is_ready $name
  echo "$name: after $(seconds_since "$begin") s"
  between "seconds until $name is ready" 0 10 "$(seconds_since "$begin")"
done
for name in rubbish other missing; do stop_daemon $name; done

step "a token that expires every 4 s is renewed without a word"
small_kyma one abc | k apply -f - >/dev/null
k wait --for=condition=Ready kyma/one --timeout=30s >/dev/null
runs="$(wc -l <"$plugins/fails.runs")"
echo "$runs runs of the plugin"
between "runs of the plugin" 2 12 "$runs"
expect "requests refused" "" "$(grep -iE 'unauthorized.*status=401' "$SCRATCH/fails.log" || true)"
stop_daemon fails

step "what hangs is killed after 30 s, and then goes on too"
until_true 30 "hangs is ready" is_ready hangs
between "seconds until it is ready" 25 42 "$(seconds_since "$began")"
grep -q 'did not end within 30 s and was killed' "$SCRATCH/hangs.log" || die "the log does not say that it was killed"
stop_daemon hangs

step "no secret was told"
for name in hangs fails rubbish other missing; do
  grep -qE "$secret|$token" "$SCRATCH/$name.log" && die "a secret is in the log of $name"
done
true
