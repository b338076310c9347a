#!/bin/bash
# What the pages cost: benchmarks/page_benchmark.sh. One run prints, beside each goal:
#   - requests a second of the sign-in page and of the matrix page (60 tasks x 40 departments) against bare_server with
#     the very same bytes
#   - 99th percentile of the matrix page at 32 connections, start of the program, memory after 10,000 requests
#   - reading a plan of 35 kB and a Word document of about 100 pages
# Needs build/release/kepu, wrk, curl, python3. bare_server is built in build/benchmark. SECONDS_EACH=2 for a shorter run.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
kepu=${KEPU:-build/release/kepu}
seconds=${SECONDS_EACH:-5}
for program in wrk curl python3; do
  command -v $program >/dev/null || { echo "没有安装 $program：apt-get install $program" >&2; exit 77; }
done
[ -x "$kepu" ] || { echo "没有找到程序 build/release/kepu：请先运行 ninja -C build/release kepu" >&2; exit 1; }
if [ -z "${BARE_SERVER:-}" ]; then
  cmake -B build/benchmark -G Ninja -DCMAKE_BUILD_TYPE=Release -DKEPU_BENCHMARKS=ON -DKEPU_TESTS=OFF -DKEPU_WEB=OFF >/dev/null
  ninja -C build/benchmark bare_server >/dev/null
  BARE_SERVER=build/benchmark/benchmarks/bare_server
fi

folder=$(mktemp -d -t kepu-pages-XXXXXX)
pids=()
end() {
  for pid in "${pids[@]+"${pids[@]}"}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$folder"
}
trap end EXIT

url_of() {  # url_of FILE: waits for the address in a server's output
  for _ in $(seq 200); do
    grep -o 'http://127\.0\.0\.1:[0-9]*' "$1" 2>/dev/null && return
    sleep 0.05
  done
  echo "服务没有启动" >&2
  exit 1
}
milliseconds() { date +%s%3N; }
verdict() { python3 -c "import sys; a,b=float(sys.argv[1]),float(sys.argv[3]); print('达到' if (a>=b if sys.argv[2]=='>=' else a<=b) else '未达到')" "$@"; }
line() { printf '%-46s %10s %-6s 目标 %s %s：%s\n' "$1" "$2" "$3" "$4" "$5" "$(verdict "$2" "$4" "$5")"; }

measure() {  # measure URL [cookie]: requests/s and p99 in ms
  wrk -t1 -c32 -d"${seconds}s" --latency ${2:+-H "Cookie: $2"} "$1" | python3 -c "
import re, sys
t = sys.stdin.read()
if 'Non-2xx' in t: sys.exit('answers other than 200: ' + t)
value, unit = re.search(r'99%\s+([\d.]+)(us|ms|s)', t).groups()
print(re.search(r'Requests/sec:\s+([\d.]+)', t).group(1), float(value) * {'us': 0.001, 'ms': 1, 's': 1000}[unit])"
}
bare() {  # bare FILE: the same of bare_server with these bytes
  "$BARE_SERVER" "$1" 0 4 >"$folder/bare.out" &
  local pid=$!
  pids+=("$pid")
  measure "$(url_of "$folder/bare.out")/"
  kill "$pid"
  wait "$pid" 2>/dev/null || true
}

"$kepu" tenant add bench 澄溪县 --data "$folder/data" >/dev/null 2>&1
password=$("$kepu" user add --tenant bench --name 经办员 --login clerk --role office_clerk --data "$folder/data" | grep -o '一次性密码 *[^ ]*' | awk '{print $2}')
begin=$(milliseconds)
"$kepu" serve --port 0 --data "$folder/data" --access-log off >"$folder/kepu.out" &
server=$!
pids+=("$server")
home=$(url_of "$folder/kepu.out")
curl -sf "$home/healthz" >/dev/null
start=$(($(milliseconds) - begin))

cookie=$(python3 benchmarks/matrix_county.py "${home##*:}" "$password")
[ -n "$cookie" ] || { echo "登录没有成功" >&2; exit 1; }
curl -sf "$home/sign-in" -o "$folder/sign-in.html"
curl -sf -H "Cookie: $cookie" "$home/matrix" -o "$folder/matrix.html"
grep -q '<h1>责任矩阵' "$folder/matrix.html" || { echo "没有取得责任矩阵页" >&2; exit 1; }

for page in sign-in matrix; do
  measure "$home/$page" "$([ $page = matrix ] && echo "$cookie" || true)" >"$folder/$page.kepu"
  bare "$folder/$page.html" >"$folder/$page.bare"
  read -r ours p99 <"$folder/$page.kepu"
  read -r base base_p99 <"$folder/$page.bare"
  printf '%-12s %7d 字节：%9.0f 次/秒，p99 %.1f 毫秒；空服务器 %9.0f 次/秒，p99 %.1f 毫秒\n' \
    "$page" "$(stat -c %s "$folder/$page.html")" "$ours" "$p99" "$base" "$base_p99"
  line "$page 页与空服务器之比" "$(python3 -c "print(round($ours / $base, 3))")" "" '>=' 0.5
  [ $page = matrix ] && line "责任矩阵页 p99（32 个连接）" "$p99" 毫秒 '<=' 20
done
line "启动到能回答" "$start" 毫秒 '<=' 1000

# A program that has only just started, and 10,000 pages.
"$kepu" serve --port 0 --data "$folder/data" --access-log off >"$folder/fresh.out" &
fresh=$!
pids+=("$fresh")
fresh_home=$(url_of "$folder/fresh.out")
python3 - "$fresh_home" "$cookie" <<'PYTHON'
import http.client, sys, threading
host, cookie = sys.argv[1].split('//')[1], sys.argv[2]
def ask():
    connection = http.client.HTTPConnection(host)
    for n in range(1250):
        connection.request('GET', ('/matrix', '/tasks', '/', '/departments')[n % 4], headers={'Cookie': cookie})
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, answer.status
threads = [threading.Thread(target=ask) for _ in range(8)]
for t in threads: t.start()
for t in threads: t.join()
PYTHON
memory=$(awk '/VmRSS/ {print $2 / 1024}' "/proc/$fresh/status")
line "1 万次请求后的内存" "$memory" MB '<=' 80

python3 - "$folder" <<'PYTHON'
import sys
sys.path.insert(0, 'tests/program')
import documents
text = documents.text(documents.OUTLINE[:-3] + [(3, f'第{n}项工作。各单位结合实际落实责任、细化措施、每季度总结一次，到2030年完成{n}场活动。') for n in range(255)]
                      + documents.OUTLINE[-3:])
open(sys.argv[1] + '/plan.txt', 'w').write(text)
open(sys.argv[1] + '/line.txt', 'w').write('实施方案\n')
open(sys.argv[1] + '/long.docx', 'wb').write(documents.long_docx(100))
PYTHON
best() {  # best FILE: the best of seven runs of reading, less that of one line (start, catalogue of duties), in ms
  python3 - "$kepu" "$1" "$folder/line.txt" <<'PYTHON'
import subprocess, sys, time
def best(*command):
    times = []
    for _ in range(7):
        begin = time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
        times.append(time.perf_counter() - begin)
    return min(times)
print(round((best(sys.argv[1], 'plan', 'parse', sys.argv[2], '--json') - best(sys.argv[1], 'plan', 'parse', sys.argv[3], '--json')) * 1000, 1))
PYTHON
}
line "读取方案（$(stat -c %s "$folder/plan.txt") 字节的文本）" "$(best "$folder/plan.txt")" 毫秒 '<=' 15
line "读取约 100 页的 Word 方案" "$(best "$folder/long.docx")" 毫秒 '<=' 300
