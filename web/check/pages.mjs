// node check/pages.mjs <folder of style pages> <folder of built assets>
// Every style page: valid HTML; and where a Chromium is found, no finding of axe and no sideways scrolling on a wide screen and on
// a phone, a strict content policy without complaint, and what kp.ts promises. Exit status 77: no Chromium, only HTML was checked.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { HtmlValidate } from 'html-validate';
import { chromium } from 'playwright-core';

const pages = process.argv[2], assets = process.argv[3];
const names = readdirSync(pages).filter(f => f.endsWith('.html'));
assert.ok(names.length >= 10, 'style pages are missing');
const kPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'";
const kTypes = { css: 'text/css', js: 'text/javascript', svg: 'image/svg+xml', html: 'text/html; charset=utf-8', webmanifest: 'application/manifest+json' };
let failures = 0;
async function check(what, run) {
  try { await run(); } catch (e) { failures++; console.error(`${what}: ${e.message}`); }
}

// ---- valid HTML
const validator = new HtmlValidate({ extends: ['html-validate:standard'] });
assert.equal((await validator.validateString('<p><div></p>')).valid, false, 'the validator itself');
for (const name of names) {
  const report = await validator.validateString(readFileSync(join(pages, name), 'utf8'));
  for (const result of report.results) for (const m of result.messages) { failures++; console.error(`${name}:${m.line}:${m.column} ${m.ruleId}: ${m.message}`); }
}

const browserPath = [process.env.KEPU_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(p => p && existsSync(p));
if (!browserPath) {
  console.log('no Chromium: only the HTML was checked');
  process.exit(failures ? 1 : 77);
}

// ---- a server for the pages; what was asked of it is kept
const asked = [];
const server = createServer((request, response) => {
  const path = new URL(request.url, 'http://x').pathname;
  let body = '';
  request.on('data', d => { body += d; });
  request.on('end', () => {
    asked.push({ method: request.method, url: request.url, part: request.headers['x-part'] || '', body });
    const file = path.startsWith('/assets/') ? join(assets, path.slice(8)) : join(pages, path === '/tasks' ? 'tasks.html' : path === '/units' ? 'forms.html' : path.slice(1));
    if (path.includes('..') || !existsSync(file)) { response.writeHead(404).end(); return; }
    const type = kTypes[file.slice(file.lastIndexOf('.') + 1)];
    setTimeout(() => {
      response.writeHead(request.method === 'POST' ? 422 : 200, { 'Content-Type': type, 'Content-Security-Policy': kPolicy });
      response.end(readFileSync(file));
    }, request.method === 'POST' ? 300 : 0);
  });
});
await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
const home = `http://127.0.0.1:${server.address().port}/`;
const browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox', '--disable-quic', '--disable-background-networking', '--disable-component-update'] });
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

async function open(name, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(10000);
  page.complaints = [];
  page.on('console', m => { if (m.type() === 'error' && !/422|404/.test(m.text())) page.complaints.push(m.text()); });
  page.on('pageerror', e => page.complaints.push(String(e)));
  await page.goto(home + name);
  return page;
}

// ---- every page, wide and on a phone
for (const name of names) {
  for (const width of [1440, 390]) {
    await check(`${name} at ${width}`, async () => {
      const page = await open(name, { viewport: { width, height: 844 } });
      const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.equal(wider, 0, `scrolls sideways by ${wider}`);
      assert.deepEqual(page.complaints, [], 'complaints of the browser');
      const client = await page.context().newCDPSession(page);
      await client.send('Page.setBypassCSP', { enabled: true });
      await page.reload();
      await page.evaluate(axe);
      const found = await page.evaluate(() => axe.run().then(r => r.violations.map(v => v.id + ' ' + v.nodes[0].target)));
      assert.deepEqual(found, [], 'axe');
      await page.context().close();
    });
  }
}

// ---- what kp.ts promises
await check('a sort link swaps its part only, keeps the focus, and can be taken back', async () => {
  const page = await open('tasks.html');
  await page.evaluate(() => { document.querySelector('h1').textContent = 'kept'; document.getElementById('tasks').setAttribute('data-old', ''); });
  await page.focus('#tasks-s-due');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => !document.getElementById('tasks').hasAttribute('data-old'));
  assert.equal(await page.textContent('h1'), 'kept');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'tasks-s-due');
  assert.match(page.url(), /\/tasks\?.*sort=due/);
  assert.equal(asked.filter(a => a.url.startsWith('/tasks?')).pop().part, 'tasks');
  assert.equal(await page.textContent('#live'), '共 84 项任务');
  await page.goBack();
  await page.waitForFunction(() => document.querySelector('h1').textContent === '任务');
  assert.match(page.url(), /tasks\.html$/);
  await page.context().close();
});

await check('a filter sends itself', async () => {
  const page = await open('tasks.html');
  const sent = page.waitForRequest(r => r.url().includes('f.lead='));
  await page.selectOption('#tasks-f-lead', { index: 1 });
  assert.equal((await sent).headers()['x-part'], 'tasks');
  await page.context().close();
});

await check('without scripts the filter is an ordinary form', async () => {
  const page = await open('tasks.html', { javaScriptEnabled: false });
  await page.selectOption('#tasks-f-lead', { index: 1 });
  await page.click('#tasks .filters button');
  await page.waitForURL(/\/tasks\?.*f\.lead=/);
  await page.context().close();
});

await check('a form is sent once however often its button is pressed', async () => {
  const page = await open('forms.html');
  await page.evaluate(() => { const f = document.querySelector('form[action="/units"]'); f.setAttribute('data-part', 'main'); });
  await page.fill('#f-name', '县科协');
  const before = asked.filter(a => a.method === 'POST').length;
  await page.evaluate(() => { const b = document.querySelector('form[action="/units"] .row button'); b.click(); setTimeout(() => b.click(), 50); setTimeout(() => b.click(), 100); });
  await page.waitForFunction(() => !document.querySelector('form[action="/units"]').hasAttribute('data-part'));  // the 422 page took its place
  assert.equal(asked.filter(a => a.method === 'POST').length, before + 1);
  assert.match(asked.filter(a => a.method === 'POST').pop().body, /csrf=token/);
  assert.equal(await page.evaluate(() => document.activeElement.className), 'errbox');
  await page.context().close();
});

await check('a link of the error summary goes to its field and fetches nothing', async () => {
  const page = await open('forms.html');
  await page.fill('#f-name', '刚刚写的');
  const documents = () => asked.filter(a => !a.url.startsWith('/assets/')).length;
  const before = documents();
  await page.click('.errbox a');
  await page.waitForTimeout(300);
  assert.match(page.url(), /#f-people$/);
  assert.equal(await page.inputValue('#f-name'), '刚刚写的');
  assert.equal(documents(), before);
  await page.context().close();
});

await check('leaving with unsaved changes asks first', async () => {
  const page = await open('forms.html');
  await page.fill('#f-name', 'x');
  await page.click('h1');
  let asks = 0;
  page.on('dialog', d => { asks++; d.accept(); });
  await page.goto(home + 'tasks.html');
  assert.equal(asks, 1);
  await page.context().close();
});

await check('an upload shows its progress and puts the answer in place', async () => {
  const page = await open('forms.html');
  await page.evaluate(() => { document.querySelector('form[action="/plans"]').action = '/units'; document.querySelector('h1').textContent = 'old'; });
  await page.setInputFiles('#f-doc', { name: 'a.docx', mimeType: 'application/octet-stream', buffer: Buffer.alloc(200000) });
  await page.click('form[enctype] .row button');
  await page.waitForSelector('form[enctype] .up progress');
  await page.waitForFunction(() => document.querySelector('h1').textContent !== 'old');
  await page.context().close();
});

await check('keys: / to the search box, ? to the list of keys, never while typing', async () => {
  const page = await open('tasks.html');
  await page.keyboard.press('/');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'q');
  await page.keyboard.press('?');
  assert.equal(await page.inputValue('#q'), '?');
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press('?');
  await page.waitForSelector('dialog.keys[open]');
  await page.keyboard.press('Escape');
  await page.waitForSelector('dialog.keys', { state: 'detached' });
  await page.context().close();
});

await check('an item of a review lights its lines, a line its item', async () => {
  const page = await open('review.html');
  await page.hover('#t2 h3');
  assert.deepEqual(await page.evaluate(() => [...document.querySelectorAll('.ln.on')].map(l => l.id)), ['L9', 'L10']);
  await page.click('#L13');
  assert.deepEqual(await page.evaluate(() => [...document.querySelectorAll('.item.on')].map(i => i.id)), ['t3']);
  await page.context().close();
});

await browser.close();
server.close();
console.log(failures ? `${failures} failures` : `${names.length} pages and 9 promises of kp.ts checked`);
process.exit(failures ? 1 : 0);
