#!/usr/bin/env bash
# Builds the example tasks. The same compilers make the same bytes, and a test compares them with the ones that lie here.
#   examples/tasks/build.sh [FOLDER]      default: beside the sources
# It needs Debian's clang, lld, wasi-libc and libclang-rt-14-dev-wasm32 (clang 14), and npm for AssemblyScript.
set -euo pipefail
cd "$(dirname "$0")"
out=$(realpath -m "${1:-.}")
mkdir -p "$out"

# No fused arithmetic and nothing of the machine in the module; the heap grows as the call allows, the stack has 64 KiB.
for source in backtest map-tile power-quality; do
    clang --target=wasm32-wasi -O2 -ffp-contract=off -std=c11 -Wall -Wextra -Werror -Isdk -nostartfiles -nodefaultlibs \
        -Wl,--no-entry -Wl,--strip-all -Wl,-z,stack-size=65536 "$source.c" -lc -o "$out/$source.wasm"
done

modules=${EDGEDEPIN_NPM:-../../artifacts/npm/tasks}
mkdir -p "$modules"
modules=$(realpath "$modules")
if [ ! -x "$modules/node_modules/.bin/asc" ]; then
    cp package.json "$modules/"
    (cd "$modules" && npm install --silent --no-package-lock --no-audit --no-fund)
fi
"$modules/node_modules/.bin/asc" monte-carlo.ts --outFile "$out/monte-carlo.wasm" --runtime stub --optimizeLevel 3 --noColors \
    --use abort=sdk/edgedepin/abort --disable bulk-memory
