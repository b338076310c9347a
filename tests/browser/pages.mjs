// Every page that can be reached from the menus, as each role sees it: status, valid HTML, one h1 that the title begins with,
// nothing on the console, no sideways scrolling and no finding of axe on a wide screen, on a phone and in 大字版.
// Pictures of all of them go to build/screenshots for people to look at.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Checks, HtmlValidate, kAxe, kScreenshots, openWindow, signIn, startBrowser, startProgram } from './browser.mjs';

const kLimit = Number(process.env.KEPU_PAGES_SECONDS || 1000) * 1000;
const kMost = 200;  // pages a role
const kRoles = { clerk: 'kexie', admin: 'admin', liaison: 'jiaoyu', township: 'zhen', leader: 'lingdao', inspector: 'ducha', surveyor: 'diaocha', volunteer: 'zhiyuan', resident: null,
  city: 'kexie' };
// Who is not of the demonstration county: password, tenant.
const kElsewhere = { city: ['Chengzhou-kexie', 'chengzhou'] };
const kWidths = [1440, 390];

const started = Date.now();
const checks = new Checks();
const validator = new HtmlValidate({ extends: ['html-validate:standard'] });
const program = await startProgram();
const browser = await startBrowser();
if (!process.argv[2]) rmSync(kScreenshots, { recursive: true, force: true });
mkdirSync(kScreenshots, { recursive: true });
let visited = 0, axed = 0;
const looked = new Set();  // what axe has seen, by the kinds of elements on it

// Pages of one kind differ by their ids and by which words are asked for: of each kind a few are looked at.
function kindOf(url) {
  const path = url.pathname.replace(/\/\d+/g, '/{id}').replace(/\/[A-Z]\d+-\d+/g, '/{duty}')
    .replace(/(\/registers)\/(?!(?:people|due|record|duplicates|types|bookings)(?:\/|$))[a-z_]+/, '$1/{register}')
    .replace(/\/manual\.\d+/, '/{manual}').replace(/\/([a-z]+)\.[a-z_]+(?=\/|$)/, '/{$1 metric}');  // one of each engine
  const keys = [...new Set([...url.searchParams.keys()].map(k => k === 'sort' || k === 'dir' || k === 'page' || k === 'size' || k.startsWith('f.') ? 'list' : k))].sort();
  return path + (keys.length ? '?' + keys.join('&') : '');
}
const isPage = url => url.origin === program.home && !url.searchParams.has('as') &&
  !/\.(docx|xlsx|csv|json|jsonl|svg|webmanifest)$|\/(file|paper|proof|dataset|export|template|display|healthz|metrics)$|^\/display|^\/assets|\/(photos|files)\//.test(url.pathname);

function nameOf(role, kind) {
  const slug = kind.replace(/[{}]/g, '').replace(/[^a-z0-9]+/gi, '-').replace(/^-|-$/g, '') || 'home';
  return `${role}-${slug}`.slice(0, 80);
}

async function axe(page, what, mode) {
  const shape = mode + await page.evaluate(() => [...new Set([...document.querySelectorAll('body *')].map(e => e.tagName + '.' + e.className + (e.getAttribute('role') || '') + (e.getAttribute('type') || '')))].sort().join(' '));
  if (looked.has(shape)) return;
  looked.add(shape);
  axed++;
  await page.evaluate(kAxe);
  const found = await page.evaluate(() => axe.run({ resultTypes: ['violations'], preload: false }).then(r => r.violations.map(v => `${v.id}: ${v.nodes.slice(0, 3).map(n => n.target + ' ' + n.html.slice(0, 120)).join(' | ')}`)));
  if (found.length) checks.fail(`${what} (${mode}): axe`, found.join('\n'));
}

async function look(page, role, what, kind) {
  // What another role has shown already is not looked at in full once more.
  const widths = looked.has('page ' + kind) ? [1440] : kWidths;
  looked.add('page ' + kind);
  for (const width of widths) {
    await page.setViewportSize({ width, height: 900 });
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (wider > 0) {
      const culprit = await page.evaluate(() => [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1).slice(0, 3).map(e => e.outerHTML.slice(0, 100)));
      checks.fail(`${what} at ${width}`, `scrolls sideways by ${wider}: ${culprit.join(' | ')}`);
    }
    await axe(page, what, String(width));
    if (widths.length > 1) await page.screenshot({ path: join(kScreenshots, `${nameOf(role, kind)}-${width}.png`), fullPage: true, timeout: 8000 }).catch(() => {});
  }
}

async function lookElder(context, page, role, url, what, kind) {
  await context.addCookies([{ name: 'kp_mode', value: 'elder', url: program.home }]);
  await page.goto(url.href);
  for (const width of kWidths) {
    await page.setViewportSize({ width, height: 900 });
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (wider > 0) checks.fail(`${what} 大字版 at ${width}`, `scrolls sideways by ${wider}`);
  }
  await axe(page, what, 'elder');
  await page.screenshot({ path: join(kScreenshots, `${nameOf(role, kind)}-elder.png`), fullPage: true, timeout: 8000 }).catch(() => {});
  await context.addCookies([{ name: 'kp_mode', value: '', url: program.home }]);
}

async function checkPage(page, role, url, what, kind) {
  page.complaints.length = 0;
  await page.setViewportSize({ width: 1440, height: 900 });
  const answer = await page.goto(url.href);
  if (answer.status() !== 200) { checks.fail(what, `status ${answer.status()}`); return []; }
  const final = new URL(page.url());
  if (kindOf(final) !== kind) return [final];  // went on to another page, which is looked at by itself
  visited++;
  const report = await validator.validateString(await answer.text());
  for (const result of report.results) {
    checks.fail(`${what}: html-validate`, result.messages.slice(0, 5).map(m => `${m.line}:${m.column} ${m.ruleId}: ${m.message}`).join('\n'));
  }
  const { titles, title } = await page.evaluate(() => ({ titles: [...document.querySelectorAll('h1')].map(e => e.innerText.replace(/\s+/g, ' ').trim()), title: document.title.replace(/\s+/g, ' ') }));
  if (titles.length !== 1) checks.fail(what, `${titles.length} h1: ${titles}`);
  // The page of signing in greets with the county's name and says in its title what it is for.
  else if (!title.startsWith(titles[0]) && !url.pathname.startsWith('/sign-in')) checks.fail(what, `title “${title}” does not begin with “${titles[0]}”`);
  const links = await page.evaluate(() => [...document.querySelectorAll('a')].map(a => a.getAttribute('href')).filter(h => h && !h.startsWith('#')));
  await look(page, role, what, kind);
  if (page.complaints.length) checks.fail(`${what}: console`, page.complaints.join('\n'));
  return links.map(l => { const u = new URL(l, url); u.hash = ''; return u; });
}

async function crawl(role, login) {
  const page = await openWindow(browser, program.home);
  if (login) await signIn(page, login, ...(kElsewhere[role] || []));
  const queue = (login ? ['/'] : ['/p/lanjiang', '/sign-in', '/help/display', '/help/keys', '/help/accessibility']).map(p => new URL(p, program.home));
  const known = new Set(queue.map(kindOf));
  let count = 0;
  while (queue.length && count < kMost) {
    if (Date.now() - started > kLimit) { checks.fail(role, 'not all pages looked at in time'); break; }
    const url = queue.shift(), kind = kindOf(url), what = `${role} ${url.pathname}${url.search}`;
    count++;
    try {
      for (const next of await checkPage(page, role, url, what, kind)) {
        if (!isPage(next) || known.has(kindOf(next))) continue;
        known.add(kindOf(next));
        queue.push(next);
      }
      // The large print is looked at once for each page, as the roles that see most of them.
      if (['clerk', 'admin', 'resident'].includes(role) && !looked.has('elder ' + kind)) {
        looked.add('elder ' + kind);
        await lookElder(page.context(), page, role, url, what, kind);
      }
    } catch (failure) {
      checks.fail(what, failure.message);
    }
  }
  await page.context().close();
}

async function print(login, path, name) {
  const page = await openWindow(browser, program.home);
  if (login) await signIn(page, login);
  await page.goto(path);
  const paper = await page.pdf({ path: join(kScreenshots, `${name}.pdf`), preferCSSPageSize: true });
  const pages = paper.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length ?? 0;
  if (pages < 1 || pages > 40) throw new Error(`${pages} sheets of paper`);
  await page.context().close();
}

const only = process.argv[2];
for (const [role, login] of Object.entries(kRoles)) {
  if (!only || only === role) await crawl(role, login);
}
await checks.run('print of the matrix', () => print('kexie', '/matrix', 'print-matrix'));
await checks.run('print of the public plan', () => print(null, '/p/lanjiang', 'print-public-plan'));
await checks.run('print of the tasks', () => print('kexie', '/tasks', 'print-tasks'));
if (!only && visited < 60) checks.fail('crawl', `only ${visited} pages found`);

await browser.close();
await program.stop();
console.log(`${visited} 个页面（${kWidths.join('、')} 像素和大字版），axe 检查 ${axed} 次，${Math.round((Date.now() - started) / 1000)} 秒；截图在 build/screenshots`);
process.exit(checks.failures ? 1 : 0);
