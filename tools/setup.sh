#!/bin/bash
# Installs what is missing of tools/packages.txt: tools/setup.sh run|test. Says nothing and needs no network when all is there.
set -euo pipefail
cd "$(dirname "$0")/.."
wanted=()
while read -r line; do
  case "$line" in
    '#'*|'') ;;
    test:) [ "${1:-run}" = test ] || break ;;
    *) wanted+=("$line") ;;
  esac
done < tools/packages.txt

missing=()
for package in "${wanted[@]}"; do
  case "$package" in
    # A newer Node or npm from elsewhere serves as well.
    nodejs) command -v node >/dev/null && continue ;;
    npm) command -v npm >/dev/null && continue ;;
  esac
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q '^install ok installed' || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

echo "安装缺少的软件包：${missing[*]}" >&2
as_root=()
if [ "$(id -u)" != 0 ]; then
  if ! command -v sudo >/dev/null; then
    echo "需要管理员权限安装软件包。请用 root 运行一次：apt-get install ${missing[*]}" >&2
    exit 2
  fi
  as_root=(sudo)
fi
export DEBIAN_FRONTEND=noninteractive
if ! "${as_root[@]}" apt-get update -qq; then
  echo "不能更新软件包列表，请检查网络后重试；如果网络不通，先在有网络的机器上装好这些软件包：${missing[*]}" >&2
  exit 2
fi
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
