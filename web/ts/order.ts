// Asking for a service: what was typed stays on this device until the server has it, and is sent by itself once there is a
// network. Its key makes it one order however often it is sent. Without this script it is a plain form.
import { keepPage, show } from './offline';

interface Kept { fields: string[][]; waiting: boolean }

const kKept = 'kepu-order';

function read(): Kept | null {
  try {
    const kept = JSON.parse(localStorage.getItem(kKept) || 'null');
    return kept && Array.isArray(kept.fields) ? kept : null;
  } catch (e) { return null; }
}
function write(kept: Kept | null): boolean {
  try {
    if (kept) localStorage.setItem(kKept, JSON.stringify(kept)); else localStorage.removeItem(kKept);
    return true;
  } catch (e) { return false; }
}

function collect(form: HTMLFormElement): string[][] {
  const fields: string[][] = [];
  new FormData(form).forEach((v, name) => { if (typeof v === 'string' && name !== 'csrf') fields.push([name, v]); });
  return fields;
}

function fill(form: HTMLFormElement, fields: string[][]): void {
  for (let i = 0; i < form.elements.length; i++) {
    const at = form.elements[i] as HTMLInputElement;
    if (!at.name || at.name === 'csrf') continue;
    const given = fields.filter(f => f[0] === at.name).map(f => f[1]);
    if (at.type === 'checkbox' || at.type === 'radio') at.checked = !at.disabled && given.indexOf(at.value) >= 0;
    else if (given.length) at.value = given[0];
  }
}

export function install(): void {
  const form = document.querySelector<HTMLFormElement>('form[data-order]');
  const box = document.getElementById('visit-state');
  if (!form || !box || !('fetch' in window)) return;
  keepPage(location.pathname);
  const shown = !!document.querySelector('.errbox, .alike');  // the server has just spoken of what was typed
  const old = read();
  let timer = 0, sending = false;
  const save = (waiting: boolean) => write({ fields: collect(form), waiting });
  const send = async () => {
    if (sending) return;
    sending = true;
    const token = (form.elements.namedItem('csrf') as HTMLInputElement).value;
    const body = new URLSearchParams();
    body.append('csrf', token);
    collect(form).forEach(f => body.append(f[0], f[1]));
    show(box, '正在提交……');
    try {
      const answer = await fetch(form.action, { method: 'POST', body, credentials: 'same-origin', headers: { Accept: 'application/json' } });
      const said = await answer.json();
      if (answer.ok && said.url) {
        write(null);
        location.assign(said.url);
        return;
      }
      // Shown by the server in its place, with what was typed: the plain form does that.
      write({ fields: collect(form), waiting: false });
      sending = false;
      form.submit();
    } catch (e) {
      sending = false;
      show(box, save(true) ? '网络不稳。填的内容已存在本机，联网后自动提交，不会重复。' : '网络不稳，内容没有提交。请不要关闭页面，过一会儿再点“提交点单”。', true);
    }
  };
  if (old && !shown) {
    fill(form, old.fields);
    show(box, old.waiting ? '上次填好的内容还没有提交出去。' : '已恢复上次没有提交的内容。');
    if (old.waiting && navigator.onLine) send();
  }
  form.addEventListener('input', () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => save(false), 300);
  });
  form.addEventListener('submit', e => {
    const pressed = (e as unknown as { submitter?: HTMLElement }).submitter || document.activeElement;
    if (pressed && pressed.getAttribute('name') === 'again') { write(null); return; }  // the plain way carries the button
    e.preventDefault();
    clearTimeout(timer);
    send();
  });
  addEventListener('online', () => { const kept = read(); if (kept && kept.waiting) send(); });
}
