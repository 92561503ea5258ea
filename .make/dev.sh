#!/usr/bin/env bash
# Builds targets in build/dev, one build at a time: several people may share one tree. Usage: .make/dev.sh TARGET...
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p build
export CCACHE_SLOPPINESS=pch_defines,time_macros
exec 9>build/.dev.lock
flock 9
if [ ! -f build/dev/build.ninja ]; then
  cmake --preset dev -DCMAKE_CXX_COMPILER="${CXX:-$(command -v clang++-16 || command -v g++)}" >build/dev-configure.log 2>&1 ||
    { cat build/dev-configure.log; exit 1; }
fi
exec cmake --build build/dev --target "$@"
