#!/usr/bin/env bash
# Writes a kustomization that is another one with another image. Usage: overlay.sh DIRECTORY IMAGE BASE
# IMAGE is NAME, NAME:TAG, NAME@DIGEST or NAME:TAG@DIGEST; NAME may hold a registry with a port.
set -euo pipefail
cd "$(dirname "$0")/.."

directory="$1" image="$2" base="$3"
name="${image%%@*}" tag="" digest=""
[ "$name" = "$image" ] || digest="${image#*@}"
# A colon after the last slash begins the tag; one before it, a port.
case "${name##*/}" in *:*) tag="${name##*:}"; name="${name%:*}" ;; esac
[ -n "$name" ] && [[ "$image" =~ ^[A-Za-z0-9][A-Za-z0-9._/:@-]*$ ]] ||
  { echo "overlay: IMG='$image' is no image; IMG=registry/kyma-operator:tag is one" >&2; exit 1; }

mkdir -p "$directory"
{
  echo "apiVersion: kustomize.config.k8s.io/v1beta1"
  echo "kind: Kustomization"
  echo "resources: [$(realpath --relative-to="$directory" "$base")]"
  echo "images:"
  echo "  - name: kyma-operator"
  echo "    newName: $name"
  [ -z "$digest" ] && echo "    newTag: \"${tag:-latest}\"" || echo "    digest: $digest"
} >"$directory/kustomization.yaml"
