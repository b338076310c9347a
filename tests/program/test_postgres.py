"""The same program on PostgreSQL. Runs under tests/postgres.sh, which gives KEPU_TEST_POSTGRES."""
import os
import unittest

import documents
from kepu import PASSWORD, Client, Folder, Server, added_user, adopt, edit, import_plan, kepu, review

URL = os.environ.get('KEPU_TEST_POSTGRES', '')


@unittest.skipUnless(URL, '没有 PostgreSQL')
class Postgres(Folder):
    def test_demonstration_county_and_daily_work(self):
        data = self.folder / 'data'
        how = {'data': data, 'db': URL}
        self.assertRegex(self.good('migrate', **how).stdout, r'执行 [1-9]\d* 步')
        self.assertRegex(self.good('migrate', **how).stdout, r'执行 0 步')
        self.good('demo', timeout=180, **how)
        demo = 'lanjiang'
        self.assertIn(demo + '\t', self.good('tenant', 'list', **how).stdout)
        self.good('tenant', 'add', 'chengxi', '澄溪县', **how)
        password = added_user(data, 'chengxi', 'clerk', 'office_clerk', db=URL)
        with Server(data, db=URL) as server:
            client = Client(server.port).sign_in('clerk', password, 'chengxi')
            version = import_plan(client, documents.docx(), '方案.docx')
            task = review(client, version)['initiatives'][0]['tasks'][0]
            saved = edit(client, version, 'task', task['id'], {'title': '改过的标题', 'body': task['body'], 'lead': '', 'responsible': ''})
            self.assertEqual(saved.status, 303)
            self.assertEqual(adopt(client, version).location, '/matrix')
            for path in ('/', '/matrix', '/tasks', '/departments', '/targets', '/schedule', '/plans', '/duties',
                         f'/p/{demo}', f'/p/{demo}/tasks', '/tasks?q=%E7%A7%91%E5%AD%A6', '/search?q=%E7%A7%91'):
                self.assertEqual(client.get(path).status, 200, path)
            self.assertIn('改过的标题', client.get('/matrix').text)
            # The demonstration county is another tenant: nothing of it is here.
            self.assertEqual(len(client.get('/plans?as=json').json()['plans']), 1)
            server.kill()
        with Server(data, db=URL) as server:
            client = Client(server.port).sign_in('clerk', PASSWORD, 'chengxi')
            self.assertEqual(review(client, version)['initiatives'][0]['tasks'][0]['title'], '改过的标题')
        self.good('audit', 'verify', **how)
        done = kepu('backup', self.folder / 'b', **how)
        self.assertEqual(done.returncode, 1)
        self.assertIn('pg_dump', done.stderr)

    def test_unreachable_database(self):
        done = kepu('migrate', data=self.folder / 'none', db='postgresql://kepu@127.0.0.1:1/none', timeout=40)
        self.assertEqual(done.returncode, 3)
        self.assertRegex(done.stderr, r'^kepu：')
        self.assertNotIn('terminate', done.stderr)
