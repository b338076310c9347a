// A register from applying to the certificate, by those who do it: a volunteer on a phone without script, the association that
// checks and publishes, its head who approves, the unit that confirms what he did, and somebody signed out who looks him up and
// verifies the certificate. One county; the steps build on each other.
import assert from 'node:assert/strict';
import { Checks, openWindow, signIn, startBrowser, startProgram } from './browser.mjs';

const started = Date.now();
const checks = new Checks();
const program = await startProgram();
const browser = await startBrowser();
const kPhone = { viewport: { width: 390, height: 844 } };
const applicant = await openWindow(browser, program.home, { ...kPhone, javaScriptEnabled: false });
const office = await openWindow(browser, program.home);
const head = await openWindow(browser, program.home);
const town = await openWindow(browser, program.home);
const anybody = await openWindow(browser, program.home, kPhone);
const said = (page, text) => page.getByText(text).first().waitFor();
const fits = async page => assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0, page.url());
const kName = '农技服务队志愿者01号', kEmployer = '岚江县茶叶合作社';
let entry = '', person = '', verify = '';

// The form of the step that the entry waits for, sent as it stands.
async function step(page, action) {
  await page.goto(entry);
  await page.getByRole('button', { name: action, exact: true }).click();
  await said(page, `${action}：已办理`);
}

await checks.run('志愿者在手机上、没有脚本：漏填的一次指出，填过的都在', async () => {
  await signIn(applicant, 'zhiyuan');
  await applicant.goto('/registers/lecturer/new?self=1');
  assert.equal(await applicant.inputValue('[name=name]'), kName);
  await applicant.selectOption('[name=unit]', { label: '县科协' });
  await applicant.fill('[name=employer]', kEmployer);
  await applicant.fill('[name=courses]', '看懂一片茶叶\n春茶怎样防冻');
  await applicant.locator('[name=times]').first().check({ force: true });
  await applicant.locator('[name=consent]').check({ force: true });
  await applicant.getByRole('button', { name: '报送', exact: true }).click();  // without the courses: the server says so
  await applicant.waitForSelector('[name=skills][aria-invalid], .error, [role=alert]');
  assert.equal(new URL(applicant.url()).pathname, '/registers/lecturer/new');
  assert.equal(await applicant.inputValue('[name=employer]'), kEmployer);
  assert.ok(await applicant.locator('[name=times]').first().isChecked());
  assert.ok(await applicant.locator('[name=consent]').isChecked());
  await fits(applicant);
});

await checks.run('补齐后报送', async () => {
  await applicant.getByLabel('农业技术').first().check({ force: true });
  await applicant.getByRole('button', { name: '报送', exact: true }).click();
  await said(applicant, '已报送，审核结果会通知您');
  entry = new URL(applicant.url()).pathname;
  assert.match(entry, /^\/registers\/lecturer\/\d+$/);
  await applicant.goto('/registers/lecturer/new?self=1');  // a second time is refused, and says why
  await applicant.fill('[name=employer]', kEmployer);
  await applicant.selectOption('[name=unit]', { label: '县科协' });
  await applicant.getByLabel('农业技术').first().check({ force: true });
  await applicant.locator('[name=consent]').check({ force: true });
  await applicant.getByRole('button', { name: '报送', exact: true }).click();
  await said(applicant, '同一个人不重复登记');
});

await checks.run('没有公布的查不到', async () => {
  await anybody.goto('/p/lanjiang/registers/lecturer?q=' + encodeURIComponent(kName));
  assert.ok(!(await anybody.locator('#entries').innerText()).includes(kName));
  assert.equal((await anybody.goto('/p/lanjiang' + entry)).status(), 404);
});

await checks.run('科协审核，负责人批准，科协发布', async () => {
  await signIn(office, 'kexie');
  await signIn(head, 'kexie-head');
  await office.goto('/registers/lecturer?f.state=submitted');
  await office.getByRole('link', { name: kName }).first().click();
  await office.waitForURL(url => url.pathname === entry);
  await step(office, '审核通过');
  await step(head, '批准');
  await step(office, '发布');
  await said(office, /讲\d{4}-\d{4}/);
});

await checks.run('公开名录里查得到人，只有公开的内容', async () => {
  await anybody.goto('/p/lanjiang/registers');
  await anybody.getByRole('link', { name: '科普讲师' }).first().click();
  await anybody.locator('[name=q]').first().fill(kEmployer.slice(-4));
  await anybody.locator('[name=q]').first().press('Enter');
  await anybody.waitForURL(/[?&]q=/);
  await anybody.getByRole('link', { name: kName }).first().click();
  await said(anybody, '看懂一片茶叶');
  assert.equal(new URL(anybody.url()).pathname, '/p/lanjiang' + entry);
  assert.ok(!/1\d{2}\*{4}|1990000/.test(await anybody.content()));
  await fits(anybody);
});

await checks.run('讲师登记一场讲座，镇里确认', async () => {
  await applicant.goto('/registers/record');
  person = new URL(applicant.url()).pathname;
  await applicant.goto(person + '?form=proof');
  await applicant.selectOption('[name=kind]', 'talk');
  await applicant.fill('[name=on]', new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 10));
  await applicant.fill('[name=title]', '春茶怎样防冻');
  await applicant.selectOption('[name=host]', { label: '柳溪镇' });
  await applicant.fill('[name=hours]', '2');
  await applicant.fill('[name=audience]', '37');
  await applicant.setInputFiles('[name=file1]', { name: '签到表.txt', mimeType: 'text/plain', buffer: Buffer.from('签到表：三十七人') });
  await applicant.getByRole('button', { name: '登记', exact: true }).click();
  await said(applicant, '已登记，等受益单位确认');
  await signIn(town, 'zhen');
  await town.goto('/work');
  await town.getByRole('link', { name: /春茶怎样防冻/ }).first().click();
  await said(town, '签到表.txt');
  assert.equal((await town.request.get(await town.getByRole('link', { name: '签到表.txt' }).getAttribute('href'))).status(), 200);
  await town.getByLabel('属实，予以确认').check();
  await town.getByRole('button', { name: '提交' }).click();
  await said(town, '已办理');
});

await checks.run('科协出具证明，二维码指向公开查验页', async () => {
  await office.goto(person + '?form=certificate');
  await office.getByRole('button', { name: '签名并出具' }).click();
  await said(office, '已签名出具');
  assert.ok(await office.getByRole('img', { name: '查验二维码' }).isVisible());
  verify = await office.locator('.once code').innerText();
  assert.ok(verify.startsWith(program.home + '/p/lanjiang/certificates/'), verify);
});

await checks.run('没有登录的人查验；错一个字的查不到，撤销的立即显示', async () => {
  await anybody.goto(verify);
  await said(anybody, '证明有效');
  await said(anybody, '春茶怎样防冻');
  await fits(anybody);
  assert.equal((await anybody.goto(verify.slice(0, -1) + (verify.endsWith('A') ? 'B' : 'A'))).status(), 404);
  await said(anybody, '查无此证明');
  await office.fill('[name=text]', '讲座日期写错，重新出具');
  await office.getByRole('button', { name: '撤销', exact: true }).click();
  await said(office, '已撤销');
  await anybody.goto(verify);
  await said(anybody, '证明已撤销');
});

for (const [who, page] of [['志愿者', applicant], ['科协', office], ['科协负责人', head], ['镇', town], ['没有登录的人', anybody]]) {
  if (page.complaints.length) checks.fail(`${who}的控制台`, page.complaints.join('\n'));
}
await browser.close();
await program.stop();
console.log(`名录流程 ${checks.failures ? `${checks.failures} 处没有通过` : '全部走通'}，${Math.round((Date.now() - started) / 1000)} 秒`);
process.exit(checks.failures ? 1 : 0);
