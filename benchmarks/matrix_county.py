"""A running county of 60 tasks x 40 departments: matrix_county.py URL. Prints the clerk's cookie.

The county of the running program (code bench, clerk `clerk`, one-time password as the second argument) gets a plan
whose tasks name its departments in turn, and adopts it as a clerk does."""
import sys
sys.path.insert(0, 'tests/program')
import documents
from kepu import Client, adopt, import_plan

port, password = int(sys.argv[1]), sys.argv[2]
DEPARTMENTS = [f'县第{n}局' for n in ('一 二 三 四 五 六 七 八 九 十 十一 十二 十三 十四 十五 十六 十七 十八 十九 二十 二十一 二十二 '
               '二十三 二十四 二十五 二十六 二十七 二十八 二十九 三十 三十一 三十二 三十三 三十四 三十五 三十六 三十七 三十八 三十九 四十').split()]
outline = documents.OUTLINE[:5]
for initiative in range(6):
    name = ('青少年', '农民', '产业工人', '老年人', '领导干部和公务员', '城镇居民')[initiative]
    outline.append((2, f'{name}科学素质提升行动。提高科学素质。'))
    for task in range(10):
        first = (initiative * 10 + task) * 7
        named = '、'.join(DEPARTMENTS[(first + k) % 40] for k in range(1, 9))
        outline.append((3, f'第{initiative * 10 + task + 1}项工作。落实责任，细化措施，到2030年完成{10 + task}场活动。'
                           f'（牵头单位：{DEPARTMENTS[first % 40]}；责任单位：{named}）'))
outline += documents.OUTLINE[-3:]
client = Client(port).sign_in('clerk', password)
version = import_plan(client, documents.text(outline).encode())
answer = adopt(client, version)
assert answer.status == 303, answer.text[:2000]
matrix = client.get('/matrix?as=json').json()
assert (len(matrix['rows']), len(matrix['columns'])) == (60, 40), (len(matrix['rows']), len(matrix['columns']))
print('kp_session=' + client.cookies['kp_session'])
