// Records of visits on this device (IndexedDB), by person and visit. A draft stays until the server has said that it has
// it.
export interface Photo { field: string; name: string; blob: Blob }
export interface Draft {
  id: string;       // person:visit
  person: string;
  visit: string;
  title: string;
  base: string;     // revision of the answers that it was begun on
  key: string;      // of this record: sent again, it changes nothing
  fields: string[][];
  photos: Photo[];
  saved: number;
  state: 'draft' | 'waiting' | 'refused';  // waiting: to be sent as soon as there is a network
}

let opened: Promise<IDBDatabase> | null = null;

function database(): Promise<IDBDatabase> {
  if (!opened) {
    opened = new Promise((done, fail) => {
      const request = indexedDB.open('kepu-visits', 1);
      request.onupgradeneeded = () => { request.result.createObjectStore('drafts', { keyPath: 'id' }); };
      request.onsuccess = () => done(request.result);
      request.onerror = () => fail(request.error);
    });
  }
  return opened;
}

function run<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  return database().then(db => new Promise<T>((done, fail) => {
    const transaction = db.transaction('drafts', mode);
    const request = work(transaction.objectStore('drafts'));
    // Done is what is on the disk, not what was asked for.
    transaction.oncomplete = () => done(request.result);
    transaction.onabort = () => fail(transaction.error);
    transaction.onerror = () => fail(transaction.error);
  }));
}

export const put = (draft: Draft) => run('readwrite', s => s.put(draft) as IDBRequest<IDBValidKey>);
export const get = (id: string) => run<Draft | undefined>('readonly', s => s.get(id) as IDBRequest<Draft | undefined>);
export const remove = (id: string) => run('readwrite', s => s.delete(id) as IDBRequest<undefined>);
export const ofPerson = (person: string) =>
  run<Draft[]>('readonly', s => s.getAll() as IDBRequest<Draft[]>).then(all => all.filter(d => d.person === person));

export interface Sent { outcome: 'accepted' | 'conflict' | 'refused' | 'signed_out' | 'no_network'; message: string }

async function freshToken(visit: string): Promise<string> {
  const answer = await fetch('/inspection/visits/' + visit, { credentials: 'same-origin', cache: 'no-store' });
  const field = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector<HTMLInputElement>('form[data-visit] [name=csrf]');
  return field ? field.value : '';
}

async function post(draft: Draft, csrf: string): Promise<Response> {
  const body = new FormData();
  [['csrf', csrf], ['key', draft.key], ['base', draft.base]].concat(draft.fields).forEach(pair => body.append(pair[0], pair[1]));
  draft.photos.forEach(p => body.append(p.field, p.blob, p.name));
  return fetch(`/inspection/visits/${draft.visit}/submit`, { method: 'POST', body, credentials: 'same-origin', headers: { Accept: 'application/json' } });
}

// Sends and, when the server has it, lets go of it here.
export async function send(draft: Draft, csrf: string): Promise<Sent> {
  try {
    let answer = await post(draft, csrf);
    if (answer.status === 403) {  // signed in anew since the page was made
      const token = await freshToken(draft.visit);
      if (token && token !== csrf) answer = await post(draft, token);
    }
    if (answer.status === 401 || answer.redirected) return { outcome: 'signed_out', message: '登录已过期。内容还在这台设备上，请重新登录，再打开本页。' };
    const said = await answer.json();
    if (said.outcome === 'accepted' || said.outcome === 'replayed' || said.outcome === 'conflict') {
      await remove(draft.id);
      return { outcome: said.outcome === 'conflict' ? 'conflict' : 'accepted', message: said.message };
    }
    const errors: string[] = (said.errors || []).map((e: { message: string }) => e.message);
    draft.state = 'refused';
    await put(draft);
    return { outcome: 'refused', message: errors.join('') || said.detail || '没有收下，请核对后重试。' };
  } catch (e) {
    return { outcome: 'no_network', message: '没有网络，已存在这台设备上，有网络后自动送出。' };
  }
}

function asBase64(blob: Blob): Promise<string> {
  return new Promise((done, fail) => {
    const reader = new FileReader();
    reader.onload = () => done(String(reader.result).split(',')[1] || '');
    reader.onerror = () => fail(reader.error);
    reader.readAsDataURL(blob);
  });
}

// What is not sent yet, as a file that the office can take in.
export async function rescueFile(drafts: Draft[]): Promise<Blob> {
  const visits = await Promise.all(drafts.map(async d => ({
    visit: d.visit, key: d.key, base: d.base, title: d.title, fields: d.fields,
    photos: await Promise.all(d.photos.map(async p => ({ field: p.field, name: p.name, data: await asBase64(p.blob) }))),
  })));
  return new Blob([JSON.stringify({ kind: 'kepu-visits', visits })], { type: 'application/json' });
}
