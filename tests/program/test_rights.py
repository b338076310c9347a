"""Every route: who may, who may not, and nothing of another tenant. The routes are those of routes.txt."""
import re
import sqlite3
import tomllib

import documents
import routes
from kepu import PASSWORD, ROOT, Client, Folder, Server, added_user, adopt, import_plan, kepu

# login → (role, unit); the two liaisons are of different units.
PEOPLE = {'boss': ('administrator', None), 'clerk': ('office_clerk', None), 'teach': ('department_liaison', '县教育局'),
          'farm': ('department_liaison', '县农业农村局'), 'head': ('department_head', '县教育局'), 'look': ('observer', None),
          'audit': ('auditor', None), 'hand': ('volunteer', None)}
TABLES = {'version': 'plan_version', 'task': 'plan_task', 'initiative': 'plan_initiative', 'target': 'plan_target',
          'unit': 'auth_unit', 'person': 'auth_person', 'account': 'auth_account', 'grant': 'auth_grant',
          'stand_in': 'auth_stand_in', 'standin': 'auth_stand_in', 'session': 'auth_session',
          'report': 'report', 'evidence': 'evidence', 'extension': 'report_extension',
          'appraisal': 'appraisal', 'appeal': 'appraisal_appeal',
          'round': 'inspection_round', 'visit': 'inspection_visit', 'problem': 'inspection_problem',
          'call': 'rollup_call', 'returned': 'rollup_return', 'link': 'rollup_link',
          'entry': 'register_entry', 'record': 'register_person', 'proof': 'register_proof', 'booking': 'register_booking', 'merge': 'register_merge',
          'meeting': 'meetings_meeting', 'decision': 'meetings_decision', 'briefing': 'meetings_briefing',
          'recurring': 'meetings_recurring', 'member': 'meetings_member', 'evaluation': 'evaluation_round',
          'order': 'orders_order', 'offer': 'orders_offer', 'shift': 'orders_shift', 'key': 'auth_api_key', 'hook': 'webhook',
          'delivery': 'webhook_delivery', 'reward': 'points_reward', 'claim': 'points_claim',
          'correction': 'points_correction', 'holder': 'points_account'}
# What they show is named in the query.
ASKED = {'/indicators/literacy/correct', '/decisions/new'}
# Signing out ends the session that the test works with; it has a test of its own.
LEFT_OUT = {('POST', '/sign-out')}
ENDS_WORK = re.compile(r'/(sign-out|deactivate|disable|password|second-factor|end|account/.*)$')


class Rights(Folder):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.data = cls.folder / 'data'
        cls.roles = {r['id']: r for r in tomllib.loads((ROOT / 'catalog/roles.toml').read_text())['role']}
        first = {}
        for code, name in (('chengxi', '澄溪县'), ('beiyuan', '北垣县')):
            assert kepu('tenant', 'add', code, name, data=cls.data).returncode == 0
            first[code] = added_user(cls.data, code, 'clerk', 'office_clerk')
        cls.server = Server(cls.data)
        cls.clients = {}
        for code, name in (('chengxi', '澄溪县'), ('beiyuan', '北垣县')):
            client = Client(cls.server.port).sign_in('clerk', first[code], code)
            outline = [(level, line.replace('澄溪县', name)) for level, line in documents.OUTLINE]
            answer = adopt(client, import_plan(client, documents.docx(outline), '方案.docx'))
            assert answer.location == '/matrix', answer.location
            cls.clients['clerk' if code == 'chengxi' else 'other'] = client
        for login, (role, unit) in PEOPLE.items():
            if login == 'clerk':
                continue
            password = added_user(cls.data, 'chengxi', login, role, unit)
            cls.clients[login] = Client(cls.server.port).sign_in(login, password, 'chengxi')
        cls.own, cls.foreign = cls.ids('chengxi'), cls.ids('beiyuan')
        cls.routes = routes.listed()[1]

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()  # fails where it crashed
        super().tearDownClass()

    @classmethod
    def database(cls):
        return sqlite3.connect(f'file:{cls.data}/kepu.db?mode=ro', uri=True)

    @classmethod
    def ids(cls, code):
        """For each path variable one id of the tenant; units by name too."""
        db = cls.database()
        tenant, = db.execute('select tenant from auth_tenant where code=?', (code,)).fetchone()
        found = {'tenant': code, 'duty': 'A1-01', 'tenant id': tenant, 'window': 7, 'year': 2026, 'item': 7, 'group': 7,
                 'step': 'publish', 'photo': 7, 'file': 7, 'place': 7, 'county': 7, 'name': 7,
                 # A type that every county has, and a certificate that none has.
                 'register': 'informant', 'code': 7}
        for variable, table in TABLES.items():
            columns = [row[1] for row in db.execute(f'pragma table_info({table})')]
            key = next(c for c in (variable, 'id', f'{variable}_id', 'stand_in', 'person') if c in columns and c != 'tenant')
            row = db.execute(f'select {key} from {table} where tenant=? order by 1', (tenant,)).fetchone()
            found[variable] = row[0] if row else 7
        found['unit'], = db.execute("select unit from auth_unit where tenant=? and name='县教育局'", (tenant,)).fetchone()
        found.update(service=7, deed=7, token=7)  # the menu is shipped: its seventh line is there, without a photo
        found.update(case=7, area=7, questionnaire=7, question=7, block=7)
        found.update(metric=7, change=7, set=7, submission=7, kind='task', item=found['task'])
        db.close()
        return found

    @classmethod
    def path(cls, pattern, ids):
        return re.sub(r'\{(\w+)\}', lambda m: str(ids[m.group(1)]), pattern)

    def right_held(self, login, access, right):
        rights = self.roles[PEOPLE[login][0]]['rights']
        return access != 'right' or '*' in rights or right in rights

    # ------------------------------------------------------------ the list itself

    def test_list_of_routes_is_that_of_the_sources(self):
        found, strange = routes.registered()
        self.assertEqual(strange, [], 'routes that routes.py cannot read')
        self.assertEqual(routes.as_lines(found), routes.listed()[0],
                         'run tests/program/routes.py --write, and write computed routes below by hand')
        self.assertLessEqual(routes.literal(found), set(self.routes))
        self.assertEqual(len(self.routes), len({r[:2] for r in self.routes}), 'a route stands twice')

    def test_every_variable_is_known_here(self):
        for _, pattern, _, _ in self.routes:
            for variable in re.findall(r'\{(\w+)\}', pattern):
                self.assertIn(variable, self.own, f'add the variable of {pattern} to TABLES')

    def test_every_change_needs_signing_in_but_signing_in_itself(self):
        open_changes = {p for method, p, access, _ in self.routes if method != 'GET' and access == 'open'}
        # The certificate is only checked; a resident asks, and follows his order by its code.
        self.assertLessEqual(open_changes, {'/sign-in', '/sign-in/code', '/p/{tenant}/certificates',
                                             '/p/{tenant}/order/find/send', '/p/{tenant}/order/find/list',
                                            '/p/{tenant}/order', '/p/{tenant}/order/{code}/{deed}'})

    # ------------------------------------------------------------ who may read

    def test_anonymous(self):
        client = Client(self.server.port)
        token = client.get('/sign-in').hidden('csrf')
        for method, pattern, access, _ in self.routes:
            path = self.path(pattern, self.own)
            with self.subTest(f'{method} {pattern}'):
                if method == 'GET':
                    answer = client.get(path)
                    if access == 'open':
                        # What this small county does not have is not there for everybody.
                        nothing = (404,) if any(self.own[v] == 7 for v in re.findall(r'\{(\w+)\}', pattern)) else ()
                        self.assertIn(answer.status, (200, 303) + nothing, answer.status)
                    else:
                        self.assertEqual(answer.status, 303)
                        self.assertTrue(answer.location.startswith('/sign-in?next='), answer.location)
                        self.assertEqual(client.get(path, Accept='application/json').status, 401)
                elif access != 'open':
                    self.assertIn(client.post(path, {}, token).status, (401, 403))

    def test_reading_by_role(self):
        for login in PEOPLE:
            for method, pattern, access, right in self.routes:
                if method != 'GET':
                    continue
                with self.subTest(f'{login} {pattern}'):
                    answer = self.clients[login].get(self.path(pattern, self.own))
                    if self.right_held(login, access, right):
                        within = self.roles[PEOPLE[login][0]]['scope'] == 'tenant'
                        allowed = {200, 303} if within else {200, 303, 403, 404}
                        # Lists of things that this small county does not have (a stand-in, say).
                        if any(self.own[v] == 7 for v in re.findall(r'\{(\w+)\}', pattern)) or pattern in ASKED:
                            allowed.add(404)
                        self.assertIn(answer.status, allowed)
                    else:
                        self.assertEqual(answer.status, 403)

    def test_pages_that_a_liaison_needs(self):
        for path in ('/', '/matrix', '/tasks', '/departments', f'/departments/{self.own["unit"]}', f'/tasks/{self.own["task"]}',
                     '/targets', '/schedule', '/duties', '/plans', '/plan.docx', '/search?q=科'.replace('科', '%E7%A7%91')):
            self.assertEqual(self.clients['teach'].get(path).status, 200, path)

    # ------------------------------------------------------------ who may change

    def test_forms_of_elsewhere_are_refused(self):
        """Without the session's token, with another's, and with the right one from another site: 403, nothing changed."""
        before = self.rows('chengxi')
        boss = self.clients['boss']
        stranger, mine = self.clients['clerk'].csrf(self.a_form()), boss.csrf(self.a_form())
        for method, pattern, access, _ in self.routes:
            if method == 'GET':
                continue
            path = self.path(pattern, self.own)
            with self.subTest(pattern):
                self.assertEqual(boss.post(path, {}).status, 403, 'no token')
                self.assertEqual(boss.post(path, {}, stranger).status, 403, "another person's token")
                elsewhere = boss.request('POST', path, f'csrf={mine}', {
                    'Content-Type': 'application/x-www-form-urlencoded', 'Sec-Fetch-Site': 'cross-site'})
                self.assertEqual(elsewhere.status, 403, 'from another site')
        self.assertEqual(self.rows('chengxi'), before)

    def a_form(self):
        return f'/versions/{self.own["version"]}/names'

    def test_changing_without_the_right(self):
        before = self.rows('chengxi')
        for login in PEOPLE:
            token = self.clients[login].csrf('/account/password')
            for method, pattern, access, right in self.routes:
                if method != 'GET' and not self.right_held(login, access, right):
                    with self.subTest(f'{login} {pattern}'):
                        self.assertEqual(self.clients[login].post(self.path(pattern, self.own), {}, token).status, 403)
        self.assertEqual(self.rows('chengxi'), before)

    def test_liaison_of_another_unit(self):
        """县农业农村局's liaison may not confirm for 县教育局; 县教育局's own may."""
        path = f'/departments/{self.own["unit"]}/confirm'
        tasks = re.findall(r'name="task"\s+value="(\d+)"', self.clients['teach'].get(f'/departments/{self.own["unit"]}').text)
        self.assertTrue(tasks)
        self.assertNotIn('name="task"', self.clients['farm'].get(f'/departments/{self.own["unit"]}').text)
        for login, status in (('farm', 403), ('teach', 303)):
            client = self.clients[login]
            answer = client.post(path, [('task', t) for t in tasks], client.csrf('/account/password'))
            self.assertEqual(answer.status, status, login)

    # ------------------------------------------------------------ another tenant

    def test_nothing_of_another_tenant(self):
        """An administrator here asks for what belongs there: as if it were not there; nothing there changes."""
        there = self.rows('beiyuan')
        boss = self.clients['boss']
        token = boss.csrf('/account/password')
        for method, pattern, access, _ in self.routes:
            variables = set(re.findall(r'\{(\w+)\}', pattern)) - {'tenant', 'duty', 'year', 'register'}
            if not variables or access == 'open':
                continue
            path = self.path(pattern, self.foreign)
            with self.subTest(f'{method} {pattern}'):
                if method == 'GET':
                    answer = boss.get(path)
                    if answer.status == 303:  # goes on to a page of the same thing
                        answer = boss.get(answer.location)
                    self.assertEqual(answer.status, 404)
                    self.assertNotIn('北垣', answer.text)
                else:
                    fields = {'name': '改名', 'title': '改名', 'kind': 'department', 'reason': '试', 'revision': '1', 'do': 'drop',
                              'item': self.foreign['task'], 'role': 'observer', 'scope': 'tenant', 'login': 'intruder',
                              'unit': self.foreign['unit'], 'parent': self.foreign['unit']}
                    answer = boss.post(path, fields, token)
                    self.assertIn(answer.status, (403, 404, 422, 400, 303))
                    if answer.status == 303:  # a message on the next page: it must not speak of success
                        said = boss.get(answer.location).text
                        self.assertNotIn('class="flash green', said)
        self.assertEqual(self.rows('beiyuan'), there)

    def test_ids_of_another_tenant_in_forms(self):
        """Own page, foreign id in a field."""
        there = self.rows('beiyuan')
        boss, own, foreign = self.clients['boss'], self.own, self.foreign
        token = boss.csrf('/account/password')
        tries = {f'/departments/{own["unit"]}/confirm': {'task': foreign['task'], 'contact': foreign['person']},
                 f'/tasks/{own["task"]}/assign': {'lead': foreign['unit'], 'responsible': foreign['unit'], 'unit': foreign['unit']},
                 f'/versions/{own["version"]}/names': {'name': '县教育局', 'choice': f'unit:{foreign["unit"]}'},
                 f'/versions/{own["version"]}/edit': {'do': 'drop', 'item': foreign['task'], 'revision': 1},
                 '/alignment': {'task': own['task'], 'superior': foreign['task'], 'version': foreign['version']}}
        for path, fields in tries.items():
            with self.subTest(path):
                answer = boss.post(path, fields, token)
                self.assertLess(answer.status, 500)
        db = self.database()
        units = [u for u, in db.execute('select unit from auth_unit where tenant=?', (foreign['tenant id'],))]
        for table, column in (('plan_assignment', 'unit'), ('plan_name', 'unit')):
            used = {u for u, in db.execute(f'select {column} from {table} where tenant=?', (own['tenant id'],))}
            self.assertFalse(used & set(units), f'{table} points to units of another tenant')
        db.close()
        self.assertEqual(self.rows('beiyuan'), there)

    def test_public_page_of_another_county_is_that_of_a_stranger(self):
        answer = self.clients['boss'].get('/p/beiyuan')
        self.assertEqual(answer.status, 200)
        self.assertNotIn('澄溪', answer.text)

    # ------------------------------------------------------------ nothing breaks

    def test_strange_ids_and_empty_forms(self):
        boss = self.clients['boss']
        token = boss.csrf('/account/password')
        for method, pattern, _, _ in self.routes:
            if '{' not in pattern:
                continue
            for strange in ('x', '0', '-1', '99999999999999999999', '%00', '%E4%B8%AD', "1'--", '..%2F..'):
                path = re.sub(r'\{\w+\}', lambda _: strange, pattern)
                with self.subTest(f'{method} {path}'):
                    answer = boss.get(path) if method == 'GET' else boss.post(path, {}, token)
                    self.assertLess(answer.status, 500)
                    self.assertNotEqual(answer.status, 200)
        self.assertEqual(boss.get('/plans').status, 200)

    def test_strange_parameters(self):
        boss = self.clients['boss']
        queries = ('page=-1', 'page=99999999999999', 'sort=nonsense', 'sort=%00', 'f.unit=x', 'q=' + '%E7%A7%91' * 500, 'as=nonsense',
                   'edit=x', 'with=x', 'q=%FF%FE', '&&&=', 'task=99999999999999999999', 'add=x&to=y')
        for method, pattern, access, right in self.routes:
            if method != 'GET':
                continue
            for query in queries:
                with self.subTest(f'{pattern}?{query}'):
                    self.assertLess(boss.get(self.path(pattern, self.own) + '?' + query).status, 500)

    def test_unknown_addresses_and_methods(self):
        boss = self.clients['boss']
        self.assertEqual(boss.get('/nonsense').status, 404)
        self.assertEqual(boss.get('/assets/nonsense.js').status, 404)
        for method in ('PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE'):
            self.assertIn(boss.request(method, '/matrix').status, (400, 404, 405, 501), method)

    def test_signing_out_ends_the_session(self):
        client = Client(self.server.port).sign_in('look', PASSWORD, 'chengxi')
        old = dict(client.cookies)
        self.assertEqual(client.post('/sign-out', {}, client.csrf('/account/password')).status, 303)
        client.cookies = old
        self.assertEqual(client.get('/plans').status, 303)

    # ------------------------------------------------------------

    @classmethod
    def rows(cls, code):
        """Everything that the tenant has in the database, but what reading alone leaves there."""
        db = cls.database()
        tenant = cls.ids(code)['tenant id']
        content = {}
        for table, in db.execute("select name from sqlite_master where type='table' and name not like 'sqlite_%'").fetchall():
            if table in ('auth_session', 'auth_throttle') or table.startswith('audit'):
                continue
            if any(row[1] == 'tenant' for row in db.execute(f'pragma table_info({table})')):
                content[table] = sorted(map(repr, db.execute(f'select * from {table} where tenant=?', (tenant,))))
        db.close()
        return content
