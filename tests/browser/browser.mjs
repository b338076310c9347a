// What the browser tests share: the program on a free port with a demonstration county of its own, a Chromium, signing in.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const kRoot = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
export const kProgram = resolve(process.env.KEPU || join(kRoot, 'build/release/kepu'));
// The packages of the web build, installed there from its lock file.
const require = createRequire(join(kRoot, 'build/release/web/work/node_modules/x.js'));
export const { chromium } = require('playwright-core');
export const { HtmlValidate } = require('html-validate');
export const kAxe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
export const kScreenshots = join(kRoot, 'build/screenshots');

const kChromium = [process.env.KEPU_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(p => p && existsSync(p));

export function kepu(...words) {
  return execFileSync(kProgram, words, { encoding: 'utf8', timeout: 60000, stdio: ['ignore', 'pipe', 'pipe'] });
}

// A running program with its folder; the accounts are those of the demonstration.
export async function startProgram() {
  const folder = mkdtempSync(join(tmpdir(), 'kepu-browser-'));
  const data = join(folder, 'data');
  kepu('demo', '--data', data);
  const child = spawn(kProgram, ['serve', '--port', '0', '--data', data], { stdio: ['ignore', 'pipe', 'inherit'] });
  const home = await new Promise((found, failed) => {
    let said = '';
    const limit = setTimeout(() => failed(new Error('serve says nothing')), 20000);
    child.stdout.on('data', d => {
      said += d;
      const at = said.match(/http:\/\/127\.0\.0\.1:\d+/);
      if (at) { clearTimeout(limit); found(at[0]); }
    });
    child.on('exit', status => failed(new Error(`serve ended with ${status}`)));
  });
  const stop = async () => {
    child.removeAllListeners('exit');
    const ended = new Promise(done => child.on('exit', done));
    child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  return { folder, data, home, stop };
}

export async function startBrowser() {
  return chromium.launch({ executablePath: kChromium, args: ['--no-sandbox', '--disable-quic', '--disable-background-networking', '--disable-component-update'] });
}

// A window of its own (cookies are not shared). page.complaints holds what the browser's console said.
export async function openWindow(browser, home, options = {}) {
  const context = await browser.newContext({ baseURL: home, viewport: { width: 1440, height: 900 }, locale: 'zh-CN', acceptDownloads: true, ...options });
  context.setDefaultTimeout(8000);
  const page = await context.newPage();
  page.complaints = [];
  // A refused form answers 422, which the console reports as a failed load.
  page.on('console', m => { if (['error', 'warning'].includes(m.type()) && !/ 4(03|04|09|22) /.test(m.text())) page.complaints.push(m.text()); });
  page.on('pageerror', e => page.complaints.push(String(e)));
  return page;
}

export async function signIn(page, login, password = `Lanjiang-${login}`, tenant = 'lanjiang') {
  await page.goto('/sign-in?tenant=' + tenant);
  await page.fill('[name=login]', login);
  await page.fill('[name=password]', password);
  await page.click('main button[type=submit], main form button');
  await page.waitForURL(url => !url.pathname.startsWith('/sign-in'));
  return page;
}

// Runs the checks one after another; each has a limit. Returns the number of those that failed.
export class Checks {
  failures = 0;
  async run(what, work, seconds = 60) {
    const begin = Date.now();
    try {
      await Promise.race([work(), new Promise((_, no) => setTimeout(() => no(new Error(`more than ${seconds} s`)), seconds * 1000).unref())]);
      if (process.env.KEPU_TEST_TIMES) console.log(`  ${what}: ${Date.now() - begin} ms`);
    } catch (failure) {
      this.fail(what, failure.message);
    }
  }
  fail(what, why) {
    this.failures++;
    console.error(`没有通过：${what}\n    ${String(why).split('\n').slice(0, 12).join('\n    ')}`);
  }
}
