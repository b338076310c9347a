#!/bin/bash
# The program as its users meet it: tests/program.sh [test …], e.g. tests/program.sh test_rights
# Uses build/release/kepu, or the program that KEPU names.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/program"
program=${KEPU:-../../build/release/kepu}
if [ ! -x "$program" ]; then
  echo "没有找到程序 build/release/kepu：请先运行 ninja -C build/release kepu" >&2
  exit 1
fi
unset KEPU_DATA KEPU_DATABASE KEPU_TEST_POSTGRES
tests=("$@")
if [ ${#tests[@]} -eq 0 ]; then
  tests=(test_commands test_documents test_serve test_keeping test_rights test_cycle test_interface test_real_day)
fi
status=0
timeout -k 5 400 python3 -B -W ignore::ResourceWarning -m unittest "${tests[@]}" || status=$?
if [ $# -eq 0 ]; then
  if ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null; then
    timeout -k 5 240 ../postgres.sh python3 -B -W ignore::ResourceWarning -m unittest test_postgres || status=$?
  else
    echo "没有安装 PostgreSQL 服务器，数据库 PostgreSQL 未测试"
  fi
fi
exit $status
