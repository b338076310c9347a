#!/bin/bash
# The pages in a browser: tests/browser.sh [pages [role] | journeys | orders | registers | manual [write]]. Twenty minutes at most.
# Uses build/release/kepu, or the program that KEPU names. Status 77: no browser, or the web build's packages are missing.
set -uo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
if [ ! -x "${KEPU:-build/release/kepu}" ]; then
  echo "没有找到程序 build/release/kepu：请先运行 ninja -C build/release kepu" >&2
  exit 1
fi
found=
for browser in "${KEPU_CHROMIUM:-}" /usr/bin/chromium /usr/bin/chromium-browser /usr/bin/google-chrome; do
  [ -n "$browser" ] && [ -x "$browser" ] && found=$browser && break
done
if [ -z "$found" ]; then
  echo "没有安装 Chromium，浏览器测试跳过（apt-get install chromium，或用 KEPU_CHROMIUM 指明）"
  exit 77
fi
if [ ! -d build/release/web/work/node_modules/playwright-core ]; then
  echo "build/release/web/work/node_modules 中没有 playwright-core，浏览器测试跳过（网络不通时 npm 未能安装）"
  exit 77
fi
case "${1:-all}" in
  all)
    timeout -k 5 1100 node tests/browser/pages.mjs &
    pages=$!
    timeout -k 5 1100 node tests/browser/journeys.mjs
    status=$?
    timeout -k 5 300 node tests/browser/orders.mjs || status=$?
    timeout -k 5 300 node tests/browser/registers.mjs || status=$?
    timeout -k 5 300 node tests/browser/manual.mjs || status=$?
    wait $pages || status=$?
    exit $status ;;
  pages|journeys|orders|registers|manual) exec timeout -k 5 1100 node "tests/browser/$1.mjs" "${@:2}" ;;
  *) sed -n '2p' "$0" | cut -c3-; exit 2 ;;
esac
