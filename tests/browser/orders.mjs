// An order from asking to rating, by those who do it: a resident on a phone (without network for a while; and another without
// script, in 大字版), the village, the department, the leader of the team. One county; the steps build on each other.
import assert from 'node:assert/strict';
import { Checks, openWindow, signIn, startBrowser, startProgram } from './browser.mjs';

const started = Date.now();
const checks = new Checks();
const program = await startProgram();
const browser = await startBrowser();
const kPhone = { viewport: { width: 390, height: 844 } };
const resident = await openWindow(browser, program.home, kPhone);
const elder = await openWindow(browser, program.home, { ...kPhone, javaScriptEnabled: false });
await elder.context().addCookies([{ name: 'kp_mode', value: 'elder', url: program.home }]);
const village = await openWindow(browser, program.home);
const bureau = await openWindow(browser, program.home);
const leader = await openWindow(browser, program.home, kPhone);
const said = (page, text) => page.getByText(text).first().waitFor();
const wide = page => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
let track = '', plain = '';

const kAsked = '请讲本地话，带上苗情挂图';  // as no other order says

async function ask(page, service, words) {
  await page.goto('/p/lanjiang/order');
  const pick = page.getByRole('radio', { name: service });
  if (!(await pick.isVisible())) await page.locator('.more-services > summary').click();
  await pick.check();
  await page.locator('.slot input:not([disabled])').nth(6).check({ force: true });
  await page.selectOption('[name=area]', { label: '柳溪镇　柳林村' });
  await page.fill('[name=people]', '40');
  await page.fill('[name=place]', '村委会院坝');
  await page.fill('[name=name]', '村民小组长');
  await page.fill('[name=words]', words);
  await page.check('[name=consent]');
}

await checks.run('群众点单：少填一位电话，得到提示，填过的都在', async () => {
  await ask(resident, '农技专家上门', kAsked);
  await resident.fill('[name=phone]', '1380000000');
  await resident.getByRole('button', { name: '提交点单' }).click();
  await said(resident, '现在是 10 位');
  assert.equal(await resident.inputValue('[name=words]'), kAsked);
  assert.ok(await resident.isChecked('[name=consent]'));
  assert.equal(await wide(resident), 0);
});

await checks.run('断网时提交，存在本机，联网后自动送出，只有一单', async () => {
  await resident.fill('[name=phone]', '13800000001');
  await resident.context().setOffline(true);
  await resident.getByRole('button', { name: '提交点单' }).click();
  await said(resident, '已存在本机');
  await resident.context().setOffline(false);
  await resident.waitForURL(/\/p\/lanjiang\/order\/[A-Z0-9]{10}/, { timeout: 15000 });
  await said(resident, '已经收到您的点单');
  track = new URL(resident.url()).pathname;
  assert.ok(!(await resident.content()).includes('13800000001'));
});

await checks.run('没有脚本、大字版也能点单；相近的先问', async () => {
  await ask(elder, '农技专家上门', '');
  await elder.fill('[name=phone]', '13800000002');
  await elder.getByRole('button', { name: '提交点单' }).click();
  await said(elder, '附近已经有相近的订单');
  await elder.getByRole('button', { name: '仍要提交' }).click();
  await elder.waitForURL(/\/p\/lanjiang\/order\/[A-Z0-9]{10}/);
  plain = new URL(elder.url()).pathname;
  assert.notEqual(plain, track);
  await elder.goto('/p/lanjiang/order/find');
  await elder.fill('[name=code]', plain.slice(-10).toLowerCase());
  await elder.getByRole('button', { name: '查看' }).click();
  await elder.waitForURL(url => url.pathname === plain);
});

await checks.run('村里核实：并掉相同的一单，派出另一单', async () => {
  await signIn(village, 'cun');
  await village.goto('/orders?f.state=placed');
  const rows = village.locator('#orders tbody a[href^="/orders/"]');
  await village.getByRole('link', { name: '农技专家上门' }).first().click();  // the newer one
  await said(village, '13800000002'.slice(0, 3) + '****0002');
  await village.getByRole('link', { name: '合并' }).click();
  await village.locator('[name=into]').first().check();
  await village.getByRole('button', { name: '合并' }).click();
  await said(village, '已合并');
  await village.goto('/orders?f.state=placed');
  await village.getByRole('link', { name: '农技专家上门' }).first().click();
  await village.getByRole('button', { name: '查看电话' }).click();
  await said(village, '13800000001');
  await village.fill('[name=text]', '已电话核实');
  await village.getByRole('button', { name: '派单', exact: true }).click();
  await said(village, '派单：已办理');
  assert.ok(await rows.count() >= 0);
});

await checks.run('部门领单，邀约服务队', async () => {
  await signIn(bureau, 'nongye');
  await bureau.goto('/orders?f.state=dispatched');
  await bureau.getByRole('link', { name: '农技专家上门' }).first().click();
  await bureau.getByRole('button', { name: '领单', exact: true }).click();
  await said(bureau, '领单：已办理');
  await bureau.getByRole('button', { name: '邀约农技服务队' }).click();
  await said(bureau, '已发出邀约');
});

await checks.run('队长在手机上接单，接单前看不到电话', async () => {
  await signIn(leader, 'duizhang');
  await leader.goto('/my/orders');
  await said(leader, '邀约：农技专家上门');
  assert.ok(!/1380000000|138\*{4}/.test(await leader.content()));
  const answer = leader.locator('section.panel', { hasText: kAsked }).getByRole('link', { name: '答复' });
  if (await answer.count()) await answer.first().click();
  const china = new Date(Date.now() + 8 * 3600e3);
  const hour = String(china.getUTCHours()).padStart(2, '0');
  await leader.fill('[name=day]', china.toISOString().slice(0, 10));
  await leader.fill('[name=from]', hour + ':00');
  await leader.fill('[name=to]', hour + ':59');
  await leader.getByRole('button', { name: '接单', exact: true }).click();
  await said(leader, '已接单');
  assert.equal(await wide(leader), 0);
});

await checks.run('队长排班，自己报名', async () => {
  await leader.goto('/my/service');
  const card = leader.locator('section.panel', { hasText: kAsked });
  await card.getByRole('link', { name: '排班' }).click();
  await leader.selectOption('[name=role]', { label: '讲师' });
  await leader.getByRole('button', { name: '加班次' }).click();
  await said(leader, '已加班次');
  await leader.getByRole('button', { name: '报名' }).click();
  await said(leader, '已报名');
  await said(leader, '齐了');
  assert.equal(await wide(leader), 0);
});

await checks.run('没有网络也能到场签到、签离，联网后自动送出，各一次', async () => {
  await resident.goto(track);
  const [coming, leaving] = await resident.locator('b.order-code').allInnerTexts();
  assert.match(coming, /^\d{6}$/);
  assert.match(leaving, /^\d{6}$/);
  await leader.goto('/my/service');
  await leader.waitForFunction(async () => navigator.serviceWorker.controller && await caches.match('/my/service'));
  await leader.context().setOffline(true);
  await leader.goto('/my/service');  // as it was last seen
  const card = leader.locator('section.panel', { hasText: kAsked });
  await card.locator('[name=code]').fill(coming);
  await card.getByRole('button', { name: '到场签到' }).click();
  await said(leader, '已存在这台设备上');
  await leader.goto('/my/service');
  await card.locator('[name=code]').fill(leaving);
  await card.getByRole('button', { name: '离场签离' }).click();
  await leader.waitForFunction(() => JSON.parse(localStorage.getItem('kepu-sign') || '[]').length === 2);
  await leader.context().setOffline(false);
  await said(leader, '已签离');
  await leader.waitForFunction(() => !localStorage.getItem('kepu-sign'));
  assert.match(await card.innerText(), /已离场/);
});

await checks.run('现场没人认的码不收，报告完成', async () => {
  const card = leader.locator('section.panel', { hasText: kAsked }).first();
  await card.locator('[name=code]').fill('12');
  await card.getByRole('button', { name: '再次到场签到' }).click();
  await said(leader, '到场码不对');
  await leader.goto('/orders');  // not his list
  await leader.goto('/my/orders');
  const taken = leader.locator('section.panel', { hasText: kAsked });
  const link = taken.getByRole('link', { name: '办完了' });
  if (await link.count()) await link.click();
  await leader.fill('[name=people]', '46');
  await leader.getByRole('button', { name: '报告完成' }).click();
  await said(leader, '已报告完成');
});

await checks.run('群众评价，订单办结；合并的一单也看得到', async () => {
  await resident.goto(track);
  await resident.getByRole('radio', { name: '很满意' }).check();
  await resident.locator('form[action$="/rate"] textarea').fill('讲得实在');
  await resident.getByRole('button', { name: '提交评价' }).click();
  await said(resident, '已办结，谢谢您');
  await elder.goto(plain);
  await said(elder, '合在一起办理');
  await bureau.goto('/orders?f.state=closed');
  await said(bureau, '农技专家上门');
});

for (const [who, page] of [['群众', resident], ['村', village], ['部门', bureau], ['队长', leader]]) {
  const complaints = page.complaints.filter(c => !/ERR_INTERNET_DISCONNECTED/.test(c));
  if (complaints.length) checks.fail(`${who}的控制台`, complaints.join('\n'));
}
await browser.close();
await program.stop();
console.log(`点单流程 ${checks.failures ? `${checks.failures} 处没有通过` : '全部走通'}，${Math.round((Date.now() - started) / 1000)} 秒`);
process.exit(checks.failures ? 1 : 0);
