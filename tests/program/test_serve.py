"""kepu serve: starting, stopping, health, limits, and nothing lost when it is killed."""
import http.client
import os
import random
import re
import signal
import socket
import sqlite3
import threading
import time

import documents
from kepu import (PASSWORD, Client, Folder, Server, added_user, edit, import_plan, kepu, messages_of, review, wait_until)


def county(data):
    """A county with an administrator and a clerk: {login: one-time password}."""
    assert kepu('tenant', 'add', 'chengxi', '澄溪县', data=data).returncode == 0
    return {login: added_user(data, 'chengxi', login, role)
            for login, role in (('boss', 'administrator'), ('clerk', 'office_clerk'))}


class Serve(Folder):
    def setUp(self):
        self.data = self.folder / self._testMethodName
        self.passwords = county(self.data)

    def test_health_and_metrics(self):
        with Server(self.data) as server:
            client = Client(server.port)
            self.assertEqual(client.get('/healthz').text, 'ok\n')
            metrics = client.get('/metrics')
            self.assertIn('text/plain; version=0.0.4', metrics.headers['Content-Type'])
            for name in ('kepu_http_requests_total', 'kepu_http_seconds_bucket{le="+Inf"}', 'kepu_sql_commits_total'):
                self.assertIn('\n' + name, metrics.text)
            before = self.figure(client, 'kepu_http_requests_total')
            for _ in range(7):
                client.get('/healthz')
            self.assertEqual(self.figure(client, 'kepu_http_requests_total'), before + 8)
            self.assertEqual(server.stop(), 0)
        self.assertIn('/healthz', (self.data / 'access.log').read_text())

    @staticmethod
    def figure(client, name):
        return int(float(client.get('/metrics').text.split(f'\n{name} ')[1].split()[0]))

    def test_busy_port(self):
        with socket.socket() as taken:
            taken.bind(('127.0.0.1', 0))
            taken.listen()
            port = taken.getsockname()[1]
            done = kepu('serve', '--port', port, data=self.data, timeout=20)
            self.assertIn(done.returncode, (3, 6, 7))
            self.assertIn(str(port), done.stderr)
            self.assertIn('--port', done.stderr)

    def test_security_headers(self):
        with Server(self.data) as server:
            client = Client(server.port)
            for path in ('/sign-in', '/p/chengxi', '/no-such-page'):
                headers = client.get(path).headers
                self.assertIn("default-src 'none'", headers['Content-Security-Policy'])
                self.assertNotIn('unsafe', headers['Content-Security-Policy'])
                self.assertEqual(headers['X-Content-Type-Options'], 'nosniff')
            client.sign_in('boss', self.passwords['boss'])
            self.assertIn('no-store', client.get('/plans').headers['Cache-Control'])

    def test_stopping_answers_what_was_asked(self):
        with Server(self.data) as server:
            slow = socket.create_connection(('127.0.0.1', server.port), timeout=10)
            slow.sendall(b'GET /healthz HTTP/1.1\r\nHost: x\r\n')  # the rest follows while it stops
            idle = socket.create_connection(('127.0.0.1', server.port), timeout=10)
            time.sleep(0.2)
            server.process.send_signal(signal.SIGTERM)
            time.sleep(0.2)
            try:
                slow.sendall(b'\r\n')
                answer = slow.recv(4096)
            except OSError:
                answer = b''
            self.assertTrue(answer == b'' or answer.startswith(b'HTTP/1.1 200'), answer[:80])
            begin = time.monotonic()
            self.assertEqual(server.process.wait(15), 0)
            self.assertLess(time.monotonic() - begin, 12, 'an idle connection must not hold it up')
            self.assertIn('已停止', server.process.stdout.read())
            slow.close(), idle.close()

    def test_stopping_in_the_middle_of_work_finishes_it(self):
        with Server(self.data) as server:
            client = Client(server.port).sign_in('clerk', self.passwords['clerk'])
            token = client.get('/plans/import').hidden('csrf')
            outcome = []

            def work():
                outcome.append(client.upload('/plans/import', {'kind': 'own', 'plan': ''}, 'file', '长方案.docx',
                                             documents.long_docx(200), token).status)
            thread = threading.Thread(target=work)
            thread.start()
            watch = Client(server.port)
            wait_until(lambda: self.figure(watch, 'kepu_http_requests_in_flight') >= 2, 1)  # the upload and this one
            self.assertEqual(server.stop(), 0)
            thread.join(20)
        self.assertEqual(outcome, [303], 'a request that had begun is answered before the program ends')
        with Server(self.data) as server:
            client = Client(server.port).sign_in('clerk', PASSWORD)
            self.assertEqual(len(client.get('/plans?as=json').json()['plans']), 1)

    def test_broken_requests(self):
        with Server(self.data) as server:
            for bytes_ in (b'\x16\x03\x01\x02\x00\x01', b'GET / HTTP/9.9\r\n\r\n', b'GET ' + b'/' * 100000 + b' HTTP/1.1\r\n\r\n',
                           b'POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n',
                           b'GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n', os.urandom(2000)):
                with socket.create_connection(('127.0.0.1', server.port), timeout=10) as s:
                    s.sendall(bytes_)
                    s.shutdown(socket.SHUT_WR)
                    try:
                        answer = s.recv(4096)
                    except ConnectionResetError:
                        answer = b''
                    self.assertNotIn(b'root:', answer)
                    self.assertNotIn(b' 500 ', answer[:20])
            self.assertEqual(Client(server.port).get('/healthz').status, 200)

    def test_upload_that_is_too_large_is_refused_early(self):
        with Server(self.data) as server:
            client = Client(server.port).sign_in('clerk', self.passwords['clerk'])
            cookies = '; '.join(f'{k}={v}' for k, v in client.cookies.items())
            with socket.create_connection(('127.0.0.1', server.port), timeout=10) as s:
                s.sendall((f'POST /plans/import HTTP/1.1\r\nHost: x\r\nCookie: {cookies}\r\nContent-Length: {200 << 20}\r\n'
                           'Content-Type: multipart/form-data; boundary=b\r\n\r\n').encode())
                self.assertIn(b' 413 ', s.recv(4096)[:40])


class Killed(Folder):
    ROUNDS = 4

    def test_every_acknowledged_edit_is_found_again(self):
        """kill -9 in the middle of edits and imports, again and again; what was answered with 303 is there."""
        data = self.folder / 'killed'
        passwords = county(data)
        seed = random.randrange(1 << 30)
        choose = random.Random(seed)
        kept, imported, password = [], set(), passwords['clerk']
        version = None
        for round_number in range(self.ROUNDS + 1):
            with Server(data) as server:
                client = Client(server.port).sign_in('clerk', password)
                password = PASSWORD
                if version is None:
                    version = import_plan(client, documents.text().encode())
                now = review(client, version)
                self.assertEqual([i['title'] for i in now['initiatives']][3:3 + len(kept)], kept, f'seed {seed}')
                known = {v['id'] for p in client.get('/plans?as=json').json()['plans'] for v in p['versions']}
                self.assertLessEqual(imported, known, f'seed {seed}')
                if round_number == self.ROUNDS:
                    break
                kept = [i['title'] for i in now['initiatives']][3:]  # an unanswered last edit may have been saved
                self.write_until_killed(server, client, version, kept, imported, choose)
        self.assertGreaterEqual(len(kept), 4 * self.ROUNDS, 'too few edits to mean anything')
        self.assertTrue(imported)
        self.good('audit', 'verify', data=data)

    def write_until_killed(self, server, client, version, kept, imported, choose):
        page = client.get(f'/versions/{version}/review?add=initiative')
        token, revision = page.hidden('csrf'), int(page.hidden('revision'))
        importer = Client(server.port)
        importer.cookies = dict(client.cookies)
        least = len(kept) + 6
        enough = threading.Event()

        def import_all():
            while True:
                try:
                    imported.add(import_plan(importer, documents.text().encode(), kind='superior'))
                except Exception:  # the server is gone
                    return

        def kill():
            enough.wait(30)
            time.sleep(choose.random() * 0.15)
            server.kill()
        threads = [threading.Thread(target=import_all), threading.Thread(target=kill)]
        for t in threads:
            t.start()
        try:
            while True:
                title = f'第{len(kept) + 1}项加上的行动'
                answer = client.post(f'/versions/{version}/edit', {
                    'do': 'add_initiative', 'item': '0', 'revision': revision, 'kind': 'project', 'title': title}, token)
                self.assertEqual(answer.status, 303, messages_of(answer.text))
                kept.append(title)
                revision += 1
                if len(kept) >= least and imported:
                    enough.set()
        except OSError:
            pass
        except Exception as failure:
            if isinstance(failure, AssertionError):
                raise
        finally:
            enough.set()
            for t in threads:
                t.join(30)


class OrdersKilled(Folder):
    ROUNDS, RESIDENTS = 3, 4

    def test_no_order_is_lost_and_none_is_doubled(self):
        """Residents ask, the program is killed with -9, they send again: each form is one order, what was answered stays."""
        data = self.folder / 'orders'
        self.assertEqual(kepu('demo', data=data).returncode, 0)
        choose = random.Random(random.randrange(1 << 30))
        sent, answered = [], {}  # forms by their keys; key → tracking code
        for round_number in range(self.ROUNDS + 1):
            with Server(data) as server:
                for _ in range(2):  # everything again, as phones do that do not know whether it arrived
                    self.ask_all(server, sent, answered)
                for code in answered.values():
                    self.assertEqual(Client(server.port).get(f'/p/lanjiang/order/{code}').status, 200, code)
                if round_number == self.ROUNDS:
                    break
                self.ask_until_killed(server, sent, answered, choose)
        self.assertGreaterEqual(len(sent), 8 * self.ROUNDS, 'too few orders to mean anything')
        self.assertEqual(len(set(answered.values())), len(sent))
        db = sqlite3.connect(f'file:{data}/kepu.db?mode=ro', uri=True)
        kept = db.execute("select idem_key, count(*) from orders_order where idem_key like 'killed-%' group by idem_key").fetchall()
        db.close()
        self.assertEqual({key for key, _ in kept}, {dict(form)['key'] for form in sent})
        self.assertEqual({count for _, count in kept}, {1})
        self.good('audit', 'verify', '--tenant', 'lanjiang', data=data)

    @staticmethod
    def ask(client, form, answered):
        answer = client.post('/p/lanjiang/order', form, client.get('/p/lanjiang/order').hidden('csrf'))
        key = dict(form)['key']
        assert answer.status == 303, (answer.status, messages_of(answer.text))
        code = answer.location.split('/')[-1].split('?')[0]
        assert answered.setdefault(key, code) == code, 'the same form, another order'

    def ask_all(self, server, sent, answered):
        client = Client(server.port)
        for form in list(sent):
            self.ask(client, form, answered)

    def ask_until_killed(self, server, sent, answered, choose):
        page = Client(server.port).get('/p/lanjiang/order')
        area = re.search(r'<option value="(\d+)"', page.text).group(1)
        day = re.findall(r'name="days" value="([^"]+)"', page.text)[-1]
        before, enough = len(answered), threading.Event()

        def resident(number):
            client = Client(server.port)
            count = 0
            while True:
                count += 1
                form = [('service', '2'), ('days', day), ('area', area), ('people', '30'), ('name', '网格员'), ('phone', '13800000000'),
                        ('consent', '1'), ('again', '1'), ('key', f'killed-{len(sent)}-{number}-{count}-{before}')]
                sent.append(form)
                try:
                    self.ask(client, form, answered)
                except (OSError, http.client.HTTPException):  # the server is gone
                    return
                if len(answered) >= before + 12:
                    enough.set()
        threads = [threading.Thread(target=resident, args=(n,)) for n in range(self.RESIDENTS)]
        for t in threads:
            t.start()
        self.assertTrue(enough.wait(30))
        time.sleep(choose.random() * 0.1)
        server.kill()
        for t in threads:
            t.join(30)
            self.assertFalse(t.is_alive())
