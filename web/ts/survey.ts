// Interviews on a phone: asks only what applies, chooses the person by the table of the dwelling, keeps what was answered
// sealed on the device, works without network after it was opened once, and sends as soon as there is one. Without
// this script it is a plain form.
import { button, keepPage, show, time } from './offline';
import * as drafts from './survey_drafts';

type Answers = { [name: string]: string };
type Condition = string | [string, Condition, Condition?];

const isNumber = (text: string) => /^-?(\d+\.?\d*|\.\d+)$/.test(text);

// The same rules as engines/survey/expression.h.
function value(node: Condition, answers: Answers, self: string): string {
  if (typeof node !== 'string') return '';
  if (node[0] === "'") return node.slice(1);
  return node === '$' ? self : answers[node.slice(1)] || '';
}
function holds(node: Condition, answers: Answers, self: string): boolean {
  if (typeof node === 'string') return false;
  const op = node[0];
  if (op === 'or') return holds(node[1], answers, self) || holds(node[2]!, answers, self);
  if (op === 'and') return holds(node[1], answers, self) && holds(node[2]!, answers, self);
  if (op === 'not') return !holds(node[1], answers, self);
  const a = value(node[1], answers, self), b = value(node[2]!, answers, self);
  if (op === 'in') return a.split(' ').indexOf(b) >= 0 && b !== '';
  const numbers = isNumber(a) && isNumber(b), x = parseFloat(a), y = parseFloat(b);
  if (op === '=') return numbers ? x === y : a === b;
  if (op === '!=') return numbers ? x !== y : a !== b;
  if (!numbers) return false;
  return op === '<' ? x < y : op === '<=' ? x <= y : op === '>' ? x > y : x >= y;
}

const input = (form: HTMLFormElement, name: string) => form.elements.namedItem(name) as HTMLInputElement;

// ---- what is asked, and how long it takes

class Times {
  private spent: { [name: string]: number } = {};
  private at = '';
  private since = 0;
  from = 0;
  constructor(form: HTMLFormElement) {
    const enter = (e: Event) => {
      const box = (e.target as Element).closest('[data-q]');
      if (box) this.turn(box.getAttribute('data-q')!);
    };
    form.addEventListener('focusin', enter);
    form.addEventListener('change', enter);
    // Time with the page out of sight is not time at a question.
    document.addEventListener('visibilitychange', () => { if (document.hidden) this.turn(''); });
  }
  private turn(name: string): void {
    const now = Date.now();
    if (this.at) this.spent[this.at] = (this.spent[this.at] || 0) + now - this.since;
    if (!this.from && name) this.from = now;
    this.at = name;
    this.since = now;
  }
  restore(fields: string[][]): void {
    fields.forEach(f => {
      if (f[0].indexOf('t-') === 0) this.spent[f[0].slice(2)] = parseInt(f[1], 10) || 0;
      if (f[0] === 'from') this.from = parseInt(f[1], 10) || 0;
    });
  }
  fields(): string[][] {
    this.turn(this.at);
    const out: string[][] = this.from ? [['from', String(this.from)], ['until', String(Date.now())]] : [];
    Object.keys(this.spent).forEach(name => out.push(['t-' + name, String(Math.round(this.spent[name]))]));
    return out;
  }
}

function answersOf(form: HTMLFormElement): Answers {
  const out: Answers = {};
  new FormData(form).forEach((v, name) => {
    if (typeof v !== 'string' || name.indexOf('q-') !== 0 || !v) return;
    const key = name.slice(2);
    out[key] = out[key] ? out[key] + ' ' + v : v;
  });
  return out;
}

// Hides what does not apply; what is hidden is not sent, but stays as it was answered.
function follow(form: HTMLFormElement): void {
  const all = answersOf(form), asked: Answers = {};
  form.querySelectorAll<HTMLElement>('[data-q], [data-relevant]').forEach(box => {
    const condition = box.getAttribute('data-relevant'), name = box.getAttribute('data-q');
    const applies = !condition || holds(JSON.parse(condition), asked, '');
    box.hidden = !applies;
    if (box.tagName === 'FIELDSET') (box as HTMLFieldSetElement).disabled = !applies;
    if (!name) return;
    if (applies && all[name]) asked[name] = all[name];
    const check = box.getAttribute('data-constraint'), old = box.querySelector('.err-live');
    const wrong = applies && check && all[name] && !holds(JSON.parse(check), asked, all[name]);
    if (old) old.remove();
    if (!wrong) return;
    const p = document.createElement('p');
    p.className = 'err err-live';
    p.textContent = box.getAttribute('data-message') || '这个回答不合要求，请核对。';
    box.appendChild(p);
  });
  const chosen = document.getElementById('survey-chosen');
  if (!chosen) return;
  const table = (form.getAttribute('data-table') || '').split(' '), persons = parseInt(input(form, 'persons').value, 10);
  chosen.textContent = persons >= 1 && persons <= table.length ? `请访问第 ${table[persons - 1]} 位（男在前、女在后，年长的在前）。不能换人。` : '';
}

function fill(form: HTMLFormElement, fields: string[][]): void {
  const given = (name: string, v: string) => fields.some(f => f[0] === name && f[1] === v);
  for (let i = 0; i < form.elements.length; i++) {
    const at = form.elements[i] as HTMLInputElement;
    if (!at.name || at.type === 'hidden' || at.type === 'submit') continue;
    if (at.type === 'checkbox' || at.type === 'radio') { at.checked = given(at.name, at.value); continue; }
    const field = fields.filter(f => f[0] === at.name)[0];
    if (field) at.value = field[1];
  }
}

async function start(form: HTMLFormElement): Promise<void> {
  const kind = form.getAttribute('data-survey') as 'interview' | 'attempt';
  const box = document.getElementById(kind === 'interview' ? 'survey-state' : 'attempt-state')!;
  const person = form.getAttribute('data-person')!, place = form.getAttribute('data-case')!;
  const times = kind === 'interview' ? new Times(form) : null;
  if (kind === 'interview') { follow(form); form.addEventListener('input', () => follow(form)); form.addEventListener('change', () => follow(form)); }
  if (!drafts.able()) return;
  try { await drafts.prepare(person, place); } catch (e) {
    show(box, '这一户还没有在有网络时打开过，填的内容存不到这台设备上。请先连网打开一次。', true);
    return;
  }
  const id = `${person}:${place}:${kind}`;
  const old = await drafts.get(id).catch(() => undefined);
  const draft: drafts.Draft = old || { id, person, place, kind, title: form.getAttribute('data-title') || '', key: input(form, 'key').value, fields: [], saved: 0, state: 'draft' };
  let gone = false, timer = 0, stopped = '';
  const save = async () => {
    if (gone) return;
    const fields: string[][] = [];
    new FormData(form).forEach((v, name) => { if (typeof v === 'string' && name !== 'csrf' && name !== 'key' && name !== 'stopped') fields.push([name, v]); });
    draft.fields = fields.concat(times ? times.fields() : []);
    if (stopped) draft.fields.push(['stopped', stopped]);
    draft.saved = Date.now();
    try {
      await drafts.put(draft);
      show(box, `已加密存在这台设备上（${time(draft.saved)}），还没有交回。`);
    } catch (e) { show(box, '这台设备存不下了，请尽快交回。', true); }
  };
  const changed = () => {
    draft.state = 'draft';
    clearTimeout(timer);
    timer = window.setTimeout(save, 250);
  };
  const submit = async () => {
    clearTimeout(timer);
    draft.state = 'waiting';
    await save();
    show(box, '正在送出……');
    const sent = await drafts.send(draft, input(form, 'csrf').value);
    if (sent.outcome === 'accepted' || sent.outcome === 'waiting') {
      gone = true;
      location.assign(kind === 'interview' ? '/survey/cases' : location.pathname);
      return;
    }
    show(box, sent.message, sent.outcome !== 'no_network');
    const first = sent.fields.length ? document.getElementById('f-' + sent.fields[0]) : null;
    (first || box).scrollIntoView({ block: 'center' });
  };
  if (old) {
    fill(form, old.fields);
    if (times) { times.restore(old.fields); follow(form); }
    show(box, old.state === 'waiting' ? `${time(old.saved)}填好的还没有送出，有网络后自动送出。` : `已恢复 ${time(old.saved)} 没有交回的内容。`);
  }
  form.addEventListener('input', changed);
  form.addEventListener('change', changed);
  // Not e.submitter: the oldest browsers do not know it.
  form.querySelectorAll<HTMLButtonElement>('button[type=submit]').forEach(b => b.addEventListener('click', () => { stopped = b.name === 'stopped' ? '1' : ''; }));
  form.addEventListener('submit', e => { e.preventDefault(); submit(); });
  const again = () => { if (draft.state === 'waiting' && !gone) submit(); };
  addEventListener('online', again);
  setInterval(() => { if (navigator.onLine) again(); }, 60000);
  document.addEventListener('visibilitychange', () => { if (document.hidden && draft.saved && draft.state === 'draft') save(); });
  if (navigator.onLine) again();
}

// My cases: what is still on this device, sending it, and saving it as a file.
async function outbox(box: HTMLElement): Promise<void> {
  const all = await drafts.ofPerson(box.getAttribute('data-person')!);
  box.textContent = '';
  if (!all.drafts.length && !all.locked) return;
  const panel = document.createElement('section'), title = document.createElement('h2'), list = document.createElement('ul');
  panel.className = 'panel outbox';
  title.textContent = `这台设备上还有 ${all.drafts.length + all.locked} 份记录没有交回`;
  all.drafts.forEach(d => {
    const item = document.createElement('li'), link = document.createElement('a');
    link.href = '/survey/cases/' + d.place;
    link.textContent = `${d.title}${d.kind === 'attempt' ? ' 上门记录' : ''}，${time(d.saved)}`;
    item.appendChild(link);
    item.appendChild(document.createTextNode(d.state === 'waiting' ? '　填好，待送出' : d.state === 'refused' ? '　没有收下，请打开核对' : '　没有填完'));
    list.appendChild(item);
  });
  if (all.locked) {
    const item = document.createElement('li');
    item.textContent = `${all.locked} 份是加密的，连上网络才能打开`;
    list.appendChild(item);
  }
  const row = document.createElement('p');
  row.appendChild(button('现在送出填好的', () => sendAll(box)));
  row.appendChild(document.createTextNode(' '));
  row.appendChild(button('存成文件', () => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(drafts.rescueFile(all.drafts));
    link.download = '没有交回的访问记录.json';
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }));
  const note = document.createElement('p');
  note.className = 'hint';
  note.textContent = '一直没有网络时，存成文件当面交给县科协传入，不会重复。文件里有回答，没有姓名和地址，用后请删掉。';
  [title, list, row, note].forEach(n => panel.appendChild(n));
  box.appendChild(panel);
}

async function sendAll(box: HTMLElement): Promise<void> {
  const waiting = (await drafts.ofPerson(box.getAttribute('data-person')!)).drafts.filter(d => d.state === 'waiting');
  for (let i = 0; i < waiting.length; i++) await drafts.send(waiting[i], box.getAttribute('data-csrf')!);
  await outbox(box);
}

export function install(): void {
  const forget = () => { if (drafts.able()) drafts.forgetKeys().catch(() => undefined); };
  document.addEventListener('submit', e => {
    const action = (e.target as HTMLFormElement).getAttribute('action') || '';
    if (action.indexOf('/sign-out') === 0) forget();
  }, true);
  if (location.pathname.indexOf('/sign-in') === 0) forget();
  const forms = document.querySelectorAll<HTMLFormElement>('form[data-survey]'), box = document.getElementById('survey-outbox');
  if (!forms.length && !box) return;
  if (!('Promise' in window)) return;
  if (drafts.able()) keepPage('/survey/cases');
  forms.forEach(form => { start(form).catch(() => undefined); });
  if (box && drafts.able()) {
    outbox(box).then(() => { if (navigator.onLine) return sendAll(box); return undefined; }).catch(() => undefined);
    addEventListener('online', () => sendAll(box));
  }
}
