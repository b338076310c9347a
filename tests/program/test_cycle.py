"""Five years of a county, walked through as its people do: adopt, plan the year, report, return, inspect, rectify,
appraise, appeal. The program runs on a clock that is set forward (libfaketime); everything else is real."""
import html
import io
import re
import unittest
import zipfile

import documents
from forms import form_of, forms_of
from kepu import PASSWORD, Client, Dated, added_user, adopt, import_plan, kepu, messages_of

YEARS = range(2026, 2031)
# Whoever carries a task: all have to report, so that a light can be green.
UNITS = {'jiaoyu': '县教育局', 'nongye': '县农业农村局', 'kexie': '县科协', 'wenlv': '县文化和旅游局', 'linye': '县林业局',
         'zhujian': '县住房和城乡建设局', 'caizheng': '县财政局', 'xiangzhen': '各乡镇人民政府'}


class Cycle(Dated):
    def at(self, when):
        self.today = when
        super().at(f'{when} 10:00:00')

    def who(self, login):
        if login not in self.people:
            password = self.passwords.pop(login, PASSWORD)
            self.people[login] = Client(self.server.port).sign_in(login, password)
        return self.people[login]

    def page(self, login, path, status=200):
        answer = self.who(login).get(path)
        self.assertEqual(answer.status, status, f'{self.today} {login} {path}: {answer.status} {answer.location}')
        return answer

    def send(self, login, path, form, typed=None, status=303, action=None):
        """Fills in the form of the page as a person does and sends it."""
        fields = form.over(typed or {})
        answer = self.who(login).post(action or form.action or path, fields)
        self.assertEqual(answer.status, status,
                         f'{self.today} {login} {form.action}: {answer.status} {messages_of(answer.text)}')
        return answer

    def do(self, login, path, action_end, typed=None, status=303):
        return self.send(login, path, form_of(self.page(login, path), action_end), typed, status)

    def add(self, login, role, unit=None):
        self.passwords[login] = added_user(self.data, 'chengxi', login, role, unit=unit, environment=self.environment)

    # ---------------------------------------------------------------- the steps

    def found(self):
        self.data = self.folder / 'data'
        self.passwords = {}
        self.at('2026-03-02')
        done = kepu('tenant', 'add', 'chengxi', '澄溪县', data=self.data, environment=self.environment)
        self.assertEqual(done.returncode, 0, done.stderr)
        for login, role in (('boss', 'administrator'), ('clerk', 'office_clerk'), ('head', 'association_head')):
            self.add(login, role)
        self.version = import_plan(self.who('clerk'), documents.docx(), '方案.docx')
        self.assertEqual(adopt(self.who('clerk'), self.version).status, 303)
        for login, unit in UNITS.items():
            self.add(login, 'department_liaison', unit)
        self.add('auditor', 'auditor')
        self.add('inspector', 'inspector')
        self.add('assessor', 'appraisal_assessor')
        units = self.page('boss', '/organisation/list?as=json').json()['rows']
        self.assertTrue({u['name'] for u in units} >= set(UNITS.values()))

    def unit_of(self, login):
        if not hasattr(self, 'units'):
            found = re.findall(r'<a href="/departments/(\d+)"[^>]*>([^<]+)</a>', self.page('clerk', '/departments?size=100').text)
            self.units = {name: unit for unit, name in found}
        return self.units[UNITS[login]]

    def confirm_tasks(self):
        for login in UNITS:
            self.do(login, f'/departments/{self.unit_of(login)}', '/confirm')
            self.assertNotIn('确认任务', [t['kind'][0] for t in self.page(login, '/work?as=json').json()['rows']])

    def rules(self):
        page = self.page('clerk', '/reports/rules')
        form = next(f for f in forms_of(page) if ('form', 'rule') in f.fields)
        self.send('clerk', '/reports/rules', form, {'period': 'year', 'since': '2026-01-01'})

    def plan_year(self, year, returned=None):
        """Every unit plans its year; the office sends one plan back, once."""
        for login in UNITS:
            path = f'/year-plans/{year}/{self.unit_of(login)}'
            form = form_of(self.page(login, path), path)
            typed = {name: f'{year}年按季度推进，组织专题活动，年底总结。' for name in form.names() if name.endswith('-measures')}
            self.assertTrue(typed, path)
            self.send(login, path, form, {**typed, 'do': 'submit'})
            if login == returned:
                self.do('clerk', path, '/decide', {'deed': 'return', 'reason': ''}, status=422)
                self.do('clerk', path, '/decide', {'deed': 'return', 'reason': '请写明各季度的安排'})
                self.assertIn('请写明各季度的安排', self.page(login, '/work').text)
                self.send(login, path, form_of(self.page(login, path), path), {'do': 'submit'})
            self.do('clerk', path, '/decide', {'deed': 'accept'})

    def report_year(self, year, share, returned=None):
        """Every unit reports on all its tasks; the office returns one report and accepts the others."""
        for login in UNITS:
            path = f'/reports/of/{year}/{self.unit_of(login)}'
            form = form_of(self.page(login, path), path)
            if share < 100:
                self.send(login, path, form, {**self.content(form, year, share), 'do': 'submit'})
                continue
            # What is reported as done needs its proof: each task by itself, with a file.
            for task in [value for name, value in form.fields if name == 'task']:
                one = form_of(self.page(login, f'{path}/{task}'), f'{path}/{task}')
                fields = dict(one.over({**self.content(one, year, share), 'do': 'submit'}))
                answer = self.who(login).upload(f'{path}/{task}', fields, 'file', f'完成证明{task}.txt',
                                                f'{login} {task} 已完成\n'.encode())
                self.assertEqual(answer.status, 303, messages_of(answer.text))

    @staticmethod
    def content(form, year, share):
        typed = {}
        for name in form.names():
            if name.endswith('-status'):
                typed[name] = 'done' if share == 100 else 'doing'
            elif name.endswith('-share'):
                typed[name] = share
            elif name.endswith('-narrative'):
                typed[name] = f'{year}年各项措施按计划落实，完成总任务的百分之{share}。'
            elif '-figure-' in name:
                typed[name] = 100 + share
        return typed

    def accept_reports(self, returned=None):
        if returned:
            unit = self.unit_of(returned)
            first = re.search(r'href="(/reports/\d+)"', self.page('clerk', f'/reports/review?unit={unit}').text).group(1)
            self.do('clerk', first, '/decide', {'deed': 'return', 'reason': ''}, status=422)
            self.do('clerk', first, '/decide', {'deed': 'return', 'reason': '缺少场次明细'})
            todo = next(t for t in re.findall(r'href="(/reports/of/[^"]+)"', self.page(returned, '/work').text))
            form = form_of(self.page(returned, todo), todo)
            narrative = next(name for name in form.names() if name.endswith('-narrative'))
            self.send(returned, todo, form, {narrative: '已补场次明细：全年四十场，见台账。', 'do': 'submit'})
        form = forms_of(self.page('clerk', '/reports/review'))[-1]
        waiting = form.boxes('report')
        self.assertTrue(waiting)
        self.send('clerk', '/reports/review', form, {'report': waiting})
        self.assertEqual(forms_of(self.page('clerk', '/reports/review'))[-1].boxes('report'), [])
        return len(waiting)

    def inspect(self, until):
        """A round from the draw to the circular; what it finds is put right, looked at again and closed."""
        made = self.do('clerk', '/inspection/rounds/new', '/inspection/rounds/new', {
            'title': f'{until[:4]}年专项督查', 'basis': '年度督查计划', 'from': self.today, 'until': until, 'take-department': self.departments(),
            'checklist': '责任人明确 | 是否\n台账完整 | 评分 10'})
        path = made.location
        self.do('clerk', path, '/draw', {'seed': '2028-05'})
        form = form_of(self.page('clerk', path), '/inspectors')
        self.send('clerk', path, form, {'people': form.boxes('people'), 'each': '2'})
        self.do('clerk', path, '/start')
        visits = sorted(set(re.findall(r'href="(/inspection/visits/\d+)"', self.page('inspector', '/inspection/visits?f.state=planned&size=100').text)))
        self.assertEqual(len(visits), self.departments())
        for visit in visits:
            page = self.page('inspector', visit)
            typed = {'q1': 'yes', 'q2': '8', 'summary': '现场看过台账。'}
            if '县农业农村局' in page.text:
                typed.update({'f1-what': '培训班没有签到表', 'f1-place': '局培训室', 'f1-severity': 'serious'})
            self.send('inspector', visit, form_of(page, '/submit'), typed)
        self.do('clerk', path, '/close')
        self.do('clerk', path + '/circular', '/circular', {'words': '请抓紧整改。'})
        self.rectify()
        return path

    def departments(self):
        return len(re.findall(r'<a href="/departments/(\d+)"', self.page('clerk', '/departments?f.kind=department&size=100').text))

    def rectify(self):
        """The finding goes to its unit, comes back, is looked at again and closed."""
        problem = re.search(r'href="(/problems/\d+)"', self.page('clerk', '/problems?q=%E7%AD%BE%E5%88%B0&f.state=noted').text).group(1)
        self.do('clerk', problem, '/act', {'due': '2026-13-01', 'measure': '补齐签到表'}, status=422)
        self.do('clerk', problem, '/act', {'due': f'{int(self.today[:4]) + 1}-01-20', 'measure': '补齐签到表'})
        self.assertIn('补齐签到表', self.page('nongye', '/work').text)
        self.do('nongye', problem, '/act', {'text': '签到表已补齐，附后。'})
        for deed in ('pass', 'close'):
            form = next(f for f in forms_of(self.page('clerk', problem)) if f.action.endswith('/act') and (('do', deed) in f.fields or ('do', deed) in f.buttons))
            self.send('clerk', problem, form, {'do': deed, 'text': '现场复核属实。'})
        self.assertIn('已销号', self.page('nongye', problem).text)

    def appraise(self, year):
        """The year is scored: table, self-assessment, assessors, review, notice, appeal, final result."""
        made = self.do('clerk', '/appraisals/new', '/appraisals/new', {'year': str(year)})
        path = made.location.replace('/table', '')
        self.do('clerk', path, '/step/publish')
        due = lambda day: {'due': f'{self.today[:8]}{day:02}'}
        self.do('clerk', path, '/step/open-self', due(15))
        for login in UNITS:
            sheet = f'{path}/units/{self.unit_of(login)}'
            form = form_of(self.page(login, sheet), '/self')
            self.send(login, sheet, form, {**self.marks(form, 2), 'submit': '1'})
        self.do('clerk', path, '/step/open-assessing', due(16))
        sheets = sorted(set(re.findall(rf'href="({path}/units/\d+)"', self.page('assessor', path + '?size=100').text)))
        for sheet in sheets:
            form = form_of(self.page('assessor', sheet), '/assess')
            self.send('assessor', sheet, form, {**self.marks(form, 1), 'submit': '1'})
        self.do('clerk', path, '/step/open-review')
        own = f"{path}/units/{self.unit_of('nongye')}"
        form = form_of(self.page('clerk', own), '/review')
        self.send('clerk', own, form, {'points-1.1': '2', 'reason-1.1': '核对会议记录，多计一分'})
        self.do('clerk', path, '/step/open-notice', due(19))
        self.do('nongye', own, '/appeal', {'item': '1.2', 'text': '联络员名单已在期限内报送'})
        appeal = re.search(rf'href="({path}/appeals/\d+)"', self.page('clerk', path + '/appeals').text).group(1)
        form = form_of(self.page('clerk', appeal), appeal)
        self.send('clerk', appeal, form, {'state': 'upheld', 'points': '2', 'reason': '属实'})
        self.at(self.today[:8] + '20')
        self.do('clerk', path, '/step/finish')
        self.assertIn('全部相符', self.page('clerk', path + '/verify').text)
        self.assertEqual(self.page('nongye', path + '/result.docx').body[:2], b'PK')
        return path

    @staticmethod
    def marks(form, points):
        typed = {}
        for name in form.names():
            kind, _, code = name.partition('-')
            if kind == 'points':
                typed[name] = points
            elif kind == 'reason':
                typed[name] = f'{code} 项见台账'
            elif kind == 'link':
                typed[name] = '/tasks'
        return typed

    def meet(self, year):
        """The joint conference: called, answered, held, minuted; what it decides is carried out by a unit; a briefing goes out."""
        form = form_of(self.page('clerk', '/meetings/new'), '/meetings/new')
        invited = [self.unit_of(login) for login in UNITS if login != 'xiangzhen']
        path = self.send('clerk', '/meetings/new', form, {'title': f'{year}年联席会议', 'kind': 'conference', 'day': self.today,
                         'time': '09:30', 'agenda': '听取进展', 'units': invited}).location
        self.do('clerk', path, '/call')
        self.do('nongye', path, '/answer', {'unit': self.unit_of('nongye'), 'answer': 'comes', 'who': '副局长'})
        held = form_of(self.page('clerk', path), '/hold')
        self.send('clerk', path, held, {n: 'present' for n in held.names() if n.startswith('att-')})
        self.do('clerk', path, '/minutes', {'minutes': '会议要求办好科普惠农。'})
        self.do('clerk', path, '/file')
        self.do('clerk', f"/decisions/new?meeting={path.split('/')[-1]}", '/decisions/new',
                {'what': f'{year}年编印农技手册', 'unit': self.unit_of('nongye'), 'due': f'{year}-12-25'})
        decision = re.search(rf'href="(/decisions/\d+)"[^>]*>[^<]*{year}年编印农技手册', self.page('nongye', '/decisions').text).group(1)
        self.do('nongye', decision + '?do=report', '/act', {'text': '已编印三千册'})
        self.do('clerk', decision + '?do=accept', '/act')
        self.assertIn('已认可', self.page('nongye', decision).text)
        self.assertNotIn(f'{year}年编印农技手册', ''.join(t['title'][0] for t in self.page('nongye', '/work?as=json').json()['rows']))
        briefing = self.do('clerk', '/briefings/new', '/briefings/new', {'title': f'{year}年简报'}).location
        self.do('clerk', briefing, '/issue')
        self.assertEqual(self.page('nongye', briefing + '?as=docx').body[:2], b'PK')

    # ---------------------------------------------------------------- the end

    def evaluate(self):
        """The final evaluation, from the sheets of the units to the paper whose every number has its source."""
        made = self.do('clerk', '/evaluations/new', '/evaluations/new',
                       {'title': '终期评估', 'kind': 'final', 'from': '2026-01-01', 'until': '2030-12-31', 'due': '2031-02-20'})
        path = made.location
        self.do('clerk', path, '/open')
        for login in UNITS:
            sheet = f'{path}/units/{self.unit_of(login)}'
            form = form_of(self.page(login, sheet), sheet)
            typed = {n: 'done' for n in form.names() if n.startswith('said-')}
            # Each task in words and with a proof of its own, so that one cannot be taken for another.
            typed |= {n: f"任务{n.split('-')[1]}五年全部完成" for n in form.names() if n.startswith('words-')}
            typed |= {n: f"/tasks/{n.split('-')[1]} 台账{n.split('-')[1]}" for n in form.names() if n.startswith('evidence-')}
            self.send(login, sheet, form, {**typed, 'do': 'submit'})
            self.do('clerk', sheet, '/decide', {'do': 'accept'})
        self.do('clerk', path, '/close')
        self.do('clerk', path + '/freeze', '/freeze', {'confirmed': '1'})
        return path

    def trace(self, path):
        """Each number of the Word paper leads to a source line, and each source line to records that give it again."""
        paper = self.page('nongye', path + '/report?as=docx').body
        with zipfile.ZipFile(io.BytesIO(paper)) as z:
            xml = z.read('word/document.xml').decode()
        lines = [''.join(re.findall(r'<w:t[^>]*>([^<]*)</w:t>', p)) for p in re.findall(r'<w:p[ >].*?</w:p>', xml)]
        at = lines.index('数据来源')
        sources = dict(m.groups() for m in (re.match(r'〔(\d+)〕(.+)', line) for line in lines[at + 1:]) if m)
        used = set(re.findall(r'〔(\d+)〕', ''.join(lines[:at])))
        self.assertEqual(used, set(sources), 'a number without its source, or a source of nothing')
        self.assertGreater(len(sources), 2)
        body = ''.join(lines[:at])
        # The sheets: as many as the round lists, all handed in.
        units, sent = re.search(r'承担任务的单位 (\d+) 个，提交自查 (\d+) 个', body).groups()
        listed = set(re.findall(rf'href="{path}/units/(\d+)"', self.page('clerk', path).text))
        self.assertEqual(int(units), len(listed))
        self.assertEqual(int(sent), len(UNITS))
        # The tasks: counted on their pages, each with what its units said.
        total, done, partly, not_done = map(int, re.search(r'方案任务 (\d+) 项，已完成 (\d+) 项，部分完成 (\d+) 项，未完成 (\d+) 项', body).groups())
        tasks = sorted(set(re.findall(rf'href="({path}/tasks/\d+)"', self.page('clerk', path + '/tasks?size=100').text)))
        self.assertEqual(total, len(tasks))
        rows = [[''.join(re.findall(r'<w:t[^>]*>([^<]*)</w:t>', c)) for c in re.findall(r'<w:tc>.*?</w:tc>', r)]
                for r in re.findall(r'<w:tr[ >].*?</w:tr>', xml)]
        annex = [r for r in rows if len(r) == 8 and r[0] != '编号']
        self.assertEqual(len(annex), total)
        self.assertEqual([sum(r[4] == word for r in annex) for word in ('已完成', '部分完成', '未完成')], [done, partly, not_done])
        by_title = {}
        for page in tasks:
            task = page.split('/')[-1]
            text = self.page('clerk', page).text
            self.assertIn(f'任务{task}五年全部完成', text)
            by_title[html.unescape(re.search(r'<h1[^>]*>(.*?)</h1>', text, re.S).group(1))] = (text, task)
        for row in annex:
            number = re.search(r'〔(\d+)〕', row[7]).group(1)
            self.assertIn(f'任务 {row[0]} 的自查和研判', sources[number])
            self.assertIn(f'佐证 {row[6]}', sources[number])
            text, task = next(v for title, v in by_title.items() if row[1] in title)
            # As many proofs as the paper says stand on the page that the source names.
            kept = re.search(r'佐证库 (\d+) 件', text)
            named = len(re.findall(f'台账{task}<', text))
            self.assertEqual(row[6], f'{named + (int(kept.group(1)) if kept else 0)} 件', row)
            self.assertNotEqual(row[6], '0 件', row)
        # The table by initiative adds up to the whole, and says where from.
        sums = [[int(n) for n in r[1:]] for r in rows if len(r) == 6 and all(n.isdigit() for n in r[1:])]
        self.assertEqual([sum(c) for c in zip(*sums)][:4], [total, done, partly, not_done])
        self.assertRegex(body, r'表中各数〔\d+〕')
        # The targets: a value stands again among the targets of the platform; what is missing is in the list of what is missing.
        targets = [r for r in rows if len(r) == 6 and r[0] not in ('目标', '行动／工程') and not r[1].isdigit()]
        self.assertTrue(targets)
        live = re.sub(r'<[^>]+>', ' ', self.page('clerk', '/indicators/targets?size=100').text)
        missing = ''.join(r[0] for r in rows if len(r) == 3)
        for row in targets:
            if row[3] == '缺':
                self.assertIn(row[0].split(' ')[-1][:12], missing, row)
            else:
                self.assertRegex(row[5], r'〔\d+〕', row)
                self.assertIn(re.match(r'[\d.,  ]+', row[3]).group(0).strip(), live, row)
        digest = re.search(r'SHA-256 ([0-9a-f]{64})', ''.join(lines)).group(1)
        self.assertIn(digest, self.page('clerk', path + '/report').text.replace('<wbr>', ''))
        self.assertEqual(self.page('clerk', path + '/report?as=docx').body, paper, 'not the same bytes')

    def test_five_years(self):
        self.found()
        self.confirm_tasks()
        self.rules()
        results = {}
        for year in YEARS:
            if year != YEARS[0]:
                self.at(f'{year}-02-20')
            self.plan_year(year, returned='nongye' if year == 2026 else None)
            self.at(f'{year}-12-22')
            if year in (2026, 2029):
                self.meet(year)
            self.report_year(year, 20 * (year - 2025))
            self.accept_reports(returned='nongye' if year in (2026, 2028) else None)
            if year in (2026, 2028):
                self.inspect(f'{year}-12-28')
            self.at(f'{year + 1}-01-05')
            path = self.appraise(year)
            results[year] = self.page('clerk', f'{path}?as=json&size=100').json()['rows']
        # Every light is green at the end, since all that was to be done is reported as done and accepted.
        tasks = self.page('clerk', '/tasks?as=json&size=100').json()['rows']
        self.assertEqual(len(tasks), len(documents.TASKS))
        self.assertEqual({t['state'] for t in tasks}, {'done'}, tasks)
        self.at('2031-01-25')
        self.trace(self.evaluate())
        # The old years, scored again by their own rules, give the same.
        for year in YEARS:
            done = self.good('appraisal', 'verify', '--year', year, data=self.data, environment=self.environment)
            self.assertIn('相符', done.stdout)
            self.assertGreaterEqual(len(results[year]), len(UNITS), year)
        self.good('audit', 'verify', data=self.data, environment=self.environment)


if __name__ == '__main__':
    unittest.main()
