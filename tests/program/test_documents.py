"""kepu plan parse: what is read of good documents, what is said of bad ones."""
import json
import os
import subprocess
import sys
import time
import unittest

import documents
from kepu import PLANS, Folder, kepu


class Parse(Folder):
    def file(self, name, content):
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def parsed(self, name, content):
        done = self.good('plan', 'parse', self.file(name, content), '--json')
        return json.loads(done.stdout)

    def check_reading(self, plan):
        self.assertEqual(plan['title'], documents.TITLE)
        self.assertEqual(plan['period'], [2026, 2030])
        self.assertEqual([b['doc_number'] for b in plan['basis']], ['国发〔2021〕9号'])
        self.assertEqual(plan['headline_target']['value'], 17.5)
        self.assertEqual(plan['headline_target']['deadline_year'], 2030)
        self.assertEqual([i['kind'] for i in plan['initiatives']], ['action', 'action', 'project'])
        self.assertEqual([t['title'] for i in plan['initiatives'] for t in i['tasks']], documents.TASKS)
        self.assertEqual([i['lead'] for i in plan['initiatives']], [['县教育局'], ['县农业农村局'], ['县科协']])
        self.assertIn('县文化和旅游局', plan['initiatives'][0]['responsible'])
        self.assertIn(('blank', None), [(q['kind'], q['value']) for q in plan['quantities']])
        self.assertIn(('target', 30000), [(q['kind'], q['value']) for q in plan['quantities']])
        self.assertTrue(plan['safeguards'])

    def test_shape_of_the_json(self):
        plan = self.parsed('plan.txt', documents.text())
        for key, kind in {'title': str, 'period': list, 'basis': list, 'headline_target': dict, 'initiatives': list,
                          'safeguards': list, 'schedule': list, 'quantities': list, 'anomalies': list,
                          'duties': list}.items():
            self.assertIsInstance(plan[key], kind, key)
        for key in ('issuer', 'doc_number', 'issue_date', 'status', 'region'):
            self.assertIn(key, plan)
        for initiative in plan['initiatives']:
            self.assertLessEqual({'kind', 'ordinal', 'title', 'lead', 'responsible', 'line', 'tasks'}, set(initiative))
            for task in initiative['tasks']:
                self.assertLessEqual({'title', 'lead', 'responsible', 'line', 'end_line', 'duties'}, set(task))
                self.assertIn(task['title'], documents.lines()[task['line'] - 1])
        for quantity in plan['quantities']:
            self.assertLessEqual({'value', 'unit', 'operator', 'text', 'initiative_title', 'kind', 'line'}, set(quantity))

    def test_every_format_gives_the_same_reading(self):
        self.check_reading(self.parsed('plan.txt', documents.text()))
        self.check_reading(self.parsed('plan-gb18030.txt', documents.text().encode('gb18030')))
        self.check_reading(self.parsed('plan-bom.txt', documents.text().encode('utf-16')))
        self.check_reading(self.parsed('plan.html', documents.html()))
        self.check_reading(self.parsed('numbered.docx', documents.docx()))
        # What a file is, is seen from its bytes.
        self.check_reading(self.parsed('named-wrongly.pdf', documents.docx()))

    def test_without_json_a_person_can_read_it(self):
        done = self.good('plan', 'parse', self.file('plan.txt', documents.text()))
        for title in documents.TASKS:
            self.assertIn(title, done.stdout)
        self.assertIn('注意：', done.stdout)

    def test_plan_without_departments_is_read_and_says_so(self):
        plan = self.parsed('bare.txt', documents.text(documents.without_departments()))
        self.assertEqual([t['title'] for i in plan['initiatives'] for t in i['tasks']], documents.TASKS)
        self.assertEqual([d for i in plan['initiatives'] for d in i['lead'] + i['responsible']], [])

    def test_plan_without_numbers_is_read(self):
        plan = self.parsed('unnumbered.txt', documents.text(numbered=False))
        self.assertEqual(plan['title'], documents.TITLE)
        self.assertEqual(len(plan['initiatives']), 3)

    def test_paper_of_another_kind_is_read_without_inventing_tasks(self):
        plan = self.parsed('notice.txt', '关于召开会议的通知\n各单位：\n定于下周一召开会议，请准时参加。\n')
        self.assertEqual(plan['initiatives'], [])
        self.assertTrue(plan['anomalies'], 'nothing said about the empty reading')

    def test_refusals_each_with_its_message(self):
        good = documents.docx()
        cases = {
            'empty.txt': (b'', ['空的']),
            'blank.txt': (' \n\n　\n', ['空的']),
            'picture.png': (documents.PICTURE, ['图片']),
            'picture.docx': (documents.PICTURE, ['图片']),
            'password.docx': (documents.encrypted_docx(), ['密码']),
            'truncated.docx': (good[:len(good) // 2], ['损坏']),
            'flipped.docx': (good[:1500] + bytes(255 - b for b in good[1500:1560]) + good[1560:], ['损坏']),
            'random.bin': (os.urandom(60000), []),
            'bomb.docx': (documents.zip_bomb(), ['256 MB', '拆分']),
            'not-a-document.zip': (b'PK\x05\x06' + b'\0' * 18, []),
        }
        said = {}
        for name, (content, words) in cases.items():
            with self.subTest(name):
                begin = time.monotonic()
                said[name] = self.refused('plan', 'parse', self.file(name, content), words=words, timeout=30)
                self.assertLess(time.monotonic() - begin, 20, 'a refusal must not take long')
        kinds = {said.get(name) for name in ('empty.txt', 'picture.png', 'password.docx', 'truncated.docx', 'bomb.docx')}
        self.assertEqual(len(kinds), 5, 'each has a message of its own')

    def test_entities_are_not_unfolded(self):
        begin = time.monotonic()
        done = kepu('plan', 'parse', self.file('entities.docx', documents.entity_bomb()), '--json', timeout=20)
        self.assertIn(done.returncode, (0, 1), done.stderr)
        self.assertNotIn('lollol', done.stdout)
        self.assertLess(len(done.stdout), 10000)
        self.assertLess(time.monotonic() - begin, 5)

    def test_gigantic_file_is_refused_by_its_size(self):
        path = self.folder / 'huge.docx'
        with open(path, 'wb') as file:
            file.write(b'PK\x03\x04')
            file.truncate(200 << 20)
        begin = time.monotonic()
        self.refused('plan', 'parse', path, words=['拆分'], timeout=20)
        self.assertLess(time.monotonic() - begin, 5)

    def test_missing_file(self):
        self.refused('plan', 'parse', self.folder / 'nothing.docx', status=4, words=['找不到文件', 'nothing.docx'])

    def test_folder_instead_of_a_file(self):
        self.assertIn(kepu('plan', 'parse', self.folder).returncode, (1, 4))


@unittest.skipUnless((PLANS / 'score.py').exists(), '没有参考资料 ../shared/plans，真实方案未评分')
class RealPlans(Folder):
    def test_every_real_plan_in_every_format(self):
        for name in ('pengshui', 'wannian', 'lixian'):
            for ending in ('txt', 'docx', 'doc', 'pdf', 'html'):
                with self.subTest(f'{name}.{ending}'):
                    source = PLANS / (f'{name}.txt' if ending == 'txt' else f'converted/{name}.{ending}')
                    out = self.folder / f'{name}.{ending}.json'
                    out.write_text(self.good('plan', 'parse', source, '--json').stdout)
                    self.score('score.py', out, PLANS / f'{name}.gold.json', '0.98')
                    if ending == 'txt':  # the duties' lines are those of the text
                        self.score('score_duties.py', out, PLANS / f'{name}.duties.json', '0.90')

    def score(self, program, parsed, gold, least):
        done = subprocess.run([sys.executable, PLANS / program, parsed, gold, '--min', least],
                              capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stdout[-600:] + done.stderr[-600:])
