#!/bin/bash
# A million orders of one county: benchmarks/orders_load_benchmark.sh [ORDERS]. Makes the demonstration county, adds what five
# years of orders leave behind with load_orders, serves it and asks for the pages of orders as its people do. LOAD=FOLDER keeps the
# filled folder and uses it again; KEPU_DB=postgresql://… measures PostgreSQL (an empty database, or that of LOAD).
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
kepu=${KEPU:-build/benchmark/kepu}
load=build/benchmark/benchmarks/load_orders
if [ ! -x "$kepu" ] || [ ! -x "$load" ]; then
  cmake -B build/benchmark -G Ninja -DCMAKE_BUILD_TYPE=Release -DKEPU_BENCHMARKS=ON -DKEPU_TESTS=OFF >/dev/null
  ninja -C build/benchmark kepu load_orders >/dev/null
fi
folder=${LOAD:-$(mktemp -d -t kepu-orders-XXXXXX)}
pid=
end() {
  [ -z "$pid" ] || { kill "$pid" 2>/dev/null || true; wait "$pid" 2>/dev/null || true; }
  [ -n "${LOAD:-}" ] || rm -rf "$folder"
}
trap end EXIT
if [ ! -e "$folder/filled" ]; then
  mkdir -p "$folder/data"
  "$kepu" demo --data "$folder/data" ${KEPU_DB:+--db "$KEPU_DB"} >/dev/null
  "$load" "$folder/data" "${1:-1000000}" ${KEPU_DB:+"$KEPU_DB"}
  touch "$folder/filled"
fi
"$kepu" serve --port 0 --data "$folder/data" ${KEPU_DB:+--db "$KEPU_DB"} >"$folder/serve.out" &
pid=$!
python3 benchmarks/load_orders_pages.py "$folder" "$pid" "${ROUNDS:-40}"
