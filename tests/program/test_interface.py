"""The open interface over real sockets: keys, orders, limits, and events that reach a receiver after a kill."""
import hashlib
import hmac
import http.client
import http.server
import json
import re
import threading
import time
import urllib.parse

from kepu import Client, Folder, Server, kepu, wait_until


class Receiver:
    """Another system: keeps what it is told; answers with the statuses given, then 204."""

    def __init__(self):
        self.told, self.answers = [], []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers['Content-Length']))
                outer.told.append((dict(self.headers), body))
                self.send_response(outer.answers.pop(0) if outer.answers else 204)
                self.send_header('Content-Length', '0')
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        self.url = f'http://127.0.0.1:{self.server.server_port}/kepu'
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def stop(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


class Interface(Folder):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.data = cls.folder / 'data'
        assert kepu('demo', data=cls.data).returncode == 0

    def setUp(self):
        self.server = Server(self.data, '--internal-hooks')
        self.addCleanup(lambda: self.server.__exit__())
        self.boss = self.signed_in()

    def signed_in(self):
        client = Client(self.server.port)
        token = client.get('/sign-in?tenant=lanjiang').hidden('csrf')
        answer = client.post('/sign-in', {'tenant': 'lanjiang', 'login': 'admin', 'password': 'Lanjiang-admin'}, token)
        self.assertEqual(answer.status, 303)
        return client

    def form(self, path, fields):
        return self.boss.post(path, fields, self.boss.csrf('/account/password'))

    def key(self, per_minute=6000, per_day=100000):
        until = time.strftime('%Y-%m-%d', time.localtime(time.time() + 20 * 86400))
        page = self.form('/settings/api/new', [
            ('holder', '端到端测试'), ('rights', 'order.read'), ('rights', 'order.place'), ('scope', 'tenant'),
            ('per_minute', per_minute), ('per_day', per_day), ('until', until)])
        self.assertEqual(page.status, 200)
        return re.search(r'<code>(kp_[^<]+)</code>', page.text).group(1)

    def ask(self, key, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection('127.0.0.1', self.server.port, timeout=20)
        sent = {'Content-Type': 'application/json', **({'Authorization': 'Bearer ' + key} if key else {}), **(headers or {})}
        connection.request(method, path, body, sent)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, dict(answer.getheaders()), content

    def placing(self, key):
        status, _, areas = self.ask(key, 'GET', '/api/v1/areas')
        self.assertEqual(status, 200)
        day = time.strftime('%Y-%m-%d', time.localtime(time.time() + 30 * 86400))
        return {'title': '请讲讲果树冬季修剪', 'address_id': json.loads(areas)['areas'][1]['address_id'], 'wished_dates': [day],
                'first_name': '冉大姐', 'phone': '13800000000', 'consent': True}

    def place(self, key, body, once, **headers):
        return self.ask(key, 'POST', '/api/v1/orders', json.dumps(body), {'Idempotency-Key': once, **headers})

    def test_an_order_is_placed_once_and_found_after_a_kill(self):
        key = self.key()
        body = self.placing(key)
        status, headers, answer = self.place(key, body, 'end-to-end-1')
        self.assertEqual(status, 201, answer)
        self.assertIn('"day"', headers['RateLimit'])
        placed = json.loads(answer)
        self.server.kill()
        self.server = Server(self.data, '--internal-hooks')
        status, headers, answer = self.place(key, body, 'end-to-end-1')
        self.assertEqual((status, headers['Idempotency-Replayed']), (200, 'true'))
        self.assertEqual(json.loads(answer)['token'], placed['token'])
        status, _, answer = self.ask(key, 'GET', placed['url'])
        self.assertEqual((status, json.loads(answer)['state']), (200, 'placed'))
        self.assertEqual(Client(self.server.port).get(placed['track_url']).status, 200)
        # The number in full, as it stands in the answer.
        path = '/api/v1/orders/' + urllib.parse.quote(placed['service_request_id'])
        self.assertEqual(self.ask(key, 'GET', path)[0], 200)

    def test_limits(self):
        key = self.key()
        for size, status in ((20_000, 413), (200_000, 413)):
            self.assertEqual(self.ask(key, 'POST', '/api/v1/orders', ' ' * size, {'Idempotency-Key': 'too-large'})[0], status)
        self.assertEqual(self.ask(key, 'POST', '/api/v1/orders', '[' * 9000, {'Idempotency-Key': 'too-deep'})[0], 422)
        self.assertEqual(self.ask(None, 'GET', '/api/v1/orders')[0], 401)
        session = '; '.join(f'{k}={v}' for k, v in self.boss.cookies.items())
        status, headers, _ = self.ask(None, 'GET', '/api/v1/orders', headers={'Cookie': session})
        self.assertEqual(status, 401, 'a session is no key')
        self.assertIn('Bearer', headers['WWW-Authenticate'])
        self.assertIn('/sign-in', self.ask(key, 'GET', '/orders')[1]['Location'], 'a key is no session')

    def test_quota_goes_on_after_a_kill(self):
        key = self.key(per_day=3)
        self.assertEqual([self.ask(key, 'GET', '/api/v1/services')[0] for _ in range(2)], [200, 200])
        self.server.kill()
        self.server = Server(self.data, '--internal-hooks')
        statuses = [self.ask(key, 'GET', '/api/v1/services') for _ in range(2)]
        self.assertEqual([s for s, _, _ in statuses], [200, 429])
        self.assertGreater(int(statuses[1][1]['Retry-After']), 0)

    def test_the_document_and_its_page(self):
        status, headers, document = self.ask(None, 'GET', '/api/openapi.json')
        self.assertEqual(status, 200)
        self.assertIn('application/json', headers['Content-Type'])
        page = Client(self.server.port).get('/api')
        self.assertEqual(page.status, 200)
        for path in json.loads(document)['paths']:
            self.assertIn(path, page.text)

    def test_events_reach_their_receiver_signed_also_after_a_kill(self):
        receiver = Receiver()
        self.addCleanup(receiver.stop)
        page = self.form('/settings/events/new', [('title', '接收系统'), ('url', receiver.url), ('events', 'order.placed')])
        self.assertEqual(page.status, 200)
        secret = re.search(r'<code>(whsec_[^<]+)</code>', page.text).group(1)
        hook = re.search(r'/settings/events/(\d+)', page.text).group(1)
        self.assertEqual(self.form(f'/settings/events/{hook}/test', {}).status, 303)
        self.check(receiver.told[-1], secret, 'webhook.test')
        key = self.key()
        time.sleep(5)  # the job has an interval of its own
        status, _, answer = self.place(key, self.placing(key), 'end-to-end-2')
        self.assertEqual(status, 201)
        self.server.kill()
        self.server = Server(self.data, '--internal-hooks')
        self.assertTrue(wait_until(lambda: len(receiver.told) == 2, 40))
        event = self.check(receiver.told[-1], secret, 'order.placed')
        self.assertEqual(event['data']['service_request_id'], json.loads(answer)['service_request_id'])
        self.assertNotIn('冉大姐', receiver.told[-1][1].decode())

    def check(self, told, secret, name):
        headers, body = told
        self.assertEqual(headers['Kepu-Event'], name)
        parts = dict(p.split('=', 1) for p in headers['Kepu-Signature'].split(','))
        wanted = hmac.new(secret.encode(), parts['t'].encode() + b'.' + body, hashlib.sha256).hexdigest()
        self.assertTrue(hmac.compare_digest(wanted, parts['v1']))
        self.assertLess(abs(time.time() - int(parts['t'])), 60)
        event = json.loads(body)
        self.assertEqual((event['event'], event['id']), (name, headers['Kepu-Delivery']))
        return event
