// Interviews and visits on this device (IndexedDB), each sealed with a key that the server gives to this person for this
// case. The key lies here as one that scripts cannot read out, and goes at sign-out: what is left then opens only
// after the same person has signed in again. A record stays until the server has said that it has it.
export interface Draft {
  id: string;  // person:case:kind
  person: string;
  place: string;  // case
  kind: 'interview' | 'attempt';
  title: string;
  key: string;  // of this record: sent again, it changes nothing
  fields: string[][];
  saved: number;
  state: 'draft' | 'waiting' | 'refused';  // waiting: to be sent as soon as there is a network
}
interface Sealed { id: string; person: string; saved: number; nonce: Uint8Array; sealed: ArrayBuffer }
interface Kept { id: string; key: CryptoKey }

let opened: Promise<IDBDatabase> | null = null;

function database(): Promise<IDBDatabase> {
  if (!opened) {
    opened = new Promise((done, fail) => {
      const request = indexedDB.open('kepu-survey', 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore('drafts', { keyPath: 'id' });
        request.result.createObjectStore('keys', { keyPath: 'id' });
      };
      request.onsuccess = () => done(request.result);
      request.onerror = () => fail(request.error);
    });
  }
  return opened;
}

function run<T>(name: string, mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  return database().then(db => new Promise<T>((done, fail) => {
    const transaction = db.transaction(name, mode);
    const request = work(transaction.objectStore(name));
    // Done is what is on the disk, not what was asked for.
    transaction.oncomplete = () => done(request.result);
    transaction.onabort = () => fail(transaction.error);
    transaction.onerror = () => fail(transaction.error);
  }));
}

export const able = () => 'indexedDB' in window && 'fetch' in window && !!(window.crypto && window.crypto.subtle);

function bytesOf(base64url: string): Uint8Array {
  const text = atob(base64url.replace(/-/g, '+').replace(/_/g, '/'));
  const out = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) out[i] = text.charCodeAt(i);
  return out;
}

async function keyOf(person: string, place: string): Promise<CryptoKey> {
  const id = person + ':' + place;
  const kept = await run<Kept | undefined>('keys', 'readonly', s => s.get(id) as IDBRequest<Kept | undefined>);
  if (kept) return kept.key;
  const answer = await fetch(`/survey/cases/${place}/key`, { credentials: 'same-origin', cache: 'no-store', headers: { Accept: 'application/json' } });
  if (!answer.ok || answer.redirected) throw new Error('no key');
  const given = await answer.json();
  const key = await crypto.subtle.importKey('raw', bytesOf(given.key) as BufferSource, 'AES-GCM', false, ['encrypt', 'decrypt']);
  await run('keys', 'readwrite', s => s.put({ id, key }) as IDBRequest<IDBValidKey>);
  return key;
}

// Fetched while there is a network, so that it is there when there is none.
export const prepare = (person: string, place: string) => keyOf(person, place).then(() => undefined);

export async function put(draft: Draft): Promise<void> {
  const key = await keyOf(draft.person, draft.place);
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce }, key, new TextEncoder().encode(JSON.stringify(draft)));
  await run('drafts', 'readwrite', s => s.put({ id: draft.id, person: draft.person, saved: draft.saved, nonce, sealed }) as IDBRequest<IDBValidKey>);
}

async function open(kept: Sealed): Promise<Draft> {
  const key = await keyOf(kept.person, kept.id.split(':')[1]);
  const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: kept.nonce as BufferSource }, key, kept.sealed);
  return JSON.parse(new TextDecoder().decode(plain)) as Draft;
}

export async function get(id: string): Promise<Draft | undefined> {
  const kept = await run<Sealed | undefined>('drafts', 'readonly', s => s.get(id) as IDBRequest<Sealed | undefined>);
  return kept ? open(kept) : undefined;
}
export const remove = (id: string) => run('drafts', 'readwrite', s => s.delete(id) as IDBRequest<undefined>);

export interface All { drafts: Draft[]; locked: number }  // locked: cannot be opened now (no key and no network)
export async function ofPerson(person: string): Promise<All> {
  const kept = (await run<Sealed[]>('drafts', 'readonly', s => s.getAll() as IDBRequest<Sealed[]>)).filter(d => d.person === person);
  const out: All = { drafts: [], locked: 0 };
  for (let i = 0; i < kept.length; i++) {
    try { out.drafts.push(await open(kept[i])); } catch (e) { out.locked++; }
  }
  return out;
}

export const forgetKeys = () => run('keys', 'readwrite', s => s.clear() as IDBRequest<undefined>);

export interface Sent { outcome: 'accepted' | 'waiting' | 'refused' | 'signed_out' | 'no_network'; message: string; fields: string[] }

async function freshToken(place: string): Promise<string> {
  const answer = await fetch('/survey/cases/' + place, { credentials: 'same-origin', cache: 'no-store' });
  const field = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector<HTMLInputElement>('input[name=csrf]');
  return field ? field.value : '';
}

const asRecords = (drafts: Draft[]) => drafts.map(d => ({ kind: d.kind, case: d.place, key: d.key, fields: d.fields }));

const post = (draft: Draft, csrf: string) => fetch('/survey/records', {
  method: 'POST', credentials: 'same-origin', body: JSON.stringify({ records: asRecords([draft]) }),
  headers: { Accept: 'application/json', 'Content-Type': 'application/json', 'X-CSRF-Token': csrf },
});

// Sends and, when the server has it, lets go of it here.
export async function send(draft: Draft, csrf: string): Promise<Sent> {
  try {
    let answer = await post(draft, csrf);
    if (answer.status === 403) {  // signed in anew since the page was made
      const token = await freshToken(draft.place);
      if (token && token !== csrf) answer = await post(draft, token);
    }
    if (answer.status === 401 || answer.redirected) return { outcome: 'signed_out', message: '登录已过期。内容还在这台设备上，请重新登录，再打开本页。', fields: [] };
    const said = await answer.json();
    const result = said.results && said.results[0];
    if (result && result.outcome !== 'refused') {
      await remove(draft.id);
      return { outcome: result.outcome === 'waiting' ? 'waiting' : 'accepted', message: result.message, fields: [] };
    }
    const errors: { field: string; message: string }[] = result ? result.errors : [];
    draft.state = 'refused';
    await put(draft);
    return { outcome: 'refused', message: errors.map(e => e.message).join('') || said.detail || '没有收下，请核对后重试。', fields: errors.map(e => e.field) };
  } catch (e) {
    return { outcome: 'no_network', message: '没有网络，已加密存在这台设备上，有网络后自动送出。', fields: [] };
  }
}

// What is not sent yet, as a file that the office can take in. Answers and numbers of dwellings, no names or addresses.
export const rescueFile = (drafts: Draft[]) =>
  new Blob([JSON.stringify({ file: 'kepu-survey', records: asRecords(drafts) })], { type: 'application/json' });
