"""Backup, restore, audit log."""
import json
import shutil
import sqlite3

import documents
from kepu import PASSWORD, Client, Folder, Server, adopt, edit, import_plan, kepu, review
from test_serve import county


class Keeping(Folder):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.data, cls.copy = cls.folder / 'data', cls.folder / 'backup'
        passwords = county(cls.data)
        with Server(cls.data) as server:
            client = Client(server.port).sign_in('clerk', passwords['clerk'])
            cls.version = import_plan(client, documents.docx(), '方案.docx')
            task = review(client, cls.version)['initiatives'][0]['tasks'][0]
            edit(client, cls.version, 'task', task['id'],
                 {'title': '备份前改好的标题', 'body': task['body'], 'lead': '', 'responsible': ''})
            answer = adopt(client, cls.version)
            assert answer.location == '/matrix', answer.location
            cls.before = {path: client.get(path).body for path in cls.paths()}
            cls.done = kepu('backup', cls.copy, data=cls.data)  # while it serves
            assert client.get('/healthz').status == 200

    @classmethod
    def paths(cls):
        return [f'/versions/{cls.version}/review?as=json', '/plans?as=json', '/matrix?as=json',
                f'/versions/{cls.version}/file', '/tasks?as=json', '/departments?as=json']

    def test_restored_copy_serves_the_same(self):
        self.assertEqual(self.done.returncode, 0, self.done.stderr)
        data = self.folder / 'restored'
        self.good('restore', self.copy, data=data)
        self.assertEqual((data / 'key').stat().st_mode & 0o077, 0, 'the key is for its owner alone')
        with Server(data) as server:
            client = Client(server.port).sign_in('clerk', PASSWORD)
            for path, body in self.before.items():
                self.assertEqual(client.get(path).body, body, path)
            self.assertIn('备份前改好的标题', client.get('/matrix').text)
        self.good('audit', 'verify', data=data)

    def test_backup_never_overwrites(self):
        self.refused('backup', self.copy, data=self.data, status=6, words=['已经存在'])
        self.refused('restore', self.copy, data=self.data, status=8, words=['--data'])

    def test_damaged_backups(self):
        def damaged(name, change):
            copy = self.folder / name
            shutil.copytree(self.copy, copy)
            change(copy)
            target = self.folder / (name + '-target')
            self.refused('restore', copy, data=target, status=8, words=['备份'])
            self.assertFalse(target.exists() and any(target.iterdir()), 'nothing is restored of a damaged backup')

        def flip(copy):
            content = bytearray((copy / 'kepu.db').read_bytes())
            content[len(content) // 2] ^= 1
            (copy / 'kepu.db').write_bytes(content)
        damaged('flipped', flip)
        damaged('cut', lambda copy: (copy / 'kepu.db').write_bytes((copy / 'kepu.db').read_bytes()[:4096]))
        damaged('no-key', lambda copy: (copy / 'key').unlink())
        damaged('no-list', lambda copy: (copy / 'MANIFEST').unlink())
        damaged('bad-list', lambda copy: (copy / 'MANIFEST').write_text('nonsense\n'))
        damaged('escaping', lambda copy: (copy / 'MANIFEST').write_text('0' * 64 + '\t3\t../../evil\n'))
        self.refused('restore', self.folder / 'nowhere', data=self.folder / 'x', status=8, words=['MANIFEST'])

    def test_audit_chain(self):
        self.assertIn('澄溪县', self.good('audit', 'verify', data=self.data).stdout)
        copy = self.folder / 'tampered'
        shutil.copytree(self.data, copy)
        with sqlite3.connect(copy / 'kepu.db') as db:
            name, = db.execute("select name from sqlite_master where type='table' and name like '%audit%' "
                               "and sql like '%summary%'").fetchone()
            for trigger, in db.execute("select name from sqlite_master where type='trigger' and tbl_name=?", (name,)).fetchall():
                db.execute(f'drop trigger {trigger}')  # who has the file can do that too
            changed = db.execute(f"update {name} set summary = summary || '！' where rowid = "
                                 f'(select max(rowid) - 3 from {name})').rowcount
        db.close()
        self.assertEqual(changed, 1)
        done = kepu('audit', 'verify', data=copy)
        self.assertEqual(done.returncode, 8, done.stdout)

    def test_audit_proof(self):
        proof = self.folder / 'proof.jsonl'
        self.good('audit', 'proof', '--out', proof, data=self.data)
        self.good('audit', 'verify', '--proof', proof)
        lines = proof.read_text().splitlines()
        self.assertGreater(len(lines), 5)
        for line in lines:
            json.loads(line)
        for name, changed in (('changed', [l.replace('澄溪', '某某') if n == len(lines) // 2 else l for n, l in enumerate(lines)]),
                              ('removed', lines[:3] + lines[4:]), ('cut', lines[:-1]),
                              ('swapped', [*lines[:2], lines[3], lines[2], *lines[4:]]), ('empty', [])):
            if changed == lines:
                changed = [l.replace('"', '" ', 1) if n == 2 else l for n, l in enumerate(lines)]
            path = self.folder / f'{name}.jsonl'
            path.write_text('\n'.join(changed) + '\n')
            with self.subTest(name):
                self.assertEqual(kepu('audit', 'verify', '--proof', path).returncode, 8)
        self.refused('audit', 'verify', '--proof', self.folder / 'none', status=4)
