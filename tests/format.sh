#!/bin/bash
# All C++ as clang-format writes it.
set -euo pipefail
cd "$(dirname "$0")/.."
mapfile -t files < <(git ls-files --cached --others --exclude-standard '*.cc' '*.h' | while read -r f; do [ -f "$f" ] && echo "$f"; done)
clang-format --dry-run -Werror "${files[@]}" 2>&1 | grep -E 'error' | sed -E 's/:[0-9]+:[0-9]+: error.*//' | sort | uniq -c | head -30
[ "${PIPESTATUS[0]}" -eq 0 ]
