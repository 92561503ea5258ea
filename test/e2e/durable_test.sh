#!/usr/bin/env bash
# A server with --data-dir keeps its word: nothing acknowledged is lost when it is killed under load, whatever is answered
# was synced before, a full disk is said to be full, a backup can be taken while it writes, and a second server is refused.
# KYMA_DURABLE_ROUNDS=1000 kills it that often; by default 20 times.
. "$(dirname "$0")/lib.sh"

ROUNDS="${KYMA_DURABLE_ROUNDS:-20}"
ROUNDS_PROGRAM="$KYMA_BIN/durable_rounds"
DATA="$SCRATCH/data"
SYNCED_FIRST="$(dirname "$0")/durable_synced_first.awk"

config_map() { printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s}\ndata: {k: "%s"}\n' "$1" "${2:-v}"; }
integrity() { sqlite3 "$1" 'PRAGMA integrity_check'; }
stop_server() {
  kill "-${1:-TERM}" "$SERVER_PID"
  wait "$SERVER_PID" 2>/dev/null || true
}

step "kill -9 under the load of 32 writers, $ROUNDS times"
"$ROUNDS_PROGRAM" "$KYMA_BIN/kyma-apiserver" "$SCRATCH" "$ROUNDS" || { mv "$SCRATCH/rounds-server.log" "$SCRATCH/rounds.log"; die "rounds"; }
expect "integrity after the rounds" ok "$(integrity "$DATA/objects.db")"
rm -rf "$DATA"

step "objects, versions and credentials outlive a restart"
start_apiserver --data-dir "$DATA"
config_map one | k apply -f - >/dev/null
version="$(k get configmap one -o 'jsonpath={.metadata.resourceVersion}')"
stop_server
start_apiserver --data-dir "$DATA"
expect "the version of the object" "$version" "$(k get configmap one -o 'jsonpath={.metadata.resourceVersion}')"
config_map one w | k apply -f - >/dev/null
[ "$(k get configmap one -o 'jsonpath={.metadata.resourceVersion}')" -gt "$version" ] || die "versions went back"

step "a second server on the same directory is refused"
if "$KYMA_BIN/kyma-apiserver" --listen 127.0.0.1:0 --kubeconfig-out "$SCRATCH/second" --data-dir "$DATA" 2>"$SCRATCH/second.log"; then
  die "two servers share a directory"
fi
expect_match "the refusal" "another server \(process $SERVER_PID\) uses $DATA; stop that one, or name another directory" "$(cat "$SCRATCH/second.log")"

step "a backup is taken while the server writes"
(for i in $(seq 40); do config_map "busy-$i"; echo ---; done | k apply -f - >/dev/null) &
writer=$!
sqlite3 "$DATA/objects.db" "VACUUM INTO '$SCRATCH/backup.db'"
wait "$writer"
expect "integrity of the backup" ok "$(integrity "$SCRATCH/backup.db")"
stop_server KILL
step "restored as docs/durability.md has it: what was there then is there, and versions are ahead of all that were given"
last="$(sqlite3 "$DATA/objects.db" 'SELECT max(revision) FROM changes')"
rm -f "$DATA"/objects.db*
install -m 600 "$SCRATCH/backup.db" "$DATA/objects.db"
sqlite3 "$DATA/objects.db" "UPDATE meta SET value = strftime('%s', 'now') * 1000000 WHERE name = 'compacted'"
start_apiserver --data-dir "$DATA"
expect "the restored object" w "$(k get configmap one -o 'jsonpath={.data.k}')"
config_map two | k apply -f - >/dev/null
[ "$(k get configmap two -o 'jsonpath={.metadata.resourceVersion}')" -gt "$last" ] || die "a version is given out twice"
gone="$(k get --raw "/api/v1/configmaps?watch=true&resourceVersion=$version&timeoutSeconds=5")"
expect_match "a watch from before" '"code":410' "$gone"

if command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null; then
  step "each write is synced before it is acknowledged"
  strace -f -y -tt -e trace=fdatasync,fsync,write,writev,sendto,sendmsg,pwrite64 -s 16 -p "$SERVER_PID" -o "$SCRATCH/trace" &
  tracer=$!
  PIDS+=("$tracer")
  until_true 20 "strace attached" grep -q . "/proc/$tracer/status"
  sleep 1
  for i in $(seq 5); do config_map "traced-$i" | k create -f - >/dev/null; done
  kill "$tracer"
  wait "$tracer" 2>/dev/null || true
  awk -f "$SYNCED_FIRST" "$SCRATCH/trace" || die "acknowledged before it was synced"
  # And it would tell: of a server that does not sync, and of one that answers while it does.
  grep -vE 'f(data)?sync' "$SCRATCH/trace" >"$SCRATCH/trace-unsynced"
  awk -f "$SYNCED_FIRST" "$SCRATCH/trace-unsynced" && die "writes that were never synced pass for acknowledged in order"
  awk '/f(data)?sync[(]|f(data)?sync resumed/ {held = held $0 ORS; next} {print} /[0-9]<(socket|TCP)/ {printf "%s", held; held = ""}' \
    "$SCRATCH/trace" >"$SCRATCH/trace-late"
  awk -f "$SYNCED_FIRST" "$SCRATCH/trace-late" && die "answers before the sync pass for acknowledged in order"
else
  echo "no strace here, or it may not attach: the order of system calls is not looked at"
fi
stop_server

if [ "$(id -u)" -eq 0 ] && mkdir "$SCRATCH/small" && mount -t tmpfs -o size=3m tmpfs "$SCRATCH/small" 2>/dev/null; then
  trap 'umount -l "$SCRATCH/small" 2>/dev/null; finish' EXIT
  step "a full disk refuses writes, says so, and loses nothing"
  start_apiserver --data-dir "$SCRATCH/small/data"
  config_map before | k apply -f - >/dev/null
  dd if=/dev/zero of="$SCRATCH/small/filler" bs=4k 2>/dev/null || true
  refused=""
  for i in $(seq 200); do
    config_map "fill-$i" "$(head -c 20000 /dev/zero | tr '\0' x)" >"$SCRATCH/fill.yaml"
    refused="$(k create -f "$SCRATCH/fill.yaml" 2>&1 >/dev/null)" || break
  done
  expect_match "the refusal" 'cannot write .*objects.db: .*: the disk is full; writes are possible again once there is space' "$refused"
  k get configmap "fill-$i" >/dev/null 2>&1 && die "what was refused is there"
  expect_match "/readyz" '\[-\]storage failed' "$(k get --raw '/readyz' 2>&1 || true)"
  expect "what was there" v "$(k get configmap before -o 'jsonpath={.data.k}')"
  rm "$SCRATCH/small/filler"
  until_true 10 "ready again with space" k get --raw /readyz
  k create -f "$SCRATCH/fill.yaml" >/dev/null
  stop_server KILL
  expect "integrity" ok "$(integrity "$SCRATCH/small/data/objects.db")"

  step "a read-only disk is refused with a reason"
  mount -o remount,ro "$SCRATCH/small"
  if "$KYMA_BIN/kyma-apiserver" --listen 127.0.0.1:0 --kubeconfig-out "$SCRATCH/third" --data-dir "$SCRATCH/small/data" 2>"$SCRATCH/third.log"; then
    die "a server runs on a read-only disk"
  fi
  expect_match "the refusal" 'Read-only file system' "$(cat "$SCRATCH/third.log")"
else
  echo "no small file system can be mounted here: the full and the read-only disk are left to the unit tests"
fi
