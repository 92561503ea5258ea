#!/usr/bin/env bash
# Reads every #include "operator/..." against the table of allowed edges (layers.txt), and keeps each library behind its
# gateway: Beast and OpenSSL in http, Asio out of the pure layers, RapidJSON and yaml-cpp behind one header each.
set -euo pipefail
cd "$(dirname "$0")/.."

status=0
complain() { echo "layers: $*" >&2; status=1; }

declare -A allowed
while IFS=: read -r layer targets; do
  case "$layer" in '#'* | '') continue ;; esac
  allowed["$layer"]=" $targets $layer "
done <.make/layers.txt

layer_of() {
  local path="${1#operator/}"
  case "$path" in
    kube/*/* | helm/*/*) cut -d/ -f1,2 <<<"$path" ;;
    *) echo "${path%%/*}" ;;
  esac
}

while IFS=: read -r file include; do
  from="$(layer_of "$file")"
  to="$(layer_of "$include")"
  case "${allowed[$from]-}" in
    '') complain "$file: layer $from is not in .make/layers.txt" ;;
    *" $to "*) ;;
    *) complain "$file includes $include: $from must not depend on $to" ;;
  esac
done < <(grep -rHoE '^#include "operator/[^"]+"' operator --include='*.hpp' --include='*.cpp' --include='*.ipp' |
         sed -E 's/#include "([^"]+)"/\1/')

# gateway PATTERN ALLOWED-PATH-REGEX WHAT
gateway() {
  local hits
  hits="$(grep -rlE "$1" operator cmd --include='*.hpp' --include='*.cpp' --include='*.ipp' | grep -vE "$2" || true)"
  [ -z "$hits" ] || complain "$3 is included outside its gateway:" $hits
}
gateway '#include <boost/beast' '^operator/http/' 'Beast'
gateway '#include <openssl/' '^operator/(http|helm)/' 'OpenSSL'
gateway '#include <rapidjson/' '^operator/kube/meta/json' 'RapidJSON'
gateway '#include <yaml\.h>' '^operator/helm/formats/' 'libyaml'
gateway '#include <re2/' '^operator/(apiserver|helm)/' 'RE2'
gateway '#include <sqlite3' '^operator/apiserver/sqlite\.cpp$' 'SQLite'
gateway '#include <archive' '^operator/helm/chart/' 'libarchive'
gateway '#include <prometheus/' '^operator/base/metrics.cpp$' 'prometheus-cpp'

pure="$(grep -rlE '#include (<boost/asio|"operator/base/(asio|clock|condition|task_group|race)\.hpp")' \
        operator/kube/meta operator/api operator/helm --include='*.hpp' --include='*.cpp' 2>/dev/null || true)"
[ -z "$pure" ] || complain "Asio reaches a layer that does no I/O:" $pure

[ $status -eq 0 ] && echo "layers: all includes point down"
exit $status
