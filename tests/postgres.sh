#!/bin/bash
# Runs a command with a throw-away PostgreSQL server: tests/postgres.sh <command> [arguments …]
# The command finds the server's URL in KEPU_TEST_POSTGRES. Afterwards the server is stopped and deleted,
# whatever the command did; its exit status is the command's. Works for root too, who may not run a server:
# then it runs as user postgres, or nobody.
set -euo pipefail

if [ $# -eq 0 ]; then
  echo "用法：tests/postgres.sh 命令 [参数…]" >&2
  exit 2
fi

bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1 || true)
if [ -z "$bin" ] && command -v pg_ctl >/dev/null; then bin=$(dirname "$(command -v pg_ctl)"); fi
if [ -z "$bin" ]; then
  echo "没有找到 PostgreSQL 服务器程序：请安装 postgresql 软件包" >&2
  exit 2
fi

folder=$(mktemp -d -t kepu-postgres-XXXXXX)
as_owner() { "$@"; }
if [ "$(id -u)" = 0 ]; then
  owner=postgres
  id "$owner" >/dev/null 2>&1 || owner=nobody
  chown "$owner" "$folder"
  as_owner() {
    (cd "$folder" && setpriv --reuid "$owner" --regid "$(id -g "$owner")" --clear-groups env HOME="$folder" "$@")
  }
fi

end() {
  if [ -f "$folder/data/postmaster.pid" ]; then
    as_owner "$bin/pg_ctl" -D "$folder/data" -m immediate -w stop >/dev/null 2>&1 || true
  fi
  rm -rf "$folder"
}
trap end EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
(umask 077 && echo "$password" >"$folder/password")
[ "$(id -u)" != 0 ] || chown "$owner" "$folder/password"
as_owner "$bin/initdb" -D "$folder/data" -U kepu --pwfile="$folder/password" --auth=scram-sha-256 --encoding=UTF8 \
  --locale=C --no-sync >"$folder/initdb.log" 2>&1 || { cat "$folder/initdb.log" >&2; exit 2; }

# Nothing here must outlive a crash, so nothing waits for the disk.
started=no
for attempt in 1 2 3 4 5 6 7 8; do
  port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
  if as_owner "$bin/pg_ctl" -D "$folder/data" -w -t 30 -l "$folder/data/server.log" -o "-c listen_addresses=127.0.0.1 \
      -c port=$port -c unix_socket_directories=$folder -c fsync=off -c full_page_writes=off -c shared_buffers=32MB \
      -c max_connections=200 -c deadlock_timeout=100ms" start >/dev/null 2>&1; then
    started=yes
    break
  fi
done
if [ $started = no ]; then
  cat "$folder/data/server.log" >&2
  exit 2
fi

export KEPU_TEST_POSTGRES="postgresql://kepu:$password@127.0.0.1:$port/postgres"
status=0
"$@" || status=$?
exit $status
