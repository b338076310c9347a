"""Times the pages of a filled program: load_pages.py FOLDER PID. One line a page: p50, p99, worst, goal."""
import json
import re
import statistics
import sys
import time
import zipfile
from pathlib import Path
sys.path.insert(0, 'tests/program')
from kepu import PASSWORD, Client

folder, pid = Path(sys.argv[1]), int(sys.argv[2])
COUNTIES_ASKED, ROUNDS = 6, 40
for _ in range(400):
    found = re.search(r'http://127\.0\.0\.1:(\d+)', (folder / 'serve.out').read_text())
    if found:
        break
    time.sleep(0.05)
port = int(found.group(1))
counties = [line.split() for line in (folder / 'counties.txt').read_text().splitlines()]
known = folder / 'signed-in.json'
changed = set(json.loads(known.read_text())) if known.exists() else set()
clients = []
for code, password in counties[::max(1, len(counties) // COUNTIES_ASKED)][:COUNTIES_ASKED]:
    client = Client(port, timeout=120)
    clients.append(client.sign_in('clerk', PASSWORD if code in changed else password, tenant=code))
    changed.add(code)
known.write_text(json.dumps(sorted(changed)))


def timed(client, path):
    begin = time.perf_counter()
    answer = client.get(path)
    if answer.status == 303:
        answer = client.get(answer.location)
    took = 1000 * (time.perf_counter() - begin)
    assert answer.status == 200, (path, answer.status)
    return took, answer


def verdict(value, goal):
    return '达到' if value <= goal else '未达到'


saver = clients[-1]
token = saver.csrf('/notices/ways')
PAGES = [('总览', '/', 100), ('我的工作', '/work', 100), ('填报清单', '/reports', 50), ('填报清单 2025 年第四季度', '/reports?f.window=2025Q4', 50),
         ('各单位填报', '/reports/units', 50), ('审核填报', '/reports/review', 50), ('任务清单', '/tasks', 50),
         ('部门任务', '/departments', 50), ('目标', '/targets', 50), ('指标目录', '/indicators', 50), ('通知', '/notices', 50),
         ('问题清单', '/problems', 50)]
for title, path, goal in PAGES:
    first, times = [], []
    for client in clients:
        status = client.get(path).status
        if status not in (200, 303):
            break
        first.append(timed(client, path)[0])
    else:
        for round_ in range(ROUNDS):
            for client in clients:
                if round_ % 2:  # half of them just after somebody saved something, when nothing that was kept counts
                    saver.post('/notices/read', {'notice': '0'}, token)
                times.append(timed(client, path)[0])
        times.sort()
        p99 = times[int(0.99 * len(times))]
        print(f'{title:<22} p50 {statistics.median(times):7.1f}  p99 {p99:7.1f}  最慢 {times[-1]:7.1f} 毫秒  目标 p99 <= {goal}：{verdict(p99, goal)}')
        continue
    print(f'{title}：状态 {status}')

took, answer = timed(clients[0], '/reports?f.window=2025Q4&as=xlsx')
total = clients[0].get('/reports?f.window=2025Q4&as=json').json()['total']
(folder / 'list.xlsx').write_bytes(answer.body)
rows = len(re.findall(r'<row ', zipfile.ZipFile(folder / 'list.xlsx').read('xl/worksheets/sheet1.xml').decode()))
print(f'填报清单 Excel：{total} 条，{rows} 行（含标题），{took:.0f} 毫秒')
for line in Path(f'/proc/{pid}/status').read_text().splitlines():
    if line.startswith(('VmRSS', 'VmHWM')):
        print(line)
