"""A real day: 200 orders of ten kinds are asked for, dispatched, claimed, accepted, served and rated by the people of the
demonstration county, on their pages and without a script; the plan's task shows the result, and nobody types a number."""
import html
import json
import re
import time
import unittest

from forms import form_of, forms_of
from kepu import Client, Dated, kepu, messages_of, on_clock

DAY = '2026-11-26'
ORDERS = 200
# Ten kinds of the shipped menu, by the number of the service.
SERVICES = [1, 3, 5, 8, 10, 11, 14, 15, 16, 17]
TELEPHONE = 40  # of them told by telephone to the village
OFFERED = 10    # accepted by the leader himself; for the others the team agreed by telephone
UNHAPPY = 5


class RealDay(Dated):
    def at(self, clock):
        super().at(f'{DAY} {clock}:00', '--sms-outbox', str(self.folder / 'texts'))
        self.resident = Client(self.server.port)

    def who(self, login):
        if login not in self.people:
            self.people[login] = Client(self.server.port).sign_in(login, f'Lanjiang-{login}', 'lanjiang')
            self.people[login].token = self.people[login].csrf()
        return self.people[login]

    def page(self, login, path):
        answer = self.who(login).get(path)
        if answer.status == 303:
            answer = self.who(login).get(answer.location)
        self.assertEqual(answer.status, 200, f'{login} {path}: {answer.status}')
        return answer.text

    def send(self, login, path, fields):
        answer = self.who(login).post(path, fields, self.who(login).token)
        self.assertEqual(answer.status, 303, f'{login} {path} {fields}: {answer.status} {messages_of(answer.text)}')
        return answer

    def act(self, login, order, step, **more):
        return self.send(login, f'/orders/{order}/act', {'do': step, 'revision': self.revision[order], **more})

    def done(self, order, steps=1):
        self.revision[order] += steps

    # ---------------------------------------------------------------- what the pages say

    def metric(self, name):
        """The figure of today, and the numbers of the orders that it opens into."""
        page = self.page('kexie', f'/indicators/{name}')
        value = re.search(r'现在的数.*?([\d,]+(?:\.\d+)?)\s*(?:<[^>]*>\s*)*(?:单|%|人次)', page, re.S).group(1)
        numbers = set()
        for offset in range(1, 99):
            records = self.page('kexie', f'/indicators/{name}/records?from=2026-01-01&to={DAY}&page={offset}')
            found = set(re.findall(r'单2026-\d{6}', records))
            if found <= numbers:
                break
            numbers |= found
        return float(value.replace(',', '')), numbers

    def rate_on_the_task(self):
        page = self.page('kexie', '/tasks')
        task = re.search(r'href="(/tasks/\d+)"[^>]*>[^<]*推行群众点单科普服务', page).group(1)
        page = self.page('kexie', task)
        panel = page[page.index('目标进展'):]
        link, value = re.search(r'href="(/indicators/orders\.closure_rate/records[^"]*)">([\d.]+)%', panel).groups()
        return float(value), html.unescape(link)

    def need(self):
        page = re.sub(r'<[^>]+>', '', self.page('kexie', '/orders/need'))
        return int(re.search(r'共点单 ([\d,]+) 单', page).group(1).replace(',', ''))

    def test_the_day(self):
        self.data = self.folder / 'day'
        self.revision = {}
        done = kepu('demo', data=self.data, environment=on_clock(f'{DAY} 13:30:00'))
        self.assertEqual(done.returncode, 0, done.stderr)
        started = time.time()
        self.at('13:30')
        placed_before, _ = self.metric('orders.placed')
        closed_before, closed_numbers = self.metric('orders.closed')
        rate_before, _ = self.rate_on_the_task()
        need_before = self.need()

        orders = self.ask()
        self.assertEqual(len(orders), ORDERS)
        placed, _ = self.metric('orders.placed')
        self.assertEqual(placed - placed_before, ORDERS)
        self.assertEqual(self.need() - need_before, ORDERS)
        self.prove(orders[-1])
        self.dispatch(orders)
        first, second = self.accept(orders)
        self.come(first, second)
        self.at('15:30')
        self.leave(first, second)
        self.finish_and_rate(orders)

        # The plan's task, by the figures alone.
        closed, numbers = self.metric('orders.closed')
        self.assertEqual(closed - closed_before, ORDERS)
        self.assertEqual(numbers - closed_numbers, {o['number'] for o in orders}, 'each of the day, and nothing else')
        rate, link = self.rate_on_the_task()
        self.assertGreater(rate, rate_before)
        share, _ = self.metric('orders.closure_rate')
        self.assertAlmostEqual(rate, share, delta=0.06)
        self.assertIn('单2026-', self.page('kexie', link))

        # Hours of who signed in stand in his record, points in the ledger.
        self.at('15:50')
        for login in ('duizhang', 'zhiyuan'):
            deadline = time.time() + 20
            while '2.0 小时' not in (own := re.sub(r'<[^>]+>', '', self.page(login, '/my/points'))) and time.time() < deadline:
                time.sleep(0.3)
            self.assertRegex(own, f'农技专家上门.*{DAY}2.0 小时两方证实')
        record = self.page('zhiyuan', '/registers/record')
        self.assertIn(second['number'], record)
        self.stop()
        verified = kepu('points', 'verify', '--tenant', 'lanjiang', data=self.data, environment=self.environment)
        self.assertEqual(verified.returncode, 0, verified.stdout + verified.stderr)
        print(f'{ORDERS} 单从点单到评价 {time.time() - started:.0f} 秒', flush=True)

    # ---------------------------------------------------------------- the steps

    def ask(self):
        village = re.search(r'<option value="(\d+)"[^>]*>柳溪镇　柳林村', self.resident.get('/p/lanjiang/order').text).group(1)
        orders = []
        for i in range(ORDERS):
            day = 12 + i // len(SERVICES)  # each service once a day, for twenty days
            wished = time.strftime('%Y-%m-%d', time.gmtime(time.mktime(time.strptime(DAY, '%Y-%m-%d')) + (day + 0.5) * 86400))
            asked = {'service': SERVICES[i % len(SERVICES)], 'days': wished, 'area': village, 'people': 20 + i % 30,
                     'place': '村委会院坝', 'name': '村民', 'phone': f'1380000{i:04}', 'consent': '1', 'again': '1',
                     'guardian': '班主任', 'title': ''}
            if i < TELEPHONE:
                form = form_of(self.who('cun').get('/orders/new'), '/orders/new')
                answer = self.who('cun').post('/orders/new', form.over(asked))
                self.assertEqual(answer.status, 303, messages_of(answer.text))
                order = int(answer.location.rsplit('/', 1)[1])
                code = re.search(r'查询码.*?([2-9A-Z]{10})', self.page('cun', answer.location), re.S).group(1)
                orders.append({'id': order, 'code': code})
            else:
                form = form_of(self.resident.get('/p/lanjiang/order'), '/order')
                answer = self.resident.post('/p/lanjiang/order', form.over(asked))
                self.assertEqual(answer.status, 303, messages_of(answer.text))
                orders.append({'code': answer.location.split('?')[0].rsplit('/', 1)[1]})
        # The village's list tells which order is which.
        listed = {}
        for number in range(1, 30):
            page = self.page('cun', f'/orders?f.state=placed&page={number}')
            rows = re.findall(r'<tr.*?</tr>', page[page.index('<tbody'):page.index('</tbody>')], re.S)
            for row in rows:
                order, title = re.search(r'href="/orders/(\d+)"', row), re.search(r'单2026-\d{6}', row)
                listed[title.group(0)] = int(order.group(1))
            if len(rows) < 50:
                break
        for one in orders:
            page = self.resident.get('/p/lanjiang/order/' + one['code']).text
            one['number'] = re.search(r'单2026-\d{6}', page).group(0)
            one['id'] = listed[one['number']]
            self.revision[one['id']] = 1
        return orders

    def prove(self, one):
        """By the code of a text, which lies in the outbox here; the list by telephone then finds the order."""
        def last_text():
            return json.loads((self.folder / 'texts').read_text().splitlines()[-1])

        track = '/p/lanjiang/order/' + one['code']
        answer = self.resident.post(track + '/phone', form_of(self.resident.get(track), '/phone').over({}))
        self.assertEqual(answer.status, 303, messages_of(answer.text))
        self.assertEqual(last_text()['phone'], f'1380000{ORDERS - 1:04}')
        form = form_of(self.resident.get(track + '?sent=1'), '/prove')
        self.assertEqual(self.resident.post(track + '/prove', form.over({'text': last_text()['code']})).status, 303)
        self.assertIn('已验证', self.page('cun', f'/orders/{one["id"]}'))
        form = form_of(self.resident.get('/p/lanjiang/order/find'), '/find/send')
        page = self.resident.post('/p/lanjiang/order/find/send', form.over({'phone': f'1380000{ORDERS - 1:04}'}))
        listed = self.resident.post('/p/lanjiang/order/find/list', form_of(page, '/find/list').over({'code': last_text()['code']}))
        self.assertEqual(listed.status, 200)
        self.assertIn(one['number'], listed.text)

    def dispatch(self, orders):
        for one in orders:
            self.act('cun', one['id'], 'dispatch')
            self.done(one['id'])
        for i, one in enumerate(orders):
            # Departments with an account here claim their own; for the others the county's office does.
            login = {1: 'weijian', 3: 'nongye', 14: 'jiaoyu'}.get(SERVICES[i % len(SERVICES)], 'kexie')
            one['login'] = login
            self.act(login, one['id'], 'claim')
            self.done(one['id'])

    def accept(self, orders):
        offered = [o for o in orders if o['login'] == 'nongye'][:OFFERED]
        for one in orders:
            page = self.page(one['login'], f'/orders/{one["id"]}?do=accept')
            team = re.search(r'<option value="(\d+)"[^>]*>农技服务队', page).group(1)
            when = {'day': DAY, 'from': '13:00', 'to': '15:00'}
            if one in offered:
                self.send(one['login'], f'/orders/{one["id"]}/offer', {'team': team})
                mine = next(panel for panel in self.page('duizhang', '/my/orders').split('<section')
                            if '邀约' in panel and '柳林村' in panel)
                offer = re.search(r'/my/orders/offers/(\d+)/accept|/my/orders\?open=(\d+)"[^>]*>答复', mine)
                self.send('duizhang', f'/my/orders/offers/{offer.group(1) or offer.group(2)}/accept', when)
            else:
                self.act(one['login'], one['id'], 'accept', team=team, **when)
            self.done(one['id'])
        return offered[0], offered[1]

    def code_of(self, one, which):
        page = self.resident.get('/p/lanjiang/order/' + one['code']).text
        return re.search(which + r'码 <b[^>]*>(\d{6})', page).group(1)

    def come(self, first, second):
        for login, one in (('duizhang', first), ('zhiyuan', second)):
            self.send(login, f'/my/service/{one["id"]}/in', {'code': self.code_of(one, '到场')})
            self.done(one['id'])

    def leave(self, first, second):
        for login, one in (('duizhang', first), ('zhiyuan', second)):
            self.send(login, f'/my/service/{one["id"]}/out', {'code': self.code_of(one, '离场')})

    def finish_and_rate(self, orders):
        for i, one in enumerate(orders):
            if one['login'] == 'nongye':
                self.send('duizhang', f'/my/orders/{one["id"]}/finish',
                          {'people': 30, 'revision': self.revision[one['id']]})
            else:
                self.act(one['login'], one['id'], 'finish', people=25)
            self.done(one['id'])
            rate = '/p/lanjiang/order/' + one['code'] + '/rate'
            typed = {'rating': 1, 'text': '来晚了'} if i < UNHAPPY else {'rating': 3 + i % 3, 'text': ''}
            form = form_of(self.resident.get('/p/lanjiang/order/' + one['code']), '/rate')
            answer = self.resident.post(rate, form.over(typed))
            self.assertEqual(answer.status, 303, messages_of(answer.text))
            self.done(one['id'])
            if i < UNHAPPY:
                self.act('kexie', one['id'], 'settle', text='已上门致歉，补讲一场')
                self.done(one['id'])


if __name__ == '__main__':
    unittest.main()
