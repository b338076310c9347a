"""Times the pages of orders of a filled demonstration county: load_orders_pages.py FOLDER PID [ROUNDS=40].
One line a page: p50, p99, worst, goal. Each page is asked for with different filters, so that nothing is answered from what was kept;
every second round comes just after somebody saved something."""
import re
import statistics
import sys
import time
from pathlib import Path
from urllib.parse import quote
sys.path.insert(0, 'tests/program')
from kepu import Client

folder, pid = Path(sys.argv[1]), int(sys.argv[2])
ROUNDS = int(sys.argv[3]) if len(sys.argv) > 3 else 40
for _ in range(6000):  # the first start may have indexes to make
    found = re.search(r'http://127\.0\.0\.1:(\d+)', (folder / 'serve.out').read_text())
    if found:
        break
    time.sleep(0.05)
port = int(found.group(1))


def person(login):
    return Client(port, timeout=120).sign_in(login, 'Lanjiang-' + login, tenant='lanjiang')


office, town, bureau, village, leader, member = map(person, ['kexie', 'zhen', 'weijian', 'cun', 'duizhang', 'zhiyuan'])
public = Client(port, timeout=120)
saver = person('kexie-head')
token = saver.csrf('/notices/ways')
filters = office.get('/orders').text


def options(name):
    part = re.search(r'<select[^>]*name="f\.' + name + r'".*?</select>', filters, re.S).group(0)
    return [value for value in re.findall(r'<option value="([^"]+)"', part)]


townships, kinds, states, departments = map(options, ['township', 'kind', 'state', 'department'])
total = office.get('/orders?as=json').json()['total']
orders = [row for row in re.findall(r'href="/orders/(\d+)"', filters)]
late = [row for row in re.findall(r'href="/orders/(\d+)"', office.get('/orders?f.state=closed&page=900').text)]
some = office.get('/orders/' + orders[0]).text


def last(query=''):
    count = office.get('/orders?as=json' + ('&' + query if query else '')).json()['total']
    return max(1, (count + 49) // 50)


def list_of(query='', sort='', page=''):
    parts = [p for p in (query, 'sort=' + sort if sort else '', 'page=%s' % page if page else '') if p]
    return '/orders' + ('?' + '&'.join(parts) if parts else '')


def one(values, i):
    return values[i % len(values)]


words = ['血压', '果树', '手机', '无人', '讲座', '院坝', '00', '广场', '地震', '电源']
SORTS = ['clock', '-clock', 'when', '-when', 'people', '-people', 'number', '-number']
pages = [('订单（全县）', office, lambda i: list_of(), 100), ('订单（乡镇）', town, lambda i: list_of(), 100),
         ('订单（部门）', bureau, lambda i: list_of(), 100), ('订单（村）', village, lambda i: list_of(), 100)]
for sort in SORTS:
    pages.append((f'订单，排序 {sort}', office, lambda i, sort=sort: list_of(sort=sort, page=1 + i % 3), 100))
    pages.append((f'订单（乡镇），排序 {sort}', town, lambda i, sort=sort: list_of(sort=sort, page=1 + i % 3), 100))
end, middle = last(), last() // 2
pages += [
    ('订单，最后一页', office, lambda i: list_of(page=end - i % 5), 100),
    ('订单，正中一页', office, lambda i: list_of(page=middle + i % 50), 100),
    ('订单，最后一页，按日期', office, lambda i: list_of(sort='when', page=end - i % 5), 100),
    ('订单，正中一页，按人数', office, lambda i: list_of(sort='people', page=middle + i % 50), 100),
    ('订单（乡镇），正中一页', town, lambda i: list_of(page=800 + i % 50), 100),
    ('订单（部门），正中一页，按日期', bureau, lambda i: list_of(sort='when', page=800 + i % 50), 100),
    ('订单，逐个状态', office, lambda i: list_of('f.state=' + one(states, i)), 100),
    ('订单，逐个类别', office, lambda i: list_of('f.kind=' + one(kinds, i), one(SORTS, i)), 100),
    ('订单，逐个乡镇', office, lambda i: list_of('f.township=' + one(townships, i), one(SORTS, i)), 100),
    ('订单，逐个部门', office, lambda i: list_of('f.department=' + one(departments, i), one(SORTS, i)), 100),
    ('订单，乡镇 × 类别 × 状态', office, lambda i: list_of(
        'f.township=%s&f.kind=%s&f.state=%s' % (one(townships, i), one(kinds, i * 7), one(states, i * 5)), one(SORTS, i * 3)), 100),
    ('订单，部门 × 类别 × 状态', office, lambda i: list_of(
        'f.department=%s&f.kind=%s&f.state=%s' % (one(departments, i), one(kinds, i * 7), one(states, i * 5)), one(SORTS, i * 3)), 100),
    ('订单（乡镇），类别 × 状态', town, lambda i: list_of('f.kind=%s&f.state=%s' % (one(kinds, i), one(states, i * 5)), one(SORTS, i * 3)), 100),
    ('查找两个字（清单）', office, lambda i: list_of('q=' + quote(one(words, i))), 50),
    ('查找两个字，加状态', office, lambda i: list_of('q=%s&f.state=%s' % (quote(one(words, i)), one(states, i))), 50),
    ('查找（全站）', office, lambda i: '/search?q=' + quote(one(words, i)), 100),
    ('一个订单', office, lambda i: '/orders/' + one(orders, i), 100),
    ('一个办结的订单', office, lambda i: '/orders/' + one(late, i), 100),
    ('成批派单', town, lambda i: '/orders/check', 100),
    ('成批找队伍', bureau, lambda i: '/orders/match', 2000),
    ('供需', office, lambda i: '/orders/need', 100),
    ('供需，前几年', office, lambda i: '/orders/need/%d' % (2022 + i % 4), 100),
    ('没满足的订单', office, lambda i: '/orders/need/2025/unmet?f.month=%d' % (1 + i % 12), 100),
    ('没满足的订单，全年', office, lambda i: '/orders/need/%d/unmet' % (2022 + i % 4), 100),
    ('缺什么内容', office, lambda i: '/orders/need/%d/missing' % (2022 + i % 4), 100),
    ('我的接单', leader, lambda i: '/my/orders', 100),
    ('我的服务', member, lambda i: '/my/service', 100),
    ('我的工作（科协）', office, lambda i: '/work', 100),
    ('我的工作（乡镇）', town, lambda i: '/work', 100),
    ('我的工作（部门）', bureau, lambda i: '/work', 100),
    ('公开点单页', public, lambda i: '/p/lanjiang/order', 100),
    ('目标', office, lambda i: '/targets', 100),
    ('指标目录', office, lambda i: '/indicators', 100),
]
worst = []
print(f'订单 {total}')
for title, client, path, goal in pages:
    rounds, times = ROUNDS, []
    first = client.get(path(0))
    if first.status not in (200, 303):
        print(f'{title}：状态 {first.status}')
        continue
    spent = time.perf_counter()
    for i in range(rounds):
        if i % 2:
            saver.post('/notices/read', {'notice': '0'}, token)
        begin = time.perf_counter()
        answer = client.get(path(i))
        if answer.status == 303:
            answer = client.get(answer.location)
        times.append(1000 * (time.perf_counter() - begin))
        assert answer.status == 200, (path(i), answer.status)
        if time.perf_counter() - spent > 20:
            break
    times.sort()
    p99 = times[min(len(times) - 1, int(0.99 * len(times)))]
    print(f'{title:<24} p50 {statistics.median(times):7.1f}  p99 {p99:7.1f}  最慢 {times[-1]:7.1f} 毫秒  目标 p99 <= {goal}：'
          f'{"达到" if p99 <= goal else "未达到"}', flush=True)
for line in Path(f'/proc/{pid}/status').read_text().splitlines():
    if line.startswith(('VmRSS', 'VmHWM')):
        print(line)
