#!/bin/bash
# 500 phones against the real server: benchmarks/field_phones_benchmark.sh [INTERVIEWS PHONES SURVEYORS]. Everything
# in a throw-away folder; field_phones_benchmark starts `kepu serve` on a free port of 127.0.0.1 and ends it.
# KEPU=PROGRAM and FIELD_PHONES=PROGRAM take programs that are built already.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
if [ -z "${KEPU:-}" ] || [ -z "${FIELD_PHONES:-}" ]; then
  cmake -B build/benchmark -G Ninja -DCMAKE_BUILD_TYPE=Release -DKEPU_BENCHMARKS=ON -DKEPU_TESTS=OFF >/dev/null
  ninja -C build/benchmark kepu field_phones_benchmark >/dev/null
fi
folder=$(mktemp -d -t kepu-phones-XXXXXX)
trap 'rm -rf "$folder"' EXIT
"${FIELD_PHONES:-build/benchmark/benchmarks/field_phones_benchmark}" "${KEPU:-build/benchmark/kepu}" "$folder/data" "$@"
