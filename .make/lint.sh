#!/usr/bin/env bash
# Format, layers, shell scripts, and clang-tidy over what the release build compiles. `lint.sh --fix` formats in place.
set -euo pipefail
cd "$(dirname "$0")/.."

tool() { command -v "$1-16" || command -v "$1" || { echo "lint: no $1; run make deps" >&2; exit 1; }; }
mapfile -t sources < <(git ls-files -co --exclude-standard 'cmd/*.[ch]pp' 'operator/*.[chi]pp' 'test/*.[ch]pp' | sort)

if [ "${1:-}" = --fix ]; then
  "$(tool clang-format)" -i "${sources[@]}"
  exit 0
fi
echo "lint: formatting of ${#sources[@]} files"
"$(tool clang-format)" --dry-run --Werror "${sources[@]}"
.make/check-layers.sh
if command -v shellcheck >/dev/null; then
  git ls-files -co --exclude-standard '*.sh' '.ci/run' | xargs shellcheck -S warning
fi
database=build/release/compile_commands.json
[ -f "$database" ] || { echo "lint: build first (make build)" >&2; exit 1; }
mapfile -t compiled < <(printf '%s\n' "${sources[@]}" | grep -E '^(operator|cmd)/.*\.cpp$' | grep -v third_party)
echo "lint: clang-tidy on ${#compiled[@]} files"
printf '%s\n' "${compiled[@]}" | xargs -P "$(nproc)" -n 4 "$(tool clang-tidy)" -p build/release --quiet 2>/dev/null
echo "lint: clean"
