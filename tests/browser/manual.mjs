// The pictures of the manual: node tests/browser/manual.mjs [write]. Opens the pages of the demonstration county that the
// chapters show, checks that each is there under its title and that every picture a chapter names is made here; with
// "write" it puts the pictures into docs/zh/images.
import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Checks, kRoot, openWindow, signIn, startBrowser, startProgram } from './browser.mjs';

const kManual = join(kRoot, 'docs/zh');
const kImages = join(kManual, 'images');
const write = process.argv[2] === 'write';
// name: who, where, the title (h1) that stands there, a link (or links, one after another) to follow first, the width.
const kPictures = {
  '02-导入': { who: 'kexie', path: '/plans/import', title: '导入方案文件' },
  '02-校核': { who: 'kexie', path: '/plans', follow: 'main a[href*="/review"]', title: '' },
  '04-总览': { who: 'kexie', path: '/', title: '' },
  '04-责任矩阵': { who: 'kexie', path: '/matrix', title: '责任矩阵' },
  '04-部门任务': { who: 'nongye', path: '/departments?f.kind=department&size=100', follow: 'main table a[href^="/departments/"]', title: '' },
  '05-职责目录': { who: 'kexie', path: '/duties', title: '职责目录' },
  '12-填报清单': { who: 'kexie', path: '/reports', title: '' },
  '12-审核填报': { who: 'kexie', path: '/reports/review', title: '审核填报' },
  '12-手机填报': { who: 'nongye', path: '/work', follow: 'main a[href^="/reports/of/"]', title: '', width: 390 },
  '13-我的工作': { who: 'kexie', path: '/work', title: '我的工作' },
  '14-指标目录': { who: 'kexie', path: '/indicators', title: '指标目录' },
  '14-目标进展': { who: 'kexie', path: '/indicators/targets', title: '目标进展' },
  '15-督查': { who: 'kexie', path: '/inspection', follow: 'main table a[href^="/inspection/rounds/"]', title: '' },
  '15-手机走访': { who: 'ducha', path: '/inspection/visits?f.state=planned', follow: '#visits a[href^="/inspection/visits/"]', title: '', width: 390 },
  '17-调查': { who: 'kexie', path: '/survey', title: '' },
  '17-手机访问': { who: 'diaocha', path: '/survey/cases?f.state=open', follow: '#cases a[href^="/survey/cases/"]', title: '', width: 390 },
  '18-调查结果': { who: 'kexie', path: '/survey', follow: ['main tr:has-text("已冻结") a', 'main a[href$="/result"]'], title: '' },
  '19-会议': { who: 'kexie', path: '/meetings', title: '会议' },
  '19-议定事项': { who: 'kexie', path: '/decisions', title: '议定事项' },
  '20-评估': { who: 'kexie', path: '/evaluations', follow: 'main table a[href^="/evaluations/"]', title: '' },
  '21-名录': { who: 'kexie', path: '/registers', title: '名录' },
  '21-格阵': { who: 'kexie', path: '/registers/propagandist/coverage', title: '' },
  '21-预约': { who: 'kexie', path: '/registers/bookings', follow: '#things tbody a:has-text("科普大篷车一号")', title: '' },
  '22-汇总': { who: 'kexie', tenant: 'chengzhou', password: 'Chengzhou-kexie', path: '/rollup/calls', title: '' },
  '23-点单': { who: null, path: '/p/lanjiang/order', title: '点一次科普服务', width: 390 },
  '23-订单': { who: 'kexie', path: '/orders', title: '订单' },
  '23-供需': { who: 'kexie', path: '/orders/need', title: '' },
  '23-找队伍': { who: 'kexie', path: '/orders?f.state=claimed', follow: '#orders tbody a[href^="/orders/"]', title: '' },
  '23-接单': { who: 'duizhang', path: '/my/orders', title: '我的接单', width: 390 },
  '23-我的服务': { who: 'duizhang', path: '/my/service', title: '我的服务', width: 390 },
  '24-积分': { who: 'duizhang', path: '/my/points', title: '我的时长与积分', width: 390 },
  '25-开放接口': { who: 'admin', path: '/settings/api', title: '开放接口' },
  '25-接口说明': { who: null, path: '/api', title: '开放接口' },
  '16-考核': { who: 'kexie', path: '/appraisals', follow: 'main table a[href^="/appraisals/"]', title: '' },
};

const checks = new Checks();
const named = new Set();
for (const chapter of readdirSync(kManual).filter(f => f.endsWith('.md'))) {
  for (const [, name] of readFileSync(join(kManual, chapter), 'utf8').matchAll(/!\[[^\]]*\]\(images\/([^)]+)\.jpg\)/g)) {
    named.add(name);
    if (!kPictures[name]) checks.fail(chapter, `names images/${name}.jpg, which this test does not make`);
  }
}
for (const name of Object.keys(kPictures)) {
  if (!named.has(name)) checks.fail(name, 'no chapter shows this picture');
}

const program = await startProgram();
const browser = await startBrowser();
if (write) mkdirSync(kImages, { recursive: true });
for (const [name, { who, tenant, password, path, follow, title, width = 1280 }] of Object.entries(kPictures)) {
  await checks.run(name, async () => {
    const page = await openWindow(browser, program.home, { viewport: { width, height: width < 500 ? 760 : 800 } });
    if (who) await signIn(page, who, password, tenant);
    await page.goto(path);
    for (const link of [follow || []].flat()) await Promise.all([page.waitForNavigation(), page.locator(link).first().click()]);
    const found = (await page.innerText('h1')).trim();
    if (title && found !== title) throw new Error(`the page is called ${found}`);
    if (write) await page.screenshot({ path: join(kImages, `${name}.jpg`), type: 'jpeg', quality: 78 });
    await page.context().close();
  });
}
await browser.close();
await program.stop();
console.log(`手册图片 ${Object.keys(kPictures).length} 张，${checks.failures ? `${checks.failures} 处没有通过` : '页面都在'}`);
process.exit(checks.failures ? 1 : 0);
