// Keeps the pages that their owner asked to keep (ts/visit.ts, ts/survey.ts, ts/order.ts, ts/sign.ts), so that they open without network: the page as it was
// last seen, and the styles and scripts it needs. Nothing else is ever kept, and all of it goes at sign-out.
export {};

interface Worker {
  addEventListener(type: string, listener: (e: any) => void): void;
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
}
const worker = self as unknown as Worker;
const kKept = 'kepu-kept-1';
const kPatience = 8000;  // milliseconds until a network that does not answer counts as none

const isPage = (path: string) => /^\/(inspection\/visits|survey\/cases)(\/\d+)?$|^\/p\/[a-z0-9-]+\/order$|^\/my\/service$/.test(path);
// A sign-in page that came instead is not the page that was asked for.
const isWhole = (answer: Response) => answer.ok && !answer.redirected && answer.type === 'basic';

async function keep(urls: string[]): Promise<void> {
  const kept = await caches.open(kKept);
  await Promise.all(urls.map(async url => {
    if (url.indexOf('/assets/') === 0 && await kept.match(url)) return;
    const answer = await fetch(url, { credentials: 'same-origin' });
    if (isWhole(answer)) await kept.put(url, answer);
  }));
}

async function page(request: Request): Promise<Response> {
  const path = new URL(request.url).pathname;
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), kPatience);
  try {
    const answer = await fetch(request, { signal: stop.signal });
    if (isWhole(answer)) {
      const kept = await caches.open(kKept);
      if (await kept.match(path)) await kept.put(path, answer.clone());
    }
    return answer;
  } catch (e) {
    const old = await caches.match(path, { cacheName: kKept } as CacheQueryOptions);
    if (old) return old;
    throw e;
  } finally { clearTimeout(timer); }
}

worker.addEventListener('install', () => { worker.skipWaiting(); });
worker.addEventListener('activate', e => e.waitUntil(worker.clients.claim()));
worker.addEventListener('message', e => { if (e.data && e.data.keep) e.waitUntil(keep(e.data.keep)); });
worker.addEventListener('fetch', e => {
  const request: Request = e.request;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== location.origin) return;
  if (url.pathname.indexOf('/assets/') === 0) {
    e.respondWith(caches.match(url.pathname).then(old => old || fetch(request)));
  } else if (request.mode === 'navigate' && isPage(url.pathname)) {
    e.respondWith(page(request));
  }
});
