#!/bin/bash
# clang-tidy on what changed lately (the work tree and the last ten commits), newest first, for KEPU_TIDY_SECONDS;
# KEPU_TIDY_ALL=1: on everything after that.
set -uo pipefail
cd "$(dirname "$0")/.."
limit=${KEPU_TIDY_SECONDS:-150}
folder=
for preset in dev sanitize release; do [ -f "build/$preset/compile_commands.json" ] && { folder=build/$preset; break; }; done
[ -n "$folder" ] || { echo "没有编译目录，先运行 ./test quick"; exit 77; }
mapfile -t files < <( { git diff --name-only HEAD -- '*.cc'; git log -n 10 --name-only --format= -- '*.cc'
  [ -z "${KEPU_TIDY_ALL:-}" ] || git ls-files '*.cc'; } |
  awk '!seen[$0]++' | grep -vE '_(test|fuzz)\.cc$|/gallery/')
begin=$SECONDS count=0 bad=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
check() {
  # The compiler's own precompiled header means nothing to clang; its flags neither.
  clang-tidy -p "$work" --quiet --extra-arg=-Wno-unknown-warning-option --extra-arg=-Wno-ignored-optimization-argument "$1" 2>/dev/null |
    grep -E 'warning:|error:' | grep -v 'clang-diagnostic-' >"$work/$2.out"
}
cp "$folder/core/base/CMakeFiles/core_base.dir/cmake_pch.hxx" "$work/pch.h"
python3 - "$folder/compile_commands.json" "$work/compile_commands.json" "$work/pch.h" <<'P'
import json, re, sys
commands = json.load(open(sys.argv[1]))
for c in commands:
    c['command'] = re.sub(r'-include \S*cmake_pch\.hxx', '-include ' + sys.argv[3], c['command'])
    c['command'] = re.sub(r'\s-fpch-preprocess|\s-Winvalid-pch|\s-Wno-psabi|\s-fsanitize=\S+|\s-fno-sanitize-recover=\S+', '', c['command'])
    c['command'] = re.sub(r'^.*?(/\S*(?:g\+\+|c\+\+)\S*)', r'\1', c['command'])
json.dump(commands, open(sys.argv[2], 'w'))
P
for file in "${files[@]}"; do
  [ -f "$file" ] || continue
  [ $((SECONDS - begin)) -lt "$limit" ] || break
  while [ "$(jobs -rp | wc -l)" -ge 2 ]; do wait -n; done
  check "$file" "$count" &
  count=$((count + 1))
done
wait
cat "$work"/*.out 2>/dev/null | sort -u | head -40
bad=$(cat "$work"/*.out 2>/dev/null | wc -l)
echo "   检查了 $count 个文件，$bad 处问题"
[ "$bad" -eq 0 ]
