#!/bin/bash
# A province on one program: benchmarks/load_benchmark.sh [COUNTIES TASKS YEARS] (50 500 5: 500,000 reports). Fills a
# database with load_counties, serves it and asks for the pages that people open all day, as clerks of different counties.
# KEPU_DB=postgresql://… measures PostgreSQL; LOAD=FOLDER keeps the filled folder and uses it again.
# Needs build/release/kepu, python3.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
kepu=${KEPU:-build/release/kepu}
[ -x "$kepu" ] || { echo "没有找到程序 build/release/kepu：请先运行 ninja -C build/release kepu" >&2; exit 1; }
if [ -z "${LOAD_COUNTIES:-}" ]; then
  cmake -B build/benchmark -G Ninja -DCMAKE_BUILD_TYPE=Release -DKEPU_BENCHMARKS=ON -DKEPU_TESTS=OFF >/dev/null
  ninja -C build/benchmark load_counties >/dev/null
  LOAD_COUNTIES=build/benchmark/benchmarks/load_counties
fi
folder=${LOAD:-$(mktemp -d -t kepu-load-XXXXXX)}
pid=
end() {
  [ -z "$pid" ] || { kill "$pid" 2>/dev/null || true; wait "$pid" 2>/dev/null || true; }
  [ -n "${LOAD:-}" ] || rm -rf "$folder"
}
trap end EXIT
if [ ! -s "$folder/counties.txt" ]; then
  mkdir -p "$folder"
  "$LOAD_COUNTIES" "$folder/data" "${1:-50}" "${2:-500}" "${3:-5}" ${KEPU_DB:+"$KEPU_DB"} >"$folder/counties.txt"
fi
"$kepu" serve --port 0 --data "$folder/data" ${KEPU_DB:+--db "$KEPU_DB"} >"$folder/serve.out" &
pid=$!
python3 benchmarks/load_pages.py "$folder" "$pid"
