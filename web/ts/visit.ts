// Visits of inspectors: the form of a visit keeps itself on the device while it is filled, works without network after it
// was opened once, and is sent as soon as there is one. Without this script it is a plain form.
import * as drafts from './drafts';
import { button, keepPage, show, time } from './offline';

const able = () => 'indexedDB' in window && 'fetch' in window && 'Promise' in window;

// Pages of whoever was signed in before must not stay on the device; what he has not sent yet stays, for him.
function forgetPages(): void {
  if ('caches' in window) caches.delete('kepu-kept-1').catch(() => undefined);
}

const value = (form: HTMLFormElement, name: string) => (form.elements.namedItem(name) as HTMLInputElement).value;

function collect(form: HTMLFormElement): string[][] {
  const fields: string[][] = [];
  new FormData(form).forEach((v, name) => {
    if (typeof v === 'string' && name !== 'csrf' && name !== 'key' && name !== 'base') fields.push([name, v]);
  });
  return fields;
}

function fill(form: HTMLFormElement, fields: string[][]): void {
  const given = (name: string, v: string) => fields.some(f => f[0] === name && f[1] === v);
  for (let i = 0; i < form.elements.length; i++) {
    const at = form.elements[i] as HTMLInputElement;
    if (!at.name || at.type === 'file' || at.type === 'hidden') continue;
    if (at.type === 'checkbox' || at.type === 'radio') { at.checked = given(at.name, at.value); continue; }
    const field = fields.filter(f => f[0] === at.name)[0];
    if (!field) continue;
    at.value = field[1];
    const folded = at.tagName === 'TEXTAREA' && field[1] ? at.closest('details') : null;
    if (folded) folded.open = true;
  }
}

function listPhotos(form: HTMLFormElement, draft: drafts.Draft, changed: () => void): void {
  form.querySelectorAll('.kept-photos').forEach(n => n.remove());
  form.querySelectorAll<HTMLInputElement>('input[type=file]').forEach(input => {
    const mine = draft.photos.filter(p => p.field === input.name);
    if (!mine.length) return;
    const list = document.createElement('ul');
    list.className = 'kept-photos';
    mine.forEach(photo => {
      const item = document.createElement('li');
      item.textContent = `${photo.name}（${(photo.blob.size / 1048576).toFixed(1)} MB） `;
      item.appendChild(button('去掉', () => {
        draft.photos = draft.photos.filter(p => p !== photo);
        changed();
        listPhotos(form, draft, changed);
      }));
      list.appendChild(item);
    });
    input.parentNode!.insertBefore(list, input.nextSibling);
  });
}

async function start(form: HTMLFormElement): Promise<void> {
  const box = document.getElementById('visit-state')!;
  const person = form.getAttribute('data-person')!, visit = form.getAttribute('data-visit')!;
  const id = person + ':' + visit;
  const old = await drafts.get(id);
  const draft: drafts.Draft = old || {
    id, person, visit, title: form.getAttribute('data-title') || '', base: value(form, 'base'), key: value(form, 'key'),
    fields: [], photos: [], saved: 0, state: 'draft',
  };
  let gone = false, timer = 0;
  const save = async () => {
    if (gone) return;
    draft.fields = collect(form);
    draft.saved = Date.now();
    try {
      await drafts.put(draft);
      show(box, `已存在这台设备上（${time(draft.saved)}），还没有提交。`);
    } catch (e) {
      show(box, '这台设备存不下了，请尽快提交，或去掉几张照片。', true);
    }
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
    const sent = await drafts.send(draft, value(form, 'csrf'));
    if (sent.outcome === 'accepted' || sent.outcome === 'conflict') {
      gone = true;
      location.assign(location.pathname);
      return;
    }
    show(box, sent.message, sent.outcome !== 'no_network');
    if (sent.outcome === 'refused') box.scrollIntoView();
  };
  if (old) {
    fill(form, old.fields);
    listPhotos(form, draft, changed);
    show(box, old.state === 'waiting' ? `${time(old.saved)}填好的记录还没有送出，有网络后自动送出。` : `已恢复 ${time(old.saved)} 没有提交的内容。`);
  }
  form.addEventListener('input', changed);
  form.addEventListener('change', e => {
    const input = e.target as HTMLInputElement;
    if (input.type === 'file' && input.files) {
      for (let i = 0; i < input.files.length; i++) draft.photos.push({ field: input.name, name: input.files[i].name, blob: input.files[i] });
      input.value = '';
      listPhotos(form, draft, changed);
    }
    changed();
  });
  form.addEventListener('submit', e => { e.preventDefault(); submit(); });
  const again = () => { if (draft.state === 'waiting' && !gone) submit(); };
  addEventListener('online', again);
  setInterval(() => { if (navigator.onLine) again(); }, 60000);
  document.addEventListener('visibilitychange', () => { if (document.hidden && draft.saved && draft.state === 'draft') save(); });
  if (navigator.onLine) again();
}

// The list of my visits: what is still on this device, sending it, and saving it as a file.
async function outbox(box: HTMLElement): Promise<void> {
  const person = box.getAttribute('data-person')!;
  const all = await drafts.ofPerson(person);
  box.textContent = '';
  if (!all.length) return;
  const panel = document.createElement('section'), title = document.createElement('h2'), list = document.createElement('ul');
  panel.className = 'panel outbox';
  title.textContent = `这台设备上还有 ${all.length} 份记录没有送出`;
  all.forEach(d => {
    const item = document.createElement('li'), link = document.createElement('a');
    link.href = '/inspection/visits/' + d.visit;
    link.textContent = `${d.title}，${time(d.saved)}`;
    item.appendChild(link);
    item.appendChild(document.createTextNode(d.state === 'waiting' ? '　填好，待送出' : d.state === 'refused' ? '　没有收下，请打开核对' : '　没有填完'));
    list.appendChild(item);
  });
  const row = document.createElement('p');
  row.appendChild(button('现在送出填好的', () => sendAll(box)));
  row.appendChild(document.createTextNode(' '));
  row.appendChild(button('存成文件', async () => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(await drafts.rescueFile(all));
    link.download = '没有送出的走访记录.json';
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }));
  const note = document.createElement('p');
  note.className = 'hint';
  note.textContent = '一直没有网络时，存成文件交给督查组织单位，在“传回导出的走访记录”里传入，不会重复。';
  [title, list, row, note].forEach(n => panel.appendChild(n));
  box.appendChild(panel);
}

async function sendAll(box: HTMLElement): Promise<void> {
  const waiting = (await drafts.ofPerson(box.getAttribute('data-person')!)).filter(d => d.state === 'waiting');
  for (let i = 0; i < waiting.length; i++) await drafts.send(waiting[i], box.getAttribute('data-csrf')!);
  await outbox(box);
}

export function install(): void {
  document.addEventListener('submit', e => {
    const action = (e.target as HTMLFormElement).getAttribute('action') || '';
    if (action.indexOf('/sign-out') === 0) forgetPages();
  }, true);
  if (location.pathname.indexOf('/sign-in') === 0) forgetPages();
  const form = document.querySelector<HTMLFormElement>('form[data-visit]'), box = document.getElementById('visit-outbox');
  if (!able() || (!form && !box)) return;
  keepPage('/inspection/visits');
  if (form) start(form).catch(() => undefined);
  if (box) {
    outbox(box).then(() => { if (navigator.onLine) return sendAll(box); return undefined; }).catch(() => undefined);
    addEventListener('online', () => sendAll(box));
  }
}
