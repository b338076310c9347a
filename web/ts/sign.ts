// Signing in and out by the code of a place, where there may be no network: the code and the time stay on the device until
// the server has them, in the order in which they were typed, and are sent once however often they are. Without this script
// they are plain forms.
import { keepPage, show, time } from './offline';

interface Sign { person: string; url: string; code: string; key: string; at: number }

const kKept = 'kepu-sign';

function read(): Sign[] {
  try {
    const all = JSON.parse(localStorage.getItem(kKept) || '[]');
    return Array.isArray(all) ? all : [];
  } catch (e) { return []; }
}
function write(all: Sign[]): boolean {
  try {
    if (all.length) localStorage.setItem(kKept, JSON.stringify(all)); else localStorage.removeItem(kKept);
    return true;
  } catch (e) { return false; }
}
function key(): string {
  const bytes = new Uint8Array(16);
  crypto.getRandomValues(bytes);
  return Array.prototype.map.call(bytes, (b: number) => (b < 16 ? '0' : '') + b.toString(16)).join('');
}
const leaves = (url: string) => /\/out$/.test(url);

// After coming one leaves, and the other way round: the form says what is next while the server does not know yet.
function turn(form: HTMLFormElement): void {
  const leaving = !leaves(form.action);
  form.action = form.action.replace(/(in|out)$/, leaving ? 'out' : 'in');
  form.querySelector('label')!.textContent = leaving ? '离场码' : '到场码';
  form.querySelector('button')!.textContent = leaving ? '离场签离' : '再次到场签到';
  (form.elements.namedItem('code') as HTMLInputElement).value = '';
}

export function install(): void {
  const box = document.getElementById('sign-state');
  if (!box || !('fetch' in window) || !window.crypto) return;
  const person = box.getAttribute('data-person')!, csrf = box.getAttribute('data-csrf')!;
  const forms = Array.from(document.querySelectorAll<HTMLFormElement>('form[data-sign]'));
  let sending = false;
  keepPage(location.pathname);

  const own = () => read().filter(s => s.person === person);
  const tell = () => {
    const waiting = own();
    if (waiting.length)
      show(box, `没有网络：${waiting.map(s => `${time(s.at)} ${leaves(s.url) ? '签离' : '签到'}`).join('，')}，已存在这台设备上，联网后自动送出。`);
  };
  const drop = (sign: Sign) => write(read().filter(s => s.key !== sign.key));

  // The oldest first; what the server refuses is told and not sent again, what does not reach it stays.
  const send = async () => {
    if (sending) return;
    sending = true;
    let told = '', sent = false;
    try {
      for (let next = own()[0]; next && !told; next = own()[0]) {
        const body = new URLSearchParams();
        const fields: string[][] = [['csrf', csrf], ['code', next.code], ['key', next.key], ['at', String(next.at)]];
        fields.forEach(f => body.append(f[0], f[1]));
        const answer = await fetch(next.url, { method: 'POST', body, credentials: 'same-origin', headers: { Accept: 'application/json' } });
        if (answer.status === 401 || answer.redirected) { told = '登录已过期，请重新登录；签到存在这台设备上，登录后自动送出。'; break; }
        if (answer.status >= 500) break;
        const said = await answer.json();
        drop(next);
        if (answer.ok) sent = true;
        else told = `${time(next.at)} 的${leaves(next.url) ? '签离' : '签到'}没有成功：${said.message || (said.error && said.error.message) || '请联系队长补录。'}`;
      }
    } catch (e) { /* no network: it stays */ }
    sending = false;
    if (told) show(box, told, true);
    else if (sent && !own().length) location.assign('/my/service');
    else tell();
  };

  own().forEach(s => forms.filter(f => f.action === s.url).forEach(turn));
  forms.forEach(form => form.addEventListener('submit', e => {
    const code = (form.elements.namedItem('code') as HTMLInputElement).value;
    const sign = { person, url: form.action, code, key: key(), at: Date.now() };
    const all = read();
    all.push(sign);
    if (!write(all)) return;  // nothing can be kept here: the plain form
    e.preventDefault();
    show(box, '正在送出……');
    send().then(() => { if (own().some(s => s.key === sign.key)) turn(form); });
  }));
  addEventListener('online', send);
  if (own().length) { tell(); send(); }
}
