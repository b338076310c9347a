"""The program under test as its users meet it: the command line, a running server, a client with cookies."""
import glob
import html
import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
import unittest
import urllib.parse
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(os.environ.get('KEPU', ROOT / 'build/release/kepu')).resolve()
PLANS = (ROOT / '../shared/plans').resolve()
PASSWORD = 'Lan-Jiang-7419-ke-pu'


def kepu(*arguments, data=None, db=None, timeout=60, cwd=None, environment=None):
    """Runs one command. The result has returncode, stdout, stderr (texts)."""
    command = [str(PROGRAM), *map(str, arguments)]
    if data is not None:
        command += ['--data', str(data)]
    if db is not None:
        command += ['--db', db]
    environment = {**{k: v for k, v in os.environ.items() if not k.startswith('KEPU_')}, **(environment or {})}
    return subprocess.run(command, capture_output=True, text=True, timeout=timeout, cwd=cwd, env=environment)


class Server:
    """`kepu serve` on a port of its own choice."""

    def __init__(self, data, *options, db=None, environment=None):
        self.data = Path(data)
        command = [str(PROGRAM), 'serve', '--port', '0', '--data', str(data), *options]
        if db is not None:
            command += ['--db', db]
        self.errors = open(self.data.parent / (self.data.name + '.stderr'), 'ab')
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.errors, text=True,
                                        env={**os.environ, **(environment or {})})
        self.port = None
        line = self.process.stdout.readline()
        found = re.search(r'http://127\.0\.0\.1:(\d+)/', line)
        if not found:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f'serve did not start: {line!r} {self.error_text()}')
        self.port = int(found.group(1))

    def error_text(self):
        return (self.data.parent / (self.data.name + '.stderr')).read_text(errors='replace')[-2000:]

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)
        self._close()

    def stop(self):
        """SIGTERM; the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(20)
        self._close()
        return status

    def _close(self):
        self.process.stdout.close()
        self.errors.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.stop()

    def resident_bytes(self):
        for line in Path(f'/proc/{self.process.pid}/status').read_text().splitlines():
            if line.startswith('VmRSS:'):
                return int(line.split()[1]) * 1024
        raise AssertionError('no VmRSS')


class Page:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def text(self):
        return self.body.decode()

    @property
    def location(self):
        return self.headers.get('Location', '')

    def json(self):
        return json.loads(self.body)

    def hidden(self, name):
        """The value of the first field of that name."""
        found = re.search(rf'name="{name}"\s+value="([^"]*)"', self.text)
        if not found:
            raise AssertionError(f'no field {name} on the page (status {self.status})')
        return html.unescape(found.group(1))


class Client:
    """One browser: keeps cookies, does not follow redirects unless asked."""

    def __init__(self, port, timeout=30):
        self.port, self.timeout, self.cookies, self.connection = port, timeout, {}, None

    def request(self, method, path, body=None, headers=None):
        sent = {'Accept': 'text/html', **(headers or {})}
        if self.cookies:
            sent['Cookie'] = '; '.join(f'{k}={v}' for k, v in self.cookies.items())
        for attempt in (0, 1):
            if self.connection is None:
                self.connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=self.timeout)
            try:
                self.connection.request(method, path, body, sent)
                answer = self.connection.getresponse()
                content = answer.read()
                break
            except (http.client.HTTPException, OSError):
                self.close()
                # Only a kept connection that went stale may be tried anew, and only for reading.
                if attempt == 1 or method != 'GET':
                    raise
        for name, value in answer.getheaders():
            if name.lower() == 'set-cookie':
                pair = value.split(';')[0]
                key, _, cookie = pair.partition('=')
                if cookie:
                    self.cookies[key] = cookie
                else:
                    self.cookies.pop(key, None)
        if answer.getheader('Connection', '').lower() == 'close':
            self.close()
        return Page(answer.status, dict(answer.getheaders()), content)

    def close(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def get(self, path, **headers):
        return self.request('GET', path, headers={k.replace('_', '-'): v for k, v in headers.items()})

    def csrf(self, page='/help/display'):
        """The token of this session's forms: from any page that holds a form."""
        return self.get(page).hidden('csrf')

    def post(self, path, fields, csrf=None):
        pairs = list(fields.items()) if isinstance(fields, dict) else list(fields)
        if csrf is not None:
            pairs.append(('csrf', csrf))
        return self.request('POST', path, urllib.parse.urlencode(pairs),
                            {'Content-Type': 'application/x-www-form-urlencoded'})

    def upload(self, path, fields, name, file_name, content, csrf=None):
        boundary = 'kepu-boundary-5729'
        parts = b''
        for key, value in [*fields.items(), *([('csrf', csrf)] if csrf is not None else [])]:
            parts += f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        parts += (f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{file_name}"\r\n'
                  'Content-Type: application/octet-stream\r\n\r\n').encode() + content + b'\r\n'
        parts += f'--{boundary}--\r\n'.encode()
        return self.request('POST', path, parts, {'Content-Type': f'multipart/form-data; boundary={boundary}'})

    def sign_in(self, login, password, tenant=None, new_password=PASSWORD):
        """Signs in; a one-time password is changed at once as the page demands. Raises where it fails."""
        fields = {'login': login, 'password': password, 'next': '/'}
        if tenant:
            fields['tenant'] = tenant
        page = self.get('/sign-in' + (f'?tenant={tenant}' if tenant else ''))
        answer = self.post('/sign-in', fields, page.hidden('csrf'))
        if answer.status != 303:
            raise AssertionError(f'sign-in of {login}: {answer.status}: {messages_of(answer.text)}')
        if answer.location.startswith('/account/password'):
            page = self.get(answer.location)
            answer = self.post('/account/password', {'old_password': password, 'password': new_password,
                                                     'again': new_password, 'next': '/'}, page.hidden('csrf'))
            if answer.status != 303:
                raise AssertionError(f'change of password of {login}: {answer.status}: {messages_of(answer.text)}')
        return self


def messages_of(text):
    """What a page says in red, without its markup."""
    found = re.findall(r'class="(?:[^"]*\b(?:err|errbox|flash|red)\b[^"]*)"[^>]*>(.*?)</', text, re.S)
    return '; '.join(re.sub('<[^>]+>', '', f).strip() for f in found)[:400]


def added_user(data, tenant, login, role, unit=None, db=None, scope=None, environment=None):
    """`kepu user add`; the one-time password that it prints."""
    arguments = ['user', 'add', '--tenant', tenant, '--name', login + '员', '--login', login, '--role', role]
    if unit:
        arguments += ['--unit', unit]
    if scope:
        arguments += ['--scope', scope]
    done = kepu(*arguments, data=data, db=db, environment=environment)
    assert done.returncode == 0, done.stderr
    found = re.search(r'一次性密码\s*(\S+)', done.stdout)
    assert found, done.stdout
    return found.group(1)


def import_plan(client, content, file_name='方案.txt', kind='own'):
    """Uploads a document; the id of its version."""
    answer = client.upload('/plans/import', {'kind': kind, 'plan': ''}, 'file', file_name, content,
                           client.get('/plans/import').hidden('csrf'))
    found = re.match(r'/versions/(\d+)/review', answer.location)
    assert answer.status == 303 and found, f'import: {answer.status} {answer.location} {messages_of(answer.text)}'
    return found.group(1)


def review(client, version):
    return client.get(f'/versions/{version}/review?as=json').json()


def edit(client, version, action, item, fields, revision=None):
    page = client.get(f'/versions/{version}/review?add=initiative')
    return client.post(f'/versions/{version}/edit',
                       {'do': action, 'item': item, 'revision': revision or page.hidden('revision'), **fields},
                       page.hidden('csrf'))


def adopt(client, version):
    """Settles what must be settled (names become new units) and adopts. The answer of the adoption."""
    page = client.get(f'/versions/{version}/names')
    names = [n['name'] for n in client.get(f'/versions/{version}/names?as=json').json()['names']]
    fields = [pair for n in names for pair in (('name', n), ('choice', 'new'))]
    answer = client.post(f'/versions/{version}/names', fields, page.hidden('csrf'))
    assert answer.status == 303, f'names: {answer.status} {messages_of(answer.text)}'
    page = client.get(f'/versions/{version}/open')
    return client.post(f'/versions/{version}/adopt', {'revision': page.hidden('revision')}, page.hidden('csrf'))


class Folder(unittest.TestCase):
    """A test class with a temporary folder of its own."""

    @classmethod
    def setUpClass(cls):
        cls.folder = Path(tempfile.mkdtemp(prefix='kepu-program-'))

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder, ignore_errors=True)

    def good(self, *arguments, **how):
        done = kepu(*arguments, **how)
        self.assertEqual(done.returncode, 0, f'{arguments}: {done.stderr}')
        return done

    def refused(self, *arguments, status=1, words=(), **how):
        """The command ends with the status and one plain message that holds the words."""
        done = kepu(*arguments, **how)
        said = done.stderr.strip()
        self.assertEqual(done.returncode, status, f'{arguments}: {said}')
        self.assertRegex(said.splitlines()[-1], r'^kepu：.*[一-鿿]', f'a clear message expected of {arguments}')
        for word in words:
            self.assertIn(word, said)
        return said


FAKETIME = next(iter(glob.glob('/usr/lib/*/faketime/libfaketimeMT.so.1')), None)


def on_clock(when):
    """The environment of a program for which it is `when` ('2026-03-02 10:00:00' in Shanghai), and time goes on from there."""
    return {'LD_PRELOAD': FAKETIME, 'FAKETIME': f'@{when}', 'FAKETIME_DONT_FAKE_MONOTONIC': '1', 'TZ': 'Asia/Shanghai'}


@unittest.skipUnless(FAKETIME, '没有安装 faketime，要改时间的流程没有走（apt-get install faketime）')
class Dated(Folder):
    """A program of the folder `data` whose clock is set; everything else is real."""

    def at(self, when, *options):
        """From now on it is `when`; a program that runs is ended and begun anew."""
        self.stop()
        self.environment = on_clock(when)
        self.server = Server(self.data, *options, environment=self.environment)
        self.people = {}

    def stop(self):
        if getattr(self, 'server', None):
            self.assertEqual(self.server.stop(), 0, self.server.error_text())
            self.server = None

    def tearDown(self):
        if getattr(self, 'server', None):
            self.server.stop()


def wait_until(condition, seconds=10):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False
