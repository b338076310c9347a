#!/bin/bash
# All C++ as clang-format writes it.
set -uo pipefail
cd "$(dirname "$0")/.."
mapfile -t files < <(git ls-files --cached --others --exclude-standard '*.cc' '*.h' | while read -r f; do [ -f "$f" ] && echo "$f"; done)
if wrong=$(printf '%s\0' "${files[@]}" | xargs -0 -P "$(nproc)" -n 80 clang-format --dry-run -Werror 2>&1); then exit 0; fi
echo "$wrong" | grep -E ' error: ' | sed -E 's/:[0-9]+:[0-9]+: error.*//' | sort | uniq -c | head -30
exit 1
