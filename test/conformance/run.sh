#!/usr/bin/env bash
# Renders with helm and with `kyma-operator template` and compares: standard output byte for byte, the exit code, and the
# error's text. Usage: run.sh charts|cases|expressions [NAME...]; KYMA_BIN and KYMA_SOURCE say where things are.
# -k keeps the two outputs of what differs, in a directory that is named at the end.
#
#   charts       every chart under charts/, with its default values and with each file of its ci/
#   cases        cases/*.txtar: a chart each, in the form `-- PATH --` and text; directives before the first file:
#                  args: ARGUMENTS        more arguments, after `r c` (repeatable)
#                  command: ARGUMENTS     all the arguments, instead of `r c` and those
#                  setup: COMMAND         run by a shell beside the chart c before both: packing, links, line ends (repeatable)
#                  after: COMMAND         run there after each; what it prints counts as output (repeatable)
#                  mask: s/REGEX/TEXT/    a sed -E command that both outputs go through (random values, times)
#                  stdin: FILE            standard input, beside the chart
#                  warnings: true         compare what is logged, too
#                  unordered: true        the error's lines may come in any order (helm takes them from a map)
#                  nochart: true          do not make up a Chart.yaml
#   expressions  expressions/*.ok: a template a line, printed as JSON, many in one run;
#                expressions/*.fail: a template a line, each in a run of its own, compared with its error
set -euo pipefail

here="$(cd "$(dirname "$0")" && pwd)"
source_dir="${KYMA_SOURCE:-$(cd "$here/../.." && pwd)}"
bin="${KYMA_BIN:-$source_dir/build/bin}"
helm="${HELM:-$source_dir/build/tools/helm}"
# They are run from other directories.
case "$bin" in /*) ;; *) bin="$PWD/$bin" ;; esac
case "$helm" in /*) ;; *) helm="$PWD/$helm" ;; esac
keep=false
[ "${1:-}" != -k ] || { keep=true; shift; }
what="${1:?usage: run.sh [-k] charts|cases|expressions [NAME...]}"
shift
work="$(mktemp -d)"
trap '$keep || rm -rf "$work"' EXIT
export HELM_CACHE_HOME="$work/helm" HELM_CONFIG_HOME="$work/helm" HELM_DATA_HOME="$work/helm"
warnings=false
unordered=false
after=
input=/dev/null
passed=0
failed=()

# wanted NAME PATTERN...: whether no name was asked for, or this one.
wanted() {
  local name="$1" pattern
  shift
  [ $# -gt 0 ] || return 0
  # shellcheck disable=SC2254  # patterns are meant
  for pattern in "$@"; do case "$name" in $pattern) return 0 ;; esac; done
  return 1
}

# The error as a user reads it; what is logged before it is not compared unless a case asks for it, and where in helm's
# source that is logged never is, nor the stack that --debug shows.
error_of() { if $warnings; then sed -E 's/^[a-z_]+\.go:[0-9]+: //' "$1"; else sed -n '/^helm\.go:/q; /^Error: /,$p' "$1"; fi; }

# compare NAME MASKFILE DIRECTORY ARGUMENTS...: renders in DIRECTORY with both.
compare() {
  local name="$1" mask="$2" directory="$3" side
  shift 3
  local at="$work/out/$name"
  mkdir -p "$at"
  local -A code=()
  for side in helm kyma; do
    code[$side]=0
    case $side in
      helm) (cd "$directory" && "$helm" template "$@") <"$input" >"$at/helm.out" 2>"$at/helm.err" || code[helm]=$? ;;
      kyma) (cd "$directory" && "$bin/kyma-operator" template "$@") <"$input" >"$at/kyma.out" 2>"$at/kyma.err" || code[kyma]=$? ;;
    esac
    if [ -n "$after" ]; then (cd "$directory" && eval "$after") >>"$at/$side.out" 2>&1 || true; fi
    error_of "$at/$side.err" >"$at/$side.error"
    if $unordered; then LC_ALL=C sort -o "$at/$side.error" "$at/$side.error"; fi
    if [ -s "$mask" ]; then sed -E -f "$mask" -i "$at/$side.out" "$at/$side.error"; fi
  done
  if [ "${code[helm]}" = "${code[kyma]}" ] && cmp -s "$at/helm.out" "$at/kyma.out" &&
     cmp -s "$at/helm.error" "$at/kyma.error"; then
    passed=$((passed + 1))
    rm -rf "$at"
    return 0
  fi
  failed+=("$name")
  {
    echo "--- $name: helm exits ${code[helm]}, kyma-operator ${code[kyma]}"
    diff -u --label helm --label kyma-operator "$at/helm.error" "$at/kyma.error" | cut -c1-200 | head -n 12 || true
    diff -u --label helm --label kyma-operator "$at/helm.out" "$at/kyma.out" | cut -c1-200 | head -n 20 || true
  } >&2
}

charts() {
  local chart name values
  for chart in "$source_dir"/charts/*/; do
    name="$(basename "$chart")"
    wanted "$name" "$@" || continue
    compare "$name" "$(mask_of "$name")" "$source_dir" "$name" "charts/$name" -n kyma-system --include-crds
    for values in "$chart"ci/*.yaml; do
      [ -e "$values" ] || continue
      compare "$name+$(basename "$values" .yaml)" "$(mask_of "$name")" "$source_dir" "$name" "charts/$name" -n kyma-system \
        --include-crds -f "$values"
    done
  done
}

# What is random in a chart: charts.mask holds `NAME: s/.../.../` lines.
mask_of() {
  local file="$work/mask-$1"
  sed -n "s/^$1: //p" "$here/charts.mask" >"$file" 2>/dev/null || true
  echo "$file"
}

# unpack FILE DIRECTORY: the files of a txtar; what every chart needs is made up when it is not there.
unpack() {
  local file="$1" directory="$2"
  mkdir -p "$directory/templates"
  awk -v directory="$directory" '
    /^-- .* --$/ { if (out) close(out); path = substr($0, 4, length($0) - 6); out = directory "/" path
                   folder = out; sub("/[^/]*$", "", folder); system("mkdir -p \"" folder "\""); printf "" > out; next }
    out { print > out }' "$file"
  if [ ! -e "$directory/Chart.yaml" ] && ! grep -q '^nochart:' "$file"; then
    printf 'apiVersion: v2\nname: c\nversion: 0.1.0\nappVersion: "1.0"\n' >"$directory/Chart.yaml"
  fi
}

cases() {
  local file name directory arguments setup
  for file in "$here"/cases/*.txtar; do
    name="$(basename "$file" .txtar)"
    wanted "$name" "$@" || continue
    directory="$work/cases/$name"
    unpack "$file" "$directory/c"
    directive mask "$file" >"$work/mask"
    while IFS= read -r setup; do (cd "$directory" && eval "$setup"); done < <(directive setup "$file")
    arguments="$(directive command "$file" | tr '\n' ' ')"
    [ -n "$arguments" ] || arguments="r c $(directive args "$file" | tr '\n' ' ')"
    after="$(directive after "$file")"
    warnings="$(directive warnings "$file")"
    warnings="${warnings:-false}"
    unordered="$(directive unordered "$file")"
    unordered="${unordered:-false}"
    input="$directory/$(directive stdin "$file")"
    [ -f "$input" ] || input=/dev/null
    # A line of arguments is written as in a shell.
    eval "compare \"\$name\" \"\$work/mask\" \"\$directory\" $arguments"
  done
}

# directive NAME FILE: its values, a line each.
directive() { sed -n "/^-- /q; s/^$1: //p" "$2"; }

# The chart that the expressions are rendered in.
expression_chart() {
  mkdir -p "$1/templates" "$1/files"
  printf 'apiVersion: v2\nname: c\nversion: 0.1.0\nappVersion: "1.0"\n' >"$1/Chart.yaml"
  cp "$here/expressions/values.yaml" "$1/values.yaml"
  cp "$here/expressions/helpers.tpl" "$1/templates/_helpers.tpl"
  printf 'one\ntwo\n' >"$1/files/a.txt"
}

expressions() {
  local file name directory line number
  for file in "$here"/expressions/*.ok; do
    name="$(basename "$file")"
    wanted "$name" "$@" || continue
    directory="$work/expressions/$name"
    expression_chart "$directory/c"
    number=0
    while IFS= read -r line; do
      case "$line" in '' | '#'*) continue ;; esac
      number=$((number + 1))
      printf '{{ define "e%d" }}%s{{ end -}}\n"%d": {{ include "e%d" . | toJson }}\n' "$number" "$line" "$number" "$number" \
        >"$(printf '%s/c/templates/e%04d.yaml' "$directory" "$number")"
    done <"$file"
    compare "$name" /dev/null "$directory" r c
    # The count is of expressions; a difference shows which.
    if [ "${#failed[@]}" -eq 0 ] || [ "${failed[-1]}" != "$name" ]; then passed=$((passed + number - 1)); fi
  done
  for file in "$here"/expressions/*.fail; do
    wanted "$(basename "$file")" "$@" || continue
    number=0
    while IFS= read -r line; do
      case "$line" in '' | '#'*) continue ;; esac
      number=$((number + 1))
      name="$(basename "$file"):$number"
      directory="$work/expressions/$name"
      expression_chart "$directory/c"
      printf '%s\n' "$line" >"$directory/c/templates/e.yaml"
      compare "$name" /dev/null "$directory" r c
    done <"$file"
  done
}

[ -x "$helm" ] || { echo "conformance: no helm at $helm; \`make tools\` fetches it" >&2; exit 1; }
"$what" "$@"
total=$((passed + ${#failed[@]}))
echo "conformance: $what: $passed of $total identical to helm ($("$helm" version --short))"
if [ "${#failed[@]}" -gt 0 ]; then
  printf 'conformance: differs: %s\n' "${failed[@]}"
  ! $keep || echo "conformance: outputs are in $work/out"
  exit 1
fi
