"""The command line as a new user meets it."""
import re
import unittest

import documents
from kepu import Client, Folder, Server, added_user, kepu

COMMANDS = [[], ['serve'], ['demo'], ['plan'], ['plan', 'parse'], ['plan', 'import'], ['plan', 'show'], ['plan', 'export'],
            ['user'], ['user', 'add'], ['tenant'], ['tenant', 'add'], ['tenant', 'list'], ['migrate'], ['backup'],
            ['restore'], ['audit'], ['audit', 'verify'], ['audit', 'proof'], ['appraisal'], ['appraisal', 'verify'],
            ['points'], ['points', 'verify'],
            ['statistics'], ['statistics', 'check'],
            ['survey'], ['survey', 'simulate'], ['survey', 'result']]


class Usage(Folder):
    def test_help_of_every_command(self):
        for command in COMMANDS:
            with self.subTest(command):
                done = self.good(*command, '--help')
                self.assertRegex(done.stdout, r'[一-鿿]')

    def test_list_of_commands_above_is_complete(self):
        def below(command):
            text = kepu(*command, '--help').stdout
            part = re.search(r'^(?:Subcommands|SUBCOMMANDS|子命令)[^\n]*\n((?:[ \t]+\S.*\n?)+)', text, re.M)
            names = re.findall(r'^ {2}(\w+)', part.group(1), re.M) if part else []
            return [[*command, n] for n in names] + [c for n in names for c in below([*command, n])]
        self.assertEqual(sorted(COMMANDS[1:]), sorted(below([])))

    def test_version(self):
        self.assertRegex(self.good('--version').stdout, r'^kepu \d+\.\d+')

    def test_wrong_usage(self):
        for command in ([], ['fly'], ['serve', '--port', 'x'], ['serve', '--port', '70000'], ['plan'], ['plan', 'parse'],
                        ['plan', 'parse', 'a', 'b'], ['user', 'add'], ['tenant', 'add'], ['backup'], ['audit'],
                        ['migrate', '--nonsense'], ['serve', '--certificate', '/no/such/file']):
            with self.subTest(command):
                done = kepu(*command, data=self.folder / 'usage')
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertTrue(done.stderr.strip())
        self.assertFalse((self.folder / 'usage').exists(), 'wrong usage leaves nothing behind')


class Areas(Folder):
    def test_a_county_of_ones_own(self):
        data = self.folder / 'own'
        self.refused('plan', 'show', data=data, status=4, words=['kepu demo', 'kepu tenant add'])
        self.good('tenant', 'add', 'chengxi', '澄溪县', '--area-code', '990001000000', data=data)
        self.refused('tenant', 'add', 'chengxi', '另一个县', data=data, status=6)
        self.refused('tenant', 'add', 'Ab 县', '某县', data=data)
        self.assertIn('chengxi\t澄溪县\t990001000000', self.good('tenant', 'list', data=data).stdout)
        path = self.folder / '方案.txt'
        path.write_text(documents.text())
        version = self.good('plan', 'import', path, data=data).stdout.strip()
        self.assertRegex(version, r'^\d+$')
        shown = self.good('plan', 'show', '--version-id', version, data=data).stdout
        for title in documents.TASKS:
            self.assertIn(title, shown)
        self.refused('plan', 'show', data=data, status=4)
        self.refused('plan', 'show', '--version-id', '17', data=data, status=4)
        self.refused('plan', 'show', '--version-id', 'x', data=data)
        self.refused('plan', 'show', '--tenant', 'nowhere', data=data, status=4, words=['chengxi'])
        out = self.folder / 'out.docx'
        self.good('plan', 'export', '--version-id', version, '--out', out, data=data)
        again = self.good('plan', 'parse', out).stdout
        for title in documents.TASKS:
            self.assertIn(title, again)
        self.refused('plan', 'export', '--version-id', version, '--out', self.folder / 'no/such/out.docx', data=data,
                     status=7, words=['no/such/out.docx'])

    def test_accounts(self):
        data = self.folder / 'accounts'
        self.good('tenant', 'add', 'chengxi', '澄溪县', data=data)
        password = added_user(data, 'chengxi', 'boss', 'administrator')
        self.refused('user', 'add', '--name', '某某', '--login', 'boss', '--role', 'administrator', data=data, status=6)
        self.refused('user', 'add', '--name', '某某', '--login', 'x1', '--role', 'king', data=data, status=4,
                     words=['administrator', 'office_clerk'])
        self.refused('user', 'add', '--name', '某某', '--login', 'x1', '--role', 'office_clerk', '--unit', '月球局', data=data,
                     status=4, words=['月球局'])
        with Server(data) as server:
            wrong = Client(server.port)
            with self.assertRaises(AssertionError):
                wrong.sign_in('boss', 'not-the-password')
            client = Client(server.port).sign_in('boss', password)
            self.assertEqual(client.get('/plans').status, 200)
            with self.assertRaises(AssertionError):
                Client(server.port).sign_in('boss', password)  # one-time means once

    def test_migrate_twice(self):
        data = self.folder / 'migrated'
        data.mkdir()
        first = self.good('migrate', data=data).stdout
        second = self.good('migrate', data=data).stdout
        self.assertRegex(first, r'执行 [1-9]\d* 步')
        self.assertRegex(second, r'执行 0 步')


class Demo(Folder):
    def test_demonstration_county_twice(self):
        data = self.folder / 'demo'
        first = self.good('demo', data=data, timeout=120)
        self.assertRegex(first.stdout + first.stderr, r'http|serve|登录')
        areas = self.good('tenant', 'list', data=data).stdout
        shown = self.good('plan', 'show', '--tenant', 'lanjiang', data=data).stdout
        self.good('demo', '--if-empty', data=data, timeout=120)
        again = kepu('demo', data=data, timeout=120)
        self.assertIn(again.returncode, (0, 6), again.stderr)
        self.assertEqual(self.good('tenant', 'list', data=data).stdout, areas)
        self.assertEqual(self.good('plan', 'show', '--tenant', 'lanjiang', data=data).stdout, shown)
        self.assertGreaterEqual(shown.count('\n'), 20)
        self.good('audit', 'verify', data=data)

    def test_ones_own_document(self):
        data, path = self.folder / 'own-document', self.folder / '我的方案.docx'
        path.write_bytes(documents.docx())
        self.good('demo', '--document', path, data=data, timeout=120)
        self.assertEqual(len(self.good('tenant', 'list', data=data).stdout.strip().splitlines()), 1)
        with Server(data) as server:
            self.assertEqual(Client(server.port).get('/healthz').status, 200)

    def test_bad_document_is_refused_before_anything_is_made(self):
        path = self.folder / 'picture.docx'
        path.write_bytes(documents.PICTURE)
        self.refused('demo', '--document', path, data=self.folder / 'bad', words=['图片'])


if __name__ == '__main__':
    unittest.main()
