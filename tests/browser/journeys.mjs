// What people do with the program, from signing in to the file in their hand. One county; the steps build on each other.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Checks, kepu, kRoot, openWindow, signIn, startBrowser, startProgram } from './browser.mjs';

const started = Date.now();
const checks = new Checks();
const program = await startProgram();
const browser = await startBrowser();
const kNewUnit = '县天文科普中心';
const kPicture = Buffer.from('/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA=', 'base64');

function python(code, ...words) {
  return execFileSync('python3', ['-B', '-c', code, ...words], { encoding: 'utf8', env: { ...process.env, PYTHONPATH: join(kRoot, 'tests/program') } });
}
const document_ = join(program.folder, '方案.docx');
python(`import documents, sys
outline = [(n, t.replace('县科协、县文化和旅游局', '县科协、${kNewUnit}、县文化和旅游局')) for n, t in documents.OUTLINE]
open(sys.argv[1], 'wb').write(documents.docx(outline))`, document_);

// A workbook of one sheet.
function workbook(name, rows) {
  const path = join(program.folder, name);
  python(`import json, sys, zipfile
from xml.sax.saxutils import escape
rows = json.loads(sys.argv[2])
sheet = ''.join('<row>' + ''.join('<c t="inlineStr"><is><t>%s</t></is></c>' % escape(c) for c in r) + '</row>' for r in rows)
X = '<?xml version="1.0" encoding="UTF-8"?>'
R = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
P = 'http://schemas.openxmlformats.org/package/2006/relationships'
M = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
with zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED) as z:
    z.writestr('[Content_Types].xml', X + '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>')
    z.writestr('_rels/.rels', X + f'<Relationships xmlns="{P}"><Relationship Id="a" Type="{R}/officeDocument" Target="xl/workbook.xml"/></Relationships>')
    z.writestr('xl/workbook.xml', X + f'<workbook xmlns="{M}" xmlns:r="{R}"><sheets><sheet name="a" sheetId="1" r:id="b"/></sheets></workbook>')
    z.writestr('xl/_rels/workbook.xml.rels', X + f'<Relationships xmlns="{P}"><Relationship Id="b" Type="{R}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>')
    z.writestr('xl/worksheets/sheet1.xml', X + f'<worksheet xmlns="{M}"><sheetData>{sheet}</sheetData></worksheet>')`, path, JSON.stringify(rows));
  return path;
}

// The rows of the first sheet of a workbook.
const rowsOf = path => Number(python(`import re, sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
assert z.testzip() is None
print(len(re.findall('<row ', z.read('xl/worksheets/sheet1.xml').decode())))`, path));

const headOf = path => JSON.parse(python(`import json, re, sys, zipfile
sheet = zipfile.ZipFile(sys.argv[1]).read('xl/worksheets/sheet1.xml').decode()
print(json.dumps(re.findall('<t[^>]*>([^<]+)</t>', sheet)))`, path));

async function download(page, press) {
  const [file] = await Promise.all([page.waitForEvent('download'), press()]);
  const path = join(program.folder, `${Date.now()}-${file.suggestedFilename()}`);
  await file.saveAs(path);
  return { path, name: file.suggestedFilename() };
}

const said = async (page, words) => page.waitForFunction(w => document.body.innerText.includes(w), words);
const item = (page, title) => page.locator('article.item', { has: page.locator(`xpath=./header/h3[contains(., "${title}")]`) }).last();
async function openEdit(page, title) {
  await item(page, title).locator('xpath=./div[@class="acts"]').getByRole('link', { name: /^(改|填上)$/ }).click();
  await page.locator('form [name=do][value=task], form [name=do][value=target]').first().waitFor({ state: 'attached' });
}
const smallForm = (page, action) => page.locator('form', { has: page.locator(`[name=do][value=${action}]`) }).first();
const asJson = (page, path) => page.evaluate(p => fetch(p).then(r => r.json()), path);
const titlesOf = plan => plan.initiatives.flatMap(i => i.tasks.map(t => t.title));

// ---- a department's officer, the office, a township on a phone, a leader: on the plan that runs

const todosOf = async page => (await asJson(page, '/work?as=json')).rows;
const officer = await openWindow(browser, program.home);
const reviewer = await openWindow(browser, program.home);
const kDone = '已组织三下乡活动九场，服务群众一千二百人次，台账和签到表齐全。';
const kWhy = '缺少各乡镇的场次明细，请补上再报。';
let task = '', report = '';

await checks.run('部门联络员从我的工作改好被退回的填报，附佐证，重新报送', async () => {
  await signIn(officer, 'nongye');
  await officer.goto('/work');
  await officer.locator('main').getByRole('link', { name: /^修改后重新报送/ }).first().click();
  await officer.waitForURL(/\/reports\/of\/[^/]+\/\d+\/\d+$/);
  task = new URL(officer.url()).pathname;
  const id = task.split('/').pop();
  await officer.locator(`[name="${id}-status"]`).selectOption('doing');
  await officer.fill(`[name="${id}-share"]`, '120');
  await officer.fill(`[name="${id}-narrative"]`, kDone);
  await officer.getByRole('button', { name: '报送', exact: true }).click();
  await officer.locator('.err').first().waitFor();  // over a hundred per cent
  assert.equal(await officer.inputValue(`[name="${id}-narrative"]`), kDone);
  await officer.fill(`[name="${id}-share"]`, '36');
  await officer.setInputFiles('[name=file]', { name: '三下乡签到表.txt', mimeType: 'text/plain', buffer: Buffer.from('九场活动的签到表\n') });
  await officer.getByRole('button', { name: '报送', exact: true }).click();
  await said(officer, '已报送');
  assert.ok(!(await todosOf(officer)).some(t => /^修改后重新报送/.test(t.title)), 'nothing is left to mend');
});

await checks.run('科协看与上次相比的变化，退回要写原因，部门随即得知', async () => {
  await signIn(reviewer, 'kexie');
  await reviewer.goto('/work?size=100');
  await reviewer.locator('main').getByRole('link', { name: /^审核县农业农村局的填报/ }).first().click();
  const row = reviewer.locator('tr', { hasText: '三下乡' }).first();
  assert.match(await row.innerText(), /36%/);
  await row.getByRole('link').first().click();
  await reviewer.waitForURL(/\/reports\/\d+$/);
  report = new URL(reviewer.url()).pathname;
  await said(reviewer, kDone);
  await said(reviewer, '三下乡签到表');
  await reviewer.getByRole('button', { name: '退回' }).click();
  await reviewer.locator('.err').first().waitFor();  // without a reason
  await reviewer.locator('[name=reason]').last().fill(kWhy);
  await reviewer.getByRole('button', { name: '退回' }).click();
  await said(reviewer, '已退回');
  await officer.goto('/work');
  await said(officer, kWhy);
  assert.ok((await todosOf(officer)).some(t => /^修改后重新报送/.test(t.title)));
});

await checks.run('部门再报，科协成批接收，过程都在', async () => {
  await officer.goto(task);
  const id = task.split('/').pop();
  await officer.fill(`[name="${id}-narrative"]`, kDone + '各乡镇场次明细已附。');
  await officer.getByRole('button', { name: '报送', exact: true }).click();
  await said(officer, '已报送');
  await reviewer.goto('/reports/review');
  await reviewer.locator('[name=unit]').first().selectOption({ label: await reviewer.locator('[name=unit] option', { hasText: '县农业农村局' }).innerText() });
  await reviewer.getByRole('button', { name: '查看' }).click();
  const before = await reviewer.locator('[name=report]').count();
  await reviewer.locator('tr', { hasText: '三下乡' }).first().locator('[name=report]').check();
  await reviewer.locator('[name=report]:not(:checked)').first().check();
  await reviewer.getByRole('button', { name: '接收所选' }).click();
  await said(reviewer, '已接收 2 项填报');
  assert.equal(await reviewer.locator('[name=report]').count(), before - 2);
  await officer.goto(report);
  for (const word of ['报送', '退回', kWhy, '接收']) await said(officer, word);
});

await checks.run('乡镇人员在手机上报送整改，照片一并送到，科协待复核', async () => {
  const town = await openWindow(browser, program.home, { viewport: { width: 390, height: 844 }, hasTouch: true });
  await signIn(town, 'zhen');
  await town.goto('/work');
  await town.locator('main a[href^="/problems/"]').first().click();
  await town.waitForURL(/\/problems\/\d+$/);
  const problem = new URL(town.url()).pathname;
  await town.getByRole('button', { name: '报送整改' }).click();
  await town.locator('.err, :invalid').first().waitFor({ state: 'attached' });
  await town.locator('[name=text]').fill('灯箱已更换，夜间照明正常，维护电话贴在箱体上。');
  await town.setInputFiles('[name=file]', { name: '灯箱.jpg', mimeType: 'image/jpeg', buffer: kPicture });
  await town.getByRole('button', { name: '报送整改' }).click();
  await said(town, '待复核');
  assert.equal((await todosOf(town)).filter(t => t.kind.includes('整改')).length, 0);
  assert.ok(await town.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth), 'no sideways scrolling');
  await reviewer.goto(problem);
  await said(reviewer, '维护电话贴在箱体上');
  await town.context().close();
});

await checks.run('领导从总览点到一个数的记录，只能看', async () => {
  const leader = await openWindow(browser, program.home);
  await signIn(leader, 'lingdao');
  const figures = leader.locator('main a[href^="/targets/"]');
  await figures.first().waitFor();
  await leader.goto('/indicators/reports.submitted');
  await leader.getByRole('link', { name: '看记录' }).first().click();
  await leader.waitForURL(/\/records/);
  await leader.locator('main a[href^="/reports/"]').first().click();
  await leader.waitForURL(/\/reports\/\d+$/);
  for (const name of ['退回', '接收', '报送', '保存草稿']) assert.equal(await leader.getByRole('button', { name, exact: true }).count(), 0, name);
  assert.equal((await leader.goto('/reports/rules')).status(), 403);
  await leader.context().close();
});
await officer.context().close();
await reviewer.context().close();

const clerk = await openWindow(browser, program.home);
let version = '';
const json = () => asJson(clerk, `/versions/${version}/review?as=json`);

await checks.run('经办导入一份 Word 方案', async () => {
  await signIn(clerk, 'kexie');
  await clerk.goto('/plans');
  await clerk.getByRole('link', { name: '导入方案文件' }).first().click();
  await clerk.setInputFiles('[name=file]', document_);
  await clerk.getByRole('button', { name: '上传并读取' }).click();
  await clerk.waitForURL(/\/versions\/\d+\/review/);
  version = clerk.url().match(/versions\/(\d+)/)[1];
  await said(clerk, '已读取“方案.docx”');
  assert.equal(titlesOf(await json()).length, 6);
});

await checks.run('改任务标题', async () => {
  await clerk.goto(`/versions/${version}/review`);
  await openEdit(clerk, '开足开好科学课程');
  await clerk.fill('#f-title', '开齐开足科学课程');
  await clerk.getByRole('button', { name: '保存任务' }).click();
  await said(clerk, '已保存。');
  assert.equal(titlesOf(await json())[0], '开齐开足科学课程');
});

await checks.run('拆分任务', async () => {
  await openEdit(clerk, '开齐开足科学课程');
  const form = smallForm(clerk, 'split');
  await form.locator('[name=at]').selectOption({ index: 0 });
  await form.locator('[name=title]').fill('配备专职科学教师');
  await form.getByRole('button', { name: '拆分' }).click();
  await said(clerk, '已保存。');
  await clerk.waitForFunction(() => document.body.innerText.includes('配备专职科学教师'));
  assert.deepEqual(titlesOf(await json()).slice(0, 2), ['开齐开足科学课程', '配备专职科学教师']);
});

await checks.run('合并任务', async () => {
  await clerk.goto(`/versions/${version}/review`);
  await openEdit(clerk, '配备专职科学教师');
  const form = smallForm(clerk, 'merge');
  const into = await form.locator('[name=into] option', { hasText: '开齐开足科学课程' }).getAttribute('value');
  await form.locator('[name=into]').selectOption(into);
  await form.getByRole('button', { name: '并入' }).click();
  await said(clerk, '已保存。');
  const titles = titlesOf(await json());
  assert.equal(titles.length, 6);
  assert.ok(!titles.includes('配备专职科学教师'));
});

await checks.run('移动任务到另一个行动', async () => {
  await clerk.goto(`/versions/${version}/review`);
  await openEdit(clerk, '办好校外科学活动');
  const form = smallForm(clerk, 'move');
  await form.locator('[name=initiative]').selectOption({ index: 1 });
  await form.locator('[name=position]').fill('1');
  await form.getByRole('button', { name: '移动' }).click();
  await said(clerk, '已保存。');
  assert.equal((await json()).initiatives[1].tasks[0].title, '办好校外科学活动');
});

await checks.run('删去再恢复', async () => {
  await clerk.goto(`/versions/${version}/review`);
  await openEdit(clerk, '建设农村科普阵地');
  await clerk.getByRole('button', { name: '删去这项任务（可恢复）' }).click();
  await said(clerk, '已删去');
  assert.ok(!titlesOf(await json()).includes('建设农村科普阵地'));
  await clerk.goto(`/versions/${version}/review`);
  await item(clerk, '建设农村科普阵地').getByRole('button', { name: '恢复' }).click();
  await said(clerk, '已保存。');
  assert.ok(titlesOf(await json()).includes('建设农村科普阵地'));
});

await checks.run('填上留空的数', async () => {
  await clerk.goto(`/versions/${version}/review`);
  await clerk.getByRole('link', { name: '填上' }).first().click();
  await clerk.locator('[name=do][value=target]').waitFor({ state: 'attached' });
  const form = clerk.locator('form', { has: clerk.locator('[name=do][value=target]') });
  await form.locator('[name=kind]').selectOption('target');
  await form.locator('[name=value]').fill('2600');
  await form.getByRole('button', { name: '保存' }).click();
  await said(clerk, '已保存。');
  const targets = (await json()).targets;
  assert.ok(targets.some(t => t.value === 2600 && t.kind === 'target'), JSON.stringify(targets));
  assert.ok(!targets.some(t => t.kind === 'blank'));
});

await checks.run('双击保存只改一次', async () => {
  await clerk.goto(`/versions/${version}/review`);
  await openEdit(clerk, '提升县科技馆服务能力');
  const before = Number(await clerk.locator('[name=revision]').first().inputValue());
  await clerk.fill('#f-title', '提升县科技馆的服务能力');
  await clerk.getByRole('button', { name: '保存任务' }).dblclick({ delay: 5 });
  await said(clerk, '已保存。');
  await clerk.waitForTimeout(400);
  await clerk.goto(`/versions/${version}/review?add=initiative`);
  assert.equal(Number(await clerk.locator('[name=revision]').first().inputValue()), before + 1);
});

await checks.run('两人同时改：一人成功，另一人得知，写的字还在', async () => {
  const other = await openWindow(browser, program.home);
  await signIn(other, 'kexie-head');
  for (const page of [clerk, other]) {
    await page.goto(`/versions/${version}/review`);
    await openEdit(page, '发展基层科普设施');
  }
  await clerk.fill('#f-title', '发展基层科普设施（甲改）');
  await clerk.getByRole('button', { name: '保存任务' }).click();
  await said(clerk, '已保存。');
  await other.fill('#f-title', '发展基层科普设施（乙改）');
  await other.getByRole('button', { name: '保存任务' }).click();
  await other.waitForFunction(() => document.querySelector('.errbox, .flash.red, [class*=flash]')?.innerText?.length > 4);
  assert.equal(await other.inputValue('#f-title'), '发展基层科普设施（乙改）');
  assert.match(await other.innerText('main'), /刷新|已被|改过|修改/);
  assert.ok(titlesOf(await json()).includes('发展基层科普设施（甲改）'));
  await other.context().close();
});

await checks.run('单位对应，含新建同名单位', async () => {
  await clerk.goto(`/versions/${version}/review`);
  await clerk.getByRole('link', { name: '单位对应' }).first().click();
  await clerk.waitForURL(/\/names/);
  const row = clerk.locator('tr', { hasText: kNewUnit });
  await row.locator('select').selectOption({ label: '新建同名单位' });
  for (const choice of await clerk.locator('select[name=choice]').all()) {
    if (await choice.inputValue() === '') await choice.selectOption('new');
  }
  await clerk.getByRole('button', { name: '保存对应关系' }).click();
  await said(clerk, '全部名称已定');
  assert.match(clerk.url(), /\/open/);
});

await checks.run('采纳后看到责任矩阵', async () => {
  await clerk.goto(`/versions/${version}/open`);
  await clerk.getByRole('button', { name: '采纳', exact: true }).click();
  await clerk.waitForURL(/\/matrix/);
  await said(clerk, '方案已采纳');
  assert.equal(await clerk.innerText('h1'), '责任矩阵');
  const text = await clerk.innerText('main');
  for (const title of titlesOf(await json())) assert.ok(text.includes(title), title);
});

await checks.run('导出矩阵 Excel、任务 Excel 和方案 Word', async () => {
  await clerk.goto('/matrix');
  const matrix = await download(clerk, () => clerk.getByRole('link', { name: '导出表格' }).click());
  assert.match(matrix.name, /责任矩阵.*\.xlsx$/);
  assert.equal(rowsOf(matrix.path), 6 + 2);  // title, header
  await clerk.goto('/tasks');
  const tasks = await download(clerk, () => clerk.getByRole('link', { name: '导出 Excel' }).click());
  assert.ok(rowsOf(tasks.path) >= 6 + 1);
  await clerk.goto('/');
  const word = await download(clerk, () => clerk.getByRole('link', { name: '方案 Word' }).click());
  assert.match(word.name, /\.docx$/);
  const read = kepu('plan', 'parse', word.path);
  for (const title of titlesOf(await json())) assert.ok(read.includes(title.replace(/（.*/, '')), title);
});

await checks.run('部门联络员确认任务并指定责任人', async () => {
  const page = await openWindow(browser, program.home);
  await signIn(page, 'nongye');
  await page.goto('/departments?f.kind=department&size=100');
  await page.locator('main').getByRole('link', { name: '县农业农村局' }).first().click();
  await page.waitForURL(/\/departments\/\d+/);
  const waiting = await page.locator('[name=task]:checked').count();
  assert.ok(waiting >= 2, `${waiting} tasks to confirm`);
  const contact = page.locator('[name=contact]');
  await contact.selectOption({ index: 1 });
  const name = (await contact.locator('option:checked').innerText()).replace(/（.*/, '');
  await page.getByRole('button', { name: '确认所选任务' }).click();
  await said(page, `已确认 ${waiting} 项任务`);
  assert.ok((await page.innerText('table')).includes(name));
  await page.context().close();
});

const admin = await openWindow(browser, program.home);
await checks.run('管理员导入单位：有错一行也不进，改好才进', async () => {
  await signIn(admin, 'admin');
  await admin.goto('/import/units');
  const template = await download(admin, () => admin.getByRole('link', { name: '下载模板' }).click());
  assert.ok(rowsOf(template.path) >= 1);
  const head = headOf(template.path).slice(0, 4);  // name, short name, kind, parent
  const good = ['县青少年科学中心', '科学中心', '部门', ''];
  await admin.setInputFiles('[name=file]', workbook('bad.xlsx', [head, good, ['县观星台', '', '星系', ''], ['', '', '部门', '']]));
  await admin.getByRole('button', { name: '上传并核对' }).click();
  await said(admin, '需要改正的地方');
  const problems = await admin.innerText('main');
  assert.match(problems, /第 3 行/);
  assert.match(problems, /第 4 行/);
  assert.ok(problems.includes(head[2].replace('＊', '')), 'the column is named');
  assert.ok(!JSON.stringify(await asJson(admin, '/organisation/list?as=json')).includes('县青少年科学中心'), 'nothing is applied');
  await admin.setInputFiles('[name=file]', workbook('good.xlsx', [head, good, ['县观星台', '', '其他', '']]));
  await admin.getByRole('button', { name: '重新上传并核对' }).click();
  await admin.getByRole('button', { name: '导入', exact: true }).click();
  await said(admin, '导入完成');
  const units = JSON.stringify(await asJson(admin, '/organisation/list?as=json'));
  assert.ok(units.includes('县青少年科学中心') && units.includes('县观星台'));
});

await checks.run('管理员加人员、开账号、授角色、设代理；新人登录', async () => {
  await admin.goto('/people/new');
  await admin.fill('[name=name]', '科学中心联络员');
  await admin.locator('[name=unit]').selectOption({ label: await admin.locator('[name=unit] option', { hasText: '县青少年科学中心' }).first().innerText() });
  await admin.locator('main form').last().getByRole('button').last().click();
  await said(admin, '已登记科学中心联络员');
  await admin.fill('[name=login]', 'kexuezhongxin');
  await admin.locator('form', { has: admin.locator('[name=login]') }).getByRole('button').first().click();
  await admin.waitForFunction(() => /[A-Z0-9]{4}-[A-Z0-9]{4}/.test(document.body.innerText));
  const password = (await admin.innerText('main')).match(/[A-Z0-9]{4}(?:-[A-Z0-9]{4})+/)[0];
  await admin.goto('/people?q=' + encodeURIComponent('科学中心联络员'));
  await admin.getByRole('link', { name: '科学中心联络员' }).first().click();
  await admin.waitForURL(/\/people\/\d+/);
  if (!await admin.locator('[name=role]').isVisible()) await admin.getByText('授予角色').first().click();
  await admin.locator('[name=role]').selectOption(await admin.locator('[name=role] option', { hasText: '部门联络员' }).first().getAttribute('value'));
  await admin.locator('form', { has: admin.locator('[name=role]') }).getByRole('button', { name: '授予' }).click();
  await said(admin, '已授予科学中心联络员“部门联络员”');

  const page = await openWindow(browser, program.home);
  await signIn(page, 'kexuezhongxin', password);
  assert.match(page.url(), /\/account\/password/);
  await page.fill('[name=old_password]', password);
  await page.fill('[name=password]', 'Xing-kong-2719-ke');
  await page.fill('[name=again]', 'Xing-kong-2719-ke');
  await page.locator('form', { has: page.locator('[name=again]') }).getByRole('button').first().click();
  await said(page, '密码已修改');
  await page.goto('/departments');
  assert.equal(await page.innerText('h1'), '部门任务');
  await page.context().close();

  const liaison = await openWindow(browser, program.home);
  await signIn(liaison, 'jiaoyu');
  await liaison.goto('/stand-ins/new');
  await liaison.locator('[name=deputy]').selectOption({ index: 1 });
  const day = n => new Date(Date.now() + n * 86400000).toISOString().slice(0, 10);
  await liaison.fill('[name=from]', day(1));
  await liaison.fill('[name=until]', day(9));
  await liaison.fill('[name=reason]', '外出学习');
  await liaison.locator('form', { has: liaison.locator('[name=reason]') }).getByRole('button').first().click();
  await said(liaison, '已设置');
  await liaison.context().close();
});

await checks.run('管理员查审计日志，保存存证并核对', async () => {
  await admin.goto('/audit');
  await said(admin, '科学中心联络员');
  const proof = await download(admin, () => admin.getByRole('link', { name: '下载存证文件' }).click());
  assert.ok(readFileSync(proof.path, 'utf8').split('\n').length > 20);
  kepu('audit', 'verify', '--proof', proof.path);
  writeFileSync(proof.path, readFileSync(proof.path, 'utf8').replace('科学中心', '科学中芯'));
  assert.throws(() => kepu('audit', 'verify', '--proof', proof.path));
});

await checks.run('居民不登录、没有脚本，看公开方案，换大字版', async () => {
  const page = await openWindow(browser, program.home, { javaScriptEnabled: false, viewport: { width: 390, height: 844 } });
  assert.equal((await page.goto('/p/lanjiang')).status(), 200);
  const small = await page.locator('main p').first().evaluate(e => parseFloat(getComputedStyle(e).fontSize)).catch(() => 0);
  await page.getByRole('link', { name: '大字版' }).first().click();
  await page.waitForURL(/\/p\/lanjiang/);
  assert.ok(await page.getByRole('link', { name: '标准版' }).count() > 0);
  const large = await page.locator('main p').first().evaluate(e => parseFloat(getComputedStyle(e).fontSize)).catch(() => 0);
  assert.ok(large >= small, `${small} → ${large}`);
  const text = await page.innerText('main');
  for (const word of ['开齐开足科学课程', '县教育局']) assert.ok(text.includes(word), word);
  assert.equal((await page.goto('/p/lanjiang/tasks')).status(), 200);
  await page.goto('/matrix');
  assert.match(page.url(), /\/sign-in/);
  await page.context().close();
});

await checks.run('只用键盘登录', async () => {
  const page = await openWindow(browser, program.home);
  await page.goto('/sign-in');
  const reach = async name => {
    for (let i = 0; i < 25; i++) {
      if (await page.evaluate(() => document.activeElement?.getAttribute('name')) === name) return;
      await page.keyboard.press('Tab');
      const seen = await page.evaluate(() => { const s = getComputedStyle(document.activeElement); return document.activeElement === document.body || s.outlineStyle !== 'none' || s.boxShadow !== 'none'; });
      assert.ok(seen, 'the focus is visible');
    }
    assert.fail(`${name} cannot be reached with Tab`);
  };
  await reach('login');
  await page.keyboard.type('kexie');
  await reach('password');
  await page.keyboard.type('Lanjiang-kexie');
  await page.keyboard.press('Enter');
  await page.waitForURL(url => url.pathname === '/');
  await page.keyboard.press('Tab');
  assert.match(await page.evaluate(() => document.activeElement.innerText), /跳到/);
  await page.keyboard.press('Enter');
  assert.match(page.url(), /#/);
  await page.context().close();
});

// RFC 6238 as a phone computes it: HMAC-SHA-1 over the count of half minutes, six digits.
function phoneCode(secret, at = Date.now()) {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...secret.replace(/\s/g, '')].map(c => alphabet.indexOf(c).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map(b => parseInt(b, 2)));
  const count = Buffer.alloc(8);
  count.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const hash = createHmac('sha1', key).update(count).digest();
  const offset = hash[19] & 15;
  return String((hash.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

await checks.run('启用动态口令，再用口令和恢复码登录', async () => {
  const page = await openWindow(browser, program.home);
  await signIn(page, 'shenji');
  await page.goto('/account/second-factor');
  await page.getByRole('button', { name: '开始启用' }).click();
  const secret = await page.locator('p.once code').innerText();
  assert.ok(await page.locator('p.qr svg path').count());
  await page.fill('[name=code]', '000000');
  await page.getByRole('button', { name: '启用', exact: true }).click();
  await page.locator('#f-code-error, .err').first().waitFor();
  await page.fill('[name=code]', phoneCode(secret));
  await page.getByRole('button', { name: '启用', exact: true }).click();
  await said(page, '备用恢复码');
  const recovery = await page.locator('ul.once code').allInnerTexts();
  assert.equal(recovery.length, 10);
  await page.context().close();

  const again = await openWindow(browser, program.home);
  const password = async () => {
    await again.goto('/sign-in');
    await again.fill('[name=login]', 'shenji');
    await again.fill('[name=password]', 'Lanjiang-shenji');
    await again.getByRole('button', { name: '登录' }).click();
    await again.waitForURL(/\/sign-in\/code/);
  };
  await password();
  await again.goto('/tasks');
  assert.match(again.url(), /\/sign-in/, 'the password alone opens nothing');
  await password();
  await again.fill('[name=code]', recovery[0]);
  await again.getByRole('button', { name: '继续' }).click();
  await again.waitForURL(url => url.pathname === '/');
  // A used recovery code is worth nothing; the phone of the next half minute is.
  const third = await openWindow(browser, program.home);
  await third.goto('/sign-in');
  await third.fill('[name=login]', 'shenji');
  await third.fill('[name=password]', 'Lanjiang-shenji');
  await third.getByRole('button', { name: '登录' }).click();
  await third.waitForURL(/\/sign-in\/code/);
  await third.fill('[name=code]', recovery[0]);
  await third.getByRole('button', { name: '继续' }).click();
  await third.locator('#f-code-error, .err').first().waitFor();
  await third.fill('[name=code]', phoneCode(secret, Date.now() + 30_000));
  await third.getByRole('button', { name: '继续' }).click();
  await third.waitForURL(url => url.pathname === '/');
  await again.context().close();
  await third.context().close();
});

// ---- an inspector on a phone, without network in between

const phone = await openWindow(browser, program.home, { viewport: { width: 390, height: 844 }, serviceWorkers: 'allow' });
const kGate = '门口的宣传栏是空的';
let visit = '';
const problems = page => asJson(page, '/problems?as=json&q=' + encodeURIComponent(kGate)).then(r => r.total);

await checks.run('督查人员有网络时打开走访，页面存在手机上', async () => {
  await signIn(phone, 'ducha');
  await phone.goto('/inspection/visits?f.state=planned');
  await phone.locator('#visits a[href^="/inspection/visits/"]').first().click();
  await phone.waitForURL(/\/inspection\/visits\/\d+$/);
  visit = new URL(phone.url()).pathname;
  await phone.waitForFunction(async path => navigator.serviceWorker.controller && await caches.match(path), visit);
});

await checks.run('没有网络也能填、能拍照，重新打开还在', async () => {
  await phone.context().setOffline(true);
  await phone.check('[name=q1][value=yes]');
  await phone.fill('[name=q1-note]', '看过公开栏');
  await phone.fill('[name=q2]', '7');
  await phone.setInputFiles('[name=q2-photo]', { name: '活动室.jpg', mimeType: 'image/jpeg', buffer: kPicture });
  await phone.fill('[name=f1-what]', kGate);
  await said(phone, '已存在这台设备上');
  await phone.waitForTimeout(400);
  await phone.goto(visit);
  await said(phone, '已恢复');
  assert.equal(await phone.inputValue('[name=f1-what]'), kGate);
  assert.ok(await phone.isChecked('[name=q1][value=yes]'));
  await said(phone, '活动室.jpg');
});

await checks.run('没有网络时提交，存着待送；存成文件', async () => {
  await phone.check('[name=q3][value=yes]');
  await phone.fill('[name=q4]', '12');
  await phone.fill('[name=q5]', '8');
  await phone.getByRole('button', { name: '提交走访记录' }).click();
  await said(phone, '没有网络，已存在这台设备上');
});

await checks.run('有网络后自动送出；同一份再送不会重复', async () => {
  const kept = await phone.evaluate(() => new Promise(done => {
    const open = indexedDB.open('kepu-visits', 1);
    open.onsuccess = () => { const all = open.result.transaction('drafts').objectStore('drafts').getAll(); all.onsuccess = () => done(all.result[0]); };
  }).then(d => ({ key: d.key, base: d.base, fields: d.fields })));
  await phone.context().setOffline(false);
  await phone.waitForFunction(() => document.body.innerText.includes('更新走访记录'), undefined, { timeout: 15000 });
  assert.equal(await problems(phone), 1);
  await said(phone, '保留');  // the photo came along
  const again = await phone.evaluate(async ([path, draft]) => {
    const body = new FormData();
    body.append('csrf', document.querySelector('[name=csrf]').value);
    [['key', draft.key], ['base', draft.base], ...draft.fields].forEach(([n, v]) => body.append(n, v));
    body.append('q2-photo', new Blob([new Uint8Array([255])]), 'x.jpg');
    body.delete('q2-photo');
    body.set('q2-note', '再送一次');
    return (await fetch(path + '/submit', { method: 'POST', body, headers: { Accept: 'application/json' } })).json();
  }, [visit, kept]);
  assert.equal(again.outcome, 'replayed');
  assert.equal(await problems(phone), 1);
  assert.equal(await phone.evaluate(() => document.querySelectorAll('[name=f1-what]').length), 1);
});

await checks.run('未送出的记录存成文件，由人传回', async () => {
  await phone.context().setOffline(true);
  await phone.fill('[name=summary]', '补充一句');
  await said(phone, '已存在这台设备上');
  await phone.getByRole('button', { name: '更新走访记录' }).click();
  await said(phone, '没有网络，已存在这台设备上');
  await phone.route('**/submit', route => route.abort());  // a network that lets nothing of this through
  await phone.context().setOffline(false);
  await phone.goto('/inspection/visits');
  await said(phone, '还有 1 份记录没有送出');
  const file = await download(phone, () => phone.getByRole('button', { name: '存成文件' }).click());
  await phone.goto('/inspection/rescue');
  await phone.setInputFiles('[name=file]', file.path);
  await phone.getByRole('button', { name: '传回' }).click();
  await said(phone, '已收到');
  await phone.unroute('**/submit');
  await phone.goto('/inspection/visits');
  await phone.waitForFunction(() => !document.body.innerText.includes('没有送出'));
});

await checks.run('退出登录，手机上的页面清除', async () => {
  await phone.getByRole('button', { name: '退出' }).click();
  await phone.waitForURL(/sign-in/);
  await phone.waitForFunction(async () => (await caches.keys()).length === 0);
  await phone.context().close();
});

// ---- a surveyor on a phone, without network in between

const tablet = await openWindow(browser, program.home, { viewport: { width: 390, height: 844 }, serviceWorkers: 'allow' });
let door = '';
const sealed = page => page.evaluate(() => new Promise(done => {
  const open = indexedDB.open('kepu-survey', 1);
  open.onsuccess = () => { const all = open.result.transaction('drafts').objectStore('drafts').getAll(); all.onsuccess = () => done(all.result); };
}).then(all => all.map(d => ({ keys: Object.keys(d).sort().join(), text: new TextDecoder().decode(d.sealed) }))));
const answerAll = async page => {
  await page.fill('[name=persons]', '2');
  await page.fill('[name=q-age]', '44');
  for (const name of await page.evaluate(() => [...new Set([...document.querySelectorAll('form[data-survey=interview] fieldset:not([hidden]) input[type=radio]')].map(r => r.name))])) {
    await page.locator(`[name="${name}"]`).first().check();
  }
};

await checks.run('调查员有网络时打开住户，页面存在手机上', async () => {
  await signIn(tablet, 'diaocha');
  await tablet.goto('/survey/cases?f.state=open');
  await tablet.locator('#cases a[href^="/survey/cases/"]').first().click();
  await tablet.waitForURL(/\/survey\/cases\/\d+$/);
  door = new URL(tablet.url()).pathname;
  await tablet.waitForFunction(async path => navigator.serviceWorker.controller && await caches.match(path), door);
});

await checks.run('没有网络也能问；只问适用的题，选人按随机表，回答加密存着', async () => {
  await tablet.context().setOffline(true);
  await tablet.fill('[name=persons]', '3');
  await said(tablet, '请访问第');
  await tablet.fill('[name=q-age]', '17');
  await said(tablet, '只访问 18–69 岁的人');
  await tablet.fill('[name=q-age]', '65');
  assert.ok(await tablet.locator('[data-q=work]').isHidden());
  await tablet.fill('[name=q-age]', '44');
  assert.ok(await tablet.locator('[data-q=work]').isVisible());
  assert.ok(await tablet.locator('[data-q=net]').isHidden());
  await tablet.check('[name=q-media][value="2"]');
  assert.ok(await tablet.locator('[data-q=net]').isVisible());
  await said(tablet, '已加密存在这台设备上');
  await tablet.waitForTimeout(500);
  const kept = await sealed(tablet);
  assert.equal(kept.length, 1);
  assert.equal(kept[0].keys, 'id,nonce,person,saved,sealed');
  assert.ok(!kept[0].text.includes('q-age'));
  await tablet.goto(door);
  await said(tablet, '已恢复');
  assert.equal(await tablet.inputValue('[name=q-age]'), '44');
});

await checks.run('没有网络时交回，有网络后自动送出，只收一份', async () => {
  await answerAll(tablet);
  await tablet.getByRole('button', { name: '完成访问，交回' }).click();
  await said(tablet, '没有网络，已加密存在这台设备上');
  await tablet.context().setOffline(false);
  await tablet.waitForURL(/\/survey\/cases$/, { timeout: 15000 });
  const rows = await asJson(tablet, '/survey/cases?as=json&q=&size=200');
  assert.ok(rows.total > 0);
  await tablet.goto(door);
  await said(tablet, '完成访问');
  assert.equal((await sealed(tablet)).length, 0);
});

await checks.run('没有访问成的记下上门；退出登录后钥匙没有了', async () => {
  await tablet.goto('/survey/cases?f.state=open');
  await tablet.locator('#cases a[href^="/survey/cases/"]').nth(1).click();
  await tablet.waitForURL(/\/survey\/cases\/\d+$/);
  await tablet.selectOption('[name=code]', '2.24');
  await tablet.fill('[name=hour]', '10');
  await tablet.getByRole('button', { name: '记下这次上门' }).click();
  await said(tablet, '家中无人');
  await tablet.getByRole('button', { name: '退出' }).click();
  await tablet.waitForURL(/sign-in/);
  const keys = await tablet.evaluate(() => new Promise(done => {
    const open = indexedDB.open('kepu-survey', 1);
    open.onsuccess = () => { const count = open.result.transaction('keys').objectStore('keys').count(); count.onsuccess = () => done(count.result); };
  }));
  assert.equal(keys, 0);
  await tablet.context().close();
});

for (const [who, page] of [['经办', clerk], ['管理员', admin]]) {
  if (page.complaints.length) checks.fail(`${who}的控制台`, page.complaints.join('\n'));
}
await browser.close();
await program.stop();
console.log(`办事流程 ${checks.failures ? `${checks.failures} 处没有通过` : '全部走通'}，${Math.round((Date.now() - started) / 1000)} 秒`);
process.exit(checks.failures ? 1 : 0);
