"""Five years of a county, walked through as its people do: adopt, plan the year, report, return, inspect, rectify,
appraise, appeal. The program runs on a clock that is set forward (libfaketime); everything else is real."""
import glob
import re
import unittest

import documents
from forms import form_of, forms_of
from kepu import PASSWORD, Client, Folder, Server, added_user, adopt, import_plan, kepu, messages_of

FAKETIME = next(iter(glob.glob('/usr/lib/*/faketime/libfaketimeMT.so.1')), None)
YEARS = range(2026, 2031)
LEADS = {'jiaoyu': '县教育局', 'nongye': '县农业农村局', 'kexie': '县科协'}


@unittest.skipUnless(FAKETIME, '没有安装 faketime，五年的流程没有走（apt-get install faketime）')
class Cycle(Folder):
    def at(self, when):
        """From now on it is `when` (Shanghai time); a program that runs is ended and begun anew."""
        self.stop()
        self.today = when
        self.environment = {'LD_PRELOAD': FAKETIME, 'FAKETIME': f'@{when} 10:00:00', 'FAKETIME_DONT_FAKE_MONOTONIC': '1',
                            'TZ': 'Asia/Shanghai'}
        self.server = Server(self.data, environment=self.environment)
        self.people = {}

    def stop(self):
        if getattr(self, 'server', None):
            self.assertEqual(self.server.stop(), 0, self.server.error_text())
            self.server = None

    def tearDown(self):
        if getattr(self, 'server', None):
            self.server.stop()

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
        for login, unit in LEADS.items():
            self.add(login, 'department_liaison', unit)
        self.add('auditor', 'auditor')
        units = self.page('boss', '/organisation/list?as=json').json()['rows']
        self.assertTrue({u['name'] for u in units} >= set(LEADS.values()))

    def test_five_years(self):
        self.found()
        print(self.page('clerk', '/reports/rules').status)


if __name__ == '__main__':
    unittest.main()
