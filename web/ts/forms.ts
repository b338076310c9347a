// Forms: sent in place where they name a part; filters that send themselves; uploads with progress; a button cannot be
// pressed twice; leaving with unsaved changes asks first.
import { push, put, say, swap, unlock } from './part';

let pressed: HTMLButtonElement | null = null;  // e.submitter is missing in the older browsers
let dirty = false;

function fields(form: HTMLFormElement): FormData {
  const data = new FormData(form);
  if (pressed && pressed.form === form && pressed.name) data.append(pressed.name, pressed.value);
  return data;
}

function encoded(data: FormData, keepEmpty: boolean): URLSearchParams {
  const out = new URLSearchParams();
  data.forEach((value, name) => { if (keepEmpty || value) out.append(name, String(value)); });
  return out;
}

function lock(form: HTMLFormElement): void {
  // After the browser has read the fields: a disabled button would not send its own value.
  setTimeout(() => form.querySelectorAll<HTMLButtonElement>('button').forEach(b => {
    if (b.type === 'submit' && !b.disabled) { b.disabled = true; b.setAttribute('data-locked', ''); }
  }), 0);
}

function hasFiles(form: HTMLFormElement): boolean {
  const inputs = form.querySelectorAll<HTMLInputElement>('input[type=file]');
  for (let i = 0; i < inputs.length; i++) if (inputs[i].files && inputs[i].files!.length) return true;
  return false;
}

function megabytes(bytes: number): string { return (bytes / 1048576).toFixed(1) + ' MB'; }

// Sends with XMLHttpRequest, since fetch tells nothing about the way up. The answer replaces the main part of the page.
function upload(form: HTMLFormElement): void {
  const request = new XMLHttpRequest();
  const box = document.createElement('div');
  const bar = document.createElement('progress');
  const text = document.createElement('p');
  box.className = 'up';
  bar.max = 1;
  bar.setAttribute('aria-label', '上传进度');
  box.appendChild(bar);
  box.appendChild(text);
  const old = form.querySelector('.up');
  if (old) old.remove();
  const row = form.querySelector('.row');
  form.insertBefore(box, row);
  const fail = (message: string) => { text.textContent = message; say(message); bar.remove(); unlock(form); };
  request.upload.onprogress = e => {
    if (!e.lengthComputable) return;
    bar.value = e.loaded / e.total;
    text.textContent = e.loaded < e.total ? `已上传 ${megabytes(e.loaded)}，共 ${megabytes(e.total)}` : '已上传，正在读取，请稍候。';
  };
  request.onload = () => {
    const url = request.responseURL || form.action;
    if (put(request.responseText, 'main')) {
      push(url, 'main');
      window.scrollTo(0, 0);
    } else {
      fail(`没有上传成功（${request.status}），请重试。`);
    }
  };
  request.onerror = () => fail('网络断开，没有上传成功，请检查网络后重试。');
  request.open('POST', form.action);
  request.send(fields(form));
  say('开始上传');
}

function send(e: Event): void {
  const form = e.target as HTMLFormElement;
  if (e.defaultPrevented || form.getAttribute('target')) return;
  const part = form.getAttribute('data-part');
  const post = form.method === 'post';
  if (form.hasAttribute('data-guard')) dirty = false;
  if (post) lock(form);
  if (post && form.enctype === 'multipart/form-data' && hasFiles(form)) { e.preventDefault(); upload(form); return; }
  if (!part) return;
  e.preventDefault();
  if (post) swap(form.action, part, false, { method: 'POST', body: encoded(fields(form), true) });
  else swap(form.action.split('?')[0] + '?' + encoded(fields(form), false), part, true);
}

let timer = 0;
function autoSend(e: Event): void {
  const form = (e.target as HTMLInputElement).form;
  if (!form || !form.hasAttribute('data-auto')) return;
  clearTimeout(timer);
  timer = window.setTimeout(() => {
    if (!form.isConnected) return;  // Enter sent it meanwhile, and the part that held it was replaced
    pressed = null;
    const event = document.createEvent('Event');
    event.initEvent('submit', true, true);
    if (form.dispatchEvent(event)) form.submit();
  }, 120);
}

function drag(e: DragEvent): void {
  const field = (e.target as Element).closest ? (e.target as Element).closest('.field') : null;
  document.querySelectorAll('.field.over').forEach(f => f.classList.remove('over'));
  if (field && field.querySelector('input[type=file]') && e.type === 'dragover') field.classList.add('over');
}

export function install(): void {
  document.addEventListener('click', e => { pressed = (e.target as Element).closest<HTMLButtonElement>('button'); }, true);
  document.addEventListener('submit', send);
  document.addEventListener('change', autoSend);
  document.addEventListener('input', e => {
    const form = (e.target as HTMLInputElement).form;
    if (form && form.hasAttribute('data-guard')) dirty = true;
  });
  ['dragover', 'dragleave', 'drop'].forEach(name => document.addEventListener(name, drag as EventListener));
  addEventListener('beforeunload', e => { if (dirty) { e.preventDefault(); e.returnValue = ''; } });
  addEventListener('pageshow', () => unlock(document));  // back from the browser's page cache
}
